"""Permissions that follow from duties, so that nobody keeps groups beside the postings.

Which rows a permission reaches is another matter: the querysets say that.
"""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.models import Viewer
from companies.duties import is_official
from events.duties import is_organiser

OF_OFFICIALS = frozenset(
    {
        "companies.verify_company",
        "companies.publish_need",
        "events.record_deal",
        "events.verify_deal",
        "matchmaking.introduce_match",
    }
)
OF_ORGANISERS = frozenset({"events.record_deal"})


class DutyBackend(BaseBackend):
    """Gives officials and organisers the permissions of their work (setting AUTHENTICATION_BACKENDS)."""

    def has_perm(self, user_obj: Viewer, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active:
            return False
        return (perm in OF_OFFICIALS and is_official(user_obj)) or (
            perm in OF_ORGANISERS and is_organiser(user_obj)
        )
