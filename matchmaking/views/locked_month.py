"""One locked month: as it was published, what the ledger gives today, and the deals that moved."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from events.models import Deal
from matchmaking.figures import locking, snapshots
from matchmaking.figures.consistent import consistent
from matchmaking.figures.counts import FIGURES
from matchmaking.figures.wording import about, exact
from matchmaking.models import MonthlySnapshot
from matchmaking.rooms import may_see_amounts

A_PAGE = 50


@dataclass(frozen=True)
class Line:
    """A deal that moved, as far as the reader may know it."""

    number: int
    deal: Deal | None
    signed: tuple[str, str]
    intention: tuple[str, str]


@consistent
def locked_month(request: HttpRequest, month: str) -> HttpResponse:
    """What was published for a month, what changed since, and what it corrected of the month before."""
    try:
        first = dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None
    snapshot = get_object_or_404(MonthlySnapshot.objects.visible_to(request.user), month=first)
    with_few = may_see_amounts(request.user)
    since = locking.moved_since(snapshot.month)
    corrected = locking.from_json(snapshot.adjustments.get("deals", {}))
    page = Paginator(since, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "matchmaking/locked_month.html",
        {
            "snapshot": snapshot,
            "figures": _published(snapshot, with_few=with_few),
            "adjustments": _shown(snapshots.adjustments(snapshot), with_few=with_few),
            "page": page,
            "lines": _lines(list(page), request, with_few=with_few),
            "corrections": _shown(snapshots.corrections(snapshot), with_few=with_few),
            "corrected": _lines(corrected[:A_PAGE], request, with_few=with_few),
            "corrected_month": snapshot.adjustments.get("month", ""),
        },
    )


def _published(snapshot: MonthlySnapshot, *, with_few: bool) -> list[tuple[str, str]]:
    """The figures as they were locked; the public sees numbers and no amounts."""
    return [
        (str(figure.label), exact(figure.unit, snapshots.stored_value(snapshot, key)))
        for key, figure in FIGURES.items()
        if key in snapshot.figures and (with_few or not figure.is_amount)
    ]


def _shown(found: list[snapshots.Adjustment], *, with_few: bool) -> list[snapshots.Adjustment]:
    """The public sees no amount of a past day: two looks at it may differ by a single deal."""
    return [each for each in found if with_few or not each.figure.is_amount]


def _lines(moved: list[locking.Moved], request: HttpRequest, *, with_few: bool) -> list[Line]:
    """The deals by name for whoever may see them; amounts only for officials."""
    deals = locking.titles(moved)
    visible = set(Deal.objects.visible_to(request.user).filter(pk__in=deals).values_list("pk", flat=True))

    def words(value: Decimal | None, *, is_known: bool) -> str:
        if value is None:
            return "–"
        return about(value, "CNY") if is_known else _("counted")

    return [
        Line(
            each.deal_id,
            deals.get(each.deal_id) if each.deal_id in visible else None,
            (
                words(each.before.signed, is_known=with_few or each.deal_id in visible),
                words(each.after.signed, is_known=with_few or each.deal_id in visible),
            ),
            (
                words(each.before.intention, is_known=with_few or each.deal_id in visible),
                words(each.after.intention, is_known=with_few or each.deal_id in visible),
            ),
        )
        for each in moved
    ]
