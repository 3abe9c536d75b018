"""What the engine says for an event: firms to invite, and partners for a firm that comes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from companies.duties import is_official
from companies.models import Company
from events import inviting
from events.models import Invitation, MeetingWish
from events.views.lookups import run_event, site_of, visible_event
from events.views.participation import own_registration
from events.wishing import partners_of
from matchmaking.docking import firms_that_fit, guests_needs, suggested_partners
from matchmaking.views.shown_suggestion import shown


@login_required
def invitation_suggested(request: HttpRequest, slug: str) -> HttpResponse:
    """Firms that fit the guests' needs, to tick and invite."""
    event, user = run_event(request, slug), person(request)
    needs = guests_needs(event, user)
    found = firms_that_fit(event, user, needs)
    if request.method == "POST":
        keys = set(posted.keys(request.POST, "firm"))
        ticked = [fit for fit in found if fit.company.pk in keys]
        try:
            if not ticked:
                raise Refused(_("Tick the firms that are to be invited."))
            sent = inviting.invite(
                event,
                Company.objects.filter(pk__in=[fit.company.pk for fit in ticked]),
                by=user,
                site=site_of(request),
                origin=Invitation.Origin.SUGGESTED,
                because={fit.company.pk: fit.needs[:3] for fit in ticked},
                note=posted.words(request.POST, "note", 1000),
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("events:invitation-suggested", slug)
        said = ngettext("%(count)s firm is invited.", "%(count)s firms are invited.", len(sent))
        messages.success(request, said % {"count": len(sent)})
        return redirect("events:invitation-list", slug)
    reached = inviting.addresses_of([fit.company.pk for fit in found])
    context = {
        "event": event,
        "fits": [(fit, fit.company.pk in reached) for fit in found],
        "need_count": len(needs),
        "may_plan": is_official(user) and not event.has_ended,
    }
    return render(request, "matchmaking/invitation_suggested.html", context)


@login_required
@require_safe
def wishes_suggested(request: HttpRequest, slug: str) -> HttpResponse:
    """Partners at the event that suit the own firm, with reasons; a wish is one tap away."""
    event = visible_event(request, slug)
    registration = own_registration(request, event)
    partners = partners_of(registration).filter(
        company__in=Company.objects.visible_to(request.user).values("pk")
    )
    items = shown(suggested_partners(registration, partners, person(request)))
    is_buyer = registration.side == "buyer"
    firms = {row.company_id: row for row in partners}
    said = dict(MeetingWish.objects.filter(wished_by=registration).values_list("other_id", "strength"))
    rows = []
    for item in items:
        other = firms[item.company.pk if is_buyer else item.need.buyer_id]
        rows.append((item, other, said.get(other.pk, "")))
    context = {
        "event": event,
        "registration": registration,
        "rows": rows,
        "strengths": [*MeetingWish.Strength.choices, ("", _("no wish"))],
        "is_open": registration.state == "confirmed" and not event.has_ended,
    }
    return render(request, "matchmaking/wishes_suggested.html", context)
