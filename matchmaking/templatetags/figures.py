"""Template filters for figures."""

from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from matchmaking.figures.scope import Scope
from matchmaking.figures.wording import about, in_chosen_unit, in_percent

register = template.Library()


@register.filter
def in_short(amount: Decimal, currency: str) -> str:
    """An amount in words, rounded to four digits."""
    return about(amount, currency)


@register.simple_tag
def in_chosen(amount: Decimal | None, currency: str, unit: str) -> str:
    """An amount in the unit that the reader chose, else in words, rounded to four digits; none is zero."""
    return in_chosen_unit(amount or Decimal(0), currency, unit or "")


@register.filter
def percent(share: Decimal | None) -> str:
    """A share: 0.263 is 26.3 %; a dash where there is none."""
    return "–" if share is None else f"{in_percent(share)} %"


@register.filter
def signed_percent(share: Decimal) -> str:
    """A share with its sign: 0.263 is +26.3 %."""
    sign = "+" if share > 0 else "−" if share < 0 else ""
    return f"{sign}{in_percent(abs(share))} %"


@register.simple_tag
def rows_url(figure: str, scope: Scope, limit: str = "", value: str = "") -> str:
    """Where the rows stand that a figure counts in a scope, limited further where a limit is named.

    A line of the table of divisions is about the division itself, so that the lines add up.
    """
    address = f"{_address(figure, get_language() or '')}?{_asked(scope, limit)}"
    return f"{address}&{limit}={quote_plus(str(value))}" if limit else address


@lru_cache(maxsize=64)
def _asked(scope: Scope, limit: str) -> str:
    """The limits of a scope as they stand in an address, but for one; asked for every number of a page."""
    asked = scope.query()
    asked.pop(limit, None)
    if limit == "division":
        asked["itself"] = "1"
    return urlencode(asked)


@register.simple_tag
def figures_url(scope: Scope, limit: str, value: str) -> str:
    """The page of all figures of a scope, limited further."""
    return f"{reverse('figures:index')}?{urlencode(scope.query() | {limit: value})}"


@lru_cache(maxsize=256)
def _address(figure: str, language: str) -> str:
    """Where a figure's rows stand, in the reader's language; a page of many months asks a thousand times."""
    return reverse("figures:rows", args=[figure])
