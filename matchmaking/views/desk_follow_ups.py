"""Follow-ups on the desk: whom to ask, who was asked, who is silent, and what was said."""

from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import posted
from companies.models import Contact
from events.aftercare.following import MOST_LINKS
from events.models import FollowUp
from events.models.follow_up import FollowUpQuerySet
from matchmaking.officials import official_required

A_PAGE = 30
SORTS = {"due": ("due_on", "pk"), "newest": ("-due_on", "-pk"), "amount": ("-deal__signed_cny", "pk")}


def overseen(request: HttpRequest) -> FollowUpQuerySet:
    """Follow-ups of the deals that the official oversees."""
    return FollowUp.objects.editable_by(request.user)


@official_required
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Follow-ups by state, with search and sort; a link is sent from each line."""
    rows = overseen(request)
    tabs = {
        "": (_("not answered yet"), rows.open()),
        "to_ask": (_("to ask"), rows.open().filter(asked_at=None)),
        "asked": (_("asked"), rows.open().filter(asked_at__isnull=False)),
        "silent": (_("silent"), rows.silent()),
        "answered": (_("answered"), rows.answered()),
    }
    tab = request.GET.get("state", "")
    tab = tab if tab in tabs else ""
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "due"
    asked = posted.words(request.GET, "q", 100)
    found = _like(tabs[tab][1], asked)
    address = Contact.objects.filter(company=OuterRef("deal__supplier")).exclude(email="").order_by("-pk")
    shown = found.select_related("deal__buyer", "deal__supplier", "deal__counting_chain", "owner").annotate(
        address=Subquery(address.values("email")[:1])
    )
    page = Paginator(shown.order_by(*SORTS[sort]), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "matchmaking/desk_follow_ups.html",
        {
            "page": page,
            "tab": tab,
            "tabs": [(key, label, tab_rows.count()) for key, (label, tab_rows) in tabs.items()],
            "sorts": [
                ("due", _("due first")),
                ("newest", _("newest first")),
                ("amount", _("largest deal first")),
            ],
            "sort": sort,
            "asked": asked,
            "most_links": MOST_LINKS,
        },
    )


def _like(rows: QuerySet[FollowUp], asked: str) -> QuerySet[FollowUp]:
    """By the deal's title or a party's name."""
    condition = Q()
    for column in ("deal__title", "deal__buyer__name", "deal__supplier__name"):
        condition |= Q(**{f"{column}_zh__icontains": asked}) | Q(**{f"{column}_en__icontains": asked})
    return rows.filter(condition) if asked else rows
