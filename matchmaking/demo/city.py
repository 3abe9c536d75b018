"""Builds the demo city: one seed and one day give the same rows."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from random import Random

from django.db import connection

from accounts.audit import acting
from accounts.models import User
from companies.models import Company, Offering
from events.aftercare.alerting import reckon
from events.deals.doubles import list_all_doubles
from events.models import Deal, ExposureThreshold, Registration
from matchmaking.demo import aftercare, attendance, before_events, holdings, ledger, live, meetings, proof
from matchmaking.demo.bulk import write
from matchmaking.demo.buyers import make_buyers, name_parents
from matchmaking.demo.calendar import Calendar, make_calendar
from matchmaking.demo.contracts import Contractor
from matchmaking.demo.facts import facts
from matchmaking.demo.firms import Checking, Firms, Market, save_firms
from matchmaking.demo.ground import Ground, read_ground
from matchmaking.demo.introductions import Brought, Introducer, offering_index
from matchmaking.demo.known_firms import make_known_firms
from matchmaking.demo.makers import make_makers
from matchmaking.demo.needs import NeedMaker, Wanted, save_needs
from matchmaking.demo.offerings import make_offerings
from matchmaking.demo.officials import Officials, make_accounts, make_officials
from matchmaking.demo.people import BUYER, SUPPLIER
from matchmaking.demo.rates import make_indicator, make_rates
from matchmaking.demo.upcoming import make_todays_event, make_upcoming
from matchmaking.figures import snapshots
from matchmaking.figures.folding import fold

COMPANIES = 9_300
PAST_NEEDS = 430
INTENTIONS_A_BATCH = 9
COUNTED = (
    "companies_company", "events_deal", "events_dockingevent", "events_meeting", "events_registration",
    "matchmaking_ledgercell", "matchmaking_ledgerentry", "matchmaking_match",
)  # fmt: skip
"""Tables that the figures of a month read."""
UNVERIFIED, TERMINATED, FRAMEWORKS = 6, 3, 9

Say = Callable[[str], object]


@dataclass(frozen=True)
class Summary:
    """How many rows were made."""

    companies: int
    offerings: int
    certificates: int
    events: int
    registrations: int
    meetings: int
    needs: int
    matches: int
    deals: int
    follow_ups: int
    visits: int
    problems: int


class Builder:
    """One building of the city; each step draws from a stream of its own, so that steps stay independent."""

    def __init__(self, seed: int, today: dt.date, say: Say) -> None:
        self.seed, self.today, self.say = seed, today, say
        self.midnight = meetings.at(today, 0)
        self.counts = dict.fromkeys((field.name for field in fields(Summary)), 0)

    def build(self) -> Summary:
        """Make everything in one transaction.

        :raises NoReferenceData: divisions, sectors or chains are missing.
        """
        with acting(None, "demo city"):
            ground = read_ground()
            self.say("officials and rates")
            accounts = make_accounts()
            officials = make_officials(self.stream("officials"), ground, accounts)
            make_indicator(ground)
            self.say("companies")
            firms = self.firms(ground, officials)
            self.say("offerings, certificates and contacts")
            offerings = self.profiles(ground, officials, firms, accounts)
            self.say("events of 2022")
            calendar = make_calendar(self.stream("calendar"), ground, officials, firms.buyers)
            market = Market(firms.published_makers())
            self.say("needs and introductions of 2022")
            maker = NeedMaker(self.stream("needs"), ground, market, self.today)
            index = offering_index(offerings, list(firms.makers))
            introducer = Introducer(self.stream("introductions"), market, officials, index, self.midnight)
            past, brought = self.past(maker, introducer, firms)
            self.say("deals with documents and confirmations")
            entries = self.deals(
                ground, officials, firms, market=market, calendar=calendar, past=past, brought=brought
            )
            self.say("registrations and meetings")
            self.attendance(firms, calendar, entries, brought)
            self.say("follow-ups, visits and problems")
            self.aftercare(ground, officials, firms, entries)
            self.say("months locked")
            self.lock_months(officials, _late(entries))
            self.say("today's event, open needs and matches")
            self.present(ground, officials, firms, maker, introducer)
        return Summary(**self.counts)

    def stream(self, subject: str) -> Random:
        """A source of chance for a subject."""
        return Random(f"{self.seed}/{subject}")

    def firms(self, ground: Ground, officials: Officials) -> Firms:
        """All companies, saved; one auto parts maker stands for the demo's supplier."""
        clerk, moment = officials.clerks[0], meetings.at(facts().since, 9)
        checking = Checking(clerk, self.today, moment)
        known = make_known_firms(ground, clerk, moment)
        buyers = make_buyers(self.stream("buyers"), ground, checking)
        rng = self.stream("makers")
        makers = make_makers(rng, ground, COMPANIES - len(known) - len(buyers), checking)
        sectors = {code: sector.pk for code, sector in ground.sectors.items()}
        save_firms([*buyers, *makers], ground.nodes, sectors)
        name_parents(buyers)
        self.counts["companies"] = len(known) + len(buyers) + len(makers)
        return Firms(known, tuple(buyers), tuple(makers), holdings.choose_supplier(rng, makers))

    def profiles(
        self, ground: Ground, officials: Officials, firms: Firms, accounts: dict[str, User]
    ) -> list[Offering]:
        """Offerings, certificates, contacts and representatives, saved."""
        moment = meetings.at(facts().since, 10)
        offerings = make_offerings(self.stream("offerings"), ground, list(firms.makers))
        write(offerings)
        certificates = holdings.make_certifications(
            self.stream("certificates"), ground, firms.makers, by=officials.clerks[1], today=self.today,
            at=moment, certain=firms.supplier,
        )  # fmt: skip
        write(certificates)
        contacts = holdings.make_contacts(self.stream("contacts"), firms.invented, moment)
        write(contacts)
        representatives = holdings.make_representatives(
            self.stream("representatives"),
            firms.makers + firms.buyers,
            (firms.supplier, accounts[SUPPLIER.email]),
            (firms.known["hozon"], accounts[BUYER.email]),
        )
        write(representatives)
        self.counts |= {"offerings": len(offerings), "certificates": len(certificates)}
        return offerings

    def past(
        self, maker: NeedMaker, introducer: Introducer, firms: Firms
    ) -> tuple[list[Wanted], list[Brought]]:
        """Needs of 2022 and the introductions for them, unsaved: deals may still fill them."""
        rng = self.stream("past needs")
        wanted = [maker.past_need(rng.choice(firms.buyers)) for _ in range(PAST_NEEDS)]
        past = [row for row in wanted if row is not None]
        return past, [brought for row in past for brought in introducer.past(row)]

    def deals(
        self,
        ground: Ground,
        officials: Officials,
        firms: Firms,
        *,
        market: Market,
        calendar: Calendar,
        past: list[Wanted],
        brought: list[Brought],
    ) -> list[ledger.Entry]:
        """The ledger with its documents, confirmations and reports, saved."""
        contractor = Contractor(self.stream("contracts"), ground, firms, market, calendar)
        keeper = ledger.Bookkeeper(self.stream("ledger"), ground, officials, make_rates())
        headline = keeper.headline(contractor.signed(brought))
        save_needs(past)
        live.save_matches([row.match for row in brought])
        unverified = keeper.unverified(contractor.at_events(UNVERIFIED))
        invented = [e for e in headline if e.deal.buyer.is_invented and e.deal.supplier.is_invented]
        again = keeper.signed_again(invented[3:5])
        terminated = keeper.terminated([contractor.bare_until(60) for _ in range(TERMINATED)])
        intended = [
            contractor.intended(batch, facts().promotion_chains[place % 3])
            for batch in calendar.batches
            for place in range(INTENTIONS_A_BATCH)
        ]
        entries = [
            *headline,
            *unverified,
            *again,
            *terminated,
            *keeper.frameworks(contractor.at_events(FRAMEWORKS)),
            *keeper.intentions(intended),
        ]
        with _unverified(_late(headline)):
            write([entry.deal for entry in entries])
        write(proof.make_evidence([*headline, *unverified[::2], *again, *terminated]))
        list_all_doubles(entry.deal for entry in again)
        rng = self.stream("proof")
        write(proof.make_confirmations(rng, headline))
        write(proof.make_fulfilments(rng, headline))
        self.counts["deals"] = len(entries)
        self.counts["needs"] += len(past)
        self.counts["matches"] += len(brought)
        return entries

    def attendance(
        self, firms: Firms, calendar: Calendar, entries: list[ledger.Entry], brought: list[Brought]
    ) -> None:
        """Registrations of 2022 and what was met at some of the events, saved."""
        rng = self.stream("attendance")
        filled = attendance.fill(rng, firms, calendar, entries, brought)
        rows = filled.registrations()
        write(rows)
        self.counts["events"] = len(calendar.everything)
        self.counts["registrations"] = len(rows)
        by_event: dict[int, list[Registration]] = {}
        for row in rows:
            by_event.setdefault(row.event_id, []).append(row)
        held = [
            meetings.past_meetings(rng, occasion, by_event[occasion.event.pk])
            for occasion in calendar.everything
            if occasion.event.kind in {"oem_parts", "invite_in"}
        ]
        met = [meeting for _, made in held for meeting in made]
        meetings.save_meetings([program for program, _ in held], met)
        self.counts["meetings"] = len(met)

    def aftercare(
        self, ground: Ground, officials: Officials, firms: Firms, entries: list[ledger.Entry]
    ) -> None:
        """What came after the signatures, saved, and the alerts that follow from the ledger."""
        rng = self.stream("aftercare")
        follow_ups = aftercare.make_follow_ups(rng, [e for e in entries if e.deal.verified_by])
        write(follow_ups)
        maker = aftercare.Aftercare(rng, ground, officials, firms)
        visits = maker.visits()
        write(visits)
        problems = maker.solved(visits, follow_ups) + maker.open_today(self.today)
        write(problems)
        ExposureThreshold.objects.update_or_create(chain=None, defaults=aftercare.THRESHOLD)
        reckon(facts().as_of)
        self.counts |= {"follow_ups": len(follow_ups), "visits": len(visits), "problems": len(problems)}

    def lock_months(self, officials: Officials, late: Deal) -> None:
        """Lock May to October a few days after their ends; one deal of October is verified only then."""
        last = facts().as_of.month
        with connection.cursor() as cursor:  # what was just written has no statistics yet
            cursor.execute(f"ANALYZE {', '.join(COUNTED)}")
        fold()
        for number in range(facts().since.month, last):
            snapshots.lock(
                dt.date(facts().as_of.year, number, 1),
                by=officials.office,
                at=meetings.at(dt.date(facts().as_of.year, number + 1, 4), 9),
            )
        late.save(update_fields=["verified_by", "verified_at"])

    def present(
        self, ground: Ground, officials: Officials, firms: Firms, maker: NeedMaker, introducer: Introducer
    ) -> None:
        """What is going on today, saved."""
        rng = self.stream("present")
        occasions = make_upcoming(rng, ground, officials, firms, self.today)
        now = make_todays_event(rng, ground, officials, firms, self.today)
        before_events.prepare(self.stream("before events"), officials, firms, occasions[0], self.today)
        wanted = live.make_open_needs(rng, maker, firms)
        save_needs(wanted)
        before_events.show_needs([now.occasion.event, *(each.event for each in occasions)], wanted)
        matches = live.make_matches(rng, introducer, wanted, firms)
        live.save_matches(matches)
        self.counts["needs"] += len(wanted)
        self.counts["matches"] += len(matches)


def _late(entries: list[ledger.Entry]) -> Deal:
    """The deal of the last locked month that is verified only after the locking: pages show an adjustment."""
    month = facts().as_of.month - 1
    return next(e.deal for e in entries if e.deal.signed_on and e.deal.signed_on.month == month)


@contextmanager
def _unverified(deal: Deal) -> Iterator[None]:
    """Write the deal as it was before its verification, and keep the verdict for later."""
    verdict = deal.verified_by, deal.verified_at
    deal.verified_by = deal.verified_at = None
    yield
    deal.verified_by, deal.verified_at = verdict


def is_built() -> bool:
    """Whether a demo city stands in this database."""
    return Company.objects.filter(is_invented=True).exists()
