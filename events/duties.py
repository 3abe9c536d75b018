"""Whose duty events are."""

from accounts.models import Viewer
from companies.models.reach import reach_of
from events.models import DockingEvent


def is_organiser(user: Viewer) -> bool:
    """Whether the person runs an event, or is posted as an organiser today."""
    return reach_of(user).is_posted_organiser or DockingEvent.objects.organised_by(user).exists()
