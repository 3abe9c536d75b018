"""How long suggestions take and what their branches find, beside exact hybrid SQL, as a city grows.

    python -m benchmarks.matching [--companies 8357 100000] [--queries 40]

Needs the demo city with its index, of whose words and vectors the cities are made, each in a scratch
database. SCALE=full adds 1,000,000 companies. All ratios are of times taken in turn in one run.
"""

import argparse
import os
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.db import connection  # noqa: E402  # only after set-up
from django.utils import timezone  # noqa: E402  # the same

from accounts.prepared import read_prepared  # noqa: E402  # the same
from benchmarks.in_memory import beside, say, timed  # noqa: E402  # the same
from benchmarks.plain import HITS, MEASURE, plain  # noqa: E402  # the same
from benchmarks.pool import Pool, read_pool  # noqa: E402  # the same
from benchmarks.synthetic_city import OFFERINGS, build  # noqa: E402  # the same
from companies.models import CertificationScheme, Company, Division, SourcingNeed  # noqa: E402  # the same
from matchmaking.benchmarks.scratch import kept_database, scratch_database  # noqa: E402  # the same
from matchmaking.engine import bitmaps, branches, nearest, retrieval  # noqa: E402  # the same
from matchmaking.engine.keeping import work_out_all  # noqa: E402  # the same
from matchmaking.engine.narrowing import Narrowing  # noqa: E402  # the same
from matchmaking.engine.needs import required_schemes  # noqa: E402  # the same
from matchmaking.engine.stored import stored  # noqa: E402  # the same

AT = 50
SEED = 20221127
NEEDS = 1000
ROUNDS = 2
IN_MEMORY = 100_000
"""Companies up to which the batch and the peers in memory are measured."""

_RARE = f"WITH {branches.ASKED}, {branches.rare(branches.HEAVIEST)}, {MEASURE}"
EVERY_WORD = f"{_RARE}, {HITS} SELECT offering_id, words + translated FROM hits ORDER BY 2 DESC, 1 LIMIT 5000"
_HEAVY = f"{_RARE}, {branches.NEEDLE}, {branches.heavy_hits()}"
HEAVY_WORDS = (
    f"{_HEAVY} SELECT offering_id, weight FROM hits ORDER BY 2 DESC, 1 LIMIT {retrieval.OF_ALL.words}"
)
_MEANT = "(SELECT embedding FROM matchmaking_needvector WHERE need_id = %(need)s)"
MEANING = f"""
SELECT v.offering_id, -(v.embedding <#> {_MEANT}) FROM matchmaking_offeringvector AS v
ORDER BY 0 + (v.embedding <#> {_MEANT}) LIMIT {AT}
"""


_HOLDS = """(SELECT count(DISTINCT k.scheme_id) FROM companies_certification AS k WHERE k.company_id = c.id
    AND k.scheme_id = ANY(%(also)s) AND (k.valid_until IS NULL OR k.valid_until >= %(today)s))
    = cardinality(%(also)s::bigint[])"""
_PLACED = "c.division_id = ANY(%(divisions)s)"
_AMONG = (
    "JOIN companies_offering AS o ON o.id = v.offering_id JOIN companies_company AS c ON c.id = o.company_id"
)
_WORDS_AMONG = f"""{_RARE}, {HITS} SELECT v.offering_id, v.words + v.translated FROM hits AS v {_AMONG}
WHERE {{0}} ORDER BY 2 DESC, 1 LIMIT 5000"""
_MEANING_AMONG = f"""SELECT v.offering_id, -(v.embedding <#> {_MEANT})
FROM matchmaking_offeringvector AS v {_AMONG}
WHERE {{0}} ORDER BY 0 + (v.embedding <#> {_MEANT}) LIMIT {AT}"""


FIFTY = "SELECT * FROM bench_fifty WHERE need_id = %(need)s ORDER BY place"


def p95(values: list[float]) -> float:
    return float(np.percentile(values, 95))


def parameters(need: SourcingNeed) -> dict[str, object]:
    """Of the statements above."""
    return retrieval.word_parameters() | {
        "need": need.pk,
        "schemes": sorted(required_schemes(need).values()),
        "today": timezone.localdate(),
    }


def _ours(need: SourcingNeed, schemes: dict[int, str]) -> None:
    read_prepared(*retrieval.statement(need, schemes))


def measure(companies: int, needs: list[SourcingNeed]) -> dict[str, float]:
    """One statement against the peer, in turn; of each need the quickest of some rounds after a first."""
    large = nearest.is_used()
    ours, peers = [], []
    for need in needs:
        schemes = required_schemes(need)
        asked = parameters(need)
        peer = plain(is_demanding=bool(schemes))
        taken = [(timed(read_prepared, peer, asked), timed(_ours, need, schemes)) for _ in range(1 + ROUNDS)]
        peers.append(min(peer for peer, _ in taken[1:]))
        ours.append(min(our for _, our in taken[1:]))
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


def recall(needs: list[SourcingNeed]) -> dict[str, float]:
    """How many of the exact first 50 are among the candidates of each branch; equal ones count."""
    found: list[tuple[float, float]] = []
    for need in needs:
        is_large = nearest.is_used()
        near = read_prepared(_searched(), parameters(need))
        every = read_prepared(EVERY_WORD, parameters(need))
        hits = read_prepared(HEAVY_WORDS, parameters(need)) if is_large else every[: retrieval.OF_ALL.words]
        true = read_prepared(MEANING, {"need": need.pk})
        found.append((_share(hits, every), _share(near, true)))
    names = "words", "meaning"
    return {f"recall {name}": float(value) for name, value in zip(names, np.mean(found, axis=0), strict=True)}


def _searched() -> str:
    """The branch by meaning."""
    number, reach = retrieval.OF_ALL.meaning, nearest.reach()
    if not reach:
        return f"WITH {branches.ASKED} {branches.by_meaning(number)}"
    return f"WITH {branches.ASKED}, {branches.near('true', reach)} {branches.by_nearness(number)}"


def _share(found: Sequence[tuple[Any, ...]], exact: list[tuple[Any, ...]]) -> float:
    if not exact:
        return 1.0
    scores = dict(exact)
    wanted = min(AT, len(exact))
    least = exact[wanted - 1][1] - 1e-6
    return min(wanted, sum(bool(scores.get(key, -np.inf) >= least) for key, *_ in found)) / wanted


def recall_under_filters(needs: list[SourcingNeed]) -> dict[str, float]:
    """The same among those that pass a filter, of what the whole statement gives."""
    place = Division.objects.filter(pk__in=Company.objects.suppliers().values("division")).first()
    scheme = CertificationScheme.objects.order_by("pk").first()
    filters = {
        "certificate": (Narrowing(schemes=(scheme.pk,)), _HOLDS) if scheme else None,
        "place": (Narrowing(divisions=Narrowing.within(place)), "c.division_id = ANY(%(divisions)s)")
        if place
        else None,
        "SME only": (Narrowing(sme_only=True), "c.size_class = ANY(%(sizes)s)"),
    }
    found: dict[str, float] = {}
    for name, one in filters.items():
        if one is None:
            continue
        among, asked = one
        shares = []
        for need in needs:
            given = [(row[0],) for row in read_prepared(*retrieval.statement(need, {}, among=among))]
            values = parameters(need) | among.parameters
            shares.append(
                [
                    _share(given, read_prepared(statement.format(asked), values))
                    for statement in (_WORDS_AMONG, _MEANING_AMONG)
                ]
            )
        words, meaning = np.mean(shares, axis=0)
        found |= {f"recall words, {name}": float(words), f"recall meaning, {name}": float(meaning)}
    return found


def recall_of_holders(needs: list[SourcingNeed]) -> dict[str, float]:
    """The same among those that hold what a need requires, of needs that require something."""
    shares = []
    for need in needs:
        if schemes := required_schemes(need):
            given = [(row[0],) for row in read_prepared(*retrieval.statement(need, schemes))]
            values = parameters(need) | Narrowing(schemes=tuple(schemes)).parameters
            shares.append(
                [
                    _share(given, read_prepared(statement.format(_HOLDS), values))
                    for statement in (_WORDS_AMONG, _MEANING_AMONG)
                ]
            )
    words, meaning = np.mean(shares, axis=0) if shares else (1.0, 1.0)
    return {"recall words, required": float(words), "recall meaning, required": float(meaning)}


def all_pairs(single: float) -> dict[str, float]:
    """Every need's list with store, beside the statement need by need."""
    seconds = timed(work_out_all) / 1000
    return {"seconds": seconds, "needs": NEEDS, "statements": single * NEEDS / 1000}


def reading(needs: list[SourcingNeed]) -> tuple[float, float]:
    """Milliseconds of a stored list, and of 50 rows with the same contents by an index."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_fifty")
        cursor.execute(
            "CREATE TABLE bench_fifty AS SELECT need_id, place, company, offering, score, word, far"
            " FROM matchmaking_storedsuggestions, unnest(companies, offerings, scores, words, meanings)"
            " WITH ORDINALITY AS one (company, offering, score, word, far, place)"
        )
        cursor.execute("CREATE INDEX ON bench_fifty (need_id)")
        cursor.execute("VACUUM ANALYZE bench_fifty")
        cursor.execute("VACUUM ANALYZE matchmaking_storedsuggestions")
    ours, rows = [], []
    for need in needs * 5:
        ours.append(timed(stored, need.pk))
        rows.append(timed(read_prepared, FIFTY, {"need": need.pk}))
    return median(ours), median(rows)


def run(pool: Pool, companies: int, options: argparse.Namespace) -> dict[str, float]:
    """One size: its city made or found, then everything that is measured in it."""
    row: dict[str, float] = {}
    kept = kept_database(f"{companies}_{options.offerings:g}".replace(".", "_"))
    with kept if options.keep else scratch_database() as is_there:
        if is_there is not True:
            start = time.monotonic()
            build(pool, companies, NEEDS, seed=SEED, say=say, per_company=options.offerings)
            row["build s"] = time.monotonic() - start
            say(f"built in {row['build s']:.0f} s")
        row["index s"] = timed(nearest.build) / 1000
        say(f"index of vectors in {row['index s']:.0f} s")
        if nearest.is_used():
            row["bitmaps s"] = timed(bitmaps.write) / 1000
        needs = list(SourcingNeed.objects.order_by("pk")[: options.queries])
        row |= measure(companies, needs)
        say(f"{row}")
        row |= recall(needs) | recall_of_holders(needs) | recall_under_filters(needs)
        if companies <= IN_MEMORY:
            row |= {f"beside: {name}": value for name, value in beside(needs).items()}
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
    parser.add_argument("--keep", action="store_true", help="keep the cities for the next run")
    options = parser.parse_args()
    sizes = options.companies + ([1_000_000] if os.environ.get("SCALE") == "full" else [])
    pool = read_pool()
    for companies in sizes:
        row = run(pool, companies, options)
        for name, value in row.items():
            print(f"{name:24} {value:,.3f}")
        print(flush=True)


if __name__ == "__main__":
    main()
