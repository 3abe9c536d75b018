"""Exposure on the desk: which buyers the suppliers of one's chains and divisions depend on."""

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts import posted
from companies.groups import Groups
from companies.models import Company
from events.aftercare import exposure
from events.models import Deal, ExposureAlert, ExposureThreshold
from matchmaking.figures.consistent import consistent
from matchmaking.officials import official_required

A_PAGE = 30


@official_required
@consistent
def buyers(request: HttpRequest) -> HttpResponse:
    """Buyers with the suppliers that depend on them, and the standing alerts."""
    lines = exposure.buyers_for(request.user)
    asked = posted.words(request.GET, "q", 100)
    if asked:
        wanted = asked.casefold()
        lines = [x for x in lines if wanted in f"{x.buyer.name_zh} {x.buyer.name_en}".casefold()]
    sort = request.GET.get("sort", "")
    orders = {
        "alerts": (_("most alerts first"), lambda x: (-x.alerts, -x.value)),
        "suppliers": (_("most suppliers first"), lambda x: (-x.suppliers, -x.value)),
        "late": (_("most late payments first"), lambda x: (-x.late, -x.value)),
    }
    if sort in orders:
        lines.sort(key=orders[sort][1])
    standing = ExposureAlert.objects.visible_to(request.user).standing()
    context = {
        "page": Paginator(lines, A_PAGE).get_page(request.GET.get("page")),
        "alerts": standing.select_related("supplier", "buyer", "chain", "told")[:A_PAGE],
        "alert_count": standing.count(),
        "rules": ExposureThreshold.objects.select_related("chain"),
        "sorts": [("", _("largest amount first")), *[(key, label) for key, (label, _key) in orders.items()]],
        "sort": sort if sort in orders else "",
        "asked": asked,
    }
    return render(request, "matchmaking/desk_exposure.html", context)


@official_required
@consistent
def buyer(request: HttpRequest, pk: int) -> HttpResponse:
    """One buyer, with its group, and the firms that depend on it, as far as they are the official's."""
    found = get_object_or_404(Company, pk=pk)
    groups = Groups()
    head = Company.objects.select_related("parent", "division").get(pk=groups.head_of(pk))
    rows = exposure.dependents_of(head, suppliers=exposure.suppliers_seen_by(request.user))
    if not rows:
        raise Http404
    members = Company.objects.filter(pk__in=groups.members_of(pk)).exclude(pk=head.pk)
    context = {
        "buyer": head,
        "asked": found,
        "rows": rows,
        "value": sum(row.value for row in rows),
        "late": sum(row.late for row in rows),
        "deals": sum(row.deals for row in rows),
        "others": members.visible_to(request.user),
    }
    return render(request, "matchmaking/desk_exposure_buyer.html", context)


@official_required
@consistent
def buyer_deals(request: HttpRequest, pk: int) -> HttpResponse:
    """The deals and reports of late payment behind a buyer's figures, of one supplier where it is asked."""
    found = get_object_or_404(Company, pk=pk)
    seen = exposure.suppliers_seen_by(request.user)
    asked = posted.key(request.GET, "supplier")
    supplier = get_object_or_404(seen, pk=asked) if asked else None
    return rows_behind(request, seen.filter(pk=asked) if supplier else seen, supplier, found)


@official_required
@consistent
def supplier_deals(request: HttpRequest, pk: int) -> HttpResponse:
    """All that the share of each of a supplier's buyers is a part of."""
    seen = exposure.suppliers_seen_by(request.user).filter(pk=pk)
    return rows_behind(request, seen, get_object_or_404(seen), None)


def rows_behind(
    request: HttpRequest,
    suppliers: QuerySet[Company],
    supplier: Company | None,
    buyer: Company | None,
    *,
    for_firm: bool = False,
) -> HttpResponse:
    """What suppliers that the reader may know have with a buyer's group, or with all, deal by deal."""
    deals = exposure.deals_between(suppliers, buyer)
    page = Paginator(deals.select_related("buyer", "supplier").order_by("-signed_on", "pk"), A_PAGE)
    shown = page.get_page(request.GET.get("page"))
    if not shown.object_list:
        raise Http404
    keys = [deal.pk for deal in shown]
    late = exposure.late_between(suppliers, buyer).select_related("deal__buyer", "deal__supplier")
    context = {
        "buyer": buyer,
        "supplier": supplier,
        "page": shown,
        "known": set(Deal.objects.visible_to(request.user).filter(pk__in=keys).values_list("pk", flat=True)),
        "value": deals.aggregate(value=Sum("signed_cny"))["value"],
        "late": late.order_by("-answered_at", "pk"),
        "for_firm": for_firm,
    }
    return render(request, "matchmaking/exposure_deals.html", context)
