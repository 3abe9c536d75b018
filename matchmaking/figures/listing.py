"""The rows of a figure as a page shows them: all of them, each only as far as the reader may know it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Viewer
from companies.models import Company, SourcingNeed
from events.models import Deal, DockingEvent, FollowUp, Fulfilment, Meeting, Problem, Visit
from matchmaking.figures.wording import about
from matchmaking.models import Match


@dataclass(frozen=True)
class Row:
    """One line: its cells, and where the reader may go from it."""

    cells: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True)
class Listing:
    """How rows of one model are listed."""

    heads: Callable[[], tuple[str, ...]]
    related: tuple[str, ...]
    line: Callable[[Any, bool], Row]


def _deal(deal: Deal, known: bool) -> Row:
    day = deal.signed_on or deal.framework_on or deal.intention_on
    public = (f"{day or ''}", str(deal.counting_chain), str(deal.counting_division), deal.get_stage_display())
    if not known:
        return Row((*public, _("not public"), _("not public"), ""))
    amount = deal.signed_cny if deal.signed_on else deal.intention_cny
    parties = f"{deal.supplier} → {deal.buyer}"
    words = about(amount, "CNY") if amount is not None else ""
    return Row((*public, str(deal), parties, words), reverse("deals:deal-detail", args=[deal.pk]))


def _company(company: Company, known: bool) -> Row:
    size = company.get_size_class_display() or _("not classified")
    name = str(company) if known else _("not published")
    url = reverse("companies:company-detail", args=[company.pk]) if known else ""
    return Row((name, str(company.division or ""), size), url)


def _event(event: DockingEvent, known: bool) -> Row:
    cells = (str(event), f"{event.ends_on}", event.get_kind_display(), str(event.host))
    return Row(cells, event.get_absolute_url() if known else "")


def _match(match: Match, known: bool) -> Row:
    day = timezone.localdate(match.introduced_at) if match.introduced_at else ""
    if not known:
        return Row((f"{day}", _("not public"), _("not public"), match.get_state_display()))
    url = reverse("needs:need-detail", args=[match.need_id])
    return Row((f"{day}", str(match.need), str(match.supplier), match.get_state_display()), url)


def _need(need: SourcingNeed, known: bool) -> Row:
    day = timezone.localdate(need.opened_at) if need.opened_at else ""
    cells = (f"{day}", str(need) if known else _("for verified suppliers only"), str(need.node or ""))
    return Row(cells, reverse("needs:need-detail", args=[need.pk]) if known else "")


def _meeting(meeting: Meeting, known: bool) -> Row:
    parties = f"{meeting.supplier.company} × {meeting.buyer.company}" if known else _("not public")
    return Row((str(meeting.event), parties, meeting.get_outcome_display()))


def _visit(visit: Visit, known: bool) -> Row:
    public = (f"{visit.visited_on}", str(visit.chain or ""), str(visit.company.division or ""))
    return Row((*public, str(visit.company) if known else _("not public")))


def _problem(problem: Problem, known: bool) -> Row:
    public = (
        f"{problem.raised_on}",
        str(problem.chain or ""),
        problem.get_subject_display(),
        problem.get_state_display(),
    )
    if not known:
        return Row((*public, _("not public")))
    return Row((*public, str(problem.company)), reverse("problems:problem-detail", args=[problem.pk]))


def _fulfilment(report: Fulfilment, known: bool) -> Row:
    if not known:
        return Row((f"{report.year}", _("not public"), "", "", ""))
    amounts = (report.ordered_amount, report.fulfilled_amount, report.new_output_amount)
    words = ("" if amount is None else about(amount, report.deal.currency) for amount in amounts)
    url = reverse("deals:deal-detail", args=[report.deal_id])
    return Row((f"{report.year}", str(report.deal), *words), url)


def _follow_up(follow_up: FollowUp, known: bool) -> Row:
    public = (f"{follow_up.due_on}", follow_up.get_days_display())
    if not known:
        return Row((*public, _("not public"), "", ""))
    answered = follow_up.get_source_display() or _("not answered yet")
    url = reverse("deals:deal-detail", args=[follow_up.deal_id])
    return Row((*public, str(follow_up.deal), answered, follow_up.get_payment_display()), url)


def _chief(user: User, known: bool) -> Row:
    return Row((user.name,))


LISTINGS: dict[type[Model], Listing] = {
    Deal: Listing(
        lambda: (_("Date"), _("Chain"), _("Division"), _("Stage"), _("Deal"), _("Parties"), _("Amount")),
        ("counting_chain", "counting_division", "buyer", "supplier"),
        _deal,
    ),
    Company: Listing(lambda: (_("Company"), _("Division"), _("Size class")), ("division",), _company),
    DockingEvent: Listing(lambda: (_("Event"), _("Last day"), _("Kind"), _("Host")), ("host",), _event),
    Match: Listing(lambda: (_("Date"), _("Need"), _("Supplier"), _("State")), ("need", "supplier"), _match),
    SourcingNeed: Listing(lambda: (_("Date"), _("Need"), _("Chain node")), ("node",), _need),
    Meeting: Listing(
        lambda: (_("Event"), _("Companies"), _("Outcome")),
        ("event", "buyer__company", "supplier__company"),
        _meeting,
    ),
    Fulfilment: Listing(
        lambda: (_("Year"), _("Deal"), _("Order amount"), _("Fulfilled amount"), _("New output value")),
        ("deal",),
        _fulfilment,
    ),
    FollowUp: Listing(
        lambda: (_("due on"), _("after"), _("Deal"), _("answered by"), _("payment")), ("deal",), _follow_up
    ),
    Visit: Listing(
        lambda: (_("Visited on"), _("Chain"), _("Division"), _("Company")),
        ("company__division", "chain"),
        _visit,
    ),
    Problem: Listing(
        lambda: (_("Raised on"), _("Chain"), _("Subject"), _("State"), _("Company")),
        ("company", "chain"),
        _problem,
    ),
    User: Listing(lambda: (_("Name"),), (), _chief),
}


def heads(model: type[Model]) -> tuple[str, ...]:
    """The column heads of a model's rows."""
    return LISTINGS[model].heads()


def ordered(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows in a fixed order, with what their lines need."""
    return rows.select_related(*LISTINGS[rows.model].related).order_by("pk")


def lines(page: Sequence[Model], viewer: Viewer) -> list[Row]:
    """The lines of one page; two queries beside the page's own."""
    if not page:
        return []
    model = type(page[0])
    listing = LISTINGS[model]
    known = _known_to(viewer, model, [row.pk for row in page])
    return [listing.line(row, row.pk in known) for row in page]


def _known_to(viewer: Viewer, model: type[Any], keys: Iterable[int]) -> set[int]:
    """Which of the rows the viewer may know in full; chiefs are public."""
    if model is User:
        return set(keys)
    return set(model.objects.visible_to(viewer).filter(pk__in=list(keys)).values_list("pk", flat=True))
