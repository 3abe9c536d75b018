"""The public calendar: docking events, one event, its entry for other calendars."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import Viewer
from companies.models import Company
from companies.sheets.writing import download, workbook
from events import calendar_entries
from events.deals.rights import may_record
from events.filters import EventFilter
from events.models import Deal, DockingEvent, Invitation, Registration, Session
from events.preparing import may_prepare
from events.views.lookups import as_excel, visible_event, wants_excel

A_PAGE = 24
SHOWN_DEALS = 20
MOST_ENTRIES = 1000
"""Events in a feed, the newest."""
SORTS = {
    "newest": (_("newest first"), ("-starts_on", "-pk")),
    "oldest": (_("oldest first"), ("starts_on", "pk")),
    "deals": (_("most deals"), ("-deal_count", "-starts_on", "-pk")),
}


def _with_counts(events: QuerySet[DockingEvent]) -> QuerySet[DockingEvent]:
    """Events with the number of firms that come and of deals recorded at them."""
    registered = Registration.objects.filter(state=Registration.State.CONFIRMED)
    return events.annotate(firm_count=_number_of(registered), deal_count=_number_of(Deal.objects.all()))


def _number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of the rows are of the event: joined, each would be read once for each of the others."""
    of_event = rows.filter(event=OuterRef("pk")).order_by().values("event")
    return Coalesce(Subquery(of_event.annotate(n=Count("pk")).values("n")), 0)


@require_safe
@vary_on_headers("HX-Request")
def event_list(request: HttpRequest) -> HttpResponse:
    """Announced, held and cancelled events, and drafts of those who run them."""
    found = EventFilter(request.GET, queryset=DockingEvent.objects.visible_to(request.user), request=request)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "newest"
    rows = _with_counts(found.qs).select_related("host").prefetch_related("chains")
    if wants_excel(request):
        ordered = rows.order_by(*SORTS[sort][1])
        return download("events", workbook(gettext("Docking events"), _heads(), _lines(ordered)))
    kinds = found.facet("kind", "kind", DockingEvent.Kind.choices)
    context = {
        "filter": found,
        "page": Paginator(rows.order_by(*SORTS[sort][1]), A_PAGE).get_page(request.GET.get("page")),
        "facets": [
            (found.form.fields["kind"].label, [each for each in kinds if each.count or each.is_ticked])
        ],
        "sorts": [(key, label) for key, (label, _order) in SORTS.items()],
        "sort": sort,
        "exports": [(as_excel(request), _("Excel")), (_feed(request), _("Calendar"))],
        "may_prepare": request.user.is_authenticated and may_prepare(request.user),
        "today": timezone.localdate(),
    }
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by the library's middleware
    alone = htmx and htmx.target == "results"
    return render(request, "events/_event_results.html" if alone else "events/event_list.html", context)


def _feed(request: HttpRequest) -> str:
    """The calendar's address under the filters of the page."""
    asked = request.GET.copy()
    for name in ("page", "sort"):
        asked.pop(name, None)
    return f"{reverse('events:calendar-feed')}?{asked.urlencode()}".rstrip("?")


def _heads() -> list[str]:
    return [
        gettext("Event"),
        gettext("Kind"),
        gettext("State"),
        gettext("First day"),
        gettext("Last day"),
        gettext("Host"),
        gettext("Venue"),
        gettext("Chains"),
        gettext("Firms"),
        gettext("Deals"),
    ]


def _lines(rows: QuerySet[DockingEvent]) -> Iterator[list[Any]]:
    counted: Any
    for counted in rows:
        yield [
            str(counted),
            counted.get_kind_display(),
            counted.get_state_display(),
            counted.starts_on,
            counted.ends_on,
            str(counted.host),
            counted.venue,
            ", ".join(str(chain) for chain in counted.chains.all()),
            counted.firm_count,
            counted.deal_count,
        ]


@require_safe
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """The public calendar under the page's filters, to subscribe to (RFC 5545); drafts are left out."""
    found = EventFilter(request.GET, queryset=DockingEvent.objects.published(), request=request)
    rows = found.qs.order_by("-starts_on", "-pk")[:MOST_ENTRIES]
    events = [(event, request.build_absolute_uri(event.get_absolute_url())) for event in rows]
    response = calendar_file(calendar_entries.of_events(events, gettext("Docking events")), "events")
    response["Cache-Control"] = "public, max-age=900"
    return response


@dataclass(frozen=True)
class Guests:
    """Who comes: numbers for all, names for those who take part."""

    buyers: int
    suppliers: int
    waiting: int
    named: list[Registration]


def _guests(event: DockingEvent, user: Viewer, *, takes_part: bool) -> Guests:
    """Participants see the published firms; who runs the event sees all of them."""
    states = Counter(event.registrations.values_list("state", "side"))
    confirmed = Registration.State.CONFIRMED
    named = event.registrations.confirmed().select_related("company__division")
    published = Company.objects.visible_to(user).values("pk")
    rows = named.filter(company__in=published).order_by("side", "pk") if takes_part else named.none()
    return Guests(
        buyers=states[confirmed, Registration.Side.BUYER],
        suppliers=states[confirmed, Registration.Side.SUPPLIER],
        waiting=sum(n for (state, _side), n in states.items() if state == Registration.State.WAITING),
        named=list(rows),
    )


@require_safe
def event_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One event: what it is, who comes, the own registration, and for officials its deals."""
    event = visible_event(request, slug)
    own = Company.objects.current().represented_by(request.user)
    registrations = list(
        event.registrations.active().filter(company__in=own.values("pk")).select_related("company")
    )
    runs = DockingEvent.objects.overseen_by(request.user).filter(pk=event.pk).exists()
    takes_part = runs or any(each.state == Registration.State.CONFIRMED for each in registrations)
    deals = Deal.objects.visible_to(request.user).filter(event=event).select_related("buyer", "supplier")
    free = own.exclude(pk__in=[each.company_id for each in registrations])
    is_open = event.is_open
    sessions = Session.objects.filter(event=event).annotate(
        slot_count=Count("slots"), begins_at=Min("slots__starts_at"), finishes_at=Max("slots__ends_at")
    )
    context = {
        "event": event,
        "chains": event.chains.order_by("code"),
        "sessions": sessions,
        "registrations": registrations,
        "invitations": Invitation.objects.filter(event=event, company__in=free.values("pk"))
        .exclude(answer=Invitation.Answer.REGISTERED)
        .select_related("company")
        if is_open
        else [],
        "can_register": is_open and free.exists(),
        "is_open": is_open,
        "runs": runs,
        "takes_part": takes_part,
        "guests": _guests(event, request.user, takes_part=takes_part),
        "deals": deals.order_by("-recorded_at", "-pk")[:SHOWN_DEALS],
        "deal_count": deals.count(),
        "may_record": runs and may_record(request.user),
    }
    return render(request, "events/event.html", context)


@require_safe
def event_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The event as an entry for other calendars (RFC 5545)."""
    event = visible_event(request, slug)
    address = request.build_absolute_uri(event.get_absolute_url())
    return calendar_file(calendar_entries.of_event(event, address), event.slug)


def calendar_file(content: bytes, name: str) -> HttpResponse:
    """A calendar to download or subscribe to."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
