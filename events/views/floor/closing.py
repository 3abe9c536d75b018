"""The report of the same evening: how the event stands, and all that is open with whose it is."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from companies.sheets.writing import download, workbook
from events.closing import Open, open_things
from events.models import DockingEvent
from events.totals import Totals, totals_of
from events.views.floor.pages import floor_page
from events.views.lookups import run_event


@floor_page
@require_safe
def closing(request: HttpRequest, slug: str) -> HttpResponse:
    """A page to read and print; ?format=xlsx is the same as a workbook."""
    found = run_event(request, slug)
    totals, things = totals_of(found), open_things(found)
    if request.GET.get("format") == "xlsx":
        return download(f"closing-{found.slug}", _workbook(found, totals, things))
    context = {
        "event": found,
        "totals": totals,
        "count": len(things),
        "parts": [(title, list(rows)) for title, rows in groupby(things, key=lambda thing: thing.title)],
        "at": timezone.now(),
    }
    return render(request, "events/floor/closing.html", context)


def _workbook(event: DockingEvent, totals: Totals, things: list[Open]) -> bytes:
    """The open things as rows; the state of the event below them."""
    notes = [
        f"{event}, {timezone.localtime():%Y-%m-%d %H:%M}",
        *(f"{label}: {value}" for label, value in figures(totals)),
        _("Amounts in yuan; intention, framework and signed amounts are never added to each other."),
    ]
    heads = [_("What is open"), _("Matter"), _("Whose it is")]
    return workbook(_("Open"), heads, [[str(t.title), t.about, t.whose] for t in things], notes)


def figures(totals: Totals) -> list[tuple[str, str]]:
    """The figures of the report with their labels."""
    of = _("%(done)s of %(all)s")
    amount = _("%(deals)s, %(cny)s yuan")
    staged = (
        (_("Cooperation intentions"), totals.intention),
        (_("Framework agreements"), totals.framework),
        (_("Signed projects"), totals.signed),
    )
    return [
        (_("Firms arrived"), of % {"done": totals.arrived, "all": totals.expected}),
        (_("Meetings held"), of % {"done": totals.held, "all": totals.planned}),
        (_("No-shows"), str(totals.no_show)),
        *((label, amount % {"deals": each.deals, "cny": f"{each.cny:,.2f}"}) for label, each in staged),
    ]
