"""Whose duty events are."""

from accounts.models import Viewer
from companies.models import Posting
from companies.models.posting import PostingQuerySet
from events.models import DockingEvent


def organiser_postings(user: Viewer) -> PostingQuerySet:
    """The postings in force as an organiser."""
    return Posting.objects.active().filter(user_id=user.pk or 0, role=Posting.Role.ORGANISER)


def is_organiser(user: Viewer) -> bool:
    """Whether the person runs an event, or is posted as an organiser today."""
    if not user.is_authenticated:
        return False
    return organiser_postings(user).exists() or DockingEvent.objects.organised_by(user).exists()
