"""Where they meet and what they sign."""

from events.models.confirmation import Confirmation
from events.models.deal import Deal
from events.models.event import DockingEvent, EventSeries
from events.models.evidence import Evidence
from events.models.fulfilment import Fulfilment
from events.models.meeting import Meeting, MeetingWish, Seat, Session, Slot
from events.models.rate import ExchangeRate
from events.models.registration import Delegate, Registration

__all__ = [
    "Confirmation",
    "Deal",
    "Delegate",
    "DockingEvent",
    "EventSeries",
    "Evidence",
    "ExchangeRate",
    "Fulfilment",
    "Meeting",
    "MeetingWish",
    "Registration",
    "Seat",
    "Session",
    "Slot",
]
