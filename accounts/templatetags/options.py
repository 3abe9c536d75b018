"""The options of a choice, written in one go: a filter offers hundreds of them."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString

register = template.Library()

OptionGroup = tuple[str | None, Iterable[Mapping[str, Any]], int]


@register.simple_tag
def options(groups: Iterable[OptionGroup]) -> SafeString:
    """``<option>`` elements of a select's ``optgroups``, in ``<optgroup>`` where a group has a name."""
    return SafeString("".join(map(_group, groups)))


def _group(group: OptionGroup) -> str:
    name, choices, _index = group
    written = "".join(map(_option, choices))
    return f'<optgroup label="{escape(str(name))}">{written}</optgroup>' if name else written


def _option(choice: Mapping[str, Any]) -> str:
    attributes = "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in choice["attrs"].items()
        if value is not False
    )
    value, label = escape(str(choice["value"])), escape(str(choice["label"]))
    return f'<option value="{value}"{attributes}>{label}</option>'
