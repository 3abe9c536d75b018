"""Loading the industrial chains of the city and its districts, their nodes and links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from companies.models import ChainLink, ChainNode, Division, HSHeading, IndustrialChain, Sector
from companies.reference.reading import Reader
from companies.reference.writing import Counts, loaded_before, upsert

CHAINS = "chains.csv"
DISTRICT_CHAINS = "district_chains.csv"
NODES = "chain_nodes.csv"
LINKS = "chain_links.csv"
_STATUS = {"verified": False, "illustrative": True}
_NAMES = {"name_zh": "name_zh", "name_en": "name_en"}


@dataclass(frozen=True)
class ChainRow:
    """A chain as its file says it; ``owner`` and ``based_on`` are codes."""

    owner: str
    based_on: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class NodeRow:
    """A node as its file says it; ``chain``, ``sectors`` and ``headings`` are codes."""

    chain: str
    sectors: tuple[str, ...]
    headings: tuple[str, ...]
    fields: dict[str, Any]


def read_chains(reader: Reader, divisions: Mapping[str, Any]) -> dict[str, ChainRow]:
    """City chains first, then those of districts and zones, which take their tier from the one below them."""
    found: dict[str, ChainRow] = {}
    city = reader.by_code(CHAINS, "code", ["owner_code", "tier", "status", "source", *_NAMES])
    for code, row in city.items():
        columns = {"code": "code", "tier": "tier", "source": "source", **_NAMES}
        fields = reader.fields(row, IndustrialChain, columns)
        reader.known(row, "owner_code", row["owner_code"], divisions)
        if row["status"] not in _STATUS:
            reader.complain(row, "status", f"{row['status'] or 'nothing'} is not verified or illustrative.")
        fields["is_illustrative"] = _STATUS.get(row["status"], True)
        found[code] = ChainRow(row["owner_code"], "", fields)
    district = reader.by_code(DISTRICT_CHAINS, "code", ["division_code", "based_on", "source", *_NAMES])
    for code, row in district.items():
        fields = reader.fields(row, IndustrialChain, {"code": "code", "source": "source", **_NAMES})
        reader.known(row, "division_code", row["division_code"], divisions)
        if code in city:
            reader.complain(row, "code", f"{code} is the code of a city chain.")
        if reader.known(row, "based_on", row["based_on"], city):
            fields["tier"] = found[row["based_on"]].fields.get("tier")
        fields["is_illustrative"] = True
        found[code] = ChainRow(row["division_code"], row["based_on"], fields)
    return found


def read_nodes(
    reader: Reader, chains: Mapping[str, Any], sectors: Mapping[str, Any], headings: Mapping[str, Any]
) -> dict[str, NodeRow]:
    columns = {
        "code": "node_code",
        "level": "level",
        "order": "sort_order",
        "name_zh": "node_zh",
        "name_en": "node_en",
        "basis": "basis",
    }
    needed = ["chain_code", "gbt4754_codes", "hs2022_headings", *columns.values()]
    found = {}
    for code, row in reader.by_code(NODES, "node_code", needed).items():
        fields = reader.fields(row, ChainNode, columns)
        reader.known(row, "chain_code", row["chain_code"], chains)
        codes = row.several("gbt4754_codes")
        items = row.several("hs2022_headings")
        for sector in codes:
            reader.known(row, "gbt4754_codes", sector, sectors)
        for heading in items:
            reader.known(row, "hs2022_headings", heading, headings)
        found[code] = NodeRow(row["chain_code"], tuple(codes), tuple(items), fields)
    return found


def read_links(reader: Reader, nodes: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Pairs of node codes: who supplies whom."""
    found: set[tuple[str, str]] = set()
    for row in reader.rows(LINKS, ["from_node", "to_node"]):
        pair = (row["from_node"], row["to_node"])
        reader.known(row, "from_node", pair[0], nodes)
        reader.known(row, "to_node", pair[1], nodes)
        if pair[0] == pair[1]:
            reader.complain(row, "to_node", f"{pair[0]} cannot supply itself.")
        if pair in found:
            reader.complain(row, "to_node", f"the link from {pair[0]} to {pair[1]} stands there already.")
        found.add(pair)
    return found


def write_chains(wanted: dict[str, ChainRow]) -> Counts:
    """Add and change chains; others stay, as people may have added them."""
    existing = {row.code: row for row in IndustrialChain.objects.select_related("owner", "based_on")}
    divisions = {row.code: row for row in Division.objects.all()}
    added = changed = 0
    for of_districts in (False, True):
        values = {
            code: {**row.fields, "owner": divisions[row.owner], "based_on": existing.get(row.based_on)}
            for code, row in wanted.items()
            if bool(row.based_on) is of_districts
        }
        new, differing = upsert(IndustrialChain, _without_code(values), existing)
        added, changed = added + new, changed + differing
    return Counts(len(wanted), added, changed)


def write_nodes(wanted: dict[str, NodeRow]) -> Counts:
    """Add and change nodes with their sectors and headings; others stay, as companies may sit on them."""
    existing = {row.code: row for row in ChainNode.objects.select_related("chain")}
    chains = {row.code: row for row in IndustrialChain.objects.all()}
    values = {code: {**row.fields, "chain": chains[row.chain]} for code, row in wanted.items()}
    counts = Counts(len(wanted), *upsert(ChainNode, _without_code(values), existing))
    sectors = dict(Sector.objects.values_list("code", "pk"))
    headings = dict(HSHeading.objects.values_list("code", "pk"))
    _relate(
        ChainNode.sectors.through,
        "sector_id",
        {existing[code].pk: {sectors[c] for c in row.sectors} for code, row in wanted.items()},
    )
    _relate(
        ChainNode.hs_headings.through,
        "hsheading_id",
        {existing[code].pk: {headings[c] for c in row.headings} for code, row in wanted.items()},
    )
    return counts


def _without_code(rows: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {code: {k: v for k, v in values.items() if k != "code"} for code, values in rows.items()}


def _relate(through: Any, name: str, wanted: Mapping[int, Iterable[int]]) -> None:
    """Make the rows of a many-to-many table of nodes equal to those wanted."""
    rows = {(node, other) for node, others in wanted.items() for other in others}
    held = {
        (node, other): pk
        for pk, node, other in through.objects.filter(chainnode__in=wanted).values_list(
            "pk", "chainnode_id", name
        )
    }
    through.objects.filter(pk__in=[pk for pair, pk in held.items() if pair not in rows]).delete()
    new = [through(chainnode_id=node, **{name: other}) for node, other in sorted(rows - held.keys())]
    through.objects.bulk_create(new)


def write_links(wanted: set[tuple[str, str]]) -> Counts:
    """Add links; those that an earlier file had and this one has not are deleted."""
    nodes = dict(ChainNode.objects.values_list("code", "pk"))
    rows = {(nodes[source], nodes[target]) for source, target in wanted}
    held = {(s, t): pk for pk, s, t in ChainLink.objects.values_list("pk", "source_id", "target_id")}
    loaded = loaded_before(ChainLink)
    gone = [pk for pair, pk in held.items() if pair not in rows and pk in loaded]
    ChainLink.objects.filter(pk__in=gone).delete()
    new = [ChainLink(source_id=source, target_id=target) for source, target in sorted(rows - held.keys())]
    ChainLink.objects.bulk_create(new)
    return Counts(len(wanted), len(new), 0, len(gone))
