"""The portal of those who act for a company: what waits, introductions, deals and meetings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from companies.models import Company, Representative, SourcingNeed
from events.models import Deal, DockingEvent, FollowUp, Meeting, Problem
from matchmaking.engine.suggestions import needs_for
from matchmaking.introductions import answer
from matchmaking.models import Match
from matchmaking.models.match import MatchQuerySet
from matchmaking.views.matches import rows_for
from matchmaking.views.shown_suggestion import ShownSuggestion, shown

A_PAGE = 24
SUITING = 20
WAITING = "waiting"


def _own(request: HttpRequest) -> list[Company]:
    return list(
        Company.objects.current().represented_by(request.user).select_related("division").order_by("pk")
    )


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the own companies, and what comes next."""
    own = _own(request)
    keys = [company.pk for company in own]
    waiting = _waiting(request)
    needs = SourcingNeed.objects.filter(buyer__in=keys)
    return render(
        request,
        "matchmaking/portal.html",
        {
            "companies": own,
            "asked": Representative.objects.filter(
                user=person(request), state=Representative.State.ASKED
            ).select_related("company"),
            "waiting": rows_for(request.user, waiting[:10]),
            "waiting_count": waiting.count(),
            "open_needs": needs.open().order_by("-opened_at")[:5],
            "drafts": needs.filter(state=SourcingNeed.State.DRAFT).order_by("-created_at")[:5],
            "meetings": Meeting.objects.visible_to(request.user)
            .filter(Q(buyer__company__in=keys) | Q(supplier__company__in=keys), state=Meeting.State.PUBLISHED)
            .select_related("event", "slot", "buyer__company", "supplier__company")[:5],
            "events": DockingEvent.objects.visible_to(request.user).upcoming().order_by("starts_on")[:4],
            "deals": Deal.objects.filter(Q(buyer__in=keys) | Q(supplier__in=keys))
            .select_related("buyer", "supplier")
            .order_by("-recorded_at")[:5],
            "questions": FollowUp.objects.open().filter(deal__supplier__in=keys).count(),
            "proposals": Problem.objects.filter(company__in=keys, state=Problem.State.PROPOSED).count(),
            "suiting": _suiting(request, own, 5),
            "reasons": Match.Reason.choices,
        },
    )


def _waiting(request: HttpRequest) -> MatchQuerySet:
    """Matches that wait for an answer of the own side."""
    own = Company.objects.current().represented_by(request.user).values("pk")
    introduced = Q(state=Match.State.INTRODUCED)
    interest = Q(
        state__in=[Match.State.SUGGESTED, Match.State.SHORTLISTED], supplier_answer=Match.Answer.ACCEPTED
    )
    as_buyer = Q(need__buyer__in=own, buyer_answer="") & (introduced | interest)
    as_supplier = Q(supplier__in=own, supplier_answer="") & introduced
    return Match.objects.visible_to(request.user).filter(as_buyer | as_supplier)


def _suiting(
    request: HttpRequest, own: list[Company], limit: int
) -> list[tuple[Company, list[ShownSuggestion]]]:
    """Open needs that suit each of the own suppliers, best first."""
    return [
        (company, shown(needs_for(company, viewer=request.user, limit=limit)))
        for company in own
        if company.supplies
    ]


@login_required
def matches(request: HttpRequest) -> HttpResponse:
    """What suits the own companies, and the introductions with their states."""
    own = _own(request)
    known = Match.objects.visible_to(request.user).filter(Q(need__buyer__in=own) | Q(supplier__in=own))
    tabs = [(WAITING, _("waiting for me")), ("", _("all")), *Match.State.choices]
    tab = next((value for value, _label in tabs if value == request.GET.get("state")), "")
    chosen = _waiting(request) if tab == WAITING else known.filter(state=tab) if tab else known
    page = Paginator(chosen.order_by("-updated_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "matchmaking/matches.html",
        {
            "page": page,
            "rows": rows_for(request.user, page.object_list),
            "tab": tab,
            "tabs": tabs,
            "suiting": _suiting(request, own, SUITING) if not tab else [],
            "reasons": Match.Reason.choices,
        },
    )


@login_required
@require_POST
def match_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline an introduction."""
    match = get_object_or_404(Match.objects.visible_to(request.user), pk=pk)
    accept = "accept" in request.POST
    try:
        answer(
            match,
            by=person(request),
            accept=accept,
            reason=posted.words(request.POST, "reason"),
            comment=posted.words(request.POST, "comment"),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("Accepted. When the other side accepts too, you see each other's contacts.")
        messages.success(
            request, done if accept else _("Declined. The reason makes the next suggestion better.")
        )
    return redirect("portal:matches")


@login_required
def deals(request: HttpRequest) -> HttpResponse:
    """Deals of the own companies."""
    own = Company.objects.represented_by(request.user).values("pk")
    rows = Deal.objects.filter(Q(buyer__in=own) | Q(supplier__in=own)).select_related("buyer", "supplier")
    page = Paginator(rows.order_by("-recorded_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "matchmaking/my_deals.html", {"page": page})


@login_required
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings of the own companies, the latest first; plans that are not published are not shown."""
    own = Company.objects.represented_by(request.user).values("pk")
    rows = Meeting.objects.told().filter(Q(buyer__company__in=own) | Q(supplier__company__in=own))
    rows = rows.select_related("event", "slot", "buyer__company", "supplier__company")
    ordered = rows.order_by(F("slot__starts_at").desc(nulls_last=True), "pk")
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "matchmaking/my_meetings.html", {"page": page})
