"""Words for pairs of deals that may be one."""

from django import template

from events.models import Double

register = template.Library()


@register.simple_tag
def reason_label(reason: str) -> str:
    """Why two deals may be one, in the reader's language."""
    return str(Double.Reason(reason).label)
