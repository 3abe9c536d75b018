"""Whose duty it is: what a posting makes of a person."""

from accounts.models import Viewer
from companies.models.reach import reach_of


def is_official(user: Viewer) -> bool:
    """Whether the person answers for a chain or a division today, or runs the city office."""
    return user.is_superuser or reach_of(user).is_official
