"""A city of any size in a scratch database, made of the demo's words and vectors.

An offering takes two offerings of the demo as parents: its vector is a mixture of theirs with a little noise,
its terms are drawn from both, so that common terms stay common and rare ones rare; and it has a model name
of its own kind, drawn from a long tail. Certificates, nodes, sectors and places are drawn as in the demo.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from numpy.typing import NDArray
from pgvector import HalfVector

from accounts.prepared import read_prepared
from companies.models import (
    Certification,
    CertificationScheme,
    ChainNode,
    Company,
    Division,
    IndustrialChain,
    Offering,
    Sector,
    SourcingNeed,
)
from matchmaking.engine.bulk import copy_in, copy_out
from matchmaking.engine.encoder import NAME
from matchmaking.engine.words_and_vectors import impact
from matchmaking.models import IndexSize, NeedVector, OfferingTerm, OfferingVector, TermCount, Translation

OFFERINGS = 2.5
"""Of a company, as in the demo."""
HOLDERS = 0.3
SCHEMES, SECTORS, NODES, PLACES = 6, 400, 280, 12
TAIL = 200_000
"""Different model names."""
OWN_SHARE, NOISE = 0.7, 0.25
BATCH = 2000

Say = Callable[[str], None]


@dataclass(frozen=True)
class Pool:
    """What the demo city gives: vectors (n, 512) and terms of its offerings, and its needs."""

    vectors: NDArray[np.float32]
    terms: list[list[tuple[str, int]]]
    needs: list[tuple[NDArray[np.float32], list[str], list[str]]]
    translations: list[tuple[str, str, float]]


def read_pool() -> Pool:
    """The demo's index, read before the scratch database is entered."""
    keys = [
        key for (key,) in read_prepared("SELECT offering_id FROM matchmaking_offeringvector ORDER BY 1", {})
    ]
    place = {key: i for i, key in enumerate(keys)}
    terms: list[list[tuple[str, int]]] = [[] for _ in keys]
    for key, term, times in read_prepared(
        "SELECT offering_id, term, times FROM matchmaking_offeringterm", {}
    ):
        terms[place[key]].append((term, times))
    asked = NeedVector.objects.order_by("pk").values_list("terms", "title_terms")
    meanings = _vectors("SELECT embedding FROM matchmaking_needvector ORDER BY need_id")
    needs = [(meaning, *terms) for meaning, terms in zip(meanings, asked, strict=True)]
    return Pool(
        _vectors("SELECT embedding FROM matchmaking_offeringvector ORDER BY offering_id"),
        terms,
        needs,
        list(Translation.objects.values_list("word", "other", "likeness")),
    )


def build(
    pool: Pool, companies: int, needs: int, *, seed: int, say: Say, per_company: float = OFFERINGS
) -> None:
    """Fill the scratch database that Django points at; the indexes of terms are made at the end."""
    rng = np.random.default_rng(seed)
    say("companies")
    _records(companies, per_company)
    offerings = list(Offering.objects.order_by("pk").values_list("pk", flat=True))
    say("needs")
    _needs(pool, needs, rng)
    say("words and vectors")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS offering_postings_by_impact")
        cursor.execute("ALTER TABLE matchmaking_offeringterm DROP CONSTRAINT matchmaking_offeringterm_pkey")
    _index(pool, offerings, rng)
    say("indexes")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maintenance_work_mem', '1GB', false)")
        cursor.execute("ALTER TABLE matchmaking_offeringterm ADD PRIMARY KEY (offering_id, term)")
        cursor.execute(
            "CREATE INDEX offering_postings_by_impact ON matchmaking_offeringterm (term, impact DESC)"
            " INCLUDE (offering_id, times, length)"
        )
        cursor.execute("RESET maintenance_work_mem")
        cursor.execute("VACUUM ANALYZE")


def _records(number: int, per_company: float) -> None:
    places = [
        Division.objects.create(code=f"p{i}", name_zh=f"p{i}", kind=Division.Kind.DISTRICT)
        for i in range(PLACES)
    ]
    top = Sector.objects.create(code="C", full_code="C", level=Sector.Level.SECTION, name_zh="C")
    sectors = [
        Sector.objects.create(
            code=f"{i:04}", full_code=f"C{1000 + i}", level=Sector.Level.CLASS, name_zh=f"s{i}", parent=top
        )
        for i in range(SECTORS)
    ]
    chain = IndustrialChain.objects.create(code="c", name_zh="c", owner=places[0])
    nodes = [
        ChainNode.objects.create(chain=chain, code=f"n{i}", level="midstream", order=i, name_zh=f"n{i}")
        for i in range(NODES)
    ]
    schemes = [CertificationScheme.objects.create(code=f"S{i}", name_zh=f"S{i}") for i in range(SCHEMES)]
    firm = Company.objects.create(
        name_zh="c",
        division=places[0],
        verification=Company.Verification.VERIFIED,
        verified_at=timezone.now(),
    )
    first = Offering.objects.create(company=firm, name_zh="o", sector=sectors[0], node=nodes[0])
    held = Certification.objects.create(company=firm, scheme=schemes[0])
    # One in a zipf-like order: the n-th kind is as frequent as 1/n.
    kind = f"floor(exp(random() * ln({SECTORS})) - 1)::int"
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        firms = _copies(
            cursor, Company, firm.pk, number - 1, {"division_id": f"{places[0].pk} + n % {PLACES}"}
        )
        _copies(
            cursor,
            Offering,
            first.pk,
            int(number * per_company) - 1,
            {
                "company_id": f"{firms} + n % {number - 1}",
                "sector_id": f"{sectors[0].pk} + {kind}",
                "node_id": f"{nodes[0].pk} + {kind} % {NODES}",
            },
        )
        _copies(
            cursor,
            Certification,
            held.pk,
            int(number * HOLDERS) - 1,
            {
                "company_id": f"{firms} + floor(n / {HOLDERS})::int % {number - 1}",
                "scheme_id": f"{schemes[0].pk} + n % {SCHEMES}",
            },
        )


def _copies(cursor: Any, model: type[Model], pattern: int, number: int, changed: dict[str, str]) -> int:
    """Rows like the pattern but for some columns, given in SQL with n from 1; the key of the first."""
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = [changed.get(column, f"p.{column}") for column in columns]
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM {table} AS p, generate_series(1, {number}) AS n WHERE p.id = {pattern}"
    )
    cursor.execute(f"SELECT min(id) FROM {table} WHERE id > {pattern}")
    return int(cursor.fetchone()[0])


def _needs(pool: Pool, number: int, rng: np.random.Generator) -> None:
    """Needs of the demo in turn, each with another sector; one in four requires a certificate."""
    buyer = Company.objects.create(name_zh="buyer", supplies=False, buys=True)
    sectors, nodes = list(Sector.objects.exclude(code="C")), list(ChainNode.objects.all())
    schemes = list(CertificationScheme.objects.all())
    kinds = np.minimum(rng.zipf(1.4, number) - 1, SECTORS - 1).tolist()
    made = SourcingNeed.objects.bulk_create(
        SourcingNeed(
            buyer=buyer,
            title_zh=f"need {i}",
            sector=sectors[kind],
            node=nodes[kind % NODES],
            state=SourcingNeed.State.OPEN,
            opened_at=timezone.now(),
        )
        for i, kind in enumerate(kinds)
    )
    for i, need in enumerate(made):
        if i % 4 == 0:
            need.required_certifications.add(schemes[i % SCHEMES])
    NeedVector.objects.bulk_create(
        NeedVector(
            need=need,
            embedding=HalfVector(_mixed(vector[None], rng)[0]),
            terms=terms,
            title_terms=titles,
            text_hash="",
            encoder=NAME,
        )
        for need, (vector, terms, titles) in zip(made, _in_turn(pool.needs, number), strict=True)
    )
    Translation.objects.bulk_create(
        (
            Translation(word=word, other=other, likeness=likeness)
            for word, other, likeness in pool.translations
        ),
        batch_size=BATCH,
    )


def _index(pool: Pool, offerings: list[int], rng: np.random.Generator) -> None:
    number = len(offerings)
    parents = rng.integers(0, len(pool.vectors), (number, 2))
    usual = float(np.mean([sum(times for _, times in terms) for terms in pool.terms])) + 1
    names = np.minimum(rng.zipf(1.3, number), TAIL)
    counts: Counter[str] = Counter()
    lengths = np.zeros(number, np.int64)

    def rows() -> Iterator[tuple[int, str, int, int, float]]:
        for i, key in enumerate(offerings):
            terms = _terms(pool, parents[i], f"m{names[i]}", rng)
            length = sum(terms.values())
            lengths[i] = length
            counts.update(terms.keys())
            for term, times in terms.items():
                yield key, term, times, length, impact(times, length / usual)

    copy_in(
        OfferingTerm,
        ["offering_id", "term", "times", "length", "impact"],
        ["int8", "varchar", "int2", "int2", "float8"],
        rows(),
    )
    for start in range(0, number, BATCH):
        part = slice(start, start + BATCH)
        mother, father = pool.vectors[parents[part, 0]], pool.vectors[parents[part, 1]]
        vectors = _mixed(OWN_SHARE * mother + (1 - OWN_SHARE) * father, rng)
        copy_in(
            OfferingVector,
            ["offering_id", "embedding", "length", "text_hash", "encoder"],
            ["int8", "halfvec", "int2", "varchar", "varchar"],
            (
                (key, HalfVector(vector), int(length), "", NAME)
                for key, vector, length in zip(offerings[part], vectors, lengths[part], strict=True)
            ),
        )
    copy_in(TermCount, ["term", "offerings"], ["varchar", "int4"], counts.items())
    IndexSize.objects.update_or_create(id=1, defaults={"offerings": number, "terms": int(lengths.sum())})


def _terms(pool: Pool, parents: NDArray[np.int64], name: str, rng: np.random.Generator) -> dict[str, int]:
    mother, father = (pool.terms[parent] for parent in parents)
    draws = rng.random(len(mother) + len(father))
    kept = {term: times for (term, times), draw in zip(mother, draws, strict=False) if draw < OWN_SHARE + 0.2}
    for (term, times), draw in zip(father, draws[len(mother) :], strict=False):
        if draw < 1 - OWN_SHARE:
            kept[term] = kept.get(term, 0) + times
    return kept | {name: 1}


def _mixed(vectors: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Vectors with noise, of length 1 again."""
    noise = rng.standard_normal(vectors.shape, np.float32) * (NOISE / vectors.shape[1] ** 0.5)
    noisy = vectors + noise
    made: NDArray[np.float32] = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
    return made


def _vectors(statement: str) -> NDArray[np.float32]:
    from matchmaking.engine.batch_reading import vectors_of

    return vectors_of(copy_out(statement, {"vector": 4 + 2 * 512})["vector"])


def _in_turn(items: list[Any], number: int) -> Iterator[Any]:
    return (items[i % len(items)] for i in range(number))
