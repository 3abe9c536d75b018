"""Amounts and file sizes on pages."""

from decimal import Decimal

from django import template

from accounts.language import reads_chinese
from companies.money import in_words

register = template.Library()


@register.simple_tag
def amount(value: Decimal | None, currency: str) -> str:
    """The amount as the reader says it, such as 9.5亿元 or CNY 950 m; a dash where there is none."""
    return "–" if value is None else in_words(value, currency, chinese=reads_chinese())
