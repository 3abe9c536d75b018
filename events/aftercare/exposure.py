"""How far suppliers depend on single buyers, by verified signed amounts.

A buyer is the group that its firms belong to, as far as the records know the parent: whoever supplies three
subsidiaries of one parent depends on the parent.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Viewer
from companies.groups import Groups
from companies.models import Company
from events.models import Deal, ExposureAlert, FollowUp

SHARE = Decimal("0.0001")


@dataclass(frozen=True)
class Dependence:
    """A supplier's verified signed amount with one buyer, as a share of its whole, in yuan.

    ``buyer`` is the firm on top of the group, or the only one.
    """

    supplier: Company
    buyer: Company
    value: Decimal
    total: Decimal
    deals: int
    late: int
    """How often the supplier reported that the buyer paid late."""
    alert: ExposureAlert | None = None

    @property
    def share(self) -> Decimal:
        return share_of(self.value, self.total)


@dataclass(frozen=True)
class BuyerLine:
    """A buyer, with its group, and the suppliers that have verified deals with it."""

    buyer: Company
    suppliers: int
    value: Decimal
    late: int
    alerts: int
    firms: int
    """Firms of the group that bought."""


def share_of(value: Decimal, total: Decimal) -> Decimal:
    """Part of the whole to four decimals; 0 where there is no whole."""
    return (value / total).quantize(SHARE, ROUND_HALF_UP) if total else Decimal(0)


def counted() -> QuerySet[Deal]:
    """The deals that exposure is about: signed, verified and not terminated."""
    return Deal.objects.unmerged().signed().verified().exclude(stage=Deal.Stage.TERMINATED)


def reported_late() -> QuerySet[FollowUp]:
    """Follow-ups in which a supplier says that the buyer paid late."""
    return FollowUp.objects.filter(payment=FollowUp.Payment.LATE)


def suppliers_seen_by(user: Viewer) -> QuerySet[Company]:
    """Suppliers whose dependence an official sees: those of the own chains and divisions."""
    return Company.objects.overseen_by(user)


def buyers_for(user: Viewer) -> list[BuyerLine]:
    """The buyers of the suppliers that an official sees, the largest amount first. Six queries."""
    mine, groups = suppliers_seen_by(user).values("pk"), Groups()
    deals = counted().order_by() if user.is_superuser else counted().filter(supplier__in=mine).order_by()
    grouped = deals.values("buyer").annotate(n=Count("supplier", distinct=True), value=Sum("signed_cny"))
    firms: defaultdict[int, list[int]] = defaultdict(list)
    values: defaultdict[int, Decimal] = defaultdict(Decimal)
    suppliers: dict[int, int] = {}
    for row in grouped:
        head = groups.head_of(row["buyer"])
        firms[head].append(row["buyer"])
        values[head] += row["value"]
        suppliers[head] = row["n"]
    suppliers |= _suppliers_of_groups(deals, firms, groups)
    late = _late(groups, ("deal__buyer",), deal__supplier__in=mine)
    alerts: defaultdict[int, int] = defaultdict(int)
    for _supplier, head in _standing(groups, supplier__in=mine):
        alerts[head] += 1
    lines = [
        BuyerLine(buyer, suppliers[key], values[key], late.get((key,), 0), alerts[key], len(firms[key]))
        for key, buyer in Company.objects.select_related("parent").in_bulk(list(firms)).items()
    ]
    return sorted(lines, key=lambda line: (-line.value, line.buyer.pk))


def _suppliers_of_groups(
    deals: QuerySet[Deal], firms: dict[int, list[int]], groups: Groups
) -> dict[int, int]:
    """How many different suppliers the groups have of which several firms bought, by their heads."""
    several = [firm for found in firms.values() if len(found) > 1 for firm in found]
    found: defaultdict[int, set[int]] = defaultdict(set)
    for buyer, supplier in deals.filter(buyer__in=several).values_list("buyer", "supplier").distinct():
        found[groups.head_of(buyer)].add(supplier)
    return {head: len(suppliers) for head, suppliers in found.items()}


def dependents_of(buyer: Company, *, suppliers: QuerySet[Company]) -> list[Dependence]:
    """Of the suppliers given those with verified deals with the buyer's group, the largest share first."""
    groups = Groups()
    bought = counted().filter(buyer__in=groups.members_of(buyer.pk), supplier__in=suppliers.values("pk"))
    keys = set(bought.order_by().values_list("supplier", flat=True))
    rows = _dependences(Q(supplier__in=keys), groups)
    head = groups.head_of(buyer.pk)
    return sorted((r for r in rows if r.buyer.pk == head), key=lambda row: (-row.share, -row.value))


def shares_of(supplier: Company) -> list[Dependence]:
    """The supplier's own buyers, the largest share first."""
    rows = _dependences(Q(supplier=supplier), Groups())
    return sorted(rows, key=lambda row: (-row.share, row.buyer.pk))


def deals_between(suppliers: QuerySet[Company], buyer: Company | None) -> QuerySet[Deal]:
    """The deals that the amounts of these suppliers with the buyer's group, or with all, add up from."""
    deals = counted().filter(supplier__in=suppliers.values("pk"))
    return deals.filter(buyer__in=Groups().members_of(buyer.pk)) if buyer else deals


def late_between(suppliers: QuerySet[Company], buyer: Company | None) -> QuerySet[FollowUp]:
    """The follow-ups in which these suppliers say that a firm of the buyer's group, or any, paid late."""
    late = reported_late().filter(deal__supplier__in=suppliers.values("pk"))
    return late.filter(deal__buyer__in=Groups().members_of(buyer.pk)) if buyer else late


def _dependences(suppliers: Q, groups: Groups) -> list[Dependence]:
    """The pairs of these suppliers with their shares: four queries, whatever their number."""
    grouped = counted().filter(suppliers).order_by().values("supplier", "buyer")
    numbers: defaultdict[tuple[int, int], int] = defaultdict(int)
    values: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in grouped.annotate(n=Count("pk"), value=Sum("signed_cny")):
        pair = row["supplier"], groups.head_of(row["buyer"])
        numbers[pair] += row["n"]
        values[pair] += row["value"]
        totals[row["supplier"]] += row["value"]
    firms = Company.objects.in_bulk({key for pair in values for key in pair})
    late = _late(groups, ("deal__supplier", "deal__buyer"), deal__supplier__in=list(totals))
    alerts = _standing(groups, supplier__in=list(totals))
    return [
        Dependence(
            firms[supplier],
            firms[head],
            values[supplier, head],
            totals[supplier],
            numbers[supplier, head],
            late.get((supplier, head), 0),
            alerts.get((supplier, head)),
        )
        for supplier, head in values
    ]


def _late(groups: Groups, by: tuple[str, ...], **which: object) -> dict[tuple[int, ...], int]:
    """How many follow-ups say that the buyer pays late; the last column is the buyer, found by its head."""
    found: defaultdict[tuple[int, ...], int] = defaultdict(int)
    grouped = reported_late().filter(**which).order_by().values_list(*by).annotate(n=Count("pk"))
    for *others, buyer, n in grouped:
        found[*others, groups.head_of(buyer)] += n
    return found


def _standing(groups: Groups, **which: object) -> dict[tuple[int, int], ExposureAlert]:
    """The standing alerts by supplier and head of the buyer's group."""
    return by_pair(ExposureAlert.objects.standing().filter(**which), groups)


def by_pair(alerts: Iterable[ExposureAlert], groups: Groups) -> dict[tuple[int, int], ExposureAlert]:
    """Alerts by supplier and head of the buyer's group; where it has several, that of the head itself."""
    found: dict[tuple[int, int], ExposureAlert] = {}
    for alert in alerts:
        head = groups.head_of(alert.buyer_id)
        if (alert.supplier_id, head) not in found or alert.buyer_id == head:
            found[alert.supplier_id, head] = alert
    return found
