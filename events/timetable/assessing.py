"""How good the timetable is: what it keeps, what no timetable can exceed, and why the rest is not kept."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import DockingEvent, Registration
from events.timetable.asking import meetings_of, whole_question
from events.timetable.instance import Instance
from events.timetable.reasons import Reason, WhatMoreAdds, proven_maximum, reasons_for, what_more_adds

KEPT_FOR = 24 * 3600
"""Seconds that a proven maximum is remembered; it holds for the same firms, wishes, tables and hours only."""

WORDS: dict[Reason, str | Promise] = {
    Reason.NO_COMMON_SLOT: _("no common free slot"),
    Reason.BUYER_FULL: _("buyer full"),
    Reason.SUPPLIER_FULL: _("supplier full"),
    Reason.ALL_TABLES_TAKEN: _("all tables taken"),
    Reason.STILL_POSSIBLE: _("still possible: draft again"),
    Reason.WEAKER: _("weaker than what replaced it"),
}


@dataclass(frozen=True)
class Missed:
    """A wish that has no meeting, and why."""

    buyer: Registration
    supplier: Registration
    reason: str
    label: str | Promise
    is_must: bool


@dataclass(frozen=True)
class Assessment:
    """Pairs that wish to meet and how many do; the same weighed, with what is proven to be the most.

    A wish weighs 1, a must-meet 3, and the wishes of both sides add up. ``more`` says by how much the proven
    maximum would rise with one more table, slot or hour.
    """

    pairs: int
    kept: int
    weight: float
    bound: float
    more: WhatMoreAdds
    missed: list[Missed]
    reasons: list[tuple[str, str | Promise, int]]

    @property
    def percent_kept(self) -> float:
        return 100 * self.kept / self.pairs if self.pairs else 100.0

    @property
    def percent_of_bound(self) -> float:
        return min(100.0, 100 * self.weight / self.bound) if self.bound else 100.0

    @property
    def is_best(self) -> bool:
        """Whether no timetable can be better."""
        return self.weight >= self.bound * (1 - 1e-9)


def assess(event: DockingEvent) -> Assessment:
    """The timetable as it stands, drafts included, against all wishes that count.

    :raises TimetableNotPossible: no slots, slots that overlap in part, or a table that is gone.
    """
    question = whole_question(event)
    meetings = meetings_of(question)
    instance = question.instance
    met = {(each.buyer, each.supplier) for each in meetings}
    kept = [wish for wish in instance.wishes if (wish.buyer, wish.supplier) in met]
    unkept = reasons_for(instance, meetings)
    firms = event.registrations.select_related("company").in_bulk(
        {int(key) for each in unkept for key in (each.wish.buyer, each.wish.supplier)}
    )
    missed = [
        Missed(
            buyer=firms[int(each.wish.buyer)],
            supplier=firms[int(each.wish.supplier)],
            reason=each.reason.name.lower(),
            label=WORDS[each.reason],
            is_must=each.wish.must,
        )
        for each in sorted(unkept, key=lambda one: (not one.wish.must, -one.wish.weight))
    ]
    counts = Counter(each.reason for each in unkept)
    bound, more = _proven(instance, question.slots_an_hour)
    return Assessment(
        pairs=len(instance.wishes),
        kept=len(kept),
        weight=sum(wish.weight for wish in kept),
        bound=bound,
        more=more,
        missed=missed,
        reasons=[(reason.name.lower(), WORDS[reason], counts[reason]) for reason in Reason if counts[reason]],
    )


def _proven(instance: Instance, slots_an_hour: int) -> tuple[float, WhatMoreAdds]:
    """The proven maximum and what more would add: four linear programs, remembered for the same question."""
    asked = repr((instance.tables, instance.participants, instance.wishes, slots_an_hour))
    key = f"timetable-bound:{hashlib.sha256(asked.encode()).hexdigest()}"
    known: tuple[float, WhatMoreAdds] | None = cache.get(key)
    if known is None:
        whole = replace(instance, locked=())
        known = (proven_maximum(whole), what_more_adds(whole, slots_an_hour=slots_an_hour))
        cache.set(key, known, KEPT_FOR)
    return known
