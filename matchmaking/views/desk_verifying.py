"""Signed deals that a second person compares with their document, and what is odd about each."""

import django_filters
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.deals.oddities import BY_CODE, ODDITIES, oddities_of, with_oddities
from events.models import Deal
from matchmaking.filters import DealFilter
from matchmaking.officials import official_required

A_PAGE = 30
SORTS = {
    "odd": ("-oddity_count", "signed_on", "pk"),
    "oldest": ("signed_on", "pk"),
    "amount": ("-signed_cny", "pk"),
    "documents": ("-documents", "signed_on", "pk"),
}


class ToVerifyFilter(DealFilter):
    """The ledger's filter, with what is odd."""

    odd = django_filters.ChoiceFilter(
        label=gettext_lazy("What is odd"),
        choices=[(oddity.code, oddity.label) for oddity in ODDITIES],
        method="with_oddity",
        empty_label=gettext_lazy("anything or nothing"),
    )
    stage = proof = None  # type: ignore[assignment]  # taken away: every deal here is signed and waits

    class Meta:
        model = Deal
        fields: list[str] = []

    def with_oddity(self, rows: QuerySet[Deal], name: str, value: str) -> QuerySet[Deal]:
        return rows.filter(**{BY_CODE[value].column: True})


def _sorts() -> list[tuple[str, str]]:
    return [
        ("odd", _("oddest first")),
        ("oldest", _("oldest signature first")),
        ("amount", _("largest amount first")),
        ("documents", _("most documents first")),
    ]


@official_required
def deals_to_verify(request: HttpRequest) -> HttpResponse:
    """Signed deals that a second person must check against the evidence."""
    waiting = with_oddities(Deal.objects.overseen_by(request.user).to_verify())
    found = ToVerifyFilter(request.GET, queryset=waiting)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "odd"
    rows = found.qs.select_related("buyer", "supplier", "recorded_by")
    rows = rows.annotate(documents=Count("evidence")).order_by(*SORTS[sort])
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page": page,
        "rows": [(deal, oddities_of(deal)) for deal in page],
        "sorts": _sorts(),
        "sort": sort,
        "mine": request.user.pk,
    }
    return render(request, "matchmaking/desk_deals_to_verify.html", context)
