"""A small city in which people act at random; what each act must do is known before it is tried."""

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company, Division
from events.deals import confirming, doubles, evidence
from events.deals.amending import amend
from events.deals.recording import record
from events.deals.signing import NEXT, advance
from events.deals.verifying import verify
from events.models import Deal, Double
from tests.factories.accounts import make_superuser, make_user
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_posting,
    make_representative,
)
from tests.factories.events import PDF, make_event, make_rate
from tests.matchmaking.book import Page

RATE = Decimal("7.0877")


class Town:
    """Two districts, a chain in each, firms, an event, people with and without duties, and the book."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        city = make_division()
        self.here, self.there = make_division(city), make_division(city)
        self.chains = [make_chain(city), make_chain(city)]
        self.suppliers = [make_company(division=place) for place in (self.here, self.there, None)]
        self.buyers = [make_buyer(division=self.here), make_buyer(division=None)]
        make_rate("USD", str(RATE))
        organiser = make_user()
        self.event = make_event(host=self.here, organisers=[organiser])
        self.people: dict[str, User] = {
            "office": make_superuser(),
            "officer": make_posting(make_user(), division=self.here).user,
            "verifier": make_posting(make_user(), division=self.here).user,
            "neighbour": make_posting(make_user(), division=self.there).user,
            "organiser": organiser,
            "seller": make_representative(company=self.suppliers[0]).user,
            "stranger": make_user(),
        }
        self.pages: dict[int, Page] = {}
        self.tokens: list[tuple[str, int, str, int]] = []
        """Links that were given out: token, deal, side, version."""
        self.files = count()
        self.done: dict[str, list[int]] = {}
        """How often each act was taken and refused."""

    # What each person may do, reckoned from who they are and not from the querysets of the project.

    def oversees(self, who: str, deal: Deal) -> bool:
        places = {deal.counting_division_id, deal.buyer.division_id, deal.supplier.division_id}
        at_event = deal.event_id == self.event.pk
        return {
            "office": True,
            "officer": self.here.pk in places or at_event,
            "verifier": self.here.pk in places or at_event,
            "neighbour": self.there.pk in places,
            "organiser": at_event,
        }.get(who, False)

    def sees(self, who: str, deal: Deal) -> bool:
        return self.oversees(who, deal) or (who == "seller" and deal.supplier_id == self.suppliers[0].pk)

    # One random act: what must happen is known before it is tried.

    def step(self) -> None:
        acts: list[Callable[[str], None]] = [self.record_one]
        if self.pages:
            acts += [
                self.advance_one, self.advance_one, self.document_one, self.verify_one, self.verify_one,
                self.amend_one, self.invite_one, self.answer_one, self.answer_one, self.decide_one,
                self.break_one,
            ]  # fmt: skip
        self.rng.choice(acts)(self.rng.choice(list(self.people)))

    def attempt(self, name: str, may: bool, act: Callable[[], Any]) -> Any:
        """Try an act of which the book says whether it may be; None where it was refused."""
        tally = self.done.setdefault(name, [0, 0])
        try:
            with transaction.atomic():
                result = act()
        except (Refused, IntegrityError) as error:
            if may:
                raise AssertionError(f"{name} was refused") from error
            tally[1] += 1
            return None
        assert may, f"{name} was not refused"
        tally[0] += 1
        return result if result is not None else True

    def some_page(self) -> Page:
        return self.pages[self.rng.choice(list(self.pages))]

    def amount(self) -> Decimal:
        return Decimal(self.rng.randrange(0, 10**9)) / 100

    def record_one(self, who: str) -> None:
        rng = self.rng
        buyer: Company = rng.choice(self.buyers)
        supplier: Company = rng.choice(self.suppliers)
        place: Division = rng.choice([self.here, self.there])
        event = rng.choice([self.event, None, None])
        stage, amount = rng.choice(["intention", "framework", "signed"]), self.amount()
        currency = rng.choice(["CNY", "CNY", "USD"])
        on = timezone.localdate() - dt.timedelta(days=rng.randrange(-1, 20))
        asked = Deal(buyer=buyer, supplier=supplier, counting_division=place, event=event)
        may = (
            who not in {"seller", "stranger"}
            and self.oversees(who, asked)
            and on <= timezone.localdate()
            and (stage != "signed" or amount > 0)
        )
        deal = self.attempt(
            "record",
            may,
            lambda: record(
                by=self.people[who],
                buyer=buyer,
                supplier=supplier,
                stage=stage,
                on=on,
                amount=amount,
                currency=currency,
                title_en=rng.choice(["Brake discs", "Harnesses", "Pumps"]),
                event=event,
                counting_chain=rng.choice(self.chains),
                counting_division=place,
            ),
        )
        if deal:
            page = Page(deal, who, stage, on, rate=RATE if currency == "USD" else Decimal(1))
            page.is_signed, page.is_intended = stage == "signed", stage == "intention"
            page.signed, page.intention = (amount, None) if stage == "signed" else (None, amount)
            self.pages[deal.pk] = page

    def changes(self, who: str, page: Page) -> bool:
        """Whether the person may change the deal at all."""
        is_recorder = who not in {"seller", "stranger"}
        return is_recorder and self.oversees(who, page.row) and page.merged_into is None

    def advance_one(self, who: str) -> None:
        page, stage = self.some_page(), self.rng.choice(list(Deal.Stage.values))
        on = page.last_day + dt.timedelta(days=self.rng.randrange(-1, 3))
        amount = self.amount() if stage in {"signed", "framework"} else None
        may = (
            self.changes(who, page)
            and stage in NEXT[page.stage]
            and page.last_day <= on <= timezone.localdate()
            and (stage != "signed" or bool(amount))
        )
        act = lambda: advance(page.row, stage, by=self.people[who], on=on, amount=amount, reason="It ended.")  # noqa: E731  # read at once
        if self.attempt("advance", may, act):
            page.stage, page.last_day = stage, on
            if stage in {"signed", "framework"}:
                page.begin_version()
            if stage == "signed":
                page.signed, page.is_signed = amount, True
            if stage == "framework":
                page.intention = amount

    def amend_one(self, who: str) -> None:
        page, amount = self.some_page(), self.amount()
        column = self.rng.choice(["signed_amount", "intention_amount", "note"])
        value: Any = f"note {amount}" if column == "note" else amount
        may = self.changes(who, page)
        if column == "signed_amount":
            may = may and page.is_signed
        if page.is_signed and column == "signed_amount":
            may = may and amount > 0
        before = page.signed if column == "signed_amount" else page.intention
        act = lambda: amend(page.row, by=self.people[who], **{column: value})  # noqa: E731  # read at once
        if self.attempt("amend", may, act) and column != "note" and before != amount:
            page.begin_version()
            if column == "signed_amount":
                page.signed = amount
            else:
                page.intention = amount

    def document_one(self, who: str) -> None:
        page = self.some_page()
        file = ContentFile(PDF + b"%d" % next(self.files), "scan.pdf")
        if self.attempt(
            "document", self.changes(who, page), lambda: evidence.add(page.row, file, by=self.people[who])
        ):
            page.documents += 1

    def verify_one(self, who: str) -> None:
        page = self.some_page()
        may = (
            who in {"office", "officer", "verifier", "neighbour"}
            and self.oversees(who, page.row)
            and who != page.recorder
            and page.counts
            and not page.is_verified
            and page.documents > 0
        )
        if self.attempt("verify", may, lambda: verify(page.row, by=self.people[who])):
            page.is_verified = True

    def invite_one(self, who: str) -> None:
        page, side = self.some_page(), self.rng.choice(["buyer", "supplier"])
        may = (
            self.changes(who, page)
            and page.stage != "terminated"
            and side not in page.answers
            and page.links.get(side, 0) < confirming.MOST_LINKS
        )
        invitation = self.attempt(
            "invite",
            may,
            lambda: confirming.invite(
                page.row, side, channel="qr", by=self.people[who], site="https://example.test"
            ),
        )
        if invitation:
            page.links[side] = page.links.get(side, 0) + 1
            token = invitation.link.rstrip("/").rpartition("/")[2]
            self.tokens.append((token, page.row.pk, side, page.version))

    def answer_one(self, who: str) -> None:
        """Any link that was ever given out, also void and answered ones."""
        if not self.tokens:
            return
        token, key, side, version = self.rng.choice(self.tokens[-8:])
        page = self.pages[key]
        newest = [each for each in self.tokens if each[1:] == (key, side, version)][-1]
        may = (
            page.version == version
            and newest[0] == token
            and side not in page.answers
            and page.stage != "terminated"
            and page.merged_into is None
        )
        given = self.rng.choice(["confirmed", "confirmed", "contested", "not_me"])
        if self.attempt("answer", may, lambda: confirming.answer(token, given, comment="No.")):
            page.answers[side] = given

    def decide_one(self, who: str) -> None:
        pairs = list(Double.objects.filter(decision="")[:20])
        if not pairs:
            return
        pair = self.rng.choice(pairs)
        one, other = self.pages[pair.earlier_id], self.pages[pair.later_id]
        may = all(self.changes(who, page) for page in (one, other))
        if self.rng.random() < 0.5:
            act = lambda: doubles.keep_apart(pair, by=self.people[who], reason="Two.")  # noqa: E731  # read at once
            self.attempt("apart", may, act)
            return
        act = lambda: doubles.merge(pair, kept=one.row, by=self.people[who], reason="One.")  # noqa: E731  # read at once
        if self.attempt("merge", may, act):
            for page in self.pages.values():
                if page is other or page.merged_into == other.row.pk:
                    page.merged_into = one.row.pk

    def break_one(self, who: str) -> None:
        """Raw SQL that would make an illegal state: always refused."""
        statement = self.rng.choice(
            [
                "UPDATE events_deal SET intention_amount = 1.23 WHERE id = %s",
                "UPDATE events_deal SET version = version + 3 WHERE id = %s",
                "UPDATE events_deal SET stage = 'completed', completed_on = NULL WHERE id = %s",
                "UPDATE events_deal SET recorded_by_id = recorded_by_id + 1 WHERE id = %s",
                "UPDATE events_deal SET rate_to_cny = rate_to_cny * 2 WHERE id = %s",
                "UPDATE events_deal SET merged_into_id = id WHERE id = %s",
                "UPDATE events_deal SET currency = 'usd', version = version + 1 WHERE id = %s",
            ]
        )

        def act() -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement, [self.some_page().row.pk])

        self.attempt("raw", False, act)
