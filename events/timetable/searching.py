"""The long search for a better draft, in the background, in steps that each improve what organisers see."""

import time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from accounts.models import User
from accounts.refusals import Refused
from events.models import DockingEvent, TimetableRun
from events.timetable.asking import Question, TimetableNotPossible, question_of
from events.timetable.meetings import require_event
from events.timetable.publishing import adopt, result_of
from events.timetable.rooms import plan_in_rooms

STEPS = (1.0, 5.0, 14.0)
"""Seconds of each step; after every one the draft is replaced if a better one was found."""
TASK = "improve_timetable"
State = TimetableRun.State


class SearchNotPossible(Refused):
    """A search is going on already."""


def start(event: DockingEvent, *, by: User) -> TimetableRun:
    """Queue a search; the worker begins it after the commit.

    :raises NotYourEvent: the person does not run the event.
    :raises TimetableNotPossible: nothing can be planned.
    :raises SearchNotPossible: one is going on.
    """
    require_event(event.pk, by)
    question_of(event)
    try:
        with transaction.atomic():
            run = TimetableRun.objects.create(event=event, asked_by=by)
            app.configure_task(TASK).defer(run=run.pk)
    except IntegrityError:
        raise SearchNotPossible(_("A search is going on already: wait until it has ended.")) from None
    return run


def search(key: int, *, steps: tuple[float, ...] = STEPS) -> TimetableRun:
    """Do a queued search to its end; whatever goes wrong ends it with a sentence, never hanging."""
    run = TimetableRun.objects.select_related("event", "asked_by").get(pk=key)
    if run.state not in {State.WAITING, State.RUNNING}:
        return run
    TimetableRun.objects.filter(pk=run.pk).update(state=State.RUNNING)
    try:
        _search(run, steps)
    except Refused as refused:
        run.state, run.sentence = State.FAILED, str(refused)[:300]
    else:
        run.state, run.percent = State.DONE, 100
    finally:
        if run.state not in {State.DONE, State.FAILED}:
            run.state = State.FAILED
        run.ended_at = timezone.now()
        run.save()
    return run


def _search(run: TimetableRun, steps: tuple[float, ...]) -> None:
    """Plan for longer and longer; a plan is adopted when it is worth more than the drafts that stand."""
    begun, question = time.monotonic(), question_of(run.event)
    best, first = _worth_now(run.event, question)
    for seconds in steps:
        plan = plan_in_rooms(question.instance, question.rooms, seconds=seconds)
        result = result_of(question, plan)
        run.bound = result.bound
        if plan.weight > best + 1e-9:
            if not adopt(run.event, question, plan, by=run.asked_by):
                question = question_of(run.event)
                best, first = _worth_now(run.event, question)
                continue
            best = plan.weight
            run.gained = result.kept - first
        run.weight = best
        spent = time.monotonic() - begun
        run.percent = min(99, round(100 * spent / sum(steps)))
        run.save(update_fields=["bound", "weight", "gained", "percent"])
        if best >= result.bound * (1 - 1e-9):
            return


def _worth_now(event: DockingEvent, question: Question) -> tuple[float, int]:
    """Weight and number of the wished pairs that meet as things stand, drafts included."""
    standing = event.meetings.exclude(state="cancelled").exclude(slot=None)
    met = {(str(buyer), str(supplier)) for buyer, supplier in standing.values_list("buyer_id", "supplier_id")}
    kept = [wish for wish in question.instance.wishes if (wish.buyer, wish.supplier) in met]
    return sum(wish.weight for wish in kept), len(kept)


__all__ = ["SearchNotPossible", "TimetableNotPossible", "search", "start"]
