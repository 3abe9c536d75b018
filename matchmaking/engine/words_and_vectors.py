"""Keeps what retrieval reads: terms and vectors of offerings and needs whose text has changed.

Stale is a row without vector, or whose text has another hash, or that another encoder made. Running it twice
changes nothing; several workers share the work batch by batch under a lock of the transaction.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from pgvector import HalfVector

from companies.models import SourcingNeed
from companies.words import terms, words
from matchmaking.engine.bulk import copy_in
from matchmaking.engine.dictionary import learn
from matchmaking.engine.encoder import NAME, encode
from matchmaking.engine.reducing import reduced
from matchmaking.engine.weights import weights
from matchmaking.models import IndexSize, NeedVector, OfferingTerm, OfferingVector, OfferingWords
from matchmaking.models.vector import NUMBERS, number_of

BATCH = 500
"""Texts a transaction: about half a second of work."""

LOCK = 7_315_002
"""Key of the advisory lock that one batch holds."""

LONGEST_LENGTH = 32_767
"""What a small integer holds; a text has at most 10,000 characters."""

Vectors = NDArray[np.float32]

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""

_SUGGESTIBLE = """
FROM companies_offering AS o JOIN companies_company AS c ON c.id = o.company_id
WHERE o.archived_at IS NULL AND c.archived_at IS NULL AND c.verification = 'verified' AND c.supplies
"""
_OFFERING_TEXT = "concat_ws(' ', nullif(o.name_zh, ''), nullif(o.name_en, ''), nullif(o.text, ''))"
_NEED_TITLE = "concat_ws(' ', nullif(n.title_zh, ''), nullif(n.title_en, ''))"
_NEED_HASH = f"md5({_NEED_TITLE} || E'\\n' || n.text)"

_STALE_OFFERINGS = f"""
SELECT o.id {_SUGGESTIBLE} AND NOT EXISTS (
    SELECT FROM matchmaking_offeringvector AS v
    WHERE v.offering_id = o.id AND v.encoder = %s AND v.text_hash = md5({_OFFERING_TEXT}))
ORDER BY o.id
"""
_READ_OFFERINGS = f"SELECT o.id, {_OFFERING_TEXT}, md5({_OFFERING_TEXT}) {_SUGGESTIBLE} AND o.id = ANY(%s)"
_HIDDEN_OFFERINGS = f"""
SELECT v.offering_id FROM matchmaking_offeringvector AS v
WHERE NOT EXISTS (SELECT {_SUGGESTIBLE} AND o.id = v.offering_id)
"""
_STALE_NEEDS = f"""
SELECT n.id FROM companies_sourcingneed AS n
WHERE n.state = ANY(%s) AND NOT EXISTS (
    SELECT FROM matchmaking_needvector AS v
    WHERE v.need_id = n.id AND v.encoder = %s AND v.text_hash = {_NEED_HASH})
ORDER BY n.id
"""
_FRESH_NEED = f"""
SELECT v.need_id FROM matchmaking_needvector AS v JOIN companies_sourcingneed AS n ON n.id = v.need_id
WHERE n.id = %s AND v.encoder = %s AND v.text_hash = {_NEED_HASH}
"""
_READ_NEEDS = f"""
SELECT n.id, {_NEED_TITLE}, n.text, {_NEED_HASH} FROM companies_sourcingneed AS n WHERE n.id = ANY(%s)
"""
_MEASURE = """
INSERT INTO matchmaking_indexsize (id, offerings, terms)
SELECT 1, count(*), coalesce(sum(length), 0) FROM matchmaking_offeringvector
ON CONFLICT (id) DO UPDATE SET offerings = excluded.offerings, terms = excluded.terms
"""


_REMOVE_TERMS = """
WITH gone AS (DELETE FROM matchmaking_offeringterm WHERE offering_id = ANY(%s) RETURNING term)
SELECT term, count(*) FROM gone GROUP BY term
"""
WORDS = f"""
INSERT INTO matchmaking_offeringwords (offering_id, words)
SELECT offering_id, ('{{{{' || string_agg(number || ':' || part, ',') || '}}}}/{NUMBERS}')::sparsevec FROM (
    SELECT offering_id, {number_of("term")} AS number, sum(impact)::real AS part
    FROM matchmaking_offeringterm {{}} GROUP BY 1, 2) AS numbered
GROUP BY offering_id
"""
"""Terms of offerings as vectors; with the condition on the offerings in its place."""
_COUNT_TERMS = """
MERGE INTO matchmaking_termcount AS known
USING unnest(%s::text[], %s::int[]) AS change (term, offerings) ON known.term = change.term
WHEN MATCHED THEN UPDATE SET offerings = known.offerings + change.offerings
WHEN NOT MATCHED THEN INSERT (term, offerings) VALUES (change.term, change.offerings)
"""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What one run did."""

    offerings: int
    needs: int
    removed: int


def refresh(progress: Progress | None = None) -> Refreshed:
    """Bring every stale row up to date and drop what may no longer be suggested.

    25,000 offerings take about half a minute on one core.
    """
    hidden = _column(_HIDDEN_OFFERINGS)
    offerings = _column(_STALE_OFFERINGS, [NAME])
    states = [SourcingNeed.State.SUBMITTED, *SourcingNeed.PUBLISHED_STATES]
    needs = _column(_STALE_NEEDS, [states, NAME])
    done, total = 0, len(hidden) + len(offerings) + len(needs)
    for step in (_removed(hidden), _offerings_refreshed(offerings), _needs_refreshed(needs)):
        for size in step:
            done += size
            if progress:
                progress(done, total)
    return Refreshed(len(offerings), len(needs), len(hidden))


def is_indexed(need: SourcingNeed) -> bool:
    """Whether the need's vector is there and made from its present text."""
    return bool(_column(_FRESH_NEED, [need.pk, NAME]))


def refresh_needs(ids: Sequence[int]) -> None:
    """Write terms and vectors of needs, at most a batch; the scale of their candidates is measured anew."""
    rows = _rows(_READ_NEEDS, [list(ids)])
    vectors = encode([f"{title} {text}".strip() for _, title, text, _ in rows])
    made = [
        NeedVector(
            need_id=pk,
            embedding=HalfVector(vector),
            reduced=HalfVector(short),
            terms=sorted(set(terms(f"{title}\n{text}"))),
            title_terms=sorted(set(terms(title))),
            text_hash=text_hash,
            encoder=NAME,
        )
        for (pk, title, text, text_hash), vector, short in zip(rows, vectors, reduced(vectors), strict=True)
    ]
    with transaction.atomic():
        _wait_for_turn()
        NeedVector.objects.bulk_create(
            made,
            update_conflicts=True,
            unique_fields=["need"],
            update_fields=[
                *("embedding", "reduced", "terms", "title_terms"),
                *("floor", "spread", "text_hash", "encoder"),
            ],
        )
        learn((word for _, title, _, _ in rows for word in words(title)), of_needs=True)


def _needs_refreshed(ids: list[int]) -> Iterator[int]:
    """Batch by batch; yields the size of each."""
    for part in _parts(ids):
        refresh_needs(part)
        yield len(part)


def _offerings_refreshed(ids: list[int]) -> Iterator[int]:
    """Batch by batch; yields the size of each. While one is written, the next is being encoded."""
    usual = _usual_length(ids)
    for rows, vectors in _encoded(_rows(_READ_OFFERINGS, [part]) for part in _parts(ids)):
        _write_offerings(rows, vectors, usual)
        yield len(rows)


def _encoded(batches: Iterable[list[tuple[Any, ...]]]) -> Iterator[tuple[list[tuple[Any, ...]], Vectors]]:
    """Rows of key, text and hash with the vectors of their texts, one batch ahead of who takes them."""
    with ThreadPoolExecutor(1, "encoder") as pool:
        ahead: tuple[list[tuple[Any, ...]], Future[Vectors]] | None = None
        for rows in batches:
            coming = pool.submit(encode, [text for _, text, _ in rows])
            if ahead:
                yield ahead[0], ahead[1].result()
            ahead = rows, coming
        if ahead:
            yield ahead[0], ahead[1].result()


def _write_offerings(rows: Sequence[tuple[Any, ...]], vectors: Vectors, usual: float) -> None:
    """Terms and vectors of offerings; one that has changed since it was read stays stale by its hash.

    :param usual: length of an offering, in terms.
    """
    ids = [pk for pk, _, _ in rows]
    counts = [Counter(terms(text)) for _, text, _ in rows]
    lengths = [min(count.total(), LONGEST_LENGTH) for count in counts]
    with transaction.atomic():
        _wait_for_turn()
        change = Counter(term for count in counts for term in count)
        change.subtract(_delete(ids))
        copy_in(
            OfferingVector,
            ["offering_id", "embedding", "reduced", "length", "text_hash", "encoder"],
            ["int8", "halfvec", "halfvec", "int2", "varchar", "varchar"],
            (
                (pk, HalfVector(vector), HalfVector(short), length, text_hash, NAME)
                for (pk, _, text_hash), vector, short, length in zip(
                    rows, vectors, reduced(vectors), lengths, strict=True
                )
            ),
        )
        copy_in(
            OfferingTerm,
            ["offering_id", "term", "times", "length", "impact"],
            ["int8", "varchar", "int2", "int2", "float8"],
            (
                (row[0], term, min(times, LONGEST_LENGTH), length, impact(times, length / usual))
                for row, count, length in zip(rows, counts, lengths, strict=True)
                for term, times in count.items()
            ),
        )
        with connection.cursor() as cursor:
            cursor.execute(WORDS.format("WHERE offering_id = ANY(%s)"), [list(ids)])
        learn((word for _, text, _ in rows for word in words(text)), of_needs=False)
        _measure(change)


def impact(times: int, relative_length: float) -> float:
    """What a term counts in an offering before its rarity, as BM25 says; the length in usual ones."""
    text = weights().text
    return times / (times + text.saturation * (1 - text.length_share + text.length_share * relative_length))


def _usual_length(offerings: Sequence[int]) -> float:
    """Mean length of the indexed offerings, or of some of these where they are more than those."""
    size = IndexSize.objects.filter(offerings__gt=0, offerings__gte=len(offerings)).first()
    if size is not None:
        return max(size.terms / size.offerings, 1.0)
    some = list(offerings[:: len(offerings) // BATCH + 1])
    lengths = [len(terms(text)) for _, text, _ in _rows(_READ_OFFERINGS, [some])]
    return max(sum(lengths) / max(len(lengths), 1), 1.0)


def _removed(ids: list[int]) -> Iterator[int]:
    """Offerings that are archived, or whose firm is hidden, are suggested no more; the size of each batch."""
    for part in _parts(ids):
        with transaction.atomic():
            _wait_for_turn()
            _measure(Counter({term: -number for term, number in _delete(part).items()}))
        yield len(part)


def _delete(ids: Sequence[int]) -> Counter[str]:
    """Take offerings out of the index; in how many of them each term stood."""
    OfferingVector.objects.filter(offering_id__in=ids).delete()
    OfferingWords.objects.filter(offering_id__in=ids).delete()
    return Counter(dict(_rows(_REMOVE_TERMS, [list(ids)])))


def _measure(change: Counter[str]) -> None:
    """Keep the size of the index and the counts of terms, given by how much they changed."""
    changed = {term: number for term, number in change.items() if number}
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE)
        cursor.execute(_COUNT_TERMS, [list(changed), list(changed.values())])


def _wait_for_turn() -> None:
    """One batch at a time, so that two workers on the same rows follow each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _column(statement: str, parameters: Sequence[Any] = ()) -> list[int]:
    return [row[0] for row in _rows(statement, parameters)]


def _rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
