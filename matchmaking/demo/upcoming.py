"""Announced events: one that lasts today and tomorrow, with its timetable, and others to come."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from events.models import Delegate, DockingEvent, Meeting, MeetingWish, Registration
from matchmaking.demo.bulk import write
from matchmaking.demo.calendar import Occasion, event_of, host_and_chain, name_of, save_occasions
from matchmaking.demo.firms import Firm, Firms
from matchmaking.demo.ground import Ground
from matchmaking.demo.meetings import Program, at, note_morning, program_of, save_meetings, seat_pairs
from matchmaking.demo.names import any_person
from matchmaking.demo.needs import moment
from matchmaking.demo.officials import Officials
from matchmaking.demo.reading import Named

Kind = DockingEvent.Kind
ANNOUNCED = (
    (6, Kind.SALES),
    (11, Kind.BANK),
    (16, Kind.INVITE_IN),
    (23, Kind.OEM_PARTS),
    (30, Kind.GO_OUT),
    (37, Kind.TALENT),
    (48, Kind.TRADE_FAIR),
    (62, Kind.PROMOTION),
    (80, Kind.SUMMIT),
)
"""Days from today and kinds."""
BUYERS, SUPPLIERS, TABLES = 14, 46, 14
Strength = MeetingWish.Strength


@dataclass(frozen=True)
class Today:
    """Who is registered for today's event."""

    occasion: Occasion
    registrations: tuple[Registration, ...]


def make_upcoming(
    rng: Random, ground: Ground, officials: Officials, firms: Firms, today: dt.date
) -> list[Occasion]:
    """Announced events without timetable, with the first registrations; saved."""
    occasions = []
    for days, kind in ANNOUNCED:
        first = today + dt.timedelta(days=days)
        host, chain = host_and_chain(rng, ground)
        name = name_of(
            rng, ground, kind, chain=chain, host=host, year=first.year, batch=1, buyers=firms.buyers
        )
        event = event_of(
            kind, name, host, first, first + dt.timedelta(days=kind in {Kind.TRADE_FAIR, Kind.SUMMIT}),
            chains=[chain], state=DockingEvent.State.PUBLISHED,
        )  # fmt: skip
        event.capacity = rng.choice([40, 60, 80, 120, None])
        occasions.append(Occasion(event, (chain,), (rng.choice(officials.organisers),)))
    save_occasions(ground, occasions)
    rows = []
    for occasion in occasions[:5]:
        makers = [firm for firm in firms.published_makers() if firm.chain in occasion.chains]
        rows += [
            _registered(rng, occasion, firm, Registration.Side.SUPPLIER, today)
            for firm in rng.sample(makers, min(len(makers), rng.randrange(6, 30)))
        ]
        buyers = [firm for firm in firms.buyers if firm.chain in occasion.chains]
        rows += [
            _registered(rng, occasion, firm, Registration.Side.BUYER, today)
            for firm in rng.sample(buyers, min(len(buyers), 4))
        ]
    write(rows)
    return occasions


def make_todays_event(
    rng: Random, ground: Ground, officials: Officials, firms: Firms, today: dt.date
) -> Today:
    """An OEM-parts docking today and tomorrow: registrations, delegates, wishes and a published timetable."""
    name = Named(
        "汽车零部件整零对接会：整车企业进温州", "OEM-parts docking: car makers meet Wenzhou suppliers"
    )
    about = Named(
        "两天一对一洽谈，每场二十分钟。整车及系统企业提出采购需求，本地零部件企业对接。",
        "Two days of one-to-one meetings of twenty minutes: car makers meet local makers of parts.",
    )
    chains = ("auto_parts", "new_energy_vehicle")
    event = event_of(
        Kind.OEM_PARTS, name, ground.city, today, today + dt.timedelta(days=1),
        chains=chains, state=DockingEvent.State.PUBLISHED, about=about,
    )  # fmt: skip
    event.capacity = 80
    occasion = Occasion(event, chains, (officials.organiser,))
    save_occasions(ground, [occasion])
    rows = _guests(rng, occasion, firms, today)
    write(rows)
    write([_delegate(rng, row) for row in rows])
    wishes = _wishes(rng, rows)
    write(wishes)
    programs, meetings = _timetable(occasion, wishes, today)
    arrived = note_morning(Random(today.toordinal()), meetings, officials.organiser)
    Registration.objects.bulk_update(arrived, ["checked_in_at", "checked_in_by"])
    save_meetings(programs, meetings)
    return Today(occasion, tuple(rows))


def _guests(rng: Random, occasion: Occasion, firms: Firms, today: dt.date) -> list[Registration]:
    """Neta and other buyers, the demo's supplier and other makers; half came for their badges
    the evening before.
    """
    buyers = [firm for firm in firms.buyers if firm.chain in occasion.chains]
    makers = [
        firm
        for firm in firms.published_makers()
        if firm.chain in occasion.chains and firm is not firms.supplier
    ]
    chosen = [
        (firms.known["hozon"], Registration.Side.BUYER),
        *((firm, Registration.Side.BUYER) for firm in rng.sample(buyers, min(BUYERS - 1, len(buyers)))),
        (firms.supplier, Registration.Side.SUPPLIER),
        *((firm, Registration.Side.SUPPLIER) for firm in rng.sample(makers, SUPPLIERS - 1)),
    ]
    rows = [_registered(rng, occasion, firm, side, today) for firm, side in chosen]
    evening = at(today - dt.timedelta(days=1), 17, 30)
    for place, row in enumerate(rows[::2]):
        row.checked_in_at = evening + dt.timedelta(minutes=2 * place)
    return rows


def _registered(rng: Random, occasion: Occasion, firm: Firm, side: str, today: dt.date) -> Registration:
    return Registration(
        event=occasion.event,
        company=firm.company,
        side=side,
        badge_code=f"{rng.getrandbits(64):016x}",
        registered_at=moment(rng, today - dt.timedelta(days=rng.randrange(1, 20))),
    )


def _delegate(rng: Random, row: Registration) -> Delegate:
    person = any_person(rng)
    is_buyer = row.side == Registration.Side.BUYER
    return Delegate(
        registration=row,
        name=f"{person.zh} {person.en}",
        position="采购 Purchasing" if is_buyer else "销售 Sales",
        email=f"delegate.{row.badge_code}@demo.invalid",
    )


def _wishes(rng: Random, rows: Sequence[Registration]) -> list[MeetingWish]:
    """Both sides wish; the demo's buyer and supplier must meet."""
    buyers = [row for row in rows if row.side == Registration.Side.BUYER]
    suppliers = [row for row in rows if row.side == Registration.Side.SUPPLIER]
    wishes = [MeetingWish(wished_by=buyers[0], other=suppliers[0], strength=Strength.MUST)]
    wishes.append(MeetingWish(wished_by=suppliers[0], other=buyers[0], strength=Strength.MUST))
    for buyer in buyers:
        others = [row for row in suppliers if (buyer, row) != (buyers[0], suppliers[0])]
        for other in rng.sample(others, 9):
            strength = rng.choices([Strength.MUST, Strength.MEET, Strength.NO], [2, 7, 1])[0]
            wishes.append(MeetingWish(wished_by=buyer, other=other, strength=strength))
    for supplier in suppliers[1:]:
        wishes += [
            MeetingWish(wished_by=supplier, other=other, strength=Strength.MEET)
            for other in rng.sample(buyers, 3)
        ]
    return wishes


def _timetable(
    occasion: Occasion, wishes: Sequence[MeetingWish], today: dt.date
) -> tuple[list[Program], list[Meeting]]:
    """Three sessions; what either side must have comes first, what somebody does not want never."""
    names = (("第一天上午", "Day one, morning", today, 9), ("第一天下午", "Day one, afternoon", today, 13))
    tomorrow = ("第二天上午", "Day two, morning", today + dt.timedelta(days=1), 9)
    programs = [
        program_of(occasion, Named(zh, en), at(day, hour), slots=7, tables=TABLES)
        for zh, en, day, hour in (*names, tomorrow)
    ]
    refused = {_pair(wish) for wish in wishes if wish.strength == Strength.NO}
    ordered = sorted(wishes, key=lambda wish: wish.strength != Strength.MUST)
    pairs = [pair for pair in dict.fromkeys(_pair(wish) for wish in ordered) if pair not in refused]
    meetings: list[Meeting] = []
    for place, program in enumerate(programs):
        meetings += seat_pairs(program, pairs[place :: len(programs)], Meeting.State.PUBLISHED)
    return programs, meetings


def _pair(wish: MeetingWish) -> tuple[Registration, Registration]:
    """Buyer first."""
    if wish.wished_by.side == Registration.Side.BUYER:
        return wish.wished_by, wish.other
    return wish.other, wish.wished_by
