"""Pencil and ruler of the charts: escaped SVG elements, round scales, text that fits."""

import html
import math
import unicodedata
from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_ROUND = (1, 2, 2.5, 3, 4, 5, 6, 8, 10)
ELLIPSIS = "…"


def tag(name: str, content: object = "", **attributes: object) -> SafeString:
    """One element; ``class_`` is class, an underscore in an attribute is a hyphen, None leaves it out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return SafeString(f"<{name}{written}>{_escaped(content)}</{name}>")


def group(parts: Iterable[SafeString]) -> SafeString:
    """Drawn parts one after the other; what is not yet safe is escaped."""
    return SafeString("".join(_escaped(part) for part in parts))


def _escaped(value: object) -> str:
    """Markup as it is, numbers short, everything else escaped.

    Written out because Django's format_html, which does the same, takes 20 times as long for the hundreds of
    small elements of one drawing.
    """
    if isinstance(value, SafeString):
        return value
    if isinstance(value, float):
        return f"{value:g}"
    return html.escape(str(value))


def drawing(
    content: SafeString, *, name: str, title: str, description: str, **attributes: object
) -> SafeString:
    """The svg element with its accessible title and description; ``name`` makes their ids unique."""
    return tag(
        "svg",
        group(
            [tag("title", title, id=f"{name}-title"), tag("desc", description, id=f"{name}-text"), content]
        ),
        role="img",
        aria_labelledby=f"{name}-title {name}-text",
        **attributes,
    )


def nothing_yet() -> SafeString:
    """What stands in place of a chart without values."""
    return tag("p", _("There are no figures here yet."), class_="chart-empty muted")


def percent(share: float) -> str:
    """A share from 0 to 1 as an SVG length, so that a drawing stretches and its text does not."""
    return f"{share * 100:.3f}".rstrip("0").rstrip(".") + "%"


def number(value: float) -> str:
    """A tick or tooltip number with thousands separated, at most two decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def round_top(highest: float, steps: int) -> float:
    """The lowest scale end not under ``highest`` whose ``steps`` equal ticks are all round numbers."""
    if highest <= 0:
        return float(steps)
    rough = highest / steps
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return steps * next(factor * magnitude for factor in _ROUND if factor * magnitude >= rough * (1 - 1e-9))


def text_width(text: str, size: float) -> float:
    """Roughly how wide a text is at a font size, in the same unit: Chinese is square, Latin about half."""
    return size * sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.56 for sign in text)


def fitted(text: str, width: float, size: float, lines: int) -> list[str]:
    """The text broken into at most ``lines`` lines of ``width``; what is left over ends in an ellipsis."""
    if text_width(text, size) <= width:
        return [text]
    done: list[str] = []
    line = ""
    for word in _breakable(text):
        if line and text_width(line + word.rstrip(), size) > width:
            done.append(line.rstrip())
            line = ""
        line += word
    done.append(line.rstrip())
    kept = done[:lines]
    if len(done) > lines:
        kept[-1] += ELLIPSIS
    return [_shortened(each, width, size) for each in kept]


def _breakable(text: str) -> list[str]:
    """Words with their trailing space, and every Chinese sign by itself."""
    parts: list[str] = []
    for sign in text:
        wide = unicodedata.east_asian_width(sign) in "WF"
        if parts and not wide and not parts[-1].endswith(" ") and not _is_wide(parts[-1]):
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def _is_wide(part: str) -> bool:
    return unicodedata.east_asian_width(part[-1]) in "WF"


def _shortened(text: str, width: float, size: float) -> str:
    """The text cut to the width, with an ellipsis where something was cut."""
    if text_width(text, size) <= width:
        return text
    text = text.rstrip(ELLIPSIS)
    while text and text_width(text + ELLIPSIS, size) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS
