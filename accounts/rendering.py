"""How forms are drawn: the templates of every form and field, and choices that are searched."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Script
from django.urls import reverse
from django.utils.functional import Promise

from accounts.countries import country_choices


class FormRenderer(TemplatesSetting):
    """Draws forms with the project's own templates (setting FORM_RENDERER)."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"


class Combobox(forms.Select):
    """A select that searches while typing (static/js/combobox.js).

    ``search`` names an address that answers ``?q=words`` with ``{"results": [{"value", "text", "sub"}]}``.
    With it, only the chosen row and the first ``FIRST`` rows are written into the page; somebody without
    JavaScript chooses from those. Without it every option is written, and searched there.
    """

    template_name = "widgets/combobox.html"
    FIRST = 50

    def __init__(self, search: str = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.search = search

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["search_url"] = reverse(self.search) if self.search else ""
        return context

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        chosen = [each for each in value if each]
        options = self._options(chosen)
        return [
            (None, [self.create_option(name, key, str(label), str(key) in chosen, at, attrs=attrs)], at)
            for at, (key, label) in enumerate(options)
        ]

    def _options(self, chosen: list[str]) -> Iterable[tuple[Any, str | Promise]]:
        """The empty option, the chosen rows, then the first rows (all of them without a search address)."""
        choices = self.choices
        if not self.search or not isinstance(choices, ModelChoiceIterator):
            return _flat(choices)
        field = choices.field
        key = field.to_field_name or "pk"
        keys = _keys(choices.queryset.model, key, chosen)
        first = choices.queryset.exclude(**{f"{key}__in": keys})[: self.FIRST]
        wanted = choices.queryset.filter(**{f"{key}__in": keys}) if keys else []
        rows = [(field.prepare_value(row), field.label_from_instance(row)) for row in [*wanted, *first]]
        return [("", ""), *rows] if field.empty_label is not None else rows


class CountryBox(Combobox):
    """A searched choice among all countries and regions; a code that names none stays where it stood."""

    def _options(self, chosen: list[str]) -> Iterable[tuple[Any, str | Promise]]:
        known = country_choices()
        codes = {code for code, _name in known}
        return [*((code, code) for code in chosen if code not in codes), *known]


class SearchedChecks(forms.CheckboxSelectMultiple):
    """Many check boxes in a box of their own, which static/js/searched_checks.js lets one search."""

    template_name = "widgets/searched_checks.html"

    class Media:
        js = [Script("js/searched_checks.js", defer=True)]


def _keys(model: type[models.Model], name: str, values: list[str]) -> list[Any]:
    """The values that can be keys at all; a forged one is left out."""
    column = model._meta.pk if name == "pk" else model._meta.get_field(name)
    keys: list[Any] = []
    if not isinstance(column, models.Field):
        return keys
    for value in values:
        with suppress(ValidationError):
            keys.append(column.to_python(value))
    return keys


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, str | Promise]]:
    """Choices without their groups."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
