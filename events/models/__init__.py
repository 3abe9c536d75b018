"""Where they meet and what they sign."""

from events.models.confirmation import Confirmation
from events.models.deal import Deal
from events.models.double import Double
from events.models.event import DockingEvent, EventSeries
from events.models.evidence import Evidence
from events.models.exposure import ExposureAlert, ExposureThreshold
from events.models.follow_up import FollowUp
from events.models.fulfilment import Fulfilment
from events.models.invitation import Invitation
from events.models.meeting import Meeting, Seat
from events.models.problem import Problem
from events.models.rate import ExchangeRate
from events.models.registration import Delegate, Registration
from events.models.replaced_link import ReplacedLink
from events.models.session import Session, Slot
from events.models.timetable_run import TimetableRun
from events.models.visit import Visit
from events.models.wish import MeetingWish

__all__ = [
    "Confirmation",
    "Deal",
    "Delegate",
    "DockingEvent",
    "Double",
    "EventSeries",
    "Evidence",
    "ExchangeRate",
    "ExposureAlert",
    "ExposureThreshold",
    "FollowUp",
    "Fulfilment",
    "Invitation",
    "Meeting",
    "MeetingWish",
    "Problem",
    "Registration",
    "ReplacedLink",
    "Seat",
    "Session",
    "Slot",
    "TimetableRun",
    "Visit",
]
