"""Whose duty events are."""

from accounts.models import Viewer
from companies.models import Posting
from events.models import DockingEvent


def is_organiser(user: Viewer) -> bool:
    """Whether the person runs an event, or is posted as an organiser today."""
    if not user.is_authenticated:
        return False
    posted = Posting.objects.active().filter(user_id=user.pk, role=Posting.Role.ORGANISER)
    return posted.exists() or DockingEvent.objects.organised_by(user).exists()
