"""Record a deal in the hall, from a form or from the queue of a phone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from events.deals.recording import KeyAlreadyUsed
from events.deals.rights import may_record
from events.forms.recording import FloorDealForm
from events.models import Deal, DockingEvent, Meeting
from events.timetable.hall import published
from events.views.floor.answers import CONTRADICTS, asks_json, done, of_another_person, refused_answer
from events.views.floor.pages import floor_page
from events.views.lookups import REFUSED, run_event
from events.views.recording import keep, said, save, shown_likely


@floor_page
def deal_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a deal in the hall, its parties filled in from ?meeting=."""
    found = run_event(request, slug)
    user = person(request)
    if not may_record(user):
        raise Http404
    if refusal := of_another_person(request):
        return refusal
    key = posted.key(request.GET, "meeting")
    meeting = published(found).filter(pk=key).first() if key else None
    form = FloorDealForm(
        request.POST or None,
        request.FILES or None,
        user=user,
        event=found,
        initial=_from_meeting(meeting),
    )
    if asks_json(request) and request.method == "POST":
        return _queued(request, form, found, meeting)
    if request.method == "POST" and form.is_valid():
        deal = save(request, form, by=user, event=found, meeting=_fitting(meeting, form))
        if deal:
            return redirect("floor:event", slug)
    context = {
        "event": found,
        "form": form,
        "meeting": meeting,
        "meetings": [_in_short(row) for row in published(found)],
        "likely": shown_likely(form, user),
    }
    return render(request, "events/floor/deal.html", context, status=REFUSED if form.errors else 200)


def _queued(
    request: HttpRequest, form: FloorDealForm, event: DockingEvent, meeting: Meeting | None
) -> HttpResponse:
    """The answer to the queue: recorded, once however often it is sent, or why not and what to mend."""
    user = person(request)
    if form.is_valid():
        try:
            deal, unkept = keep(form, by=user, event=event, meeting=_fitting(meeting, form))
        except KeyAlreadyUsed as refused:
            return _contradiction(request, str(refused), refused.deal)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return done(said(deal), deal=deal.pk, warning=unkept)
    before = Deal.objects.filter(idempotency_key=form.cleaned_data.get("key"), recorded_by=user).first()
    if before:
        return _contradiction(request, _("This deal was recorded already, with other values."), before)
    html = render_to_string(
        "events/floor/_refusal.html", {"form": form, "likely": shown_likely(form, user)}, request
    )
    sentence = _("The deal is not recorded yet: something has to be mended.")
    return refused_answer(sentence, html=html, is_likely=bool(form.likely))


def _contradiction(request: HttpRequest, sentence: str, deal: Deal) -> HttpResponse:
    """The same key with other content: the deal of the first time is shown where the person may see it."""
    visible = Deal.objects.visible_to(request.user).filter(pk=deal.pk).exists()
    html = render_to_string("events/floor/_refusal.html", {"before": deal if visible else None}, request)
    return refused_answer(sentence, CONTRADICTS, html=html)


def _fitting(meeting: Meeting | None, form: FloorDealForm) -> Meeting | None:
    """The meeting, where the form still names its parties."""
    given = form.cleaned_data
    if meeting and given["buyer"].pk == meeting.buyer.company_id:
        return meeting if given["supplier"].pk == meeting.supplier.company_id else None
    return None


def _in_short(meeting: Meeting) -> dict[str, Any]:
    """What a page that was kept on the phone needs to fill the form from a meeting."""
    return {"key": meeting.pk} | {name: value for name, value in _from_meeting(meeting).items() if value}


def _from_meeting(meeting: Meeting | None) -> dict[str, Any]:
    """First values of the form: the parties, and what they met about."""
    if meeting is None:
        return {"stage": Deal.Stage.INTENTION}
    return {
        "stage": Deal.Stage.INTENTION,
        "buyer": meeting.buyer.company_id,
        "supplier": meeting.supplier.company_id,
        "title": str(meeting.need) if meeting.need else str(meeting),
    }
