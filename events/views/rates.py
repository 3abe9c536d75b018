"""The table of exchange rates: read by whoever records deals, kept by the city office."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.person import person
from accounts.refusals import Refused
from companies.sheets.writing import download
from events.deals.rights import may_record
from events.models import ExchangeRate
from events.sheets import rate_sheet
from events.views.lookups import REFUSED

A_PAGE = 50
LARGEST = 5 * 1024 * 1024
"""Bytes of the largest sheet."""
SORTS = {"newest": ("-date", "currency"), "currency": ("currency", "-date")}


@login_required
def rate_list(request: HttpRequest) -> HttpResponse:
    """Rates with their day and source; the city office sends a sheet with more."""
    user = person(request)
    if not may_record(user):
        raise Http404
    if request.GET.get("format") == "template":
        return download("rates", rate_sheet.template())
    currency = request.GET.get("currency", "").replace("\0", "")
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "newest"
    rates = ExchangeRate.objects.visible_to(user).order_by(*SORTS[sort])
    rates = rates.filter(currency=currency) if currency else rates
    if request.GET.get("format") == "xlsx":
        return download("rates", rate_sheet.export(rates))
    report = None
    if request.method == "POST":
        if not user.is_superuser:
            raise Http404
        report = _load(request)
        if report is None or not report.errors:
            return redirect("deals:rates")
    known = ExchangeRate.objects.order_by("currency").values_list("currency", flat=True).distinct()
    context = {
        "page": Paginator(rates, A_PAGE).get_page(request.GET.get("page")),
        "currency": currency,
        "currencies": list(known),
        "sort": sort,
        "sorts": [("newest", _("newest first")), ("currency", _("by currency"))],
        "exports": [(f"?format=xlsx&currency={currency}", _("As Excel"))],
        "report": report,
        "columns": list(rate_sheet.heads().values()),
        "keeps": user.is_superuser,
    }
    return render(request, "events/rates.html", context, status=REFUSED if report else 200)


def _load(request: HttpRequest) -> rate_sheet.Report | None:
    """What the sheet did; None where it could not be read at all, which is said in a message."""
    sheet = request.FILES.get("sheet")
    try:
        if sheet is None or sheet.size is None or sheet.size > LARGEST:
            raise Refused(_("Choose an Excel file of at most 5 MB."))
        report = rate_sheet.load(sheet.file, by=person(request))  # type: ignore[arg-type]  # opened for bytes
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None
    if not report.errors:
        done = _("%(added)s rates added, %(changed)s corrected. The rates stored with deals stay.")
        messages.success(request, done % {"added": report.added, "changed": report.changed})
    return report
