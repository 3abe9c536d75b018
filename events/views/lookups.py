"""How the pages of this package find their row: 404 for whoever may not see it."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from events.models import Deal, DockingEvent

REFUSED = 422
"""The status of a page that shows a refused form."""


def visible_event(request: HttpRequest, slug: str) -> DockingEvent:
    """An event that the viewer may see."""
    rows = DockingEvent.objects.visible_to(request.user).select_related("host", "series")
    return get_object_or_404(rows, slug=slug)


def run_event(request: HttpRequest, slug: str) -> DockingEvent:
    """An event that the viewer runs."""
    return get_object_or_404(DockingEvent.objects.editable_by(request.user).select_related("host"), slug=slug)


def visible_deal(request: HttpRequest, pk: int) -> Deal:
    """A deal that the viewer may see."""
    rows = Deal.objects.visible_to(request.user).select_related(
        "buyer",
        "supplier",
        "need",
        "event",
        "counting_chain",
        "counting_division",
        "recorded_by",
        "verified_by",
    )
    return get_object_or_404(rows, pk=pk)


def edited_deal(request: HttpRequest, pk: int) -> Deal:
    """A deal that the viewer oversees."""
    rows = Deal.objects.editable_by(request.user).select_related("buyer", "supplier", "need")
    return get_object_or_404(rows, pk=pk)


def site_of(request: HttpRequest) -> str:
    """Scheme and host that links in letters begin with."""
    return f"{request.scheme}://{request.get_host()}"


def as_excel(request: HttpRequest) -> str:
    """The address of the list on the page as a workbook: the same filters, all rows."""
    asked = request.GET.copy()
    asked.pop("page", None)
    asked["format"] = "xlsx"
    return f"?{asked.urlencode()}"


def wants_excel(request: HttpRequest) -> bool:
    """Whether the list was asked for as a workbook."""
    return request.GET.get("format") == "xlsx"
