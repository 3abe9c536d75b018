"""Who comes: the firms that registered, admitted or refused, registered by staff, by sheet, on badges."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from companies.models import Company
from companies.sheets.writing import download, workbook
from events.forms.attending import StaffRegisterForm
from events.forms.registration import DelegateFormSet
from events.models import DockingEvent, Registration
from events.models.registration import RegistrationQuerySet
from events.qr import as_image, badge_address
from events.registration import approve, refuse, register, withdraw
from events.sheets import registration_sheet
from events.views.lookups import REFUSED, as_excel, run_event, site_of, wants_excel

A_PAGE = 50
MOST_BADGES = 1000
LARGEST_SHEET = 5 * 1024 * 1024
STATES = (
    Registration.State.ASKED,
    Registration.State.WAITING,
    Registration.State.CONFIRMED,
    Registration.State.WITHDRAWN,
    Registration.State.REFUSED,
)
ORDERS = {
    "state": (gettext_lazy("to decide first"), ("state", "pk")),
    "first": (gettext_lazy("first registered first"), ("registered_at", "pk")),
    "last": (gettext_lazy("last registered first"), ("-registered_at", "-pk")),
}


def _found(request: HttpRequest, event: DockingEvent) -> tuple[RegistrationQuerySet, dict[str, Any]]:
    """The registrations that the page's filters leave, in its order, and what the page says of them."""
    words, state = posted.words(request.GET, "q", 100), request.GET.get("state", "")
    side, sort = request.GET.get("side", ""), request.GET.get("sort", "state")
    sort = sort if sort in ORDERS else "state"
    rows = Registration.objects.filter(event=event)
    if state in Registration.State.values:
        rows = rows.filter(state=state)
    if side in Registration.Side.values:
        rows = rows.filter(side=side)
    if words:
        rows = rows.named_like(words)
    rows = rows.select_related("company__division").prefetch_related("delegates", "sessions", "needs")
    asked = {"words": words, "state": state, "side": side, "sort": sort}
    return rows.order_by(*ORDERS[sort][1]), asked


@login_required
@require_safe
def registration_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is registered; firms that wait for a decision come first."""
    event = run_event(request, slug)
    rows, asked = _found(request, event)
    if wants_excel(request):
        return download(f"{slug}-registrations", workbook(_("Registrations"), _heads(), _lines(rows)))
    badges = request.GET.copy()
    badges.pop("page", None)
    context = {
        "event": event,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "states": [(each.value, each.label) for each in STATES],
        "sides": Registration.Side.choices,
        "sorts": [(key, label) for key, (label, _order) in ORDERS.items()],
        "exports": [(as_excel(request), _("Excel"))],
        "query": badges.urlencode(),
        **asked,
    }
    return render(request, "events/registrations.html", context)


def _heads() -> list[str]:
    return [
        _("Company"),
        _("Credit code"),
        _("Division"),
        _("Side"),
        _("State"),
        _("Delegates"),
        _("Phone"),
        _("E-mail"),
        _("Sessions"),
        _("Needs to show"),
        _("Own table"),
        _("Registered at"),
        _("Checked in at"),
    ]


def _lines(rows: RegistrationQuerySet) -> Iterator[list[Any]]:
    for row in rows:
        delegates = list(row.delegates.all())
        yield [
            str(row.company),
            row.company.credit_code or "",
            str(row.company.division or ""),
            row.get_side_display(),
            row.get_state_display(),
            "; ".join(f"{each.name} {each.position}".strip() for each in delegates),
            "; ".join(each.phone for each in delegates if each.phone),
            "; ".join(each.email for each in delegates if each.email),
            ", ".join(str(each) for each in row.sessions.all()),
            "; ".join(str(each) for each in row.needs.all()),
            row.booth,
            row.registered_at,
            row.checked_in_at,
        ]


@login_required
@require_POST
def registration_decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Admit or refuse a firm that asked, or withdraw a registration for a firm."""
    event = run_event(request, slug)
    registration = get_object_or_404(event.registrations.all(), pk=pk)
    decision = request.POST.get("decision")
    try:
        if decision == "withdraw":
            decided = withdraw(registration, by=person(request))
        else:
            act = approve if decision == "approve" else refuse
            decided = act(registration, by=person(request), site=site_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = {"company": decided.company, "state": decided.get_state_display()}
        messages.success(request, _("%(company)s: %(state)s.") % said)
    return redirect("events:registration-list", slug)


@login_required
def registration_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Register a firm for it, as when it calls."""
    event = run_event(request, slug)
    companies = Company.objects.current().visible_to(request.user).order_by("pk")
    form = StaffRegisterForm(request.POST or None, event=event, companies=companies)
    delegates = DelegateFormSet(request.POST or None, prefix="delegates")
    if request.method == "POST" and form.is_valid() and delegates.is_valid():
        given = form.cleaned_data
        try:
            registration = register(
                event,
                given["company"],
                by=person(request),
                side=given["side"],
                sessions=given.get("sessions", ()),
                delegates=[each.person() for each in delegates if each.cleaned_data.get("name")],
                site=site_of(request),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = {"company": registration.company, "state": registration.get_state_display()}
            messages.success(request, _("%(company)s: %(state)s.") % said)
            return redirect("events:registration-detail", slug, registration.pk)
    status = REFUSED if form.errors or (delegates.is_bound and not delegates.is_valid()) else 200
    context = {"event": event, "form": form, "delegates": delegates, "by_staff": True}
    return render(request, "events/register.html", context, status=status)


@login_required
def registration_import(request: HttpRequest, slug: str) -> HttpResponse:
    """Many firms at once from a sheet: all of it or nothing, every wrong cell named."""
    event = run_event(request, slug)
    if request.GET.get("format") == "template":
        return download("registrations-template", registration_sheet.template())
    report, status = None, 200
    if request.method == "POST":
        sheet = request.FILES.get("sheet")
        try:
            if sheet is None or sheet.size is None or sheet.size > LARGEST_SHEET:
                raise Refused(_("Choose an Excel file of at most 5 MB."))
            report = registration_sheet.load(event, sheet.file, by=person(request), site=site_of(request))  # type: ignore[arg-type]  # opened for bytes
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("events:registration-import", slug)
        if not report.errors:
            done = {"count": report.registered, "waiting": report.waiting}
            said = _("%(count)s firms are registered, %(waiting)s of them on the waiting list.")
            messages.success(request, said % done)
            return redirect("events:registration-list", slug)
        status = REFUSED
    context = {"event": event, "report": report, "columns": list(registration_sheet.heads().values())}
    return render(request, "events/registration_import.html", context, status=status)


@login_required
@require_safe
def badges(request: HttpRequest, slug: str) -> HttpResponse:
    """Badges to print, eight a sheet: those the list shows, or those ticked (``?firm=``); confirmed only."""
    event = run_event(request, slug)
    rows, _asked = _found(request, event)
    ticked = posted.keys(request.GET, "firm")
    rows = rows.confirmed()
    if ticked:
        rows = Registration.objects.confirmed().filter(event=event, pk__in=ticked)
        rows = rows.select_related("company__division").prefetch_related("delegates").order_by("pk")
    found = [
        {"registration": row, "delegate": delegate, "code": as_image(badge_address(row, request))}
        for row in rows[:MOST_BADGES]
        for delegate in (*row.delegates.all(), *([] if row.delegates.all() else [None]))
    ]
    sheets = [found[at : at + 8] for at in range(0, len(found), 8)]
    context = {"event": event, "sheets": sheets, "count": len(found), "slug": slug}
    return render(request, "events/badges.html", context)
