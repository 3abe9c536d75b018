"""Figures that only officials read: what came of intentions, signatures and follow-ups.

Pages show them by chain, division, kind, month and year of report; here each has its rule and its rows.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import DurationField, Expression, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import FollowUp
from matchmaking.figures import what_came_rows as rows
from matchmaking.figures.conversion import Median, in_days
from matchmaking.figures.measuring import Figure, Measured, Unit, count, total_of
from matchmaking.figures.scope import Scope


def _median(between: Expression) -> Callable[[Figure, Scope], Measured]:
    """Days between two dates of the rows: half took longer."""

    def middle(figure: Figure, scope: Scope) -> Measured:
        found = figure.rows(scope).order_by().aggregate(middle=Median(between, output_field=DurationField()))
        median: timedelta | None = found["middle"]
        return Measured(in_days(median), figure.rows(scope).count())

    return middle


def _of_follow_ups(condition: Callable[[Scope], Q]) -> Callable[[Scope], QuerySet[FollowUp]]:
    return lambda scope: rows.follow_ups(scope).filter(condition(scope))


def _counting(key: str, label: Promise, rule: Promise, found: Callable[[Scope], QuerySet]) -> Figure:  # type: ignore[type-arg]  # of whatever is counted
    return Figure(key, label, rule, Unit.COUNT, found, count)


_BECAME_RULE = _("Cooperation intentions that are signed projects by the date, whenever they were signed.")
_DELIVERED_RULE = _("Signed projects with a reported delivery, or completed, by the date.")
_REPORTED_RULE = _("Amounts reported for signed projects by the date, each at the rate stored with the deal.")

_ALL = (
    _counting("became_signed", _("Intentions that were signed"), _BECAME_RULE, rows.became_signed),
    Figure(
        "days_to_sign",
        _("Days from intention to signature"),
        _("The median over the intentions that were signed: half took longer."),
        Unit.DAYS,
        rows.became_signed,
        _median(F("signed_on") - F("intention_on")),
    ),
    _counting("signed_delivered", _("Signed projects with deliveries"), _DELIVERED_RULE, rows.delivered),
    Figure(
        "days_to_fulfil",
        _("Days from signature to the first reported delivery"),
        _("The median over the signed projects with deliveries: half took longer."),
        Unit.DAYS,
        rows.delivered,
        _median(F("first_on") - F("signed_on")),
    ),
    _counting(
        "signed_going_on",
        _("Signed projects performed or completed"),
        _("Signed projects that are being performed or are completed on the date."),
        rows.going_on,
    ),
    _counting(
        "solved_of_raised",
        _("Problems raised that were solved"),
        _("Problems raised in the time asked for that the firm itself has closed by the date."),
        rows.solved_of_raised,
    ),
    _counting(
        "follow_ups_due",
        _("Follow-ups due"),
        _("Follow-ups of signed projects that were due by the date."),
        rows.follow_ups,
    ),
    _counting(
        "follow_ups_by_firm",
        _("Follow-ups answered by the firm"),
        _("Follow-ups due that the firm answered by its link or signed in."),
        _of_follow_ups(rows.by_firm),
    ),
    _counting(
        "follow_ups_by_office",
        _("Follow-ups recorded by the office"),
        _("Follow-ups due whose answer the office recorded for the firm."),
        _of_follow_ups(rows.by_office),
    ),
    _counting(
        "follow_ups_silent",
        _("Follow-ups without an answer"),
        _("Follow-ups due for more than 30 days that nobody has answered."),
        _of_follow_ups(rows.is_silent),
    ),
    _counting(
        "late_payments",
        _("Late payments reported"),
        _("Follow-ups due in which the firm says that the buyer paid late."),
        _of_follow_ups(rows.is_late_payment),
    ),
    _counting(
        "reported_deals",
        _("Signed projects reported on"),
        _("Signed projects of which fulfilment was reported by the date."),
        rows.reported_deals,
    ),
    *(
        Figure(f"reported_{name}_cny", label, _REPORTED_RULE, Unit.CNY, rows.reports, total_of(f"{name}_cny"))
        for name, label in (
            ("ordered", _("Order amount reported")),
            ("fulfilled", _("Fulfilled amount reported")),
            ("new_output", _("New output value reported")),
        )
    ),
)

OFFICIALS: dict[str, Figure] = {figure.key: figure for figure in _ALL}
