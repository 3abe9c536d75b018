"""How far suppliers depend on single buyers, by verified signed amounts; and the alerts that follow."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User, Viewer
from companies.models import Company, IndustrialChain
from events.aftercare.people import chief_of, city_office, tell
from events.models import Deal, ExposureAlert, ExposureThreshold, FollowUp

SHARE = Decimal("0.0001")
_SUBJECT = _("Dependence on one buyer: %(count)s new")
_BODY = _(
    "%(count)s suppliers of your chain now depend on a single buyer beyond the threshold.\n"
    "Sign in and open “Exposure” on your desk."
)


@dataclass(frozen=True)
class Dependence:
    """A supplier's verified signed amount with one buyer, as a share of its whole, in yuan."""

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
    """A buyer with the suppliers that have verified deals with it."""

    buyer: Company
    suppliers: int
    value: Decimal
    late: int
    alerts: int


def share_of(value: Decimal, total: Decimal) -> Decimal:
    """Part of the whole to four decimals; 0 where there is no whole."""
    return (value / total).quantize(SHARE, ROUND_HALF_UP) if total else Decimal(0)


def counted() -> QuerySet[Deal]:
    """The deals that exposure is about: signed, verified and not terminated."""
    return Deal.objects.unmerged().signed().verified().exclude(stage=Deal.Stage.TERMINATED)


def suppliers_seen_by(user: Viewer) -> QuerySet[Company]:
    """Suppliers whose dependence an official sees: those of the own chains and divisions."""
    return Company.objects.overseen_by(user)


def buyers_for(user: Viewer) -> list[BuyerLine]:
    """The buyers of the suppliers that an official sees, the largest amount first. Four queries."""
    mine = suppliers_seen_by(user).values("pk")
    grouped = (
        counted()
        .filter(supplier__in=mine)
        .order_by()
        .values("buyer")
        .annotate(n=Count("supplier", distinct=True), value=Sum("signed_cny"))
    )
    found = {row["buyer"]: (row["n"], row["value"]) for row in grouped}
    late = _late("deal__buyer", deal__supplier__in=mine)
    alerts = _standing(supplier__in=mine)
    told: defaultdict[int, int] = defaultdict(int)
    for alert in alerts.values():
        told[alert.buyer_id] += 1
    buyers = Company.objects.filter(pk__in=found).select_related("parent")
    lines = [
        BuyerLine(buyer, *found[buyer.pk], late.get(buyer.pk, 0), told.get(buyer.pk, 0)) for buyer in buyers
    ]
    return sorted(lines, key=lambda line: (-line.value, line.buyer.pk))


def dependents_of(buyer: Company, *, suppliers: QuerySet[Company]) -> list[Dependence]:
    """The suppliers among those given that have verified deals with the buyer, the largest share first."""
    keys = list(counted().filter(buyer=buyer, supplier__in=suppliers.values("pk")).values_list("supplier"))
    rows = _dependences(Q(supplier__in=[key for (key,) in keys]))
    return sorted((r for r in rows if r.buyer.pk == buyer.pk), key=lambda row: (-row.share, -row.value))


def shares_of(supplier: Company) -> list[Dependence]:
    """The supplier's own buyers, the largest share first."""
    return sorted(_dependences(Q(supplier=supplier)), key=lambda row: (-row.share, row.buyer.pk))


def refresh_alerts(today: dt.date | None = None) -> list[ExposureAlert]:
    """Reckon the alerts anew and tell each chief once of those that are new; a second run changes nothing."""
    with acting(None, "exposure was reckoned anew"):
        fresh = reckon(today or timezone.localdate())
        _tell(fresh)
    return fresh


def reckon(today: dt.date) -> list[ExposureAlert]:
    """Begin an alert for each pair that is newly above its threshold, end those that are no longer."""
    rules = {rule.chain_id: rule for rule in ExposureThreshold.objects.all()}
    with transaction.atomic():
        standing = {
            (alert.supplier_id, alert.buyer_id): alert
            for alert in ExposureAlert.objects.standing().select_for_update()
        }
        above = {key: row for key, row in _pairs().items() if _is_above(row, rules)}
        for key, alert in standing.items():
            if key not in above:
                alert.ended_on = today
                alert.save(update_fields=["ended_on"])
        chains = IndustrialChain.objects.in_bulk({row.chain for row in above.values()})
        told = {key: chief_of(chain) or city_office() for key, chain in chains.items()}
        return ExposureAlert.objects.bulk_create(
            [_alert(key, row, told[row.chain], today) for key, row in above.items() if key not in standing],
            ignore_conflicts=True,
        )


@dataclass(frozen=True)
class _Pair:
    """What a supplier has with a buyer: amount, whole, and the counting chain of the largest part."""

    value: Decimal
    total: Decimal
    chain: int


def _pairs() -> dict[tuple[int, int], _Pair]:
    """Every pair of the ledger by supplier and buyer: one query."""
    grouped = counted().order_by().values("supplier", "buyer", "counting_chain").annotate(v=Sum("signed_cny"))
    values: defaultdict[tuple[int, int], dict[int, Decimal]] = defaultdict(dict)
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in grouped:
        values[row["supplier"], row["buyer"]][row["counting_chain"]] = row["v"]
        totals[row["supplier"]] += row["v"]
    return {
        key: _Pair(
            sum(parts.values(), Decimal(0)), totals[key[0]], max(parts, key=lambda chain: parts[chain])
        )
        for key, parts in values.items()
    }


def _is_above(row: _Pair, rules: dict[int | None, ExposureThreshold]) -> bool:
    rule = rules.get(row.chain) or rules.get(None)
    if rule is None:
        return False
    return row.value >= rule.least_cny and share_of(row.value, row.total) >= rule.share


def _alert(key: tuple[int, int], row: _Pair, told: User | None, today: dt.date) -> ExposureAlert:
    supplier, buyer = key
    return ExposureAlert(
        supplier_id=supplier,
        buyer_id=buyer,
        chain_id=row.chain,
        share=share_of(row.value, row.total),
        value_cny=row.value,
        begun_on=today,
        told=told,
    )


def _dependences(suppliers: Q) -> list[Dependence]:
    """The pairs of these suppliers with their shares: four queries, whatever their number."""
    grouped = (
        counted()
        .filter(suppliers)
        .order_by()
        .values("supplier", "buyer")
        .annotate(n=Count("pk"), value=Sum("signed_cny"))
    )
    rows = list(grouped)
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[row["supplier"]] += row["value"]
    firms = Company.objects.in_bulk({key for row in rows for key in (row["supplier"], row["buyer"])})
    late = _late("deal__supplier", "deal__buyer", deal__supplier__in=list(totals))
    alerts = _standing(supplier__in=list(totals))
    return [
        Dependence(
            firms[row["supplier"]],
            firms[row["buyer"]],
            row["value"],
            totals[row["supplier"]],
            row["n"],
            late.get((row["supplier"], row["buyer"]), 0),
            alerts.get((row["supplier"], row["buyer"])),
        )
        for row in rows
    ]


def _late(*by: str, **which: object) -> dict[object, int]:
    """How many follow-ups say that the buyer pays late, by one or several columns."""
    rows = FollowUp.objects.filter(payment=FollowUp.Payment.LATE, **which).order_by()
    grouped = rows.values_list(*by).annotate(n=Count("pk"))
    return {(tuple(key) if len(key) > 1 else key[0]): n for *key, n in grouped}


def _standing(**which: object) -> dict[tuple[int, int], ExposureAlert]:
    alerts = ExposureAlert.objects.standing().filter(**which)
    return {(alert.supplier_id, alert.buyer_id): alert for alert in alerts}


def _tell(alerts: Iterable[ExposureAlert]) -> None:
    """One letter to each chief about all that is new."""
    counts: defaultdict[User, int] = defaultdict(int)
    for alert in alerts:
        if alert.told:
            counts[alert.told] += 1
    for person, count in counts.items():
        tell(person, _SUBJECT, _BODY, {"count": count})
