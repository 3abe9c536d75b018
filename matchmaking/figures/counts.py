"""Every figure: what it is called, how it is counted, and its value.

Pages, exports, snapshots and the command all read this module and nothing else.
"""

from django.utils.translation import gettext_lazy as _

from matchmaking.figures import aftercare_rows, rows
from matchmaking.figures.measuring import (
    Figure,
    Reading,
    Unit,
    Value,
    amount,
    count,
    entries,
    in_dollars,
    in_dollars_quickly,
    new_output,
    served,
    served_unclassified,
    silent,
    sme_share,
    sme_share_quickly,
    took_part,
    total_of,
)
from matchmaking.figures.scope import Scope
from matchmaking.models import Fact

_SIGNED_RULE = _(
    "Deals signed by the date, with a supporting document, verified by another person than the recorder, "
    "and not terminated. Framework agreements and intentions are not signed deals. "
    "One deal counts once for the city, and once for its counting chain and division."
)

_ALL = (
    Figure(
        "chiefs",
        _("Chain chiefs and deputies"),
        _("Persons posted as chief or deputy chief of a city chain on the date, each counted once."),
        Unit.COUNT,
        rows.chiefs,
        count,
    ),
    Figure(
        "docking_activities",
        _("Docking activities"),
        _("Docking events of every kind that were held, by their last day."),
        Unit.COUNT,
        rows.events_held,
        count,
    ),
    Figure(
        "signed_projects",
        _("Signed projects"),
        _SIGNED_RULE,
        Unit.COUNT,
        rows.signed,
        count,
        entries(Fact.SIGNED),
    ),
    Figure(
        "order_volume_cny",
        _("Signed amount"),
        _("Signed amounts of the signed projects, each in yuan at the rate that is stored with the deal."),
        Unit.CNY,
        rows.signed,
        total_of("signed_cny"),
        amount(Fact.SIGNED),
    ),
    Figure(
        "order_volume_usd",
        _("Signed amount in US dollars"),
        _("The signed amount in yuan, divided by the newest rate of the dollar on the date."),
        Unit.USD,
        rows.signed,
        in_dollars,
        in_dollars_quickly,
    ),
    Figure(
        "signed_confirmed",
        _("Signed projects confirmed by both sides"),
        _("Signed projects whose present values both the buyer and the supplier have confirmed."),
        Unit.COUNT,
        rows.signed_confirmed,
        count,
        entries(Fact.SIGNED, "confirmed"),
    ),
    Figure(
        "signed_confirmed_cny",
        _("Signed amount confirmed by both sides"),
        _("Signed amounts of the projects that both sides have confirmed."),
        Unit.CNY,
        rows.signed_confirmed,
        total_of("signed_cny"),
        amount(Fact.SIGNED, "confirmed_amount", "confirmed_with_amount"),
    ),
    Figure(
        "signed_contested",
        _("Signed projects contested by a side"),
        _("Signed projects whose present values the buyer or the supplier contests."),
        Unit.COUNT,
        rows.signed_contested,
        count,
        entries(Fact.SIGNED, "contested"),
    ),
    Figure(
        "signed_silent",
        _("Signed projects on which a side is silent"),
        _("Signed projects that no side contests and that not both sides have confirmed."),
        Unit.COUNT,
        rows.signed_silent,
        count,
        silent,
    ),
    Figure(
        "signed_unverified",
        _("Reported as signed, not verified"),
        _("Deals reported as signed that lack a document or a second person's verification."),
        Unit.COUNT,
        rows.signed_unverified,
        count,
        entries(Fact.UNVERIFIED),
    ),
    Figure(
        "signed_unverified_cny",
        _("Amount reported as signed, not verified"),
        _("Signed amounts of deals that nobody has verified; never part of the signed amount."),
        Unit.CNY,
        rows.signed_unverified,
        total_of("signed_cny"),
        amount(Fact.UNVERIFIED),
    ),
    Figure(
        "signed_took_part",
        _("Took part in signed projects counted elsewhere"),
        _(
            "Signed projects of other chains at events of this chain, or with a firm of this division but "
            "counted elsewhere; never part of the sum. For the whole city there are none."
        ),
        Unit.COUNT,
        rows.took_part,
        count,
        took_part,
    ),
    Figure(
        "framework_agreements",
        _("Framework agreements"),
        _("Framework agreements that have not become a signed contract and were not terminated."),
        Unit.COUNT,
        rows.framework_agreements,
        count,
        entries(Fact.FRAMEWORK),
    ),
    Figure(
        "intention_projects",
        _("Cooperation intentions"),
        _("Deals for which an intention was recorded by the date, whatever came of it."),
        Unit.COUNT,
        rows.intentions,
        count,
        entries(Fact.INTENTION),
    ),
    Figure(
        "intention_value_cny",
        _("Intention amount"),
        _("Intention amounts in yuan at the rate stored with the deal; never added to signed amounts."),
        Unit.CNY,
        rows.intentions,
        total_of("intention_cny"),
        amount(Fact.INTENTION),
    ),
    Figure(
        "companies_served",
        _("Companies served"),
        _("Distinct companies with a registration, an introduction, a meeting or a deal by the date."),
        Unit.COUNT,
        rows.companies_served,
        count,
        served,
    ),
    Figure(
        "sme_share",
        _("SME share"),
        _("Medium, small and micro enterprises among the companies served that have a size class."),
        Unit.SHARE,
        rows.served_classified,
        sme_share,
        sme_share_quickly,
    ),
    Figure(
        "companies_unclassified",
        _("Companies served without size class"),
        _("Companies served for which the size rule has no threshold, or whose figures are missing."),
        Unit.COUNT,
        rows.served_unclassified,
        count,
        served_unclassified,
    ),
    Figure(
        "introductions",
        _("Introductions"),
        _("Suppliers introduced to a buyer by an official, whatever was answered."),
        Unit.COUNT,
        rows.introductions,
        count,
    ),
    Figure(
        "meetings_held",
        _("Meetings held"),
        _("Meetings at held events that were recorded as having taken place."),
        Unit.COUNT,
        rows.meetings_held,
        count,
    ),
    Figure(
        "fulfilled_cny",
        _("Fulfilled amount"),
        _("Fulfilled amounts of the signed projects in yuan at the rate that is stored with the deal."),
        Unit.CNY,
        rows.signed,
        total_of("fulfilled_cny"),
        amount(Fact.SIGNED, "fulfilled", "with_fulfilled"),
    ),
    Figure(
        "new_output_cny",
        _("New output value"),
        _("New output value that suppliers reported for signed projects, year by year."),
        Unit.CNY,
        rows.fulfilments,
        total_of("new_output_cny", of="deal"),
        new_output,
    ),
    Figure(
        "visits",
        _("Visits to firms"),
        _("Visits of officials to firms by the date, each recorded with its visitor and purpose."),
        Unit.COUNT,
        aftercare_rows.visits,
        count,
    ),
    Figure(
        "problems_raised",
        _("Problems raised by firms"),
        _("Problems of firms noted by the date, wherever they were raised, without those withdrawn."),
        Unit.COUNT,
        aftercare_rows.problems_raised,
        count,
    ),
    Figure(
        "problems_solved",
        _("Problems solved"),
        _("Problems that the firm itself closed as solved by the date; the office cannot close one."),
        Unit.COUNT,
        aftercare_rows.problems_solved,
        count,
    ),
    Figure(
        "open_needs",
        _("Open needs"),
        _("Needs that are open today and whose date of answer has not passed."),
        Unit.COUNT,
        rows.open_needs,
        count,
        has_past=False,
    ),
)

FIGURES: dict[str, Figure] = {figure.key: figure for figure in _ALL}


def values(scope: Scope, *keys: str) -> dict[str, Value]:
    """Values of the named figures, of all where none is named."""
    reading = Reading(scope)
    return {key: FIGURES[key].measure(reading).value for key in keys or FIGURES}
