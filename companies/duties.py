"""Whose duty it is: what a posting makes of a person."""

from accounts.models import Viewer
from companies.models import Posting
from companies.models.posting import PostingQuerySet


def official_postings(user: Viewer) -> PostingQuerySet:
    """The postings in force that make the person an official."""
    return Posting.objects.active().officials().filter(user_id=user.pk or 0)


def is_official(user: Viewer) -> bool:
    """Whether the person answers for a chain or a division today, or runs the city office."""
    if not user.is_authenticated:
        return False
    return user.is_superuser or official_postings(user).exists()
