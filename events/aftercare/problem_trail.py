"""What happened to a problem, as sentences for the firm and the office alike."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from accounts.models import User
from events.models import Problem

State = Problem.State


@dataclass(frozen=True)
class Entry:
    """One entry: who did what when, and the words that were said."""

    at: dt.datetime
    who: str
    text: str
    said: str = ""


def lines(problem: Problem) -> list[Entry]:
    """Everything that the audit trail has of a problem, newest first. Two queries."""
    history: Any = apps.get_model("events", "ProblemEvent")
    rows = list(
        history.objects.filter(pgh_obj_id=problem.pk).select_related("pgh_context").order_by("pgh_id")
    )
    keys = [key for row in rows for key in (row.owner_id, row.climbed_to_id, _user(row)) if key]
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=keys)}
    found = []
    before = None
    for row in rows:
        for text, said in _told(before, row, people):
            found.append(Entry(row.pgh_created_at, _who(before, row, people), text, said))
        before = row
    return found[::-1]


def _user(row: Any) -> int | None:
    return (row.pgh_context.metadata if row.pgh_context else {}).get("user")


def _who(before: Any, row: Any, people: dict[int, str]) -> str:
    """A person; without one the firm where it answered, which is an act and changes the state; the system."""
    key = _user(row)
    if key is not None:
        return people.get(key, "–")
    told = row.pgh_label == "insert" and row.source == Problem.Source.FOLLOW_UP
    is_answer = before is not None and row.state != before.state and row.state in {State.SOLVED, State.OPEN}
    answered = is_answer and row.pgh_context is not None
    return _("the firm, by its link") if answered or told else _("the system")


def _told(before: Any, row: Any, people: dict[int, str]) -> list[tuple[str, str]]:
    if before is None:
        return [(_("noted the problem"), row.text)]
    told = []
    if row.state != before.state:
        told.append(
            {
                State.PROPOSED: (_("proposed a solution"), row.proposal),
                State.SOLVED: (_("accepted the solution: the problem is solved"), row.comment),
                State.OPEN: (_("reopened the problem"), row.comment),
                State.WITHDRAWN: (_("withdrew the problem"), ""),
            }[State(row.state)]
        )
    elif (row.owner_id, row.deadline) != (before.owner_id, before.deadline):
        named = {"owner": people.get(row.owner_id, "–"), "day": row.deadline}
        told.append((_("gave it to %(owner)s until %(day)s") % named, ""))
    if row.climbed_at and row.climbed_at != before.climbed_at:
        named = {"person": people.get(row.climbed_to_id, "–")}
        told.append((_("passed the deadline and climbed to %(person)s") % named, ""))
    if row.token_hash and row.token_hash != before.token_hash:
        told.append((_("gave the firm its link"), row.sent_to))
    return told
