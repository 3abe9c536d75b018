"""One need: what is asked, and for its buyer and officials the suppliers that fit, with reasons."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import posted
from accounts.models import Viewer
from accounts.person import person
from companies.models import Company, SourcingNeed
from companies.models.need_rights import need_rights
from matchmaking import introductions
from matchmaking.engine.suggestions import suggest
from matchmaking.models import Match
from matchmaking.officials import official_required
from matchmaking.rooms import rooms_here
from matchmaking.views.desk import try_act
from matchmaking.views.matches import rows_of_need
from matchmaking.views.shown_suggestion import finding_of, finding_of_pair, shown

SHOWN = 10
MOST = 50
"""Suggestions at first sight, and when all are asked for."""
MOST_FIRMS = 10
SHOWN_WITH = ("buyer", "node__chain", "sector", "hs_heading", "place")
"""What is shown of a need beside its own columns."""
COLUMNS = [
    *(field.name for field in SourcingNeed._meta.concrete_fields),
    *("buyer__country", "node__chain__code", "sector__code", "sector__full_code", "hs_heading__code"),
    "place__path",
    *(f"{way}__name_{language}" for way in SHOWN_WITH for language in ("zh", "en")),
    *("node__name_zh", "node__name_en"),
]
"""What the page reads of a need and of what it points to."""


def visible_need(request: HttpRequest, pk: int) -> SourcingNeed:
    """A need that the viewer may see; 404 for others."""
    needs = SourcingNeed.objects.visible_to(request.user)
    return get_object_or_404(needs.select_related(*SHOWN_WITH), pk=pk)


def _own_suppliers(user: Viewer, need: SourcingNeed) -> list[Company]:
    """The viewer's companies that could supply the need."""
    suppliers = Company.objects.published().suppliers().represented_by(user)
    return list(suppliers.exclude(pk=need.buyer_id))


def _own_firms(user: Viewer, need: SourcingNeed) -> list[Company]:
    """The viewer's suppliers, verified or not: each may ask where it stands."""
    firms = Company.objects.current().suppliers().represented_by(user)
    return list(firms.exclude(pk=need.buyer_id)[:MOST_FIRMS])


def _matches(user: Viewer, need: SourcingNeed, *, may_choose: bool) -> list[Match]:
    """Those that the viewer may see."""
    found = list(Match.objects.of_need(need, user, may_edit=may_choose).select_related("supplier"))
    for match in found:
        match.need = need
    return found


def _is_only_suggested(match: Match) -> bool:
    """Nobody has chosen it: the engine's suggestion alone."""
    return match.state == Match.State.SUGGESTED and match.origin == Match.Origin.ENGINE


def need_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One need for whoever may see it."""
    user = request.user
    rights = need_rights(user, pk)
    if rights is None:
        raise Http404
    need = SourcingNeed.objects.select_related(*SHOWN_WITH).only(*COLUMNS).get(pk=pk)
    may_choose, is_named = rights.may_edit, rights.may_know_buyer
    represents = rooms_here(request).is_representative
    matches = _matches(user, need, may_choose=may_choose)
    limit = MOST if "all" in request.GET else SHOWN
    # Without a viewer: that this one may choose is known.
    found = suggest(need, viewer=None, limit=limit) if may_choose and need.is_open else None
    items = found.items if found else ()
    states = {match.supplier_id: match.state for match in matches}
    chosen = [match for match in matches if not _is_only_suggested(match)]
    rows = rows_of_need(user, chosen, is_named=is_named, represents=represents)
    answers = need.is_open and represents
    context = {
        "need": need,
        "is_named": is_named or any(row.side == "supplier" and row.other for row in rows),
        "may_choose": may_choose,
        "may_edit": may_choose and need.state in {"draft", "submitted", "open"},
        "oversees": rights.oversees,
        "certifications": need.required_certifications.all(),
        "found": found,
        "has_more": found is not None and len(items) < min(found.considered, MOST),
        "suggestions": shown(items, states if may_choose else {}),
        "matches": rows,
        "own_suppliers": _own_suppliers(user, need) if answers else [],
        "firms": _own_firms(user, need) if answers else [],
        "listed": {row.match.supplier_id for row in rows},
        "reasons": Match.Reason.choices,
    }
    return render(request, "matchmaking/need.html", context)


@login_required
@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a supplier on the need's short list, with what the engine said about it."""
    need = get_object_or_404(SourcingNeed.objects.editable_by(request.user), pk=pk)
    suppliers = Company.objects.visible_to(request.user).current()
    supplier = get_object_or_404(suppliers, pk=posted.key(request.POST, "supplier"))
    by, note = person(request), posted.words(request.POST, "note")
    found = suggest(need, viewer=request.user, limit=MOST)
    item = next((each for each in found.items if each.company.pk == supplier.pk), None)
    finding = finding_of(item, found.engine_version)
    try_act(
        request,
        lambda: introductions.propose(need, supplier, by=by, finding=finding, note=note),
        _("%(company)s is on the short list.") % {"company": supplier},
    )
    return redirect("needs:need-detail", pk)


@login_required
@require_POST
def interest(request: HttpRequest, pk: int) -> HttpResponse:
    """A supplier says that it can supply the need."""
    need = visible_need(request, pk)
    own = Company.objects.current().represented_by(request.user)
    company = get_object_or_404(own, pk=posted.key(request.POST, "company"))
    finding = finding_of_pair(need, company)
    try_act(
        request,
        lambda: introductions.show_interest(need, company, by=person(request), finding=finding),
        _("The buyer and the office see your interest. You find the answer under Matches."),
    )
    return redirect("needs:need-detail", pk)


def _back(request: HttpRequest, match: Match) -> HttpResponse:
    """To the list where the official decides, or to the need."""
    if "desk/matches" in request.META.get("HTTP_REFERER", ""):
        return redirect("desk:matches")
    return redirect("needs:need-detail", match.need_id)


@official_required
@require_POST
def introduce(request: HttpRequest, pk: int) -> HttpResponse:
    """Introduce a supplier to the buyer."""
    match = get_object_or_404(Match.objects.overseen_by(request.user), pk=pk)
    by = person(request)
    try_act(request, lambda: introductions.introduce(match, by=by), _("Both sides have been told."))
    return _back(request, match)


@login_required
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a supplier off the list, with a reason."""
    match = get_object_or_404(Match.objects.visible_to(request.user), pk=pk)
    by, reason = person(request), posted.words(request.POST, "reason")
    try_act(request, lambda: introductions.drop(match, by=by, reason=reason), _("Taken off the list."))
    return _back(request, match)


@login_required
@require_POST
def shortlist(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a supplier that showed interest."""
    match = get_object_or_404(Match.objects.visible_to(request.user), pk=pk)
    by = person(request)
    try_act(request, lambda: introductions.shortlist(match, by=by), _("The supplier is on the short list."))
    return _back(request, match)
