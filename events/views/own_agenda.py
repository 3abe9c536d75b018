"""A delegate's own agenda behind a personal link: on a phone, on paper, in a calendar; without an account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from events import calendar_entries, links
from events.agendas import agenda_of
from events.models import Delegate, Registration
from events.qr import as_image, badge_address
from events.views.calendar import calendar_file
from events.views.link_pages import link_page
from events.views.lookups import site_of


def _delegate(token: str) -> Delegate:
    rows = Delegate.objects.select_related("registration__event__host", "registration__company")
    found = links.find(rows, token)
    if found is None:
        raise Http404
    return found


@link_page
@require_safe
def own_agenda(request: HttpRequest, token: str) -> HttpResponse:
    """Badge and meetings of the delegate's firm."""
    delegate = _delegate(token)
    registration = delegate.registration
    has_place = registration.state == Registration.State.CONFIRMED
    feed = site_of(request) + reverse("own-agenda-ics", args=[token])
    context = {
        "delegate": delegate,
        "registration": registration,
        "event": registration.event,
        "meetings": agenda_of(registration) if has_place else [],
        "has_place": has_place,
        "badge": as_image(badge_address(registration, request)),
        "feed": feed,
        "subscribe": "webcal" + feed[feed.index(":") :],
    }
    return render(request, "events/own_agenda.html", context)


@require_safe
def own_agenda_ics(request: HttpRequest, token: str) -> HttpResponse:
    """The same as a feed to which calendars subscribe; what was cancelled stays in it as cancelled."""
    delegate = _delegate(token)
    registration = delegate.registration
    meetings = [row.meeting for row in agenda_of(registration, cancelled=True)]
    if registration.state != Registration.State.CONFIRMED:
        meetings = []
    content = calendar_entries.of_meetings(meetings, registration.company, name=str(registration.event))
    response = calendar_file(content, f"{registration.event.slug}-agenda")
    response["Cache-Control"] = "private, max-age=300"
    return response
