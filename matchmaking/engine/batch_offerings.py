"""Every indexed offering as the batch scores it: keys and numbers as arrays, one row an offering.

What is compared by value (sector, nodes, place, ...) is kept once, as the scorer reads it; an offering has
the value's number.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from accounts.prepared import read_prepared
from companies.models import Division, HSHeading, Sector
from matchmaking.engine.bulk import DIMENSIONS_READ, Floats, Ints, elements, vectors_of
from matchmaking.engine.candidate_rows import KEPT_DEAL

Mask = NDArray[np.bool_]

_WHOLE = {
    "key": "v.offering_id",
    "company": "o.company_id",
    "sector": "coalesce(o.sector_id, 0)",
    "node": "coalesce(o.node_id, 0)",
    "scored sector": "coalesce(o.sector_id, c.main_sector_id, 0)",
    "heading": "coalesce(o.hs_heading_id, 0)",
    "division": "coalesce(c.division_id, 0)",
    "current": "(o.archived_at IS NULL)::int",
    "shown": "(o.archived_at IS NULL AND c.archived_at IS NULL AND c.verification = 'verified'"
    " AND c.supplies)::int",
    "kept deals": "coalesce(deals.number, 0)",
}
_BROKEN = {
    "spare": "coalesce(o.spare_capacity, 0)",
    "months": "coalesce((%(today)s - c.profile_confirmed_on) / 30.44, -1)",
}
_NUMBERS = [
    *(f"array_send(array_agg(({value})::int8 ORDER BY v.offering_id))" for value in _WHOLE.values()),
    *(f"array_send(array_agg(({value})::float8 ORDER BY v.offering_id))" for value in _BROKEN.values()),
]
_OFFERINGS = f"""
SELECT {", ".join(_NUMBERS)}, array_agg(o.unit ORDER BY v.offering_id),
       string_agg(halfvec_send(v.embedding), '' ORDER BY v.offering_id)
FROM (SELECT * FROM matchmaking_offeringvector WHERE offering_id > %(after)s
      ORDER BY offering_id LIMIT %(most)s) AS v
JOIN companies_offering AS o ON o.id = v.offering_id
JOIN companies_company AS c ON c.id = o.company_id
LEFT JOIN (SELECT e.supplier_id, count(*) AS number FROM events_deal AS e WHERE {KEPT_DEAL}
           GROUP BY e.supplier_id) AS deals ON deals.supplier_id = c.id
"""
MOST = 100_000
"""Offerings read at once, each column as one array: row by row they take longer than the whole work."""
_NODES = "SELECT company_id, array_agg(chainnode_id) FROM companies_company_nodes GROUP BY company_id"
_FORMATS = "SELECT id, trade_formats FROM companies_company WHERE trade_formats <> '{}'"
_HOLDING = """
SELECT c.company_id, s.code, c.verified_at IS NOT NULL FROM companies_certification AS c
JOIN companies_certificationscheme AS s ON s.id = c.scheme_id
WHERE s.code = ANY(%(schemes)s) AND (c.valid_until IS NULL OR c.valid_until >= %(today)s)
"""


@dataclass(frozen=True, slots=True)
class Values:
    """What offerings are compared by, each value once."""

    values: list[Any]
    number: Ints
    """Of each offering's value."""


@dataclass(frozen=True, slots=True)
class Offerings:
    """All indexed offerings, n in number, in ascending order of their keys."""

    keys: Ints
    vectors: NDArray[np.float32]
    """Shape (n, 512)."""
    company: Ints
    sector: Ints
    """0 for none; likewise the node."""
    node: Ints
    current: Mask
    """Not archived."""
    shown: Mask
    """Of a firm that may be suggested."""
    spare: Floats
    units: Values
    kept_deals: Ints
    months: Floats
    """Since the profile was confirmed; -1 for never."""
    sectors: Values
    nodes: Values
    headings: Values
    places: Values
    formats: Values
    verified: Values
    """Schemes with a certificate that an official has checked."""
    holds: dict[str, Mask]
    """Whether the firm has a valid certificate, by code of the scheme."""


def read_offerings(schemes: Sequence[str]) -> Offerings:
    """Every indexed offering; ``schemes`` are those that any need requires."""
    numbers, units, vectors = _columns()
    whole = {name: numbers[name].astype(np.int64) for name in _WHOLE}
    company = whole["company"]
    today = timezone.localdate()
    holding = read_prepared(_HOLDING, {"schemes": list(schemes), "today": today})
    sectors = dict(Sector.objects.values_list("pk", "full_code"))
    headings = dict(HSHeading.objects.values_list("pk", "code"))
    places = dict(Division.objects.values_list("pk", "path"))
    return Offerings(
        keys=whole["key"],
        vectors=vectors,
        company=company,
        sector=whole["sector"],
        node=whole["node"],
        current=whole["current"] > 0,
        shown=whole["shown"] > 0,
        spare=numbers["spare"].astype(np.float64),
        units=_numbered([unit.strip().casefold() for unit in units]),
        kept_deals=whole["kept deals"],
        months=numbers["months"].astype(np.float64),
        sectors=_of(whole["scored sector"], lambda key: sectors.get(key, "")),
        nodes=_nodes(company, whole["node"]),
        headings=_of(whole["heading"], lambda key: headings.get(key, "")),
        places=_of(whole["division"], lambda key: places.get(key, "")),
        formats=_of_companies(company, {key: frozenset(found) for key, found in read_prepared(_FORMATS, {})}),
        verified=_of_companies(company, _grouped(row[:2] for row in holding if row[2])),
        holds={code: np.isin(company, [key for key, held, _ in holding if held == code]) for code in schemes},
    )


def _columns() -> tuple[dict[str, NDArray[Any]], list[str], NDArray[np.float32]]:
    """Numbers by name, units and vectors of all offerings, in the order of their keys."""
    parts: list[list[NDArray[Any]]] = [[] for _ in _NUMBERS]
    units: list[str] = []
    vectors = [np.zeros((0, DIMENSIONS_READ), np.float32)]
    after, is_more = 0, True
    while is_more:
        parameters = {"today": timezone.localdate(), "after": after, "most": MOST}
        *numbers, of_units, raw = read_prepared(_OFFERINGS, parameters, binary=True)[0]
        is_more = raw is not None
        if is_more:
            for part, number, column in zip(parts, range(len(parts)), numbers, strict=True):
                part.append(elements(column, ">i8" if number < len(_WHOLE) else ">f8"))
            units += of_units
            vectors.append(vectors_of(raw))
            after = int(parts[0][-1][-1])
    names = (*_WHOLE, *_BROKEN)
    found = {
        name: np.concatenate(part) if part else np.zeros(0) for name, part in zip(names, parts, strict=True)
    }
    return found, units, np.concatenate(vectors)


def _of(keys: Ints, value: Callable[[int], Any]) -> Values:
    found, number = np.unique(keys, return_inverse=True)
    return Values([value(key) for key in found.tolist()], number)


def _of_companies(company: Ints, values: dict[int, frozenset[str]]) -> Values:
    """Values by company; the empty set for those that have none."""
    kinds = {value: number for number, value in enumerate(dict.fromkeys([frozenset(), *values.values()]))}
    keys, where = np.unique(company, return_inverse=True)
    numbers = np.array([kinds[values.get(key, frozenset())] for key in keys.tolist()], np.int64)
    return Values(list(kinds), numbers[where] if len(keys) else np.zeros(0, np.int64))


def _nodes(company: Ints, own: Ints) -> Values:
    """Nodes of the offering and of its company together."""
    of_companies = _of_companies(company, {key: frozenset(found) for key, found in read_prepared(_NODES, {})})
    pairs, number = np.unique(np.stack([of_companies.number, own]), axis=1, return_inverse=True)
    return Values(
        [of_companies.values[kind] | ({node} if node else set()) for kind, node in pairs.T.tolist()],
        number.ravel(),
    )


def _numbered(values: Sequence[str]) -> Values:
    known: dict[str, int] = {}
    number = np.array([known.setdefault(value, len(known)) for value in values], np.int64)
    return Values(list(known), number)


def _grouped(pairs: Iterable[tuple[Any, ...]]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in found.items()}
