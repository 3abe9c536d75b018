"""Exposure on the desk: which buyers the suppliers of one's chains and divisions depend on."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts import posted
from accounts.models import Viewer
from companies.models import Company
from events.aftercare import exposure
from events.models import ExposureAlert, ExposureThreshold
from matchmaking.officials import official_required

A_PAGE = 30


@official_required
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
def buyer(request: HttpRequest, pk: int) -> HttpResponse:
    """One buyer with the firms that depend on it, as far as they are the official's."""
    found = get_object_or_404(Company.objects.select_related("parent", "division"), pk=pk)
    rows = exposure.dependents_of(found, suppliers=exposure.suppliers_seen_by(request.user))
    if not rows:
        raise Http404
    context = {
        "buyer": found,
        "rows": rows,
        "value": sum(row.value for row in rows),
        "late": sum(row.late for row in rows),
        "others": _sisters(found, request.user),
    }
    return render(request, "matchmaking/desk_exposure_buyer.html", context)


def _sisters(company: Company, viewer: Viewer) -> Sequence[Company]:
    """Other firms of the same parent, as far as the viewer may know them."""
    if company.parent is None:
        return ()
    return list(Company.objects.visible_to(viewer).filter(parent=company.parent_id).exclude(pk=company.pk))
