"""A city of any size in a scratch database, made of the demo's words and vectors.

An offering takes two offerings of the demo as parents: its vector is a mixture of theirs with a little noise,
its terms are drawn from both, so that common terms stay common and rare ones rare; and it has a model name
of its own kind, drawn from a long tail. Certificates, nodes, sectors and places are drawn as in the demo.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from pgvector import HalfVector

from benchmarks.pool import Pool
from benchmarks.synthetic_index import BATCH, mixed, write_index
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
from matchmaking.engine.encoder import NAME
from matchmaking.engine.reducing import reduced
from matchmaking.engine.words_and_vectors import WORDS
from matchmaking.models import NeedVector, OfferingTerm, OfferingVector, OfferingWords, Translation

OFFERINGS = 2.5
"""Of a company, as in the demo."""
HOLDERS = 0.3
SME_SHARE = 0.7
SCHEMES, SECTORS, NODES, PLACES = 6, 400, 280, 12

Say = Callable[[str], None]


def build(
    pool: Pool, companies: int, needs: int, *, seed: int, say: Say, per_company: float = OFFERINGS
) -> None:
    """Fill the scratch database that Django points at; the indexes of terms are made at the end."""
    rng = np.random.default_rng(seed)
    _bare()
    say("companies")
    _records(companies, per_company)
    offerings = list(Offering.objects.order_by("pk").values_list("pk", flat=True))
    say("needs")
    _needs(pool, needs, rng)
    say("words and vectors")
    write_index(pool, offerings, rng)
    say("indexes")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maintenance_work_mem', '1GB', false)")
        cursor.execute("ALTER TABLE matchmaking_offeringterm ADD PRIMARY KEY (offering_id, term)")
        cursor.execute(WORDS.format(""))
        cursor.execute(
            "CREATE INDEX offering_postings_by_impact ON matchmaking_offeringterm (term, impact DESC)"
            " INCLUDE (offering_id, times, length)"
        )
        cursor.execute("RESET maintenance_work_mem")
        cursor.execute("VACUUM ANALYZE")


def _bare() -> None:
    """Tables as they are filled quickest: no references to check, no log, no index of terms yet.

    What a migration sets and a model cannot say is set here too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
        )
        for table, reference in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {reference}")
        cursor.execute("DROP INDEX IF EXISTS offering_postings_by_impact")
        cursor.execute("ALTER TABLE matchmaking_offeringterm DROP CONSTRAINT matchmaking_offeringterm_pkey")
        cursor.execute("ALTER TABLE matchmaking_storedsuggestions SET (toast_tuple_target = 8000)")
        for model in (Company, Offering, Certification, OfferingTerm, OfferingVector, OfferingWords):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} SET UNLOGGED")


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
        size = f"CASE WHEN random() < {SME_SHARE} THEN 'small' ELSE 'large' END"
        drawn = {"division_id": f"{places[0].pk} + n % {PLACES}", "size_class": size}
        firms = _copies(cursor, Company, firm.pk, number - 1, drawn)
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
    asked = list(_in_turn(pool.needs, number))
    vectors = np.concatenate([mixed(vector[None], rng) for vector, _, _ in asked])
    NeedVector.objects.bulk_create(
        NeedVector(
            need=need,
            embedding=HalfVector(vector),
            reduced=HalfVector(short),
            terms=terms,
            title_terms=titles,
            text_hash="",
            encoder=NAME,
        )
        for need, vector, short, (_, terms, titles) in zip(
            made, vectors, reduced(vectors), asked, strict=True
        )
    )
    Translation.objects.bulk_create(
        (
            Translation(word=word, other=other, likeness=likeness)
            for word, other, likeness in pool.translations
        ),
        batch_size=BATCH,
    )


def _in_turn(items: list[Any], number: int) -> Iterator[Any]:
    return (items[i % len(items)] for i in range(number))
