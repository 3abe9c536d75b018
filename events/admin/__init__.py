"""The admin of events and deals, one module a subject."""

from events.admin import aftercare, deals, events, meetings, registrations

__all__ = ["aftercare", "deals", "events", "meetings", "registrations"]
