"""The admin of events and deals, one module a subject."""

from events.admin import deals, events, meetings, registrations

__all__ = ["deals", "events", "meetings", "registrations"]
