"""What the cards of lists say about a need."""

from django import template
from django.utils.translation import gettext as _

from companies.models import SourcingNeed

register = template.Library()


@register.simple_tag
def answer_by(need: SourcingNeed) -> str:
    """Until when an answer is wanted; nothing where the buyer set no date. A list says it up to 72 times."""
    return _("answer by %(day)s") % {"day": need.answer_by.isoformat()} if need.answer_by else ""
