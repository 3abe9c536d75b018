"""What came after the signatures of 2022: follow-ups, visits, problems, and what is open today."""

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from accounts.models import User
from companies.models import IndustrialChain
from events.models import FollowUp, Problem, Visit
from matchmaking.demo.facts import facts
from matchmaking.demo.firms import Firm, Firms
from matchmaking.demo.ground import Ground
from matchmaking.demo.ledger import Entry
from matchmaking.demo.meetings import at
from matchmaking.demo.officials import Officials

YEARS_END = dt.date(2022, 12, 31)
VISITS, VISITS_LATER = 289, 27
"""Visits to the published day, and from then to the year's end; together the 316 of the year's report."""
SOLVED, SOLVED_LATER = 447, 45
"""Problems solved to the published day, and from then to the year's end; together the 492 of the report."""
OPEN_TODAY = 26
LONGEST = 40
"""Days from a visit to the solution of a problem that was heard there."""
ANSWERED, ASKED = 0.64, 0.92
"""Shares of follow-ups that were answered, and that were answered or at least asked."""
PURPOSES = (
    "了解生产经营情况 How the business goes",
    "宣讲产业链政策 What the chain's policies offer",
    "对接整车企业需求 What the car makers look for",
    "安全生产与用工走访 Safety and staff",
    "协调解决企业难题 Help with a problem",
    "考察新产线 To see the new line",
)
NOTES = (
    "订单稳定，计划扩产。 Orders are steady and the plant is to grow.",
    "出口占六成，关注汇率。 Six tenths are exported; the rate matters.",
    "",
)
THRESHOLD = {"share": "0.6", "least_cny": 400_000_000}
"""From when on the demo tells of dependence: so high because its contracts are few and large."""
Source = Problem.Source
State = Problem.State


@dataclass(frozen=True)
class Told:
    """A problem and its solution in both languages."""

    subject: str
    problem: str
    solution: str


@cache
def told() -> tuple[Told, ...]:
    """What firms of such a city tell, invented."""
    file = Path(__file__).parent / "texts" / "problems.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Told(
                row["subject"],
                f"{row['problem_zh']} {row['problem_en']}",
                f"{row['solution_zh']} {row['solution_en']}",
            )
            for row in csv.DictReader(stream)
        )


def make_follow_ups(rng: Random, entries: Sequence[Entry]) -> list[FollowUp]:
    """The questions about signed deals that became due by the published day; no firm that exists answers."""
    made = []
    for entry in entries:
        deal = entry.deal
        if deal.signed_on is None or not deal.supplier.is_invented:
            continue
        for days in FollowUp.Days.values:
            due_on = deal.signed_on + dt.timedelta(days=days)
            if due_on <= facts().as_of:
                made.append(_follow_up(rng, entry, days, due_on))
    return made


def _follow_up(rng: Random, entry: Entry, days: int, due_on: dt.date) -> FollowUp:
    deal = entry.deal
    row = FollowUp(deal=deal, days=days, due_on=due_on, owner=deal.recorded_by)
    chance = rng.random()
    if chance >= ASKED:
        return row
    row.asked_at, row.links = at(due_on, 10), 1
    row.expires_at = row.asked_at + dt.timedelta(days=30)
    row.channel, row.delivery = "email", "sent"
    row.sent_to = f"supplier.{deal.contract_reference.lower()}@demo.invalid"
    if chance >= ANSWERED:
        return row
    answered_on = min(due_on + dt.timedelta(days=rng.randrange(1, 20)), facts().as_of)
    row.answered_at, row.year = at(answered_on, 15), 2022
    is_recorded = rng.random() < 0.15
    row.source = FollowUp.Source.OFFICE if is_recorded else FollowUp.Source.LINK
    row.answered_by = deal.recorded_by if is_recorded else None
    row.payment = rng.choices(["on_time", "late", "not_due"], [0.68, 0.1, 0.22])[0]
    if deal.fulfilled_amount is not None:
        row.ordered_amount, row.delivered_amount = deal.ordered_amount, deal.fulfilled_amount
    if row.payment == FollowUp.Payment.LATE:
        row.stuck = next(each.problem for each in told() if each.subject == "payment")
    return row


class Aftercare:
    """Draws visits and problems of firms, with the officials who answer for them."""

    def __init__(self, rng: Random, ground: Ground, officials: Officials, firms: Firms) -> None:
        self._rng, self._ground, self._officials = rng, ground, officials
        self._makers = [firm for firm in firms.published_makers() if firm.chain in ground.chains]
        self._supplier = firms.supplier
        self._taken: set[tuple[int, int, dt.date]] = set()

    def visits(self) -> list[Visit]:
        """The visits of the year; unsaved."""
        first, last = facts().since, facts().as_of
        before = [self._visit(first, last) for _ in range(VISITS)]
        return before + [self._visit(last + dt.timedelta(days=1), YEARS_END) for _ in range(VISITS_LATER)]

    def _visit(self, first: dt.date, last: dt.date) -> Visit:
        while True:
            firm, day = self._rng.choice(self._makers), self._day(first, last)
            visitor = self._visitor(firm)
            key = (firm.company.pk, visitor.pk, day)
            if day.weekday() < 5 and key not in self._taken:
                self._taken.add(key)
                return Visit(
                    company=firm.company,
                    chain=self._chain(firm),
                    visitor=visitor,
                    visited_on=day,
                    purpose=self._rng.choice(PURPOSES),
                    note=self._rng.choice(NOTES),
                    recorded_by=visitor,
                )

    def _visitor(self, firm: Firm) -> User:
        """The chain's office, or the officer of the firm's division."""
        division = firm.company.division
        officer = self._officials.officers.get(division.code) if division else None
        office = self._officials.chain_offices[firm.chain]
        return officer if officer and self._rng.random() < 0.5 else office

    def solved(self, visits: Sequence[Visit], follow_ups: Sequence[FollowUp]) -> list[Problem]:
        """The problems of the year, every one closed by its firm in the end; unsaved."""
        stuck = [row for row in follow_ups if row.stuck]
        last, rng = facts().as_of, self._rng
        spans = [(facts().since, last, facts().since, last)] * (SOLVED - len(stuck))
        spans += [(last - dt.timedelta(days=40), last, last + dt.timedelta(days=1), YEARS_END)] * SOLVED_LATER
        made = [self._from_follow_up(row) for row in stuck]
        for raised_first, raised_last, solved_first, solved_last in spans:
            firm, what = rng.choice(self._makers), rng.choice(told())
            raised = self._day(raised_first, raised_last - dt.timedelta(days=2))
            solved = raised + dt.timedelta(days=rng.choice([2, 3, 5, 7, 9, 11, 13, 18, 26]))
            row = self._problem(firm, what, raised)
            self._close(row, what, min(max(solved, solved_first), solved_last))
            made.append(row)
        past = [visit for visit in visits if visit.visited_on <= last]
        for row, visit in zip(made[len(stuck) :: 3], rng.sample(past, len(past)), strict=False):
            self._at_visit(row, visit)
        return made

    def _at_visit(self, row: Problem, visit: Visit) -> None:
        """A third of the problems are heard at a visit, and raised on its day where that is early enough."""
        if row.solved_on and 0 < (row.solved_on - visit.visited_on).days <= LONGEST:
            row.visit, row.source = visit, Source.VISIT
            row.company, row.chain, row.raised_on = visit.company, visit.chain, visit.visited_on
            row.raised_by, row.owner = visit.visitor, visit.visitor
            row.deadline = visit.visited_on + dt.timedelta(days=14)

    def _from_follow_up(self, row: FollowUp) -> Problem:
        what = next(each for each in told() if each.subject == "payment")
        day = row.answered_at.date() if row.answered_at else row.due_on
        problem = Problem(
            company=row.deal.supplier,
            chain=row.deal.counting_chain,
            subject=what.subject,
            text=row.stuck,
            source=Source.FOLLOW_UP,
            raised_on=day,
            deal=row.deal,
            follow_up=row,
            owner=row.owner,
            deadline=day + dt.timedelta(days=14),
        )
        self._close(problem, what, min(day + dt.timedelta(days=self._rng.randrange(4, 22)), facts().as_of))
        return problem

    def open_today(self, today: dt.date) -> list[Problem]:
        """What is open today: some overdue and climbed, some with the firm, one of the demo's supplier."""
        rng, made = self._rng, []
        for number in range(OPEN_TODAY):
            firm = self._supplier if number < 2 else rng.choice(self._makers)
            what = told()[number % len(told())]
            row = self._problem(firm, what, today - dt.timedelta(days=rng.randrange(1, 24)))
            if number % 4 == 1:
                row.state, row.proposal, row.proposed_by = State.PROPOSED, what.solution, row.owner
                row.proposed_at = at(today - dt.timedelta(days=1), 11)
            made.append(row)
        return made

    def _problem(self, firm: Firm, what: Told, raised: dt.date) -> Problem:
        return Problem(
            company=firm.company,
            chain=self._chain(firm),
            subject=what.subject,
            text=what.problem,
            source=self._rng.choice([Source.PORTAL, Source.PORTAL, Source.OFFICE]),
            raised_on=raised,
            owner=self._officials.chain_offices[firm.chain],
            deadline=raised + dt.timedelta(days=14),
        )

    def _close(self, row: Problem, what: Told, solved: dt.date) -> None:
        row.state, row.proposal, row.solved_on = State.SOLVED, what.solution, max(solved, row.raised_on)
        row.proposed_by, row.proposed_at = row.owner, at(row.solved_on, 9)

    def _chain(self, firm: Firm) -> IndustrialChain:
        return self._ground.chains[firm.chain]

    def _day(self, first: dt.date, last: dt.date) -> dt.date:
        return first + dt.timedelta(days=self._rng.randrange((last - first).days + 1))
