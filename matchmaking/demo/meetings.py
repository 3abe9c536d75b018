"""Sessions with slots and tables, and who meets whom in them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.utils import timezone

from accounts.models import User
from events.models import Meeting, Registration, Seat, Session, Slot
from matchmaking.demo.bulk import write
from matchmaking.demo.calendar import Occasion
from matchmaking.demo.reading import Named

SLOT = dt.timedelta(minutes=20)
BREAK = dt.timedelta(minutes=5)
OUTCOMES = {
    Meeting.Outcome.DEAL: 6,
    Meeting.Outcome.FOLLOW_UP: 38,
    Meeting.Outcome.SAMPLE: 27,
    Meeting.Outcome.NO_FIT: 29,
}


@dataclass(frozen=True)
class Program:
    """A session of an event, unsaved, with its slots in order."""

    session: Session
    slots: tuple[Slot, ...]


def program_of(occasion: Occasion, name: Named, first: dt.datetime, *, slots: int, tables: int) -> Program:
    """So many slots of twenty minutes with five between them."""
    session = Session(event=occasion.event, name_zh=name.zh, name_en=name.en, tables=tables)
    starts = [first + place * (SLOT + BREAK) for place in range(slots)]
    return Program(session, tuple(Slot(session=session, starts_at=at, ends_at=at + SLOT) for at in starts))


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A time of the day in the city."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def seat_pairs(
    program: Program, pairs: Sequence[tuple[Registration, Registration]], state: str
) -> list[Meeting]:
    """Place pairs of buyer and supplier, the first ones first: nobody and no table twice in a slot."""
    busy: list[set[int]] = [set() for _ in program.slots]
    tables = [0] * len(program.slots)
    meetings = []
    for buyer, supplier in pairs:
        for place, slot in enumerate(program.slots):
            people = {id(buyer), id(supplier)}
            if tables[place] < program.session.tables and not busy[place] & people:
                busy[place] |= people
                tables[place] += 1
                meetings.append(
                    Meeting(
                        event=program.session.event,
                        buyer=buyer,
                        supplier=supplier,
                        slot=slot,
                        table=tables[place],
                        state=state,
                    )
                )
                break
    return meetings


def past_meetings(
    rng: Random, occasion: Occasion, rows: Sequence[Registration]
) -> tuple[Program, list[Meeting]]:
    """Meetings at a held event between those who came, with their outcomes, unsaved."""
    buyers = [row for row in rows if row.side == Registration.Side.BUYER and row.checked_in_at]
    suppliers = [row for row in rows if row.side == Registration.Side.SUPPLIER and row.checked_in_at]
    program = program_of(
        occasion,
        Named("一对一洽谈", "One-to-one meetings"),
        at(occasion.event.starts_on, 13, 30),
        slots=8,
        tables=max(4, len(buyers)),
    )
    pairs = [
        (buyer, supplier)
        for buyer in buyers
        for supplier in rng.sample(suppliers, min(len(suppliers), rng.randrange(3, 9)))
    ]
    meetings = seat_pairs(program, pairs, Meeting.State.HELD)
    for meeting in meetings:
        if rng.random() < 0.06:
            meeting.state = Meeting.State.NO_SHOW
        else:
            meeting.outcome = rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    return program, meetings


def note_morning(rng: Random, meetings: Sequence[Meeting], organiser: User) -> list[Registration]:
    """What came of the first three slots of a day under way, unsaved; returns who arrived for them."""
    begun = sorted({meeting.slot.starts_at for meeting in meetings if meeting.slot})[:3]
    arrived: dict[int, Registration] = {}
    for meeting in meetings:
        if meeting.slot is None or meeting.slot.starts_at not in begun:
            continue
        if rng.random() < 0.1:
            meeting.state = Meeting.State.NO_SHOW
            continue
        meeting.state = Meeting.State.HELD
        meeting.outcome = rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        for row in (meeting.buyer, meeting.supplier):
            if row.checked_in_at is None:
                row.checked_in_at = meeting.slot.starts_at - dt.timedelta(minutes=rng.randrange(3, 25))
                row.checked_in_by = organiser
            arrived[id(row)] = row
    return list(arrived.values())


def save_meetings(programs: Sequence[Program], meetings: Sequence[Meeting]) -> None:
    """Write sessions, slots, meetings and the seats that hold their people to one table."""
    write([program.session for program in programs])
    write([slot for program in programs for slot in program.slots])
    write(meetings)
    write(
        [
            Seat(meeting=meeting, registration=side, slot=meeting.slot)
            for meeting in meetings
            if meeting.slot is not None
            for side in (meeting.buyer, meeting.supplier)
        ]
    )
