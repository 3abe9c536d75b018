"""Reports for officials: figures and charts of a scope, working ledger, rates, conversion, locked months."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from companies.models import Division, IndustrialChain
from companies.sheets.writing import Sheet, download, workbook_of
from events.models import Deal, DockingEvent
from matchmaking.figures import answers, conversion, officials_rates, rows, snapshots, tables
from matchmaking.figures.charts import Bar, bars
from matchmaking.figures.consistent import consistent
from matchmaking.figures.course import course
from matchmaking.figures.measuring import Reading
from matchmaking.figures.scope import NO_EVENT, Scope
from matchmaking.figures.wording import about, shown
from matchmaking.officials import official_required
from matchmaking.sheets.working_ledger import working_ledger
from matchmaking.templatetags.figures import rows_url
from matchmaking.views.asked_scope import scope_of

MOST_BARS = 12


@official_required
@consistent
def reports(request: HttpRequest) -> HttpResponse:
    """The report of a month, chain, division or kind of event: to read, to print, or as Excel."""
    scope = scope_of(request)
    if request.GET.get("format") == "ledger":
        deals = rows.deals_begun(scope) & Deal.objects.overseen_by(person(request))
        return download("working-ledger", working_ledger(deals, scope))
    months, reading = tables.by_month(scope), Reading(scope)
    parts = [
        ("month", _("By month"), months),
        ("chain", _("By chain"), tables.by_chain(scope)),
        ("division", _("By division"), tables.by_division(scope)),
        ("kind", _("By kind of event"), tables.by_kind(scope, reading.by_kind)),
    ]
    if request.GET.get("format") == "xlsx":
        return download("report", _as_excel(scope, parts))
    context = {
        "scope": scope,
        "choices": _choices(),
        "month": scope.month,
        "kind_label": tables.kind_label(scope.kind),
        "figures": shown(scope, with_few=True, reading=reading),
        "parts": parts,
        "all_amounts": True,
        "course": course(months, tables.by_year(months, are_public=False), name="report-months"),
        "chains_drawn": _largest(parts[1][2], scope),
        "rates": officials_rates.tables(scope),
        "locked": snapshots.compared(with_few=True),
        "query": _query(request),
    }
    return render(request, "matchmaking/desk_reports.html", context)


def _choices() -> dict[str, object]:
    return {
        "chains": IndustrialChain.objects.select_related("owner"),
        "divisions": Division.objects.current().served(),
        "kinds": [*DockingEvent.Kind.choices, (NO_EVENT, tables.kind_label(NO_EVENT))],
    }


def _query(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("format", None)
    return asked.urlencode()


def _largest(lines: list[tables.Line], scope: Scope) -> str:
    return bars(
        [
            Bar(
                line.label,
                float(line.signed_cny),
                about(line.signed_cny, "CNY"),
                rows_url("order_volume_cny", scope, "chain", line.key),
            )
            for line in lines[:MOST_BARS]
            if line.signed_cny
        ],
        title=_("Signed amount by chain"),
        description=_("The chains with the largest signed amounts."),
    )


def _as_excel(scope: Scope, parts: list[tuple[str, str, list[tables.Line]]]) -> bytes:
    heads = [
        _("Report"),
        _("Line"),
        _("Signed projects"),
        _("Signed amount (yuan)"),
        _("Intentions"),
        _("Intention amount (yuan)"),
        _("Events held"),
    ]
    found = (
        [title, line.label, line.signed, line.signed_cny, line.intentions, line.intention_cny, line.events]
        for _by, title, lines in parts
        for line in lines
    )
    figures = shown(scope, with_few=True)
    rules = [[str(each.figure.label), each.exact, str(each.figure.rule)] for each in figures]
    return workbook_of(
        [
            Sheet(_("Report"), heads, found),
            Sheet(_("Counting rules"), [_("Figure"), _("Value"), _("Counting rule")], rules),
        ]
    )


@official_required
@consistent
def conversions(request: HttpRequest) -> HttpResponse:
    """From intention to signed to fulfilled, by chain, kind of event and month, with the time it took."""
    scope = scope_of(request)
    converted = conversion.tables(scope)
    context = {
        "scope": scope,
        "whole": converted.whole,
        "answers": answers.follow_ups(scope),
        "years": answers.by_year(scope),
        "parts": [
            ("chain", _("By chain"), converted.by_chain),
            ("kind", _("By kind of event"), converted.by_kind),
            ("month", _("By month"), converted.by_month),
        ],
    }
    return render(request, "matchmaking/desk_conversion.html", context)


@official_required
@require_POST
def lock_month(request: HttpRequest) -> HttpResponse:
    """Lock the figures of a past month; only the city office does."""
    try:
        month = dt.date.fromisoformat(f"{posted.words(request.POST, 'month', 7)}-01")
        snapshots.lock(month, by=person(request))
    except (ValueError, OverflowError):
        messages.error(request, _("Choose a month."))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The figures of %(month)s are locked.") % {"month": f"{month:%Y-%m}"})
    return redirect("desk:reports")
