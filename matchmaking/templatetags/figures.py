"""Template filters for figures."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from matchmaking.figures.wording import about

register = template.Library()


@register.filter
def in_short(amount: Decimal, currency: str) -> str:
    """An amount in words, rounded to four digits."""
    return about(amount, currency)


@register.filter
def signed_percent(share: Decimal) -> str:
    """A share with its sign: 0.263 is +26.3 %."""
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return f"{sign}{number_format(abs(share) * 100, decimal_pos=1)} %"
