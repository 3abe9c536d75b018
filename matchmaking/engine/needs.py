"""A need of the database as the scorer reads it."""

from collections.abc import Iterable

from accounts.prepared import read_prepared
from companies.models import Company, SourcingNeed
from matchmaking.engine.features import NeedFeatures

WITH_RELATIONS = ("sector", "node", "hs_heading", "place", "buyer")
"""What to select with needs, so that their features need no query each."""

_REQUIRED = """
SELECT r.sourcingneed_id, s.id, s.code FROM companies_sourcingneed_required_certifications AS r
JOIN companies_certificationscheme AS s ON s.id = r.certificationscheme_id
WHERE r.sourcingneed_id = ANY(%s::bigint[]) ORDER BY s.code
"""
_SUPPLYING = "SELECT target_id, source_id FROM companies_chainlink WHERE target_id = ANY(%s::bigint[])"

HOME_COUNTRY = Company._meta.get_field("country").default


def need_features(needs: Iterable[SourcingNeed]) -> dict[int, NeedFeatures]:
    """Features by primary key, in two queries for all needs beside their relations."""
    found = list(needs)
    schemes = _required(found)
    suppliers = _supplying_nodes({need.node_id for need in found if need.node_id})
    return {
        need.pk: NeedFeatures(
            sector_code=need.sector.full_code if need.sector else "",
            node=need.node_id,
            supplying_nodes=suppliers.get(need.node_id or 0, frozenset()),
            hs_heading=need.hs_heading.code if need.hs_heading else "",
            required_certifications=tuple(sorted(schemes.get(need.pk, {}).values())),
            quantity=need.quantity,
            unit=need.unit,
            place=need.place.path if need.place else "",
            crosses_border=need.buyer.country != HOME_COUNTRY,
            deliver_by=need.deliver_by,
            has_target_price=need.target_price is not None,
        )
        for need in found
    }


def required_schemes(need: SourcingNeed) -> dict[int, str]:
    """Required certificates of one need: primary key to code."""
    return _required([need]).get(need.pk, {})


def _required(needs: list[SourcingNeed]) -> dict[int, dict[int, str]]:
    required: dict[int, dict[int, str]] = {}
    for need, scheme, code in read_prepared(_REQUIRED, [[need.pk for need in needs]]):
        required.setdefault(need, {})[scheme] = code
    return required


def _supplying_nodes(nodes: set[int]) -> dict[int, frozenset[int]]:
    """Nodes that supply each node, one step upstream."""
    suppliers: dict[int, set[int]] = {}
    for target, source in read_prepared(_SUPPLYING, [sorted(nodes)]):
        suppliers.setdefault(target, set()).add(source)
    return {target: frozenset(sources) for target, sources in suppliers.items()}
