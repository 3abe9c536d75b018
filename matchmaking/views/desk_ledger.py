"""The ledger of deals, its reports, and imports: lists in, lists out."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.paging import Paged
from accounts.person import person
from accounts.refusals import Refused
from accounts.sorting import chosen, falling, newest, offered
from companies.sheets import company_sheet
from companies.sheets.writing import download, workbook
from events.deals.answers import standing_of, with_answers
from events.models import Deal
from matchmaking.figures.consistent import consistent
from matchmaking.figures.wording import unit_choices
from matchmaking.filters import DealFilter
from matchmaking.officials import official_required

A_PAGE = 50
TOTALS = {
    "deals": Count("pk"),
    "signed": Sum("signed_cny"),
    "intention": Sum("intention_cny"),
    "fulfilled": Sum("fulfilled_cny"),
}
SORTS = (
    newest("recorded", gettext_lazy("recorded last"), "recorded_at"),
    falling("signed", gettext_lazy("signed last"), "signed_on"),
    falling("amount", gettext_lazy("largest signed amount"), "signed_cny"),
    falling("intention", gettext_lazy("largest intention amount"), "intention_cny"),
)
LARGEST_SHEET = 20 * 1024 * 1024


def _heads() -> list[str]:
    return [
        _("Number"),
        _("Deal"),
        _("Supplier"),
        _("Buyer"),
        _("Counting chain"),
        _("Counting division"),
        _("Event"),
        _("Stage"),
        _("Intention on"),
        _("Intention amount"),
        _("Signed on"),
        _("Signed amount"),
        _("Order amount"),
        _("Fulfilled amount"),
        _("Currency"),
        _("Yuan a unit"),
        _("Signed amount (yuan)"),
        _("Verified by"),
        _("Both sides"),
        _("Contract reference"),
    ]


def _lines(deals: QuerySet[Deal]) -> Iterator[list[Any]]:
    """One line a deal, the four amounts in columns of their own."""
    for deal in deals.iterator(chunk_size=2000):
        yield [
            deal.pk,
            str(deal),
            str(deal.supplier),
            str(deal.buyer),
            str(deal.counting_chain),
            str(deal.counting_division),
            str(deal.event or ""),
            deal.get_stage_display(),
            deal.intention_on,
            deal.intention_amount,
            deal.signed_on,
            deal.signed_amount,
            deal.ordered_amount,
            deal.fulfilled_amount,
            deal.currency,
            deal.rate_to_cny,
            deal.signed_cny,
            str(deal.verified_by or ""),
            str(standing_of(deal).label),
            deal.contract_reference,
        ]


@official_required
@consistent
def deals(request: HttpRequest) -> HttpResponse:
    """The ledger: filter, search, totals of what is shown, and the same as Excel."""
    mine = Deal.objects.overseen_by(request.user).unmerged()
    found = DealFilter(request.GET, queryset=mine)
    rows = (
        with_answers(found.qs)
        .select_related("supplier", "buyer", "counting_chain", "counting_division", "event", "verified_by")
        .order_by(chosen(request, SORTS).order(), "-pk")
    )
    if request.GET.get("format") == "xlsx":
        return download("ledger", workbook(_("Ledger"), _heads(), _lines(rows), [_counting_note()]))
    totals = found.qs.order_by().aggregate(**TOTALS)
    page = Paged(rows, A_PAGE, number=totals["deals"]).get_page(request.GET.get("page"))
    return render(
        request,
        "matchmaking/desk_deals.html",
        {
            "filter": found,
            "page": page,
            "lines": [(deal, standing_of(deal)) for deal in page],
            "unit": request.GET.get("unit", ""),
            "units": unit_choices(),
            "totals": totals,
            "excel": f"?{_with(request, 'xlsx')}",
            **offered(request, SORTS),
        },
    )


def _with(request: HttpRequest, form: str) -> str:
    asked = request.GET.copy()
    asked["format"] = form
    asked.pop("page", None)
    return asked.urlencode()


def _counting_note() -> str:
    return _(
        "Intention, signed, order and fulfilled amounts stand apart and are never added to each other. "
        "The headline counts signed deals with a supporting document, verified by a second person."
    )


@official_required
def imports(request: HttpRequest) -> HttpResponse:
    """Companies from an Excel sheet: all of it or nothing, every wrong cell named."""
    if request.GET.get("format") == "template":
        return download("companies", company_sheet.template())
    report = None
    if request.method == "POST":
        sheet = request.FILES.get("sheet")
        try:
            if sheet is None or sheet.size is None or sheet.size > LARGEST_SHEET:
                raise Refused(_("Choose an Excel file of at most 20 MB."))
            report = company_sheet.load(sheet.file, by=person(request))  # type: ignore[arg-type]  # opened for bytes
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:imports")
        if not report.errors:
            done = _("%(added)s companies added, %(changed)s changed. New ones wait to be verified.")
            messages.success(request, done % {"added": report.added, "changed": report.changed})
            return redirect("desk:companies-to-verify")
    context = {"report": report, "columns": list(company_sheet.heads().values())}
    return render(request, "matchmaking/desk_imports.html", context, status=422 if report else 200)
