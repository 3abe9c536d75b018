"""A chain from upstream to downstream: firms and open needs at each node, and where it has gaps."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from companies.models import ChainLink, ChainNode, Company, IndustrialChain, SourcingNeed
from matchmaking.figures.charts import Flag, MapLink, MapNode
from matchmaking.figures.charts import chain_map as draw

WEAK_BELOW = 5


@dataclass(frozen=True)
class NodeCount:
    """A node with the published suppliers on it and the open needs for it."""

    node: ChainNode
    firms: int
    needs: int

    @property
    def flag(self) -> Flag:
        """Missing: no supplier. Weak: fewer than five suppliers, or more open needs than suppliers."""
        if self.firms == 0:
            return Flag.MISSING
        return Flag.WEAK if self.firms < WEAK_BELOW or self.needs > self.firms else Flag.NONE

    @property
    def is_gap(self) -> bool:
        return self.flag is not Flag.NONE


def node_counts(chains: Sequence[IndustrialChain]) -> dict[int, list[NodeCount]]:
    """Counts of every node by the chain's key.

    A district's chain without nodes of its own stands on those of the city's chain, and counts the firms of
    its own division. Three queries, whatever the number of chains and nodes.
    """
    wanted = {chain.pk for chain in chains} | {chain.based_on_id for chain in chains if chain.based_on_id}
    by_chain: defaultdict[int, list[ChainNode]] = defaultdict(list)
    for node in ChainNode.objects.filter(chain__in=wanted).order_by("order", "pk"):
        by_chain[node.chain_id].append(node)
    firms = _firms_by_place(wanted)
    open_needs = SourcingNeed.objects.open().filter(node__chain__in=wanted)
    needs = dict(open_needs.order_by().values_list("node").annotate(n=Count("pk")))
    return {
        chain.pk: [
            NodeCount(node, _firms_of(chain, firms[node.pk]), needs.get(node.pk, 0))
            for node in by_chain[chain.pk] or by_chain[chain.based_on_id or chain.pk]
        ]
        for chain in chains
    }


def _firms_by_place(chains: set[int]) -> defaultdict[int, list[tuple[str, int]]]:
    """For every node the paths of divisions and the number of published suppliers in each."""
    suppliers = Company.objects.published().suppliers().values("pk")
    on_nodes = Company.nodes.through.objects.filter(chainnode__chain__in=chains, company__in=suppliers)
    grouped = on_nodes.order_by().values_list("chainnode", "company__division__path").annotate(n=Count("pk"))
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for node, path, number in grouped:
        found[node].append((path or "", number))
    return found


def _firms_of(chain: IndustrialChain, places: list[tuple[str, int]]) -> int:
    within = chain.owner.path if chain.based_on_id else ""
    return sum(number for path, number in places if path.startswith(within))


def firms_url(chain: IndustrialChain, node: ChainNode) -> str:
    """Where the firms at a node are listed; of a district's chain those of its division."""
    asked = {"node": node.pk} | ({"division": chain.owner.code} if chain.based_on_id else {})
    return f"{reverse('companies:company-list')}?{urlencode(asked)}"


def drawn(chain: IndustrialChain, counts: list[NodeCount]) -> SafeString:
    """The chain map as SVG and list; each node leads to its firms."""
    nodes = [
        MapNode(
            key=str(count.node.pk),
            level=count.node.level,
            name=str(count.node),
            firms=count.firms,
            needs=count.needs,
            flag=count.flag,
            url=firms_url(chain, count.node),
        )
        for count in counts
    ]
    known = [count.node.pk for count in counts]
    links = ChainLink.objects.filter(source__in=known, target__in=known)
    return draw(
        [(value, str(label).capitalize()) for value, label in ChainNode.Level.choices],
        nodes,
        [MapLink(str(link.source_id), str(link.target_id)) for link in links],
        name=f"chain-{chain.pk}",
        title=_("Chain map: %(chain)s") % {"chain": chain},
        description=_("Nodes from upstream to downstream with their firms and open needs; gaps are marked."),
    )


def table(counts: list[NodeCount]) -> dict[str, Any]:
    """The same as a table, for those who do not see the drawing."""
    columns = [
        (_("Node"), False),
        (_("Level"), False),
        (_("Firms"), True),
        (_("Open needs"), True),
        (_("Gap"), False),
    ]
    words = {Flag.NONE: "", Flag.WEAK: _("weak link"), Flag.MISSING: _("missing link")}
    return {
        "caption": _("Nodes of the chain"),
        "columns": [{"label": label, "numeric": numeric} for label, numeric in columns],
        "rows": [[c.node, c.node.get_level_display(), c.firms, c.needs, words[c.flag]] for c in counts],
    }
