"""Alerts of exposure: begun and told once for each crossing of a threshold, ended below it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from companies.groups import Groups
from companies.models import IndustrialChain
from events.aftercare.exposure import by_pair, counted, share_of
from events.aftercare.people import chief_of, city_office, tell
from events.models import ExposureAlert, ExposureThreshold

_SUBJECT = _("Dependence on one buyer: %(count)s new")
_BODY = _(
    "%(count)s suppliers of your chain now depend on a single buyer beyond the threshold.\n"
    "Sign in and open “Exposure” on your desk."
)


def refresh_alerts(today: dt.date | None = None) -> list[ExposureAlert]:
    """Reckon the alerts anew and tell each chief once of those that are new; a second run changes nothing."""
    with acting(None, "exposure was reckoned anew"):
        fresh = reckon(today or timezone.localdate())
        _tell(fresh)
    return fresh


def reckon(today: dt.date) -> list[ExposureAlert]:
    """Begin an alert for each pair that is newly above its threshold, end those that are no longer.

    An alert about a firm that has come under a parent since stands for the parent's group.
    """
    rules = {rule.chain_id: rule for rule in ExposureThreshold.objects.all()}
    with transaction.atomic():
        groups = Groups()
        alerts = list(ExposureAlert.objects.standing().select_for_update())
        standing = by_pair(alerts, groups)
        above = {key: row for key, row in _pairs(groups).items() if _is_above(row, rules)}
        kept = {alert.pk for key, alert in standing.items() if key in above}
        for alert in alerts:
            if alert.pk not in kept:
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


def _pairs(groups: Groups) -> dict[tuple[int, int], _Pair]:
    """Every pair of the ledger by supplier and head of the buyer's group: one query."""
    grouped = counted().order_by().values("supplier", "buyer", "counting_chain").annotate(v=Sum("signed_cny"))
    values: defaultdict[tuple[int, int], defaultdict[int, Decimal]]
    values = defaultdict(lambda: defaultdict(Decimal))
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in grouped:
        values[row["supplier"], groups.head_of(row["buyer"])][row["counting_chain"]] += row["v"]
        totals[row["supplier"]] += row["v"]
    return {
        key: _Pair(sum(parts.values(), Decimal(0)), totals[key[0]], max(parts, key=parts.__getitem__))
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


def _tell(alerts: Iterable[ExposureAlert]) -> None:
    """One letter to each chief about all that is new."""
    counts: defaultdict[User, int] = defaultdict(int)
    for alert in alerts:
        if alert.told:
            counts[alert.told] += 1
    for person, count in counts.items():
        tell(person, _SUBJECT, _BODY, {"count": count})
