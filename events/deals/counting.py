"""Where a deal counts: one chain and one division own it in the figures."""

from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refused
from companies.models import Company, Division, IndustrialChain, SourcingNeed
from events.models import DockingEvent


class NoCountingChain(Refused):
    """Nothing tells to which chain the deal belongs."""


class NoCountingDivision(Refused):
    """Nothing tells to which division the deal belongs."""


def chain_of(
    supplier: Company, need: SourcingNeed | None = None, event: DockingEvent | None = None
) -> IndustrialChain:
    """The chain of the need's node; else of the supplier's nodes, the event's first; else of the event.

    :raises NoCountingChain: none of them has a chain.
    """
    if need and need.node:
        return need.node.chain
    of_event = list(event.chains.order_by("code")) if event else []
    own = [node.chain for node in supplier.nodes.select_related("chain").order_by("chain__code", "order")]
    both = [chain for chain in own if chain in of_event]
    for chains in (both, own, of_event):
        if chains:
            return chains[0]
    raise NoCountingChain(_("Choose the chain for which the deal counts: nothing tells it by itself."))


def division_of(supplier: Company, buyer: Company, event: DockingEvent | None = None) -> Division:
    """The supplier's division, else the buyer's, else the event's host.

    :raises NoCountingDivision: none of them has a division.
    """
    for division in (supplier.division, buyer.division, event.host if event else None):
        if division:
            return division
    raise NoCountingDivision(_("Choose the division for which the deal counts: nothing tells it by itself."))
