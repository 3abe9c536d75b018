"""Who came to the events of 2022, so that the companies served are exactly as many as published."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from random import Random

from django.utils import timezone

from events.models import Registration
from matchmaking.demo.calendar import Calendar, Occasion
from matchmaking.demo.facts import facts
from matchmaking.demo.firms import Firm, Firms
from matchmaking.demo.introductions import Brought
from matchmaking.demo.ledger import Entry
from matchmaking.demo.needs import moment

Side = Registration.Side
MORE = (0.64, 0.24, 0.09, 0.03)
"""Chances of one, two, three and four registrations of a firm."""


class Attendance:
    """Collects who is registered where; each firm once an event."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._sides: dict[Occasion, dict[Firm, str]] = defaultdict(dict)

    def add(self, occasion: Occasion, firm: Firm, side: str) -> None:
        self._sides[occasion].setdefault(firm, side)

    def at(self, occasion: Occasion, side: str) -> list[Firm]:
        """Registered firms of a side."""
        return [firm for firm, own in self._sides[occasion].items() if own == side]

    def registrations(self) -> list[Registration]:
        """All rows, unsaved: registered in the four weeks before, most of them came."""
        return [
            registration(self._rng, occasion, firm, side)
            for occasion, sides in self._sides.items()
            for firm, side in sides.items()
        ]


def registration(rng: Random, occasion: Occasion, firm: Firm, side: str) -> Registration:
    """One row, unsaved, of an event that was held."""
    event = occasion.event
    day = event.starts_on - dt.timedelta(days=rng.randrange(2, 27))
    came = rng.random() < 0.87
    return Registration(
        event=event,
        company=firm.company,
        side=side,
        badge_code=f"{rng.getrandbits(64):016x}",
        registered_at=moment(rng, max(day, facts().since)),
        checked_in_at=_morning(rng, event.starts_on) if came else None,
    )


def fill(
    rng: Random, firms: Firms, calendar: Calendar, entries: Iterable[Entry], brought: Sequence[Brought]
) -> Attendance:
    """Registrations of the sides of deals, buyers, guests and suppliers, until enough are served.

    Companies served are those with a registration, an introduction or a deal; the others came to no event.
    """
    attendance = Attendance(rng)
    served: set[Firm] = set()
    for entry in entries:
        contract = entry.contract
        served |= {contract.buyer, contract.supplier}
        if contract.occasion:
            attendance.add(contract.occasion, contract.buyer, Side.BUYER)
            attendance.add(contract.occasion, contract.supplier, Side.SUPPLIER)
    for row in brought:
        served |= {row.wanted.buyer, row.supplier}
    for key in ("budweiser", "sap", "metro", "midea"):
        attendance.add(calendar.summit, firms.known[key], Side.BUYER)
        served.add(firms.known[key])
    _buyers(rng, attendance, firms, calendar)
    served |= set(firms.buyers)
    others = [firm for firm in firms.makers if firm not in served]
    chosen = rng.sample(others, facts().companies_served - len(served))
    regular = sorted(served & set(firms.makers), key=lambda firm: firm.company.pk)
    _suppliers(rng, attendance, calendar, chosen, least=1)
    _suppliers(rng, attendance, calendar, regular, least=0)
    return attendance


def _buyers(rng: Random, attendance: Attendance, firms: Firms, calendar: Calendar) -> None:
    """Each event has buyers of its chains, and every buyer came at least once."""
    ordinary = [occasion for occasion in calendar.everything if occasion is not calendar.airshow]
    attendance.add(calendar.neta, firms.known["hozon"], Side.BUYER)
    for occasion in ordinary:
        fitting = [buyer for buyer in firms.buyers if buyer.chain in occasion.chains]
        for buyer in rng.sample(fitting, min(len(fitting), rng.randrange(3, 12))):
            attendance.add(occasion, buyer, Side.BUYER)
    for buyer in firms.buyers:
        fitting_events = [occasion for occasion in ordinary if buyer.chain in occasion.chains]
        attendance.add(rng.choice(fitting_events), buyer, Side.BUYER)


def _suppliers(
    rng: Random, attendance: Attendance, calendar: Calendar, firms: Sequence[Firm], *, least: int
) -> None:
    """Firms go to events of their chain, more often to those in their own division."""
    by_chain: dict[str, list[Occasion]] = defaultdict(list)
    for occasion in calendar.everything:
        for chain in occasion.chains:
            by_chain[chain].append(occasion)
    size: Counter[Occasion] = Counter({o: rng.randrange(2, 10) for o in calendar.everything})
    for firm in firms:
        events = by_chain[firm.chain]
        at_home = [3 if o.event.host_id == firm.company.division_id else 1 for o in events]
        count = max(least, rng.choices(range(1, 5), MORE)[0] - (1 - least))
        for occasion in rng.choices(
            events, [size[o] * near for o, near in zip(events, at_home, strict=True)], k=count
        ):
            attendance.add(occasion, firm, Side.SUPPLIER)


def _morning(rng: Random, day: dt.date) -> dt.datetime:
    at = dt.datetime.combine(day, dt.time(8, 20)) + dt.timedelta(minutes=rng.randrange(100))
    return timezone.make_aware(at)
