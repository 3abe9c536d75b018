"""Recording the deal that came of an introduction."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts import posted
from accounts.person import person
from events.models import Deal
from events.views.recording import deal_add, recording_page
from matchmaking.introductions import mark_dealt
from matchmaking.models import Match


@login_required
def deal_from_anything(request: HttpRequest) -> HttpResponse:
    """Record a deal from ?match=, which becomes a deal by it, or as the page below does."""
    key = posted.key(request.GET, "match")
    if not key:
        return deal_add(request)
    matches = (
        Match.objects.overseen_by(request.user).introduced().select_related("need", "supplier", "offering")
    )
    match = get_object_or_404(matches, pk=key)

    def becomes_deal(deal: Deal) -> None:
        if deal.need_id == match.need_id and deal.supplier_id == match.supplier_id:
            mark_dealt(match, by=person(request))

    return recording_page(request, initial=_of(match), and_then=becomes_deal)


def _of(match: Match) -> dict[str, Any]:
    """What the introduction knows of the deal."""
    need = match.need
    return {
        "stage": Deal.Stage.INTENTION,
        "need": need.pk,
        "buyer": need.buyer_id,
        "supplier": match.supplier_id,
        "title": str(need),
        "quantity": need.quantity,
        "unit": need.unit,
    }
