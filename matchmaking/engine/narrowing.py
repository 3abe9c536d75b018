"""Which suppliers come into question at all: what a need requires, and what a reader asks besides.

Each condition is one piece of SQL over an offering ``o``, so that every branch of the
retrieval statement looks among those that pass and none fills up with others that are dropped afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from companies.models import Company, Division
from matchmaking.models import FilterBitmap


class Condition(StrEnum):
    """What may be asked of a supplier."""

    REQUIRED = "required"
    """Holds every certificate that the need requires."""
    SCHEMES = "also"
    """Holds the further certificates that the reader asks for."""
    PLACE = "place"
    SME = "sme"
    CAPACITY = "capacity"
    """Its spare capacity covers the quantity of the need."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a reader asks of suppliers beside the need's own requirements; empty asks for nothing."""

    divisions: tuple[int, ...] = ()
    """The division, and after it those inside it."""
    sme_only: bool = False
    quantity: Decimal | None = None
    unit: str = ""
    schemes: tuple[int, ...] = ()

    @staticmethod
    def within(division: Division) -> tuple[int, ...]:
        """What ``divisions`` takes for one: a bitmap is of all below a division, and goes by the first."""
        inside = Division.objects.within(division).values_list("pk", flat=True)
        return tuple(dict.fromkeys([division.pk, *inside]))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        asked = {
            Condition.SCHEMES: bool(self.schemes),
            Condition.PLACE: bool(self.divisions),
            Condition.SME: self.sme_only,
            Condition.CAPACITY: self.quantity is not None,
        }
        return tuple(condition for condition, is_asked in asked.items() if is_asked)

    @property
    def parameters(self) -> dict[str, Any]:
        """Of the SQL of its conditions."""
        return {
            "also": list(self.schemes),
            "divisions": list(self.divisions),
            "division": self.divisions[0] if self.divisions else None,
            "sizes": [size.value for size in Company.SME_CLASSES],
            "quantity": self.quantity,
            "unit": self.unit.strip().casefold(),
        }


EVERYONE = Narrowing()

_HOLDING = """
holding_{0} AS MATERIALIZED (
    SELECT k.company_id FROM companies_certification AS k
    WHERE k.scheme_id = ANY(%({0})s) AND (k.valid_until IS NULL OR k.valid_until >= %(today)s)
    GROUP BY k.company_id HAVING count(DISTINCT k.scheme_id) = cardinality(%({0})s))"""
_HELD_BY_ONE = """
(SELECT count(DISTINCT k.scheme_id) FROM companies_certification AS k
 WHERE k.company_id = o.company_id AND k.scheme_id = ANY(%({0})s)
 AND (k.valid_until IS NULL OR k.valid_until >= %(today)s)) = cardinality(%({0})s)"""
_FIRST_HELD = """
JOIN companies_certification AS k ON k.company_id = o.company_id AND k.scheme_id = (%({0})s::bigint[])[1]
    AND (k.valid_until IS NULL OR k.valid_until >= %(today)s)"""
_CERTIFICATES = (Condition.REQUIRED, Condition.SCHEMES)
_OF_COMPANY = {
    Condition.PLACE: "c.division_id = ANY(%(divisions)s)",
    Condition.SME: "c.size_class = ANY(%(sizes)s)",
}
_CAPACITY = "o.spare_capacity >= %(quantity)s AND lower(btrim(o.unit)) = %(unit)s"


def holding(conditions: Sequence[Condition]) -> list[str]:
    """CTEs of the companies that hold what is asked for, for the pieces below."""
    return [_HOLDING.format(one) for one in conditions if one in _CERTIFICATES]


def _asked(condition: Condition, *, of_all: bool) -> str:
    """The condition in the form that is best for all that pass, or for one offering at a time."""
    if condition == Condition.CAPACITY:
        return _CAPACITY
    if condition in _CERTIFICATES:
        held = f"o.company_id IN (SELECT company_id FROM holding_{condition})"
        return held if of_all else _HELD_BY_ONE.format(condition)
    if of_all:
        return f"o.company_id IN (SELECT c.id FROM companies_company AS c WHERE {_OF_COMPANY[condition]})"
    return f"(SELECT {_OF_COMPANY[condition]} FROM companies_company AS c WHERE c.id = o.company_id)"


_BITMAPS = {
    Condition.REQUIRED: (FilterBitmap.Kind.SCHEME, "(%(required)s::bigint[])[1]"),
    Condition.SCHEMES: (FilterBitmap.Kind.SCHEME, "(%(also)s::bigint[])[1]"),
    Condition.PLACE: (FilterBitmap.Kind.PLACE, "%(division)s"),
    Condition.SME: (FilterBitmap.Kind.SME, "0"),
}
_KNOWN = "(SELECT offerings FROM {0}_bitmap)"

IN_FIELD = "o.sector_id = (SELECT sector_id FROM need) OR o.node_id = (SELECT node_id FROM need)"


def passing(name: str, conditions: Sequence[Condition]) -> str:
    """A CTE of the offerings that pass all conditions, with the word whether they are in the need's field."""
    asked = " AND ".join(_asked(one, of_all=True) for one in conditions)
    return f"""
{name} AS MATERIALIZED (
    SELECT o.id, coalesce({IN_FIELD}, false) AS in_field FROM companies_offering AS o
    WHERE o.archived_at IS NULL AND {asked})"""


def few_passing(name: str, conditions: Sequence[Condition], most: int) -> str:
    """The same up to so many; where there are more, ``name`` is empty, and ``name_number`` is greater.

    Who holds certificates is read holder by holder of the first one, so that it ends early where many do.
    Where one condition is asked its bitmap tells how many pass, and none of many is read.
    """
    held = [one for one in conditions if one in _CERTIFICATES]
    joined = _FIRST_HELD.format(held[0]) if held else ""
    asked = " AND ".join(_asked(one, of_all=not held) for one in conditions)
    known = _KNOWN.format(conditions[0]) if len(conditions) == 1 and conditions[0] in _BITMAPS else "0"
    if held:  # the bitmap is of the first
        known = f"CASE WHEN cardinality(%({held[0]})s::bigint[]) = 1 THEN {known} END"
    return f"""
{name}_known AS MATERIALIZED (SELECT coalesce({known}, 0) AS number),
{name}_first AS MATERIALIZED (
    SELECT o.id, coalesce({IN_FIELD}, false) AS in_field FROM companies_offering AS o {joined}
    WHERE (SELECT number FROM {name}_known) <= {most} AND o.archived_at IS NULL AND {asked} LIMIT {most} + 1),
{name}_number AS MATERIALIZED (
    SELECT greatest(number, (SELECT count(*) FROM {name}_first)) AS number FROM {name}_known),
{name} AS MATERIALIZED (
    SELECT DISTINCT * FROM {name}_first WHERE (SELECT number FROM {name}_number) <= {most})"""


def counting(name: str) -> str:
    """A CTE of how many are in another one."""
    return f"""
{name}_number AS MATERIALIZED (SELECT count(*) AS number FROM {name})"""


def passes(conditions: Sequence[Condition]) -> str:
    """Whether an offering ``o`` passes all conditions, by the records."""
    return " AND ".join(_asked(one, of_all=False) for one in conditions)


def one_is(asked: str) -> str:
    """What is asked of an offering ``o``, of the offering ``v.offering_id``: a value, nothing is joined."""
    return f"""
(SELECT {asked} FROM companies_offering AS o WHERE o.id = v.offering_id AND o.archived_at IS NULL)"""


def reading_bitmaps(conditions: Sequence[Condition]) -> list[str]:
    """CTEs of the bitmaps that the other pieces ask; joined with nothing, so that one is read whole, once."""
    return [
        f"""
{one}_bitmap AS MATERIALIZED (
    SELECT bits || ''::bytea AS bits, below, offerings
    FROM matchmaking_filterbitmap WHERE kind = '{_BITMAPS[one][0].value}' AND key = {_BITMAPS[one][1]})"""
        for one in conditions
        if one in _BITMAPS
    ]


def one_passes(conditions: Sequence[Condition]) -> str:
    """Whether the offering ``v.offering_id`` passes all conditions, by the bitmaps where they have it."""
    return " AND ".join(map(_one_passes, conditions))


def _one_passes(condition: Condition) -> str:
    exact = one_is(_asked(condition, of_all=False))
    if condition not in _BITMAPS:
        return exact
    bit = f"get_bit((SELECT bits FROM {condition}_bitmap), v.offering_id) = 1"
    if condition in _CERTIFICATES:  # the bitmap is of the first
        bit += f" AND (cardinality(%({condition})s::bigint[]) = 1 OR {exact})"
    return f"""
CASE WHEN v.offering_id < (SELECT below FROM {condition}_bitmap) THEN {bit} ELSE {exact} END"""
