"""Whose duty it is: what a posting makes of a person."""

from accounts.models import Viewer
from companies.models import Posting


def is_official(user: Viewer) -> bool:
    """Whether the person answers for a chain or a division today, or runs the city office."""
    if not user.is_authenticated:
        return False
    postings = Posting.objects.active().officials().filter(user_id=user.pk)
    return user.is_superuser or postings.exists()
