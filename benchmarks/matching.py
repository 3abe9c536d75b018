"""How long suggestions take and what their branches find, beside exact hybrid SQL, as a city grows.

    python -m benchmarks.matching [--companies 8357 100000] [--queries 40]

Needs the demo city with its index, of whose words and vectors the cities are made, each in a scratch
database. SCALE=full adds 1,000,000 companies. All ratios are of times taken in turn in one run.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from typing import Any

import django
import numpy as np
from threadpoolctl import threadpool_limits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402  # only after set-up
from django.utils import timezone  # noqa: E402  # the same

from accounts.prepared import read_prepared  # noqa: E402  # the same
from benchmarks.synthetic_city import OFFERINGS, Pool, build, read_pool  # noqa: E402  # the same
from companies.models import SourcingNeed  # noqa: E402  # the same
from matchmaking.benchmarks.scratch import scratch_database  # noqa: E402  # the same
from matchmaking.engine import branches, nearest  # noqa: E402  # the same
from matchmaking.engine.batch_reading import read_need_vectors, read_offerings  # noqa: E402  # the same
from matchmaking.engine.keeping import work_out_all  # noqa: E402  # the same
from matchmaking.engine.needs import required_schemes  # noqa: E402  # the same
from matchmaking.engine.retrieval import (  # noqa: E402  # the same
    CANDIDATE_COLUMNS,
    CANDIDATE_JOINS,
    statement,
    word_parameters,
)
from matchmaking.engine.stored import stored  # noqa: E402  # the same

AT = 50
SEED = 20221127
NEEDS = 1000
EVERY_TERM = 100_000

PEER = f"""
WITH {branches.ASKED}, {branches.HITS},
by_words AS (
    SELECT offering_id, row_number() OVER (ORDER BY words + translated DESC) AS place FROM hits
    ORDER BY words + translated DESC LIMIT 150),
by_meaning AS (
    SELECT offering_id, row_number() OVER (ORDER BY far) AS place FROM (
        SELECT v.offering_id, v.embedding <#> (SELECT embedding FROM need) AS far
        FROM matchmaking_offeringvector AS v ORDER BY far LIMIT 150) AS nearest),
chosen AS (
    SELECT offering_id, sum(1.0 / (60 + place)) AS score
    FROM (SELECT * FROM by_words UNION ALL SELECT * FROM by_meaning) AS fused
    GROUP BY offering_id ORDER BY score DESC)
SELECT {CANDIDATE_COLUMNS.format(embedding="(SELECT embedding FROM need)")}, chosen.score
FROM chosen {CANDIDATE_JOINS.format(offering="chosen.offering_id")}
LEFT JOIN hits AS h ON h.offering_id = o.id ORDER BY chosen.score DESC
"""
"""Exact hybrid SQL of the plain kind: BM25 over all postings, a look at every vector, fused by rank."""

WORDS = f"""
WITH {branches.ASKED}, {branches.HITS}
SELECT offering_id, words + translated AS score FROM hits ORDER BY score DESC, offering_id LIMIT %(first)s
"""
_MEANT = "(SELECT embedding FROM matchmaking_needvector WHERE need_id = %(need)s)"
MEANING = f"""
SELECT v.offering_id, -(v.embedding <#> {_MEANT}) FROM matchmaking_offeringvector AS v
ORDER BY v.embedding <#> {_MEANT} LIMIT %(first)s
"""


FIFTY = "SELECT * FROM bench_fifty WHERE need_id = %(need)s ORDER BY place"


def say(line: str) -> None:
    sys.stderr.write(f"… {line}\n")


def timed(act: Callable[..., object], *given: object) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    act(*given)
    return (time.perf_counter() - start) * 1000


def p95(values: list[float]) -> float:
    return float(np.percentile(values, 95))


def parameters(need: SourcingNeed, *, large: bool, **more: object) -> dict[str, object]:
    """Of the statements above."""
    return word_parameters(large=large) | {
        "need": need.pk,
        "schemes": sorted(required_schemes(need).values()),
        "today": timezone.localdate(),
        "postings": branches.POSTINGS if large else None,
        **more,
    }


def _ours(need: SourcingNeed, schemes: dict[int, str]) -> None:
    read_prepared(*statement(need, schemes, reach=1))


def measure(companies: int, needs: list[SourcingNeed]) -> dict[str, float]:
    """One statement against the peer, in turn; medians, 95th percentiles and ratios."""
    large = nearest.is_used()
    ours, peers = [], []
    for need in needs:
        schemes = required_schemes(need)
        asked = parameters(need, large=False) | {"heaviest": EVERY_TERM}
        for warm in (True, False):
            peer = timed(read_prepared, PEER, asked)
            our = timed(_ours, need, schemes)
            if not warm:
                peers.append(peer)
                ours.append(our)
    return {
        "companies": companies,
        "index": large,
        "ours median": median(ours),
        "ours p95": p95(ours),
        "peer median": median(peers),
        "peer p95": p95(peers),
        "ratio": median(ours) / median(peers),
        "ratio p95": p95(ours) / p95(peers),
    }


def recall(needs: list[SourcingNeed]) -> tuple[float, float]:
    """How many of the first 50 by words and by meaning belong there; equal ones count."""
    found: list[tuple[float, float]] = []
    for need in needs:
        large = nearest.is_used()
        near = read_prepared(MEANING, {"need": need.pk, "first": AT})
        hits = read_prepared(WORDS, parameters(need, large=large, first=AT))
        every = read_prepared(WORDS, parameters(need, large=False, first=5000))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off")
            cursor.execute(MEANING, {"need": need.pk, "first": AT})
            true = cursor.fetchall()
        found.append((_share(hits, every), _share(near, true)))
    words, meaning = np.mean(found, axis=0)
    return float(words), float(meaning)


def _share(found: list[tuple[Any, ...]], exact: list[tuple[Any, ...]]) -> float:
    if not exact:
        return 1.0
    scores = dict(exact)
    least = exact[min(AT, len(exact)) - 1][1] - 1e-6
    belong = sum(bool(scores.get(key, -np.inf) >= least) for key, _ in found[:AT])
    return belong / min(AT, len(exact))


def beside(pool: Pool, needs: list[SourcingNeed]) -> dict[str, float]:
    """Milliseconds a need of what does only words or only meaning, in memory: the limits."""
    offerings = read_offerings([])
    keys, vectors = read_need_vectors([need.pk for need in needs])
    with threadpool_limits(1, "blas"):
        times = {"numpy, every vector": median(timed(offerings.vectors.dot, vector) for vector in vectors)}
    if find_spec("bm25s") is None:
        say("bm25s is not installed: make setup-test installs it")
        return times
    import bm25s  # type: ignore[import-untyped]  # ships none

    terms: dict[int, list[str]] = {}
    for key, term in read_prepared("SELECT offering_id, term FROM matchmaking_offeringterm", {}):
        terms.setdefault(key, []).append(term)
    index = bm25s.BM25()
    index.index(list(terms.values()), show_progress=False)
    asked = [v.terms for v in _need_vectors(keys)]

    def search(words: list[str]) -> None:
        index.retrieve([words], k=150, show_progress=False, n_threads=1)

    times["bm25s"] = median(timed(search, words) for words in asked)
    if find_spec("tantivy") is not None:
        times["tantivy"] = _tantivy(list(terms.values()), asked)
    return times


def _need_vectors(keys: list[int]) -> list[Any]:
    from matchmaking.models import NeedVector

    return list(NeedVector.objects.filter(pk__in=keys))


def _tantivy(texts: list[list[str]], asked: list[list[str]]) -> float:
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("words", tokenizer_name="whitespace").build()
    index = tantivy.Index(schema)
    writer = index.writer(100_000_000, 1)
    for words in texts:
        writer.add_document(tantivy.Document(words=" ".join(words)))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(words: list[str]) -> None:
        queries = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "words", word)) for word in words[:96]
        ]
        searcher.search(tantivy.Query.boolean_query(queries), 150)

    return median(timed(search, words) for words in asked)


def all_pairs(single: float) -> dict[str, float]:
    """Every need's list with store, beside the statement need by need."""
    seconds = timed(work_out_all) / 1000
    return {"seconds": seconds, "needs": NEEDS, "statements": single * NEEDS / 1000}


def reading(needs: list[SourcingNeed]) -> tuple[float, float]:
    """Milliseconds of a stored list, and of 50 rows with the same contents by an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_fifty AS SELECT need_id, place, company, offering, score, detail"
            " FROM matchmaking_storedsuggestions, unnest(companies, offerings, scores, details)"
            " WITH ORDINALITY AS one (company, offering, score, detail, place)"
        )
        cursor.execute("CREATE INDEX ON bench_fifty (need_id)")
        cursor.execute("VACUUM ANALYZE bench_fifty")
        cursor.execute("VACUUM ANALYZE matchmaking_storedsuggestions")
    ours, rows = [], []
    for need in needs * 5:
        ours.append(timed(stored, need.pk))
        rows.append(timed(read_prepared, FIFTY, {"need": need.pk}))
    return median(ours), median(rows)


def run(pool: Pool, companies: int, queries: int, per_company: float) -> dict[str, float]:
    with scratch_database():
        start = time.monotonic()
        build(pool, companies, NEEDS, seed=SEED, say=say, per_company=per_company)
        say(f"built in {time.monotonic() - start:.0f} s")
        needs = list(SourcingNeed.objects.order_by("pk")[:queries])
        row = {"build s": time.monotonic() - start}
        row["index s"] = timed(nearest.build) / 1000
        say(f"index of vectors in {row['index s']:.0f} s")
        row |= measure(companies, needs)
        say(f"{row}")
        row["recall words"], row["recall meaning"] = recall(needs)
        row |= {f"beside: {name}": value for name, value in beside(pool, needs).items()}
        say(f"{row}")
        batch = all_pairs(row["peer median"])
        row |= {f"all pairs: {name}": value for name, value in batch.items()}
        row["all pairs: ratio"] = batch["seconds"] / batch["statements"]
        row["stored ms"], row["50 rows ms"] = reading(needs)
        return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, nargs="+", default=[8357, 100_000])
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--offerings", type=float, default=OFFERINGS, help="of a company")
    options = parser.parse_args()
    sizes = options.companies + ([1_000_000] if os.environ.get("SCALE") == "full" else [])
    pool = read_pool()
    for companies in sizes:
        row = run(pool, companies, options.queries, options.offerings)
        for name, value in row.items():
            print(f"{name:24} {value:,.3f}")
        print(flush=True)


if __name__ == "__main__":
    main()
