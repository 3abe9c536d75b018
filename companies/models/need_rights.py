"""What a viewer may do with one need, asked in a statement that is put together once for each reach.

The rules are those of the querysets in ``need``; putting them into SQL anew for every page took longer than
everything else that is read for a need.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import Case, When
from django.utils import timezone

from accounts.models import Viewer
from accounts.prepared import read_prepared
from companies.models.need import SourcingNeed, need_editable_by, need_named_to, need_overseen_by
from companies.models.reach import SOMEBODY, Reach, reach_of

PEOPLE = 512
"""Statements that a process remembers, of some kilobytes each."""


@dataclass(frozen=True, slots=True)
class NeedRights:
    """Of a need that the viewer may see."""

    may_edit: bool
    """The viewer is on the buyer's side, or oversees the need."""
    may_know_buyer: bool
    oversees: bool


def need_rights(user: Viewer, need: int) -> NeedRights | None:
    """The viewer's rights to a need by its key, None where it may not be seen; one query."""
    asker = _Asker(user.pk, user.is_superuser, reach_of(user), timezone.localdate(), user)
    statement, parameters = _statement(asker)
    rows = read_prepared(statement, [need if value == SOMEBODY else value for value in parameters])
    return NeedRights(*rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class _Asker:
    """All that the rules of needs ask of a person."""

    key: int | None
    is_superuser: bool
    reach: Reach
    today: dt.date
    user: Viewer = field(compare=False)


@lru_cache(maxsize=PEOPLE)
def _statement(asker: _Asker) -> tuple[str, tuple[Any, ...]]:
    rules = need_editable_by(asker.user), need_named_to(asker.user), need_overseen_by(asker.user)
    said = [Case(When(rule, then=True), default=False) for rule in rules]
    rows = SourcingNeed.objects.visible_to(asker.user).filter(pk=SOMEBODY).order_by().values_list(*said)
    return rows.query.sql_with_params()
