"""A chain from upstream to downstream: firms and open needs at each node, and where it has gaps."""

from dataclasses import dataclass
from typing import Any

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


def node_counts(chain: IndustrialChain) -> list[NodeCount]:
    """Counts of every node; a district's chain counts its own division's firms on the city's nodes.

    Three queries, whatever the number of nodes.
    """
    mapped = chain.based_on if chain.based_on and not chain.nodes.exists() else chain
    nodes = list(mapped.nodes.order_by("order").select_related("chain"))
    suppliers = Company.objects.published().suppliers()
    if chain.based_on_id:
        suppliers = suppliers.filter(division__path__startswith=chain.owner.path)
    on_nodes = Company.nodes.through.objects.filter(chainnode__in=nodes, company__in=suppliers.values("pk"))
    firms = dict(on_nodes.order_by().values_list("chainnode").annotate(n=Count("company")))
    open_needs = SourcingNeed.objects.open().filter(node__in=nodes)
    needs = dict(open_needs.order_by().values_list("node").annotate(n=Count("pk")))
    return [NodeCount(node, firms.get(node.pk, 0), needs.get(node.pk, 0)) for node in nodes]


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
            url=f"{reverse('companies:company-list')}?node={count.node.pk}",
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
