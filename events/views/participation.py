"""What a company does about an event: register, withdraw, say whom to meet, follow its agenda."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from companies.models import Company, SourcingNeed
from events import calendar_entries
from events.agendas import agenda_of
from events.forms.registration import DelegateFormSet, RegisterForm, WishForm
from events.models import DockingEvent, MeetingWish, Registration
from events.qr import as_image, badge_address
from events.registration import register, withdraw
from events.views.calendar import calendar_file
from events.views.lookups import REFUSED, site_of, visible_event
from events.wishing import partners_of, wish

PARTNERS_A_PAGE = 50


@login_required
def event_register(request: HttpRequest, slug: str) -> HttpResponse:
    """Register one of the person's companies."""
    event = visible_event(request, slug)
    registered = event.registrations.active().values("company_id")
    companies = (
        Company.objects.current().represented_by(request.user).exclude(pk__in=registered).order_by("pk")
    )
    if not companies.exists():
        if Company.objects.current().represented_by(request.user).exists():
            messages.info(request, _("Your companies are registered already."))
            return redirect(event)
        raise Http404
    user = person(request)
    wanted = posted.key(request.GET, "company")
    form = RegisterForm(request.POST or None, companies=companies, event=event, wanted=wanted)
    first = {"name": user.name, "phone": user.phone, "email": user.email, "language": user.language}
    delegates = DelegateFormSet(request.POST or None, initial=[first], prefix="delegates")
    if request.method == "POST" and form.is_valid() and delegates.is_valid():
        given = form.cleaned_data
        try:
            registration = register(
                event,
                given["company"],
                by=user,
                side=given["side"],
                needs=given.get("needs", ()),
                sessions=given.get("sessions", ()),
                site=site_of(request),
                delegates=[each.person() for each in delegates if each.cleaned_data.get("name")],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _said(registration))
            return redirect(event)
    status = REFUSED if form.errors or (delegates.is_bound and not delegates.is_valid()) else 200
    context = {"event": event, "form": form, "delegates": delegates}
    return render(request, "events/register.html", context, status=status)


def _said(registration: Registration) -> str:
    """What the state of a new registration means for the person."""
    if registration.state == Registration.State.WAITING:
        return _("The event is full: you are on the waiting list and move up when a place becomes free.")
    if registration.state == Registration.State.ASKED and registration.event.asks_approval:
        return _("The organiser looks at every registration of this event; you are told what is decided.")
    if registration.state == Registration.State.ASKED:
        return _("The organiser looks at your registration, because your company is not verified yet.")
    return _("You are registered. Your badge is on your agenda.")


@login_required
@require_POST
def event_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a registration back."""
    event = visible_event(request, slug)
    registration = get_object_or_404(Registration.objects.editable_by(request.user), pk=pk, event=event)
    try:
        withdraw(registration, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The registration is withdrawn."))
    return redirect(event)


def own_registration(request: HttpRequest, event: DockingEvent) -> Registration:
    """The registration of the person's company, by ?as= where there are several; 404 where there is none."""
    own = Company.objects.represented_by(request.user).values("pk")
    rows = event.registrations.active().filter(company__in=own).select_related("company", "event")
    wanted = posted.key(request.GET, "as")
    row = rows.filter(pk=wanted).first() if wanted else rows.order_by("pk").first()
    if row is None:
        raise Http404
    return row


def _shown_needs(request: HttpRequest) -> "Prefetch[str]":
    """Needs that a firm shows at the event, as far as the viewer may see them under its name."""
    visible = SourcingNeed.objects.visible_to(request.user).values("pk")
    rows = SourcingNeed.objects.naming_buyer_to(request.user).filter(pk__in=visible)
    return Prefetch("needs", rows, to_attr="shown_needs")


@dataclass(frozen=True)
class Partner:
    """A firm that may be met, the own wish about it, and its request that waits for an answer."""

    registration: Registration
    wish: MeetingWish | None
    request: MeetingWish | None

    @property
    def strength(self) -> str:
        return self.wish.strength if self.wish else ""


@login_required
def wishes(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom the company wants to meet, among the firms of the other side."""
    event = visible_event(request, slug)
    registration = own_registration(request, event)
    others = partners_of(registration).filter(
        company__in=Company.objects.visible_to(request.user).values("pk")
    )
    if request.method == "POST":
        form = WishForm(request.POST, others=others)
        try:
            if form.is_valid():
                given = form.cleaned_data
                wish(
                    registration,
                    given["other"],
                    given["strength"],
                    by=person(request),
                    site=site_of(request),
                )
                messages.success(
                    request, _("Your wish about %(firm)s is noted.") % {"firm": given["other"].company}
                )
            else:
                messages.error(request, _("This firm does not come as your counterpart."))
        except Refused as refused:
            messages.error(request, str(refused))
        if request.GET.get("back") == "suggested":
            back = reverse("events:wishes-suggested", args=[slug])
            return redirect(f"{back}?as={registration.pk}")
        return redirect(request.get_full_path())
    words, show = posted.words(request.GET, "q", 100), request.GET.get("show", "")
    asking = MeetingWish.objects.filter(other=registration).requests().counting()
    found = others.named_like(words) if words else others
    if show == "asked":
        found = found.filter(pk__in=asking.values("wished_by_id"))
    elif show == "mine":
        found = found.filter(pk__in=registration.wishes.values("other_id"))
    rows = found.select_related("company__division").prefetch_related(_shown_needs(request)).order_by("pk")
    page = Paginator(rows, PARTNERS_A_PAGE).get_page(request.GET.get("page"))
    keys = [row.pk for row in page]
    own = {
        row.other_id: row
        for row in MeetingWish.objects.with_answer().filter(wished_by=registration, other__in=keys)
    }
    asked = {row.wished_by_id: row for row in asking.filter(wished_by__in=keys)}
    context = {
        "event": event,
        "registration": registration,
        "page": page,
        "words": words,
        "show": show,
        "asked_count": asking.filter(wished_by__in=others.values("pk")).count(),
        "partners": [Partner(row, own.get(row.pk), asked.get(row.pk)) for row in page],
        "strengths": [*MeetingWish.Strength.choices, ("", _("no wish"))],
        "is_open": registration.state == Registration.State.CONFIRMED and not event.has_ended,
        "now": timezone.now(),
    }
    return render(request, "events/wishes.html", context)


@login_required
@require_safe
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """The company's badge and its meetings."""
    registration = own_registration(request, visible_event(request, slug))
    context = {
        "event": registration.event,
        "registration": registration,
        "meetings": agenda_of(registration),
        "badge": as_image(badge_address(registration, request)),
        "delegates": registration.delegates.all(),
    }
    return render(request, "events/agenda.html", context)


@login_required
@require_safe
def agenda_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The company's meetings for other calendars."""
    registration = own_registration(request, visible_event(request, slug))
    meetings = [row.meeting for row in agenda_of(registration, cancelled=True)]
    content = calendar_entries.of_meetings(meetings, registration.company, name=str(registration.event))
    return calendar_file(content, f"{registration.event.slug}-agenda")
