"""Every act of the ledger and every scheduled task under the rights of the role that serves.

That role cannot touch the audit trail and cannot delete records of the ledger (``accounts/audit_rights.py``);
what it lacks beyond that is only noticed when somebody acts. Whoever writes a new act adds it here.
"""

import ast
import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.audit_rights import grant
from accounts.models import User
from companies.sheets.writing import workbook
from events.aftercare import alerting, climbing, due, following, problem_links, problems, visiting
from events.deals import (
    amending,
    confirming,
    doubles,
    evidence,
    following_up,
    recording,
    signing,
    verifying,
)
from events.models import Deal, Double, FollowUp, Problem, Visit
from events.sheets import rate_sheet
from matchmaking.engine import bitmaps, branches, nearest
from matchmaking.engine.words_and_vectors import refresh
from matchmaking.figures import folding, indicators, snapshots
from matchmaking.private_postgres import APPLICATION
from matchmaking.sheets import indicator_sheet
from tests.factories.accounts import make_superuser
from tests.factories.aftercare import make_alert, make_threshold
from tests.factories.companies import make_buyer, make_company, make_offering, make_representative
from tests.factories.events import PDF, make_deal, make_double
from tests.matchmaking.random_acts import Town

pytestmark = pytest.mark.django_db

SITE = "https://example.test"
FOLDERS = (
    "events/deals/*.py",
    "events/aftercare/*.py",
    "events/sheets/rate_sheet.py",
    "matchmaking/figures/*.py",
    "matchmaking/sheets/*.py",
)
"""Where the acts of the ledger stand."""


def take_rights() -> None:
    with connection.cursor() as cursor:
        grant(APPLICATION)
        cursor.execute(f"SET ROLE {APPLICATION}")


def give_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.fixture
def served() -> Iterator[Callable[[], None]]:
    """Calling it takes every right that the serving role has not; what was made before, the owner made."""
    yield take_rights
    give_back()


class Story:
    """One project from its recording to the locked month, told by the acts."""

    def __init__(self) -> None:
        self.office, self.second = make_superuser(), make_superuser()
        self.buyer, self.supplier = make_buyer(), make_company()
        self.firm: User = make_representative(company=self.supplier).user
        self.today = timezone.localdate()
        self.signed_on = self.today - dt.timedelta(days=35)
        self.double = make_double(*(make_deal(self.buyer, self.supplier) for _each in range(2)))
        self.chain = self.double.earlier.counting_chain
        self.place = self.double.earlier.counting_division
        self.acts: dict[str, Callable[[], Any]] = {
            "recording.record": self.record,
            "signing.advance": self.advance,
            "evidence.add": lambda: evidence.add(self.deal, ContentFile(PDF, "a.pdf"), by=self.office),
            "amending.amend": lambda: amending.amend(
                self.fresh(), by=self.office, signed_amount=Decimal(9_000_000)
            ),
            "verifying.verify": lambda: verifying.verify(self.fresh(), by=self.second),
            "confirming.invite": self.invite,
            "confirming.answer": lambda: confirming.answer(self.token, "confirmed"),
            "following_up.report": lambda: following_up.report(
                self.fresh(), year=self.today.year, by=self.office, ordered=Decimal(5)
            ),
            "due.make_due": due.make_due,
            "following.ask": self.ask,
            "following.answer_by_link": lambda: following.answer_by_link(
                self.token,
                following.Said(self.today.year, delivered=Decimal(4), payment="late", stuck="No steel."),
            ),
            "following.answer_signed_in": self.answer_signed_in,
            "alerting.refresh_alerts": alerting.refresh_alerts,
            "problems.raise_problem": self.raise_problem,
            "problems.assign": lambda: problems.assign(
                self.problem, owner=self.office, deadline=self.today, by=self.office
            ),
            "climbing.climb": lambda: climbing.climb(self.today + dt.timedelta(days=2)),
            "problems.propose": lambda: problems.propose(self.problem, text="A loan.", by=self.office),
            "problems.answer": lambda: problems.answer(
                self.problem, by=self.firm, accept=False, comment="Not yet."
            ),
            "problem_links.send_link": self.send_link,
            "problem_links.answer_by_link": lambda: problem_links.answer_by_link(self.token, accept=True),
            "problems.withdraw": self.withdraw,
            "visiting.record_visit": lambda: visiting.record_visit(
                self.supplier, by=self.office, on=self.today, purpose="The new line"
            ),
            "visiting.note_visit": lambda: visiting.note_visit(
                Visit.objects.get(), by=self.office, purpose="The line", note="Orders fall."
            ),
            "doubles.keep_apart": lambda: doubles.keep_apart(self.double, by=self.office, reason="Two."),
            "doubles.merge": self.merge,
            "rate_sheet.load": self.rates,
            "indicators.add": lambda: indicators.add(self.said(1), by=self.office),
            "indicators.correct": self.correct,
            "indicator_sheet.load": self.indicators,
            "snapshots.lock": lambda: snapshots.lock(self.signed_on, by=self.office),
            "folding.fold": folding.fold,
        }

    def fresh(self) -> Deal:
        return Deal.objects.get(pk=self.deal.pk)

    def record(self) -> None:
        self.deal = recording.record(
            by=self.office, buyer=self.buyer, supplier=self.supplier, stage="intention", on=self.signed_on,
            amount=Decimal(1_000_000), title_en="Brake discs", counting_chain=self.chain,
            counting_division=self.place,
        )  # fmt: skip

    def advance(self) -> None:
        signing.advance(self.deal, "signed", by=self.office, on=self.signed_on, amount=Decimal(1_000_000))

    def invite(self) -> None:
        made = confirming.invite(
            self.fresh(), "buyer", channel="email", by=self.office, site=SITE, to="a@b.invalid"
        )
        self.token = made.link.rstrip("/").rpartition("/")[2]

    def ask(self) -> None:
        row = FollowUp.objects.get(deal=self.deal)
        self.token = following.ask(row, by=self.office, site=SITE, on_the_spot=True).link.split("/")[-2]

    def answer_signed_in(self) -> None:
        deal = make_deal(self.buyer, self.supplier, stage="signed", on=self.signed_on)
        due.make_due()
        row = FollowUp.objects.get(deal=deal)
        following.answer_signed_in(row, following.Said(self.today.year, payment="on_time"), by=self.firm)

    def raise_problem(self) -> None:
        self.problem = problems.raise_problem(self.supplier, text="No loan.", by=self.office)

    def send_link(self) -> None:
        problems.propose(self.problem, text="Another loan.", by=self.office)
        link = problem_links.send_link(self.problem, by=self.office, site=SITE, on_the_spot=True)
        self.token = link.split("/")[-2]

    def withdraw(self) -> None:
        mine = problems.raise_problem(self.supplier, text="No land.", by=self.firm)
        problems.withdraw(mine, by=self.firm)

    def merge(self) -> None:
        pair = make_double(*(make_deal(self.buyer, self.supplier) for _each in range(2)))
        doubles.merge(pair, kept=pair.earlier, by=self.office, reason="One.")

    def rates(self) -> None:
        heads = ("currency", "date", "yuan a unit", "source")
        book = workbook("rates", heads, [["USD", dt.date(2022, 11, 25), "7.0877", "PBC"]])
        assert rate_sheet.load(BytesIO(book), by=self.office).added == 1

    def said(self, value: int) -> indicators.Said:
        day = dt.date(2022, 10, 1)
        return indicators.Said(self.place, "值", "Value", day, day, value, "关", "Customs")  # type: ignore[arg-type]  # a whole number

    def correct(self) -> None:
        made = indicators.add(
            self.said(2).__class__(**vars(self.said(2)) | {"name_en": "Other"}), by=self.office
        )
        indicators.correct(
            made,
            self.said(3).__class__(**vars(self.said(3)) | {"name_en": "Other"}),
            by=self.office,
            reason="Typing error.",
        )

    def indicators(self) -> None:
        heads = [known[0] for known in indicator_sheet.COLUMNS.values()]
        row = [self.place.name_zh, "出口", "Exports", "2022-10-01", "2022-10-31", "5", "", "关", "Customs"]
        report = indicator_sheet.load(BytesIO(workbook("x", heads, [row])), by=self.office)
        assert (report.added, report.errors) == (1, ())


def acts_of_the_ledger() -> set[str]:
    """Every public function that acts, found in the source; of a sheet its ``load``."""
    found = set()
    for pattern in FOLDERS:
        for path in Path(settings.BASE_DIR).glob(pattern):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and "with acting(" in ast.unparse(node):
                    name = "load" if node.name.startswith("_") else node.name
                    found.add(f"{path.stem}.{name}")
    return found


def test_every_act_of_the_ledger_is_done_by_the_serving_role(served: Callable[[], None]) -> None:
    make_threshold()
    story = Story()
    served()
    for name, act in story.acts.items():
        try:
            act()
        except Exception as error:
            raise AssertionError(f"{name} under the serving role") from error
    assert set(story.acts) - {"folding.fold"} == acts_of_the_ledger()
    assert {p.state for p in Problem.objects.all()} == {"open", "solved", "withdrawn"}


@pytest.mark.parametrize("seed", range(2))
def test_random_acts_go_on_under_the_serving_role(seed: int, served: Callable[[], None]) -> None:
    town = Town(seed)
    served()
    for _number in range(80):
        town.step()
    assert sum(taken for taken, _refused in town.done.values()) > 10


def test_a_pair_that_resembles_no_more_falls_out_of_the_list_under_the_serving_role(
    served: Callable[[], None],
) -> None:
    story = Story()
    story.acts = {}
    served()
    for title in ("Brake discs", "Brake discs"):
        recording.record(
            by=story.office, buyer=story.buyer, supplier=make_company(), stage="intention", on=story.today,
            amount=Decimal(1_000_000), title_en=title, counting_chain=story.chain,
            counting_division=story.place,
        )  # fmt: skip
    one, other = (
        recording.record(
            by=story.office, buyer=story.buyer, supplier=story.supplier, stage="intention", on=story.today,
            amount=Decimal(7_000_000), title_en="Pumps", counting_chain=story.chain,
            counting_division=story.place,
        )
        for _each in range(2)
    )  # fmt: skip
    assert Double.objects.filter(earlier=one, later=other).exists()
    amending.amend(other, by=story.office, title_en="Harnesses", intention_amount=Decimal(90_000_000))
    amending.amend(one, by=story.office, buyer=make_buyer())
    assert not Double.objects.filter(earlier=one, later=other).exists()


TASKS = sorted({periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()})


@pytest.mark.parametrize("name", [name for name in TASKS if name not in {"retry_stalled", "work_out_all"}])
def test_every_scheduled_task_runs_under_the_serving_role(name: str, served: Callable[[], None]) -> None:
    story = Story()
    make_alert(story.supplier, story.buyer)
    make_threshold()
    story.record()
    story.advance()
    story.raise_problem()
    served()
    app.tasks[name].func(timestamp=0)


@pytest.mark.django_db(transaction=True)
def test_the_index_of_a_grown_city_is_made_under_the_serving_role(monkeypatch: pytest.MonkeyPatch) -> None:
    make_offering(make_company())
    refresh()
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 0)
    monkeypatch.setattr(branches, "FEW", 0)
    take_rights()
    try:
        assert (nearest.build(), nearest.build(), bitmaps.keep(has_changed=True)) == (True, False, True)
    finally:
        give_back()
        nearest.forget()
