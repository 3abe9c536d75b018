"""Exchange rates and the indicator of foreign trade."""

import datetime as dt
from decimal import Decimal

from events.models import ExchangeRate
from matchmaking.demo.facts import facts
from matchmaking.demo.ground import Ground
from matchmaking.models import Indicator

DEMONSTRATION = "demonstration"
MONTHLY = {
    "USD": ("6.6085", "6.6651", "6.6863", "6.7433", "6.8821", "7.0998", "7.1768"),
    "EUR": ("6.9605", "7.1501", "6.9912", "6.8783", "6.8997", "6.9605", "7.1234"),
    "JPY": ("0.0508", "0.0518", "0.0493", "0.0508", "0.0496", "0.0491", "0.0484"),
    "HKD": ("0.8421", "0.8494", "0.8521", "0.8591", "0.8768", "0.9044", "0.9143"),
}
"""Yuan a unit at the beginning of May to November 2022, of about the size that they had."""
CLOSING = {"EUR": "7.4012", "JPY": "0.0511", "HKD": "0.9048"}


def make_rates() -> list[ExchangeRate]:
    """A rate a month and those of the published day; what is stored already stays."""
    last = facts().as_of
    rates = [
        ExchangeRate(
            currency=currency,
            date=dt.date(2022, 5 + place, 1),
            cny_per_unit=Decimal(rate),
            source=DEMONSTRATION,
        )
        for currency, monthly in MONTHLY.items()
        for place, rate in enumerate(monthly)
    ]
    rates += [
        ExchangeRate(currency=currency, date=last, cny_per_unit=Decimal(rate), source=DEMONSTRATION)
        for currency, rate in CLOSING.items()
    ]
    usd = facts().usd
    rates.append(
        ExchangeRate(
            currency="USD", date=last, cny_per_unit=Decimal(usd["cny_per_unit"]), source=usd["source"]
        )
    )
    ExchangeRate.objects.bulk_create(rates, ignore_conflicts=True)
    return rates


def rate_of(rates: list[ExchangeRate], currency: str, on: dt.date) -> ExchangeRate:
    """The newest rate of the currency not after the day."""
    return max(
        (rate for rate in rates if rate.currency == currency and rate.date <= on), key=lambda rate: rate.date
    )


def make_indicator(ground: Ground) -> None:
    """The city's foreign trade as its customs published it."""
    said = facts().foreign_trade
    Indicator.objects.update_or_create(
        division=ground.city,
        name_en=said["name_en"],
        period_from=dt.date.fromisoformat(said["period_from"]),
        period_to=dt.date.fromisoformat(said["period_to"]),
        defaults={
            "name_zh": said["name_zh"],
            "value_cny": Decimal(said["value_cny"]),
            "year_on_year": Decimal(said["year_on_year"]),
            "source_zh": said["source_zh"],
            "source_en": said["source_en"],
        },
    )
