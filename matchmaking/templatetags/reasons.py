"""How well something fits, and why: a page of suggestions has more than a hundred lines of it."""

from collections.abc import Iterable

from django import template
from django.template.defaultfilters import floatformat
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from matchmaking.engine.wording import Sentence

register = template.Library()


@register.simple_tag
def reasons(sentences: Iterable[Sentence]) -> SafeString:
    """The list; what kind a line is of stands before it for those who do not see its sign."""
    kinds = {
        "matched": _("Matched:"),
        "assumed": _("Assumed:"),
        "missing": _("Missing:"),
        "ask": _("To ask:"),
    }
    lines = format_html_join(
        "",
        '<li class="{}"><span><span class="vh">{}</span> {}</span>{}</li>',
        ((each.kind, kinds[each.kind], each.text, _points(each.points)) for each in sentences),
    )
    return format_html('<ul class="reasons">{}</ul>', lines)


@register.simple_tag
def score(percent: float) -> SafeString:
    """A meter from 0 to 100 with its number."""
    number = floatformat(percent, "0u")
    return format_html(
        '<span class="score"><span class="vh">{}</span> <b class="num">{}</b> '
        '<svg class="gauge" aria-hidden="true"><rect class="whole" width="100%" height="100%" rx="4" />'
        '<rect class="part" width="{}%" height="100%" rx="4" /></svg></span>',
        _("Score out of 100:"),
        number,
        number,
    )


def _points(points: float | None) -> str:
    return "" if points is None else format_html(' <span class="num">{}</span>', localize(points))
