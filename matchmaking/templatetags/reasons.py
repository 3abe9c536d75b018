"""How well something fits, and why: a page of suggestions has more than a hundred lines of it."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.formats import get_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from matchmaking.engine.wording import Sentence

register = template.Library()


@register.simple_tag
def reasons(sentences: Iterable[Sentence]) -> SafeString:
    """The list; what kind a line is of stands before it for those who do not see its sign.

    Put together by hand: Django's ways of escaping and of writing numbers took a sixth of a need's page.
    """
    kinds = {
        "matched": _("Matched:"),
        "assumed": _("Assumed:"),
        "missing": _("Missing:"),
        "ask": _("To ask:"),
    }
    point = str(get_format("DECIMAL_SEPARATOR"))
    lines = "".join(
        f'<li class="{each.kind}"><span><span class="vh">{escape(kinds[each.kind])}</span> '
        f"{escape(each.text)}</span>{_points(each.points, point)}</li>"
        for each in sentences
    )
    return SafeString(f'<ul class="reasons">{lines}</ul>')


@register.simple_tag
def score(percent: float) -> SafeString:
    """A meter from 0 to 100 with its number."""
    number, said = int(percent + 0.5), escape(_("Score out of 100:"))
    return SafeString(
        f'<span class="score"><span class="vh">{said}</span> '
        f'<b class="num">{number}</b> '
        '<svg class="gauge" aria-hidden="true"><rect class="whole" width="100%" height="100%" rx="4" />'
        f'<rect class="part" width="{number}%" height="100%" rx="4" /></svg></span>'
    )


def _points(points: float | None, point: str) -> str:
    if points is None:
        return ""
    return f' <span class="num">{f"{points:.1f}".replace(".", point)}</span>'
