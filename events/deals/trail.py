"""The audit trail of a deal as sentences: who did what, when, with the value before and after."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.language import reads_chinese
from accounts.models import User
from companies.money import in_words
from events.models import Confirmation, Deal, Double, Evidence, Fulfilment
from events.models.evidence import type_name

HIDDEN = {
    "id", "rate_date", "rate_to_cny", "recorded_at", "recorded_by", "verified_at", "verified_by", "version",
    "idempotency_key", "recording_digest", "meeting", "stage", "merged_into",
}  # fmt: skip
"""Columns that a sentence of its own tells, or that tell a reader nothing."""


SUMS = {"ordered_amount", "fulfilled_amount"}
"""Columns that follow from the yearly reports."""


@dataclass(frozen=True)
class Line:
    """One entry: ``text`` is the sentence, ``changes`` the values before and after."""

    at: dt.datetime
    who: str
    text: str
    changes: list[str] = field(default_factory=list)


def lines(deal: Deal) -> list[Line]:
    """Everything that happened to a deal, its documents, confirmations and reports, newest first."""
    histories = {model: _entries(model, deal) for model in (Deal, Evidence, Confirmation, Fulfilment, Double)}
    people = _people(entry for entries in histories.values() for entry in entries)
    told = {
        Deal: _of_deal,
        Evidence: _of_evidence,
        Confirmation: _of_confirmation,
        Fulfilment: _of_fulfilment,
        Double: _of_double,
    }
    reported = {entry.pgh_created_at for entry in histories[Fulfilment]}
    found: list[Line] = []
    for model, entries in histories.items():
        before: dict[int, Any] = {}
        for entry in entries:
            last = before.get(entry.id)
            before[entry.id] = entry
            if model is Deal and entry.pgh_created_at in reported and _only_sums_differ(last, entry):
                continue  # the report of the year tells it
            for text, changes in told[model](last, entry, deal):
                who = _firm(model, entry, deal) or _who(entry, people)
                found.append(Line(entry.pgh_created_at, who, text, changes))
    found.reverse()  # of one transaction all have the same moment: the later one first
    return sorted(found, key=lambda line: line.at, reverse=True)


def _only_sums_differ(before: Any, entry: Any) -> bool:
    """Whether nothing but the sums of the yearly reports changed."""
    if before is None:
        return False
    names = {field.attname for field in Deal._meta.concrete_fields if not field.generated}
    return {name for name in names if getattr(before, name) != getattr(entry, name)} <= SUMS


def _entries(model: type[models.Model], deal: Deal) -> list[Any]:
    """The rows that the database's triggers wrote, oldest first."""
    history: Any = apps.get_model("events", f"{model.__name__}Event")
    mine = Q(pgh_obj_id=deal.pk) if model is Deal else Q(deal_id=deal.pk)
    if model is Double:
        mine = Q(earlier_id=deal.pk) | Q(later_id=deal.pk)
    return list(history.objects.filter(mine).select_related("pgh_context").order_by("pgh_id"))


def _user(entry: Any) -> int | None:
    return (entry.pgh_context.metadata if entry.pgh_context else {}).get("user")


def _who(entry: Any, people: Mapping[int | None, str]) -> str:
    """Who wrote it; what came with no word about who acts was written past the application."""
    if entry.pgh_context is None:
        return _("somebody in the database itself")
    return people.get(_user(entry), _("the system"))


def _firm(model: type[models.Model], entry: Any, deal: Deal) -> str:
    """The firm that answered by its link, where nobody was signed in; empty for everything else."""
    if entry.pgh_context is None or _user(entry):
        return ""
    if model is Confirmation and entry.answer:
        firm = deal.buyer if entry.side == Confirmation.Side.BUYER else deal.supplier
        return _("%(company)s, by its link") % {"company": firm}
    if model is Fulfilment and entry.reported_by_id is None and entry.reported_by_name:
        return _("%(company)s, by its link") % {"company": entry.reported_by_name}
    return ""


def _people(entries: Iterable[Any]) -> Mapping[int | None, str]:
    keys = {key for entry in entries if (key := _user(entry))}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys)} if keys else {}


Told = list[tuple[str, list[str]]]


def _of_deal(before: Any, entry: Any, deal: Deal) -> Told:
    if before is None:
        amount = entry.signed_amount if entry.signed_on else entry.intention_amount
        worth = [] if amount is None else [_words(amount, entry.currency)]
        return [(_("recorded the deal as “%(stage)s”") % {"stage": Deal.Stage(entry.stage).label}, worth)]
    told: Told = []
    changes = _changes(before, entry)
    if entry.stage != before.stage:
        text = _("moved the deal to “%(stage)s”") % {"stage": Deal.Stage(entry.stage).label}
        told.append((text, changes))
    elif changes:
        told.append((_("changed the deal"), changes))
    if entry.merged_into_id != before.merged_into_id:
        told.append((_merging(before, entry), []))
    if entry.verified_at and not before.verified_at:
        told.append((_("verified the deal against its documents"), []))
    elif before.verified_at and not entry.verified_at and entry.version == before.version:
        told.append((_("took the verification back"), []))
    if entry.version != before.version:
        text = _("began version %(number)s: earlier confirmations and verification no longer count")
        told.append((text % {"number": entry.version}, []))
    return told


def _merging(before: Any, entry: Any) -> str:
    if entry.merged_into_id:
        return _("merged the deal into deal %(number)s") % {"number": entry.merged_into_id}
    return _("took back the merge into deal %(number)s") % {"number": before.merged_into_id}


def _changes(before: Any, entry: Any) -> list[str]:
    """One text for each column that changed: its name, the value before and after."""
    found = []
    for column in Deal._meta.concrete_fields:
        if column.name in HIDDEN or isinstance(column, models.GeneratedField):
            continue
        old, new = getattr(before, column.attname), getattr(entry, column.attname)
        if old != new:
            label = str(column.verbose_name)
            found.append(f"{label}: {_shown(column, old, before)} → {_shown(column, new, entry)}")
    return found


def _shown(column: Any, value: Any, entry: Any) -> str:
    if value in {None, ""}:
        return "–"
    if column.name.endswith("_amount"):
        return _words(value, entry.currency)
    if isinstance(value, dt.date):
        return date_format(value, "Y-m-d")
    return str(getattr(entry, column.name))


def _words(amount: Decimal, currency: str) -> str:
    return in_words(amount, currency, chinese=reads_chinese())


def _of_evidence(before: Any, entry: Any, deal: Deal) -> Told:
    if before is not None:
        return []
    return [
        (_("added a supporting document"), [f"{type_name(entry.content_type)}, SHA-256 {entry.sha256[:12]}…"])
    ]


def _of_confirmation(before: Any, entry: Any, deal: Deal) -> Told:
    side = Confirmation.Side(entry.side).label
    if before is None:
        if entry.channel == Confirmation.Channel.EMAIL:
            return [(_("asked the %(side)s by e-mail to confirm") % {"side": side}, [entry.sent_to])]
        return [(_("showed the %(side)s a QR code to confirm") % {"side": side}, [])]
    if entry.answer and not before.answer:
        answer = Confirmation.Answer(entry.answer).label
        text = _("answered as %(side)s “%(answer)s”") % {"side": side, "answer": answer}
        return [(text, [entry.comment] if entry.comment else [])]
    if entry.delivery == Confirmation.Delivery.FAILED and before.delivery != entry.delivery:
        return [(_("the e-mail to the %(side)s could not be sent") % {"side": side}, [])]
    return []


def _of_double(before: Any, entry: Any, deal: Deal) -> Told:
    """What was decided about it and another deal; that they resemble each other is no event."""
    if not entry.decision or entry.pgh_label == "delete" or (before and before.decision == entry.decision):
        return []
    other = {"number": entry.later_id if entry.earlier_id == deal.pk else entry.earlier_id}
    if entry.decision == Double.Decision.MERGED:
        return [(_("decided that it is one project with deal %(number)s") % other, [entry.why])]
    return [(_("decided that it is another project than deal %(number)s") % other, [entry.why])]


def _of_fulfilment(before: Any, entry: Any, deal: Deal) -> Told:
    amounts = {
        _("order amount"): entry.ordered_amount,
        _("fulfilled amount"): entry.fulfilled_amount,
        _("new output value"): entry.new_output_amount,
    }
    said = [f"{name}: {_words(value, deal.currency)}" for name, value in amounts.items() if value is not None]
    return [(_("reported what came of the deal in %(year)s") % {"year": entry.year}, said)]
