"""Whose duty events are."""

from accounts.models import Viewer
from companies.models.reach import reach_of
from events.models import DockingEvent


def is_organiser(user: Viewer) -> bool:
    """Whether the person runs an event, or is posted as an organiser today."""
    if reach_of(user).is_posted_organiser:
        return True
    return user.pk is not None and DockingEvent.organisers.through.objects.filter(user_id=user.pk).exists()
