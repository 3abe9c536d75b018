"""Who works with events in the admin: officials and organisers, each within the events that they oversee."""

from django.http import HttpRequest

from accounts.scopes import once_a_request
from companies.admin.duties import OfficialAdmin
from events.duties import is_organiser


class EventAdmin(OfficialAdmin):
    """For officials and organisers."""

    def admits(self, request: HttpRequest) -> bool:
        organises = once_a_request(request, "is_organiser", lambda: is_organiser(request.user))
        return super().admits(request) or bool(organises)
