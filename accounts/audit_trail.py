"""Reading the audit trail: who changed what, when and why, in the reader's language."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Field, FileField, ForeignKey, Model, QuerySet
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User

Scope = Callable[[type[Model]], QuerySet[Any]]
"""What the reader may see of a model."""

_KINDS = {
    "insert": gettext_lazy("added"),
    "update": gettext_lazy("changed"),
    "delete": gettext_lazy("removed"),
}
_OWN = ("created_at", "updated_at")
"""Columns that only repeat when a row was written."""
EMPTY: tuple[object, ...] = (None, "", [])


@dataclass(frozen=True)
class Change:
    """One field before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One writing of a row; without a person the system wrote it."""

    at: dt.datetime
    kind: str | Promise
    person: str
    reason: str
    changes: Sequence[Change]


def trail_of(obj: Model, scope: Scope) -> list[Entry]:
    """All entries of a row, the newest first; a model that is not tracked has none.

    Related rows outside the reader's scope are not named.
    """
    history = getattr(type(obj), "history", None)
    if history is None:
        return []
    events = list(
        history.rel.related_model._default_manager.filter(pgh_obj_id=obj.pk)
        .select_related("pgh_context")
        .order_by("pgh_id")
    )
    fields = (
        [
            field
            for field in obj._meta.concrete_fields
            if not field.primary_key and field.name not in _OWN and hasattr(type(events[0]), field.attname)
        ]
        if events
        else []
    )
    names = _names(events, fields, scope)
    entries = []
    before = None
    for event in events:
        changes = [] if event.pgh_label == "delete" else list(_changes(before, event, fields, names))
        if changes or event.pgh_label != "update":
            entries.append(_entry(event, changes, names))
        before = event
    return entries[::-1]


def _entry(event: Any, changes: list[Change], names: dict[tuple[type[Model], Any], str]) -> Entry:
    known = event.pgh_context.metadata if event.pgh_context else {}
    person = known.get("user")
    return Entry(
        at=timezone.localtime(event.pgh_created_at),
        kind=_KINDS.get(event.pgh_label, event.pgh_label),
        person=names.get((User, person), "") if person else "",
        reason=known.get("reason", ""),
        changes=changes,
    )


def _changes(
    before: Any, after: Any, fields: Iterable["Field[Any, Any]"], names: dict[tuple[type[Model], Any], str]
) -> Iterable[Change]:
    for field in fields:
        old = getattr(before, field.attname) if before else None
        new = getattr(after, field.attname)
        if old == new or (before is None and new in EMPTY):
            continue
        yield Change(
            str(capfirst(field.verbose_name)),
            _in_words(field, old, names) if before else "",
            _in_words(field, new, names),
        )


def _names(
    events: Iterable[Any], fields: Iterable["Field[Any, Any]"], scope: Scope
) -> dict[tuple[type[Model], Any], str]:
    """What the rows are called to which the events point: one query a model.

    People are named to everybody who may read the trail: it says who acted.
    """
    wanted: dict[type[Model], set[Any]] = {User: set()}
    for event in events:
        if event.pgh_context:
            wanted[User].add(event.pgh_context.metadata.get("user"))
        for field in fields:
            if isinstance(field, ForeignKey):
                wanted.setdefault(field.related_model, set()).add(getattr(event, field.attname))
    names = {}
    for model, keys in wanted.items():
        rows = User.objects.all() if model is User else scope(model)
        for row in rows.filter(pk__in=keys - {None}):
            names[model, row.pk] = str(row)
    return names


def _in_words(field: "Field[Any, Any]", value: Any, names: dict[tuple[type[Model], Any], str]) -> str:
    if value in EMPTY:
        words = _("nothing")
    elif isinstance(field, ForeignKey):
        words = names.get((field.related_model, value), _("not visible to you"))
    elif isinstance(field, ArrayField):
        words = ", ".join(_in_words(field.base_field, each, names) for each in value)
    elif isinstance(field, FileField):
        words = _("a file")
    elif field.flatchoices:
        words = str(dict(field.flatchoices).get(value, value))
    elif isinstance(value, bool):
        words = _("yes") if value else _("no")
    elif isinstance(value, dt.datetime):
        words = formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    else:
        words = str(formats.localize(value))
    return words
