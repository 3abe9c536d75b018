"""The directory of companies, the buyers with open needs, and the needs."""

from typing import Any

from django.db.models import Case, Prefetch, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers

from accounts.paging import Paged
from accounts.sorting import Sort, by_text, chosen, falling, offered, rising
from companies.filters import (
    BuyerFilter,
    Choices,
    CompanyFilter,
    Facet,
    ListFilter,
    NeedFilter,
    most_first,
)
from companies.models import Certification, ChainNode, Company, Offering, SourcingNeed
from companies.models.need import need_named_to

A_PAGE = 24
NEEDS_A_BUYER = 3

CONFIRMED = falling("confirmed", _("recently confirmed"), "profile_confirmed_on")
BY_NAME = Sort("name", _("by name"), lambda: by_text("name_zh", "name_en"))
NEWEST = falling("newest", _("newest first"), "opened_at")
SOONEST = rising("soonest", _("answer soonest"), "answer_by")
COMPANY_SORTS = (CONFIRMED, BY_NAME)
NEED_SORTS = (NEWEST, SOONEST)


def _named(*ways: str) -> list[str]:
    """The columns of both names, of a row itself ("") or of one that it points to."""
    return [f"{way}name_{language}" for way in ways for language in ("zh", "en")]


ON_A_COMPANY = [
    "verification",
    "tier",
    "size_class",
    "main_sector__code",
    *_named("", "division__", "main_sector__"),
]
ON_A_BUYER = ["verification", *_named("", "division__")]
ON_A_NEED = ["title_zh", "title_en", "state", "answer_by", *_named("node__chain__")]
"""What a card shows: reading every column of a page of rows took as long as drawing them."""


def _wants_results_only(request: HttpRequest) -> bool:
    """Whether htmx asks for the list alone: from the filters, or by a link of the pages below it."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by the library's middleware
    if not htmx or htmx.history_restore_request:
        return False
    return not htmx.boosted or htmx.target == "results"


def _sorts(found: ListFilter, sorts: tuple[Sort, ...]) -> tuple[Sort, ...]:
    """The orders of a list; a search begins with the best match."""
    best = Sort("relevance", _("best match first"), found.by_relevance)
    return (best, *sorts) if found.is_searched else sorts


def _counted(
    found: ListFilter, *groups: tuple[str, str, Choices]
) -> tuple[int, list[tuple[Any, list[Facet]]]]:
    """The number of rows, and each group of tick boxes under its heading."""
    number, facets = found.counted(*groups)
    headings = [found.form.fields[name].label for name, _column, _choices in groups]
    return number, list(zip(headings, facets, strict=True))


def _show(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or its results alone with the counts beside the filters."""
    if _wants_results_only(request):
        return render(request, f"companies/_{name}_results.html", context | {"is_fragment": True})
    return render(request, f"companies/{name}.html", context)


@vary_on_headers("HX-Request")
def company_list(request: HttpRequest) -> HttpResponse:
    """Published companies, and those that the viewer oversees or acts for."""
    visible = Company.objects.visible_to(request.user).current()
    found = CompanyFilter(request.GET, queryset=visible, request=request)
    sorts = _sorts(found, COMPANY_SORTS)
    sort = chosen(request, sorts)
    offerings = Offering.objects.current().order_by("pk").only("company_id", *_named(""))
    certificates = Certification.objects.valid().select_related("scheme")
    certificates = certificates.only("company_id", *_named("scheme__"))
    rows = found.qs.select_related("division", "main_sector").only(*ON_A_COMPANY)
    rows = rows.prefetch_related(
        Prefetch("offerings", offerings, to_attr="current_offerings"),
        Prefetch("certifications", certificates, to_attr="valid_certificates"),
    )
    number, facets = _counted(
        found, ("size", "size_class", Company.SizeClass.choices), ("tier", "tier", Company.Tier.choices)
    )
    paged = Paged(rows.order_by(sort.order(), "pk"), A_PAGE, number=number)
    context = {
        "filter": found,
        "page": paged.get_page(request.GET.get("page")),
        "facets": facets,
        **offered(request, sorts),
        "node": found.form.cleaned_data.get("node") if found.form.is_valid() else None,
    }
    return _show(request, "company_list", context)


def _needs_of_buyers(request: HttpRequest) -> dict[int, list[int]]:
    """Open needs that the viewer may see together with the buyer's name: keys by buyer, soonest first."""
    needs = SourcingNeed.objects.visible_to(request.user).naming_buyer_to(request.user).open()
    found: dict[int, list[int]] = {}
    for buyer, need in needs.order_by("answer_by", "pk").values_list("buyer_id", "pk"):
        found.setdefault(buyer, []).append(need)
    return found


@vary_on_headers("HX-Request")
def buyer_list(request: HttpRequest) -> HttpResponse:
    """Buyers that have open needs, with the first of them."""
    needs = _needs_of_buyers(request)
    buyers = Company.objects.visible_to(request.user).current().buyers()
    found = BuyerFilter(request.GET, queryset=buyers.filter(pk__in=list(needs)), request=request)
    numbers = {buyer: len(keys) for buyer, keys in needs.items()}
    sorts = _sorts(found, (Sort("most", _("most open needs"), lambda: most_first(numbers)), BY_NAME))
    sort = chosen(request, sorts)
    rows = found.qs.select_related("division").only(*ON_A_BUYER).order_by(sort.order(), "pk")
    number, facets = _counted(found, ("size", "size_class", Company.SizeClass.choices))
    page = Paged(rows, A_PAGE, number=number).get_page(request.GET.get("page"))
    first = {buyer.pk: needs[buyer.pk][:NEEDS_A_BUYER] for buyer in page}
    shown = SourcingNeed.objects.order_by().select_related("node__chain").only(*ON_A_NEED)
    by_key = shown.in_bulk([key for keys in first.values() for key in keys])
    context = {
        "filter": found,
        "page": page,
        "facets": facets,
        **offered(request, sorts),
        "buyers": [
            (buyer, numbers[buyer.pk], [by_key[key] for key in first[buyer.pk] if key in by_key])
            for buyer in page
        ],
    }
    return _show(request, "buyer_list", context)


@vary_on_headers("HX-Request")
def need_list(request: HttpRequest) -> HttpResponse:
    """Needs that the viewer may see; the buyer's name only where it may be known."""
    visible = SourcingNeed.objects.visible_to(request.user).filter(state__in=SourcingNeed.PUBLISHED_STATES)
    found = NeedFilter(request.GET, queryset=visible, request=request)
    sorts = _sorts(found, NEED_SORTS)
    sort = chosen(request, sorts)
    rows = found.qs.select_related("buyer", "node__chain", "place")
    rows = rows.only("quantity", "unit", *ON_A_NEED, *_named("buyer__", "place__"))
    rows = rows.annotate(is_named=Case(When(need_named_to(request.user), then=True), default=False))
    rows = rows.prefetch_related("required_certifications").order_by(sort.order(), "pk")
    number, facets = _counted(found, ("level", "node__level", ChainNode.Level.choices))
    page = Paged(rows, A_PAGE, number=number).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page": page,
        "facets": facets,
        **offered(request, sorts),
    }
    return _show(request, "need_list", context)
