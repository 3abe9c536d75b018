"""Who works in the admin: officials; what only the city office changes."""

from django.http import HttpRequest

from accounts.scoped_admin import ScopedModelAdmin
from accounts.scopes import once_a_request
from companies.duties import is_official


class OfficialAdmin(ScopedModelAdmin):
    """For officials, within the chains and divisions that they answer for."""

    def admits(self, request: HttpRequest) -> bool:
        return bool(once_a_request(request, "is_official", lambda: is_official(request.user)))


class ReferenceAdmin(OfficialAdmin):
    """Officials look it up; only the city office adds and changes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser) and super().has_add_permission(request)
