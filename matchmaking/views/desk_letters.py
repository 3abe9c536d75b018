"""The outbox of the desk: letters about what an official oversees, all of them for the city office."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Letter, Viewer
from accounts.models.letter import LetterQuerySet
from events.models import Deal, DockingEvent
from events.views.letters import say_resent, show_letters
from matchmaking.models import Match
from matchmaking.officials import official_required


def letters_for(user: Viewer) -> LetterQuerySet:
    """All for the city office; else those about events, deals and matches that the user oversees."""
    if user.is_superuser:
        return Letter.objects.all()
    overseen = Q()
    for subject, rows in (
        ("event", DockingEvent.objects.overseen_by(user)),
        ("deal", Deal.objects.overseen_by(user)),
        ("match", Match.objects.editable_by(user)),
    ):
        overseen |= Q(about=subject, about_key__in=rows.values("pk"))
    return Letter.objects.filter(overseen)


@official_required
@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    """Every letter that the official may see."""
    return show_letters(request, letters_for(request.user), "outbox", "matchmaking/desk_letters.html", {})


@official_required
@require_POST
def letter_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a letter once more."""
    say_resent(request, get_object_or_404(letters_for(request.user), pk=pk))
    return redirect("desk:letter-list")
