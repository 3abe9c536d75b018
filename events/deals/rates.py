"""The rate at which a deal is counted in yuan."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refused
from events.models import ExchangeRate


class NoRate(Refused):
    """No exchange rate is stored for the currency."""


@dataclass(frozen=True)
class Rate:
    """Yuan a unit, and the day of the rate."""

    cny_per_unit: Decimal
    date: dt.date


def rate_on(currency: str, on: dt.date) -> Rate:
    """The newest stored rate not after the day; one for the yuan.

    :raises NoRate: no rate of the currency is stored up to the day.
    """
    if currency == "CNY":
        return Rate(Decimal(1), on)
    stored = ExchangeRate.objects.latest_for(currency, on)
    if stored is None:
        raise NoRate(
            _("No exchange rate of %(currency)s is stored for %(day)s: add it first.")
            % {"currency": currency, "day": on}
        )
    return Rate(stored.cny_per_unit, stored.date)
