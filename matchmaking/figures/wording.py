"""Figures as people read them: 221, 393亿元, USD 5.56 bn, 92.4 %."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.language import reads_chinese
from companies.money import WRITTEN_IN, in_unit, in_words
from events.totals import FEW
from matchmaking.figures import published
from matchmaking.figures.counts import FIGURES
from matchmaking.figures.measuring import Figure, Reading, Unit, Value
from matchmaking.figures.scope import Scope


@dataclass(frozen=True)
class Shown:
    """A figure ready for a page: ``value`` in words, with its rule and the exact number for those who ask."""

    figure: Figure
    value: str
    exact: str
    scope: Scope


SHORT_FROM = 10_000
"""Smaller amounts are written in full."""


def about(amount: Decimal, currency: str) -> str:
    """An amount in the reader's words, rounded to four digits; the exact one stands beside it."""
    if amount >= SHORT_FROM:
        amount = amount.quantize(Decimal(1).scaleb(amount.adjusted() - 3), ROUND_HALF_UP)
    return in_words(amount, currency, chinese=reads_chinese())


def in_chosen_unit(amount: Decimal, currency: str, unit: str) -> str:
    """An amount in the unit that the reader chose, with every digit; short where none was chosen."""
    if unit not in WRITTEN_IN:
        return about(amount, currency)
    return in_unit(amount, currency, unit, chinese=reads_chinese())


def unit_choices() -> list[tuple[str, str]]:
    """The units that a reader may choose for amounts."""
    return [
        ("", _("short")),
        ("yuan", _("yuan")),
        ("wan", _("10,000 yuan")),
        ("million", _("million yuan")),
        ("yi", _("100 million yuan")),
        ("billion", _("billion yuan")),
    ]


def sides_said(reading: Reading) -> str:
    """What both sides say of the signed projects, in one line that stands beside their figures."""
    numbers = {
        said: in_reader_words(Unit.COUNT, FIGURES[f"signed_{said}"].measure(reading).value)
        for said in ("confirmed", "contested", "silent")
    }
    return (
        _("%(confirmed)s confirmed by both sides, %(contested)s contested, on %(silent)s a side is silent")
        % numbers
    )


def in_percent(share: Decimal) -> str:
    """A share in percent to one decimal, rounded: 2 of 3 are 66.7."""
    return number_format((share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP), decimal_pos=1)


def in_reader_words(unit: Unit, value: Value, written_in: str = "") -> str:
    """A value with its unit, short enough for a headline; amounts in the unit that the reader chose."""
    if value is None:
        return "–"
    if unit is Unit.SHARE:
        return _("%(percent)s %%") % {"percent": in_percent(Decimal(value))}
    if unit in {Unit.COUNT, Unit.DAYS}:
        return number_format(value, force_grouping=True)
    return in_chosen_unit(Decimal(value), unit.value, written_in)


def exact(unit: Unit, value: Value) -> str:
    """The unrounded value."""
    if value is None:
        return "–"
    if unit is Unit.SHARE:
        return in_reader_words(unit, value)
    number = f"{value:,}"  # Django writes no groups in Chinese, where eleven digits are read wrongly without
    return number if unit in {Unit.COUNT, Unit.DAYS} else f"{number} {unit.value}"


def shown(
    scope: Scope,
    *keys: str,
    with_few: bool,
    written_in: str = "",
    hidden: published.Hidden | None = None,
    reading: Reading | None = None,
) -> list[Shown]:
    """The named figures for a page, all where none is named.

    :param written_in: a unit of ``companies.money.WRITTEN_IN`` for amounts; empty for short ones.
    :param with_few: whether the reader may see amounts that fewer than ``FEW`` deals stand behind.
    :param hidden: for others, what stays out, where it is read already.
    :param reading: what is read of the scope, where it is read already.
    """
    chosen = [FIGURES[key] for key in keys] if keys else list(FIGURES.values())
    reading = reading or Reading(scope)
    kept_out = None if with_few else hidden or published.Hidden()
    return [_shown(figure, reading, kept_out, written_in) for figure in chosen]


def shown_to_officials(figure: Figure, scope: Scope) -> Shown:
    """One figure, be it for officials only, for an official."""
    return _shown(figure, Reading(scope), None, "")


def _shown(figure: Figure, reading: Reading, hidden: published.Hidden | None, written_in: str) -> Shown:
    scope, measured = reading.scope, figure.measure(reading)
    if (
        hidden
        and figure.is_amount
        and (0 < measured.behind < FEW or published.hides(figure, reading, hidden))
    ):
        return Shown(figure, _("few deals"), _("not public: few deals"), scope)
    words = in_reader_words(figure.unit, measured.value, written_in)
    return Shown(figure, words, exact(figure.unit, measured.value), scope)
