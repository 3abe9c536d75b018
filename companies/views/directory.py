"""The directory of companies, the buyers with open needs, and the needs."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers

from companies.filters import BuyerFilter, Choices, CompanyFilter, Facet, ListFilter, NeedFilter
from companies.models import Certification, ChainNode, Company, Offering, SourcingNeed

A_PAGE = 24


@dataclass(frozen=True)
class Sort:
    """An order in which a list can be read."""

    key: str
    label: Any
    order: OrderBy


CONFIRMED = Sort("confirmed", _("recently confirmed"), F("profile_confirmed_on").desc(nulls_last=True))
BY_NAME = Sort("name", _("name"), F("name_en").asc())
NEWEST = Sort("newest", _("newest first"), F("opened_at").desc(nulls_last=True))
SOONEST = Sort("soonest", _("answer soonest"), F("answer_by").asc(nulls_last=True))
COMPANY_SORTS = (CONFIRMED, BY_NAME)
NEED_SORTS = (NEWEST, SOONEST)


def _wants_results_only(request: HttpRequest) -> bool:
    """Whether htmx asks for the list alone."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by the library's middleware
    return bool(htmx) and htmx.target == "results"


def _sort(request: HttpRequest, sorts: tuple[Sort, ...]) -> Sort:
    """The order that the address asks for, or the first."""
    return next((sort for sort in sorts if sort.key == request.GET.get("sort")), sorts[0])


def _facet(found: ListFilter, name: str, column: str, choices: Choices) -> tuple[Any, list[Facet]]:
    """The heading of a group of tick boxes, and the boxes."""
    return found.form.fields[name].label, found.facet(name, column, choices)


def _show(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or its results alone."""
    template = f"companies/_{name}_results.html" if _wants_results_only(request) else f"companies/{name}.html"
    return render(request, template, context)


@vary_on_headers("HX-Request")
def company_list(request: HttpRequest) -> HttpResponse:
    """Published companies, and those that the viewer oversees or acts for."""
    visible = Company.objects.visible_to(request.user).current()
    found = CompanyFilter(request.GET, queryset=visible, request=request)
    sort = _sort(request, COMPANY_SORTS)
    offerings = Offering.objects.current().order_by("pk")
    certificates = Certification.objects.valid().select_related("scheme")
    rows = found.qs.select_related("division", "main_sector").prefetch_related(
        Prefetch("offerings", offerings, to_attr="current_offerings"),
        Prefetch("certifications", certificates, to_attr="valid_certificates"),
    )
    context = {
        "filter": found,
        "page": Paginator(rows.order_by(sort.order, "pk"), A_PAGE).get_page(request.GET.get("page")),
        "facets": [
            _facet(found, "size", "size_class", Company.SizeClass.choices),
            _facet(found, "tier", "tier", Company.Tier.choices),
        ],
        "sorts": [(each.key, each.label) for each in COMPANY_SORTS],
        "sort": sort.key,
        "node": found.form.cleaned_data.get("node") if found.form.is_valid() else None,
    }
    return _show(request, "company_list", context)


def _needs_under_name(request: HttpRequest) -> QuerySet[SourcingNeed]:
    """Open needs that the viewer may see together with the buyer's name."""
    visible = SourcingNeed.objects.visible_to(request.user).values("pk")
    return SourcingNeed.objects.naming_buyer_to(request.user).open().filter(pk__in=visible)


@vary_on_headers("HX-Request")
def buyer_list(request: HttpRequest) -> HttpResponse:
    """Buyers that have open needs, with the first of them."""
    needs = _needs_under_name(request)
    buyers = Company.objects.visible_to(request.user).current().buyers()
    looking = buyers.filter(Exists(needs.filter(buyer=OuterRef("pk"))))
    found = BuyerFilter(request.GET, queryset=looking, request=request)
    rows = found.qs.select_related("division").order_by("pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    by_buyer: dict[int, list[SourcingNeed]] = {}
    shown = needs.filter(buyer__in=[buyer.pk for buyer in page])
    for need in shown.select_related("node__chain").order_by("answer_by", "pk"):
        by_buyer.setdefault(need.buyer_id, []).append(need)
    context = {
        "filter": found,
        "page": page,
        "facets": [_facet(found, "size", "size_class", Company.SizeClass.choices)],
        "buyers": [(buyer, by_buyer.get(buyer.pk, [])) for buyer in page],
    }
    return _show(request, "buyer_list", context)


@vary_on_headers("HX-Request")
def need_list(request: HttpRequest) -> HttpResponse:
    """Needs that the viewer may see; the buyer's name only where it may be known."""
    visible = SourcingNeed.objects.visible_to(request.user).filter(state__in=SourcingNeed.PUBLISHED_STATES)
    found = NeedFilter(request.GET, queryset=visible, request=request)
    sort = _sort(request, NEED_SORTS)
    rows = found.qs.select_related("buyer", "node__chain", "place")
    rows = rows.prefetch_related("required_certifications").order_by(sort.order, "pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    named = SourcingNeed.objects.naming_buyer_to(request.user).filter(pk__in=[need.pk for need in page])
    context = {
        "filter": found,
        "page": page,
        "facets": [_facet(found, "level", "node__level", ChainNode.Level.choices)],
        "sorts": [(each.key, each.label) for each in NEED_SORTS],
        "sort": sort.key,
        "named": set(named.values_list("pk", flat=True)),
    }
    return _show(request, "need_list", context)
