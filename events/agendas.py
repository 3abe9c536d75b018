"""Whom a registered firm meets, in order of time."""

from dataclasses import dataclass

from companies.models import Company
from events.models import Meeting, Registration


@dataclass(frozen=True)
class Line:
    """One meeting and the other firm."""

    meeting: Meeting
    other: Company


def agenda_of(registration: Registration, *, cancelled: bool = False) -> list[Line]:
    """The meetings that the firm was told of; with ``cancelled`` also those that fell out since.

    A meeting that was cancelled while it was a draft was told to nobody: it lost its slot, and is left out.
    """
    rows = (
        Meeting.objects.told()
        .with_registration(registration)
        .exclude(state=Meeting.State.CANCELLED, slot=None)
        .select_related("slot__session", "event", "buyer__company", "supplier__company", "need")
        .order_by("slot__starts_at", "pk")
    )
    if not cancelled:
        rows = rows.exclude(state=Meeting.State.CANCELLED)
    return [
        Line(each, each.supplier.company if each.buyer_id == registration.pk else each.buyer.company)
        for each in rows
    ]
