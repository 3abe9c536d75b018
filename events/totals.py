"""How an event stands: arrivals, meetings, deals, and amounts by stage in yuan that are never added up."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from events.models import Deal, DockingEvent, Meeting, Registration

FEW = 3
"""An amount that fewer deals stand behind tells of one firm: no hall and no published figure shows it."""


@dataclass(frozen=True)
class Stage:
    """Deals whose furthest stage this is; ``cny`` is their amount in yuan, 0 where none was named."""

    deals: int
    cny: Decimal


@dataclass(frozen=True)
class Totals:
    """Firms with a confirmed place and those that came; meetings told to firms; deals by stage."""

    expected: int
    arrived: int
    planned: int
    held: int
    no_show: int
    intention: Stage
    framework: Stage
    signed: Stage


def told_in_the_hall(event: DockingEvent) -> dict[str, Stage]:
    """What everybody in the hall may read of the amounts, by the names of the stages in ``Totals``.

    Of each stage the deals that have an amount, in their order, three by three: a screen that is renewed
    after every deal would tell each one's amount by the difference.
    """
    found: dict[str, list[Decimal]] = {"intention": [], "framework": [], "signed": []}
    deals = event.deals.exclude(stage=Deal.Stage.TERMINATED).order_by("pk")
    for framework_on, signed_on, intention, signed in deals.values_list(
        "framework_on", "signed_on", "intention_cny", "signed_cny"
    ):
        stage = "signed" if signed_on else "framework" if framework_on else "intention"
        cny = signed if signed_on else intention
        if cny is not None:
            found[stage].append(cny)
    told = {stage: amounts[: len(amounts) // FEW * FEW] for stage, amounts in found.items()}
    return {stage: Stage(len(amounts), sum(amounts, Decimal(0))) for stage, amounts in told.items()}


def totals_of(event: DockingEvent) -> Totals:
    """The event at this moment: three queries. A terminated deal is in none of the stages."""
    confirmed = Q(state=Registration.State.CONFIRMED)
    firms = event.registrations.aggregate(
        expected=Count("pk", filter=confirmed),
        arrived=Count("pk", filter=confirmed & Q(checked_in_at__isnull=False)),
    )
    meetings = event.meetings.aggregate(
        planned=Count("pk", filter=~Q(state__in=[Meeting.State.DRAFT, Meeting.State.CANCELLED])),
        held=Count("pk", filter=Q(state=Meeting.State.HELD)),
        no_show=Count("pk", filter=Q(state=Meeting.State.NO_SHOW)),
    )
    stages = {
        "intention": (Q(signed_on=None, framework_on=None), "intention_cny"),
        "framework": (Q(signed_on=None, framework_on__isnull=False), "intention_cny"),
        "signed": (Q(signed_on__isnull=False), "signed_cny"),
    }
    deals = event.deals.exclude(stage=Deal.Stage.TERMINATED).aggregate(
        **{f"{name}_deals": Count("pk", filter=of) for name, (of, _amount) in stages.items()},
        **{f"{name}_sum": Sum(amount, filter=of) for name, (of, amount) in stages.items()},
    )
    intention, framework, signed = (
        Stage(deals[f"{name}_deals"], deals[f"{name}_sum"] or Decimal(0)) for name in stages
    )
    return Totals(**firms, **meetings, intention=intention, framework=framework, signed=signed)
