"""What came of introductions: kept as it was, counted with intervals, told without names."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from events.models import Deal
from matchmaking import introductions
from matchmaking.demo.examples import keep_the_past
from matchmaking.engine.evaluation import (
    Labelled,
    by_rank,
    change,
    difference,
    group,
    wilson,
)
from matchmaking.introductions.evaluating import labelled, report
from matchmaking.models import Match, MatchExample
from tests.factories.companies import make_company, make_need
from tests.factories.events import make_deal
from tests.factories.matchmaking import make_accepted_match, make_introduced_match, make_match
from tests.matchmaking.conftest import Scene
from tests.pages import get, text_of

pytestmark = pytest.mark.django_db

TODAY = dt.date(2022, 11, 27)


def kept() -> list[tuple[str, str, str]]:
    return list(MatchExample.objects.values_list("outcome", "side", "reason"))


# What the acts keep


def test_an_introduction_keeps_what_the_engine_said_of_it(scene: Scene) -> None:
    match = make_match(
        scene.need, scene.supplier, rank=2, score=31.5, reasons=[{"code": "words"}], engine_version="v1"
    )
    introductions.introduce(match, by=scene.chief)
    example = MatchExample.objects.get()
    assert scene.need.node is not None
    assert (example.rank, example.score, example.reasons, example.engine_version) == (
        2,
        31.5,
        [{"code": "words"}],
        "v1",
    )
    assert (example.chain, example.language, example.outcome) == (scene.need.node.chain, "both", "introduced")


def test_each_answer_is_kept_once_with_its_side_and_reason(scene: Scene) -> None:
    match = make_match(scene.need, scene.supplier)
    introductions.introduce(match, by=scene.chief)
    introductions.answer(match, by=scene.seller, accept=True)
    introductions.answer(match, by=scene.buyer, accept=False, reason="price")
    assert sorted(kept()) == [("introduced", "", ""), ("no", "buyer", "price"), ("yes", "supplier", "")]


def test_meeting_and_deal_are_kept(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    introductions.mark_met(match, by=scene.chief)
    introductions.mark_dealt(match, by=scene.chief)
    assert [outcome for outcome, _, _ in kept()] == ["introduced", "met", "dealt"]


def test_what_the_engine_says_later_changes_no_example(scene: Scene) -> None:
    match = make_match(scene.need, scene.supplier, rank=2)
    introductions.introduce(match, by=scene.chief)
    Match.objects.update(rank=9)
    introductions.answer(match, by=scene.seller, accept=True)
    assert MatchExample.objects.get(outcome="introduced").rank == 2


@pytest.mark.parametrize("act", ["update", "delete"])
def test_nobody_changes_or_deletes_an_example(scene: Scene, act: str) -> None:
    introductions.introduce(make_match(scene.need, scene.supplier), by=scene.chief)
    rows = MatchExample.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(rank=1) if act == "update" else rows.delete()
    assert rows.count() == 1


# How they are counted


def one(
    *, accepted: bool | None = True, rank: int | None = 1, on: dt.date = TODAY, chain: str = "a"
) -> Labelled:
    return Labelled(on=on, rank=rank, version="v1", chain=chain, language="zh", accepted=accepted)


def test_the_interval_is_wilsons() -> None:
    share = wilson(8, 10)
    assert (round(share.low, 4), round(share.high, 4)) == (0.4902, 0.9433)
    assert (wilson(0, 5).low, wilson(5, 5).high, wilson(0, 0).high) == (0, 1, 1)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    found = difference(wilson(56, 70), wilson(48, 80))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_groups_of_fewer_than_three_are_withheld_and_open_answers_do_not_count() -> None:
    few = group("x", [one(), one(), one(accepted=None)])
    enough = group("x", [one(), one(accepted=False), one()])
    assert (few.answered, few.accepted, enough.accepted) == (2, None, wilson(2, 3))


def test_ranks_add_up_from_the_first_place() -> None:
    found = by_rank([one(rank=rank) for rank in (1, 1, 1, 3, 10, 11, None)])
    assert {part.key: part.answered for part in found} == {"1": 3, "3": 4, "10": 5, "below": 1, "unranked": 1}


@pytest.mark.parametrize(("recent", "verdict"), [(40, False), (25, False), (10, True)])
def test_a_decline_is_named_only_when_chance_does_not_explain_it(recent: int, verdict: bool) -> None:
    long_ago = TODAY - dt.timedelta(days=200)
    before = [one(on=long_ago, accepted=n < 35) for n in range(60)]
    found = change([*before, *[one(accepted=n < recent) for n in range(50)]], TODAY)
    assert found is not None
    assert found.is_worse == verdict


def test_too_few_answers_say_nothing() -> None:
    assert change([one() for _ in range(100)], TODAY) is None


# The report


def test_an_introduction_is_labelled_by_what_came_of_it() -> None:
    accepted = make_accepted_match(rank=1)
    make_introduced_match(rank=2)
    make_introduced_match(rank=3, state="declined", buyer_answer="declined", buyer_reason="price")
    met = make_accepted_match(rank=4, state="met")
    make_deal(met.need.buyer, met.supplier, need=met.need, stage=Deal.Stage.SIGNED)
    make_match()
    keep_the_past()
    found = {row.rank: (row.accepted, row.met, row.signed) for row in labelled()}
    assert found == {
        1: (True, False, False),
        2: (None, False, False),
        3: (False, False, False),
        4: (True, True, True),
    }
    assert accepted.pk


def past(number: int, days: int, accepted: int) -> None:
    """So many introductions of first place, of which so many were accepted."""
    at = timezone.now() - dt.timedelta(days=days)
    need = make_need()
    no = {"state": "declined", "buyer_answer": "declined", "buyer_reason": "price", "supplier_answer": ""}
    for n in range(number):
        make_accepted_match(
            need,
            make_company(),
            rank=1,
            introduced_at=at,
            engine_version="v1",
            **({} if n < accepted else no),
        )


def test_the_command_prints_aggregates_and_no_name() -> None:
    past(4, 10, 3)
    keep_the_past()
    out = StringIO()
    call_command("evaluate_matching", stdout=out)
    said = out.getvalue()
    assert "rank 1                   75.0% [30.1%, 95.4%] of 4" in said
    assert "below 10                withheld" in said
    assert "Too few answers" in said
    assert [name for name in ("Company", "公司", "Need") if name in said] == []


def test_the_command_fails_when_the_engine_gets_worse() -> None:
    past(40, 200, 32)
    past(40, 5, 8)
    keep_the_past()
    with pytest.raises(CommandError, match="WORSE") as failure:
        call_command("evaluate_matching", stdout=StringIO())
    assert failure.value.returncode == 3


def test_the_command_tells_the_past_and_refuses_nonsense() -> None:
    past(4, 10, 3)
    keep_the_past()
    out = StringIO()
    call_command("evaluate_matching", as_of="2022-11-27", stdout=out)
    assert "Introductions to 2022-11-27: 0, answered: 0." in out.getvalue()
    with pytest.raises(CommandError, match="2022-11-27"):
        call_command("evaluate_matching", as_of="soon", stdout=StringIO())


def test_keeping_the_past_twice_keeps_it_once() -> None:
    make_accepted_match()
    keep_the_past()
    keep_the_past()
    assert MatchExample.objects.count() == 3


def test_the_desk_shows_the_report_to_officials_alone(scene: Scene) -> None:
    empty = text_of(get(scene.chief, "desk:matching"))
    past(4, 10, 3)
    keep_the_past()
    full = text_of(get(scene.chief, "desk:matching"))
    assert "No introduction has been answered yet" in empty
    assert "first place 4 75 % (30–95)" in full
    assert get(scene.seller, "desk:matching").status_code == 404


def test_the_report_counts_chains_and_languages() -> None:
    past(4, 10, 3)
    keep_the_past()
    found = report()
    assert [(part.key, part.answered) for part in found.by_language] == [("both", 4)]
    assert [(part.key, part.answered) for part in found.by_chain] == [("", 4)]
