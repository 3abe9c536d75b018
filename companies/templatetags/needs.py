"""What the cards of lists say about a need."""

from html import escape

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from companies.models import SourcingNeed

register = template.Library()


@register.simple_tag
def answer_by(need: SourcingNeed) -> SafeString:
    """Until when an answer is wanted; nothing where the buyer set no date. A list says it up to 72 times."""
    if need.answer_by is None:
        return SafeString()
    day = need.answer_by.isoformat()
    said = escape(_("answer by %(day)s")) % {"day": f'<time datetime="{day}">{day}</time>'}
    return SafeString(said)
