"""Writing reference rows: known codes are changed in place, so that links and primary keys stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model
from pghistory.models import Context

Row = TypeVar("Row", bound=Model)

MARK = "reference"
"""Key of the audit trail's context under which the loader writes; it tells its rows from other people's."""


@dataclass(frozen=True)
class Counts:
    """What one load did to a table."""

    total: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0


def upsert(
    model: type[Row], wanted: Mapping[str, Mapping[str, Any]], existing: dict[str, Row]
) -> tuple[int, int]:
    """Create the rows of unknown codes and change those that differ.

    :param wanted: field values by code.
    :param existing: the table's rows by code; gets the new ones.
    :returns: how many were added and changed.
    """
    new, changed, names = [], [], set()
    for code, values in wanted.items():
        row = existing.get(code)
        if row is None:
            new.append(model(code=code, **values))
            continue
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differing:
            setattr(row, name, values[name])
        if differing:
            changed.append(row)
            names.update(differing)
    for row in model._default_manager.bulk_create(new):
        existing[row.code] = row  # type: ignore[attr-defined]  # every reference model has a code
    if changed:
        model._default_manager.bulk_update(changed, sorted(names), batch_size=500)
    return len(new), len(changed)


def loaded_before(model: type[Model]) -> set[int]:
    """Keys of the rows that an earlier load created, as against those that people added."""
    history = model.history.rel.related_model  # type: ignore[attr-defined]  # made by the audit trail
    loads = Context.objects.filter(**{f"metadata__{MARK}": True}).values("pk")
    return set(
        history._default_manager.filter(pgh_label="insert", pgh_context__in=loads).values_list(
            "pgh_obj_id", flat=True
        )
    )
