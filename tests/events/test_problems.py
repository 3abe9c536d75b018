"""Problems and visits: who raises, who solves, who alone closes, and what climbs."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Letter, User
from accounts.outbox import deliver
from events.aftercare import problem_links, problem_trail, problems, visiting
from events.aftercare.climbing import climb
from events.aftercare.links import LinkUnknown
from events.aftercare.problems import Origin, ProblemNotPossible, raise_problem
from events.deals.rights import NotAllowed
from events.models import Problem, Visit
from tests.events.conftest import District
from tests.factories.accounts import make_superuser
from tests.factories.aftercare import make_problem, make_visit
from tests.factories.companies import make_posting
from tests.factories.events import make_meeting, make_registration

DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def office(district: District) -> User:
    return make_posting(chain=district.chain, role="chain_office").user


@pytest.fixture
def chief(district: District) -> User:
    return make_posting(chain=district.chain, role="chief").user


def told(district: District, **fields: Any) -> Problem:
    return raise_problem(district.supplier, text="No power on Mondays.", by=district.seller, **fields)


def test_a_firms_problem_goes_to_the_office_of_its_chain_for_two_weeks(
    district: District, office: User, chief: User
) -> None:
    problem = told(district)
    assert (problem.source, problem.owner, problem.chain, problem.deadline) == (
        "portal",
        office,
        district.chain,
        today() + 14 * DAY,
    )


def test_without_a_chains_office_the_officer_of_the_division_gets_it(district: District) -> None:
    assert told(district).owner == district.officer


def test_an_organiser_raises_it_only_at_a_meeting_of_the_firm(district: District) -> None:
    event = district.event
    meeting = make_meeting(
        make_registration(event, district.buyer), make_registration(event, district.supplier)
    )
    raised = raise_problem(
        district.supplier, text="No power.", by=district.organiser, origin=Origin(meeting=meeting)
    )
    assert (raised.source, raised.meeting) == ("meeting", meeting)
    for origin in (Origin(), Origin(meeting=make_meeting())):
        with pytest.raises(NotAllowed):
            raise_problem(district.supplier, text="No power.", by=district.organiser, origin=origin)


def test_an_official_raises_it_at_a_visit_or_at_the_desk(district: District) -> None:
    visit = make_visit(district.supplier)
    at_visit = raise_problem(
        district.supplier, text="No power.", by=district.officer, origin=Origin(visit=visit)
    )
    at_desk = raise_problem(district.supplier, text="No power.", by=district.officer)
    assert (at_visit.source, at_desk.source) == ("visit", "office")


@pytest.mark.parametrize("person", ["purchaser", "stranger", "organiser"])
def test_others_raise_nothing_for_a_firm(district: District, person: str) -> None:
    with pytest.raises(NotAllowed):
        raise_problem(district.supplier, text="No power.", by=getattr(district, person))


@pytest.mark.parametrize(
    "wrong", [{"text": "  "}, {"on": today() + DAY}, {"deadline": today() - DAY}, {"owner": "seller"}]
)
def test_a_problem_that_makes_no_sense_is_refused(district: District, wrong: dict[str, Any]) -> None:
    if "owner" in wrong:
        wrong = {"owner": district.seller}
    with pytest.raises(ProblemNotPossible):
        raise_problem(district.supplier, **{"text": "No power.", "by": district.officer, **wrong})


def test_the_office_proposes_and_the_firm_closes(district: District) -> None:
    problem = told(district)
    problems.propose(problem, text="A second line was laid.", by=district.officer)
    problems.answer(problem, by=district.seller, accept=True)
    problem.refresh_from_db()
    assert (problem.state, problem.solved_on) == ("solved", today())


def test_the_office_never_closes(district: District) -> None:
    problem = told(district)
    problems.propose(problem, text="A second line was laid.", by=district.officer)
    for by in (district.officer, make_superuser(), district.purchaser):
        with pytest.raises(NotAllowed):
            problems.answer(problem, by=by, accept=True)
        with pytest.raises(NotAllowed):
            problems.withdraw(problem, by=by)
    problem.refresh_from_db()
    assert problem.state == "proposed"


def test_what_was_not_proposed_is_not_closed(district: District) -> None:
    with pytest.raises(ProblemNotPossible):
        problems.answer(told(district), by=district.seller, accept=True)


def test_a_reopened_problem_says_why_and_has_two_weeks_again(district: District) -> None:
    problem = told(district)
    Problem.objects.update(deadline=today() - DAY, climbed_at=timezone.now(), climbed_to=district.verifier)
    problems.propose(problem, text="A second line was laid.", by=district.officer)
    with pytest.raises(ProblemNotPossible):
        problems.answer(problem, by=district.seller, accept=False)
    problems.answer(problem, by=district.seller, accept=False, comment="It fails too.")
    problem.refresh_from_db()
    assert (problem.state, problem.reopened, problem.deadline, problem.climbed_to) == (
        "open",
        1,
        today() + 14 * DAY,
        None,
    )


def test_a_firm_without_account_closes_by_a_link_once(district: District, mailoutbox: list[Any]) -> None:
    problem = told(district)
    problems.propose(problem, text="A second line was laid.", by=district.officer)
    link = problem_links.send_link(problem, by=district.officer, site="https://x.test", to="boss@firm.test")
    token = link.rstrip("/").rpartition("/")[2]
    deliver()
    problem_links.answer_by_link(token, accept=True)
    problem.refresh_from_db()
    assert (problem.state, problem.delivery, len(mailoutbox), token in mailoutbox[0].body) == (
        "solved",
        "sent",
        1,
        True,
    )
    with pytest.raises(ProblemNotPossible):
        problem_links.answer_by_link(token, accept=False, comment="No.")


def test_a_link_is_void_after_a_newer_one_a_new_proposal_or_its_time(district: District) -> None:
    problem = make_problem(district.supplier, state="proposed", token="old")
    problem_links.send_link(problem, by=district.officer, site="https://x.test", on_the_spot=True)
    with pytest.raises(LinkUnknown):
        problem_links.find("old")
    expired = make_problem(district.supplier, state="proposed", token="expired")
    Problem.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - DAY)
    with pytest.raises(ProblemNotPossible):
        problem_links.answer_by_link("expired", accept=True)


def test_an_overdue_problem_climbs_to_the_chief_once(district: District, office: User, chief: User) -> None:
    problem = told(district)
    assert climb(today() + 14 * DAY) == []
    assert climb(today() + 15 * DAY) == [problem]
    assert climb(today() + 16 * DAY) == []
    problem.refresh_from_db()
    assert (problem.climbed_to, list(Letter.objects.values_list("to", flat=True))) == (chief, [chief.email])


def test_a_chiefs_own_problem_climbs_to_the_city_office(district: District, chief: User) -> None:
    city = make_superuser()
    problem = told(district)
    assert problem.owner == chief
    climb(today() + 15 * DAY)
    problem.refresh_from_db()
    assert problem.climbed_to == city


@pytest.mark.parametrize(("hour", "climbed"), [(15, 0), (16, 1)])
def test_a_deadline_passes_at_midnight_in_shanghai(
    district: District, monkeypatch: pytest.MonkeyPatch, hour: int, climbed: int
) -> None:
    make_problem(district.supplier, deadline=dt.date(2026, 2, 28))
    moment = dt.datetime(2026, 2, 28, hour, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert len(climb()) == climbed


def test_what_waits_for_the_firm_does_not_climb(district: District) -> None:
    make_problem(district.supplier, state="proposed", deadline=today() - DAY)
    make_problem(district.supplier, state="solved", deadline=today() - DAY)
    assert climb() == []


@pytest.mark.django_db(transaction=True)  # an act is known to the trail until its transaction ends
def test_the_trail_tells_the_firms_answer_by_its_link_from_what_nobody_said(
    district: District, office: User, chief: User
) -> None:
    problem = told(district)
    Problem.objects.filter(pk=problem.pk).update(deadline=today() - DAY)  # past every act
    climb()
    problems.propose(problem, text="A second line was laid.", by=district.officer)
    link = problem_links.send_link(problem, by=district.officer, site="https://x.test", on_the_spot=True)
    problem_links.answer_by_link(link.rstrip("/").rpartition("/")[2], accept=True)
    problem.refresh_from_db()
    who = [line.who for line in problem_trail.lines(problem)]
    people = [str(district.officer), str(district.officer), "the system", "the system", str(district.seller)]
    assert who == ["the firm, by its link", *people]


def test_a_new_deadline_lets_a_problem_climb_again(district: District, office: User, chief: User) -> None:
    problem = told(district)
    climb(today() + 15 * DAY)
    problems.assign(problem, owner=office, deadline=today() + 20 * DAY, by=district.officer)
    assert climb(today() + 20 * DAY) == []
    assert climb(today() + 21 * DAY) == [problem]


def test_who_sees_a_problem(district: District, office: User) -> None:
    problem = told(district)
    seen = {
        name: Problem.objects.visible_to(getattr(district, name)).exists()
        for name in ("officer", "seller", "purchaser", "organiser", "stranger")
    }
    assert seen == {
        "officer": True, "seller": True, "purchaser": False, "organiser": False, "stranger": False,
    }  # fmt: skip
    assert list(Problem.objects.editable_by(office)) == [problem]
    assert not Problem.objects.editable_by(district.seller).exists()


def test_a_visit_is_recorded_by_an_official_of_the_firm(district: District) -> None:
    visit = visiting.record_visit(
        district.supplier, by=district.officer, on=today(), purpose="The new line", note="Orders fall."
    )
    assert (visit.visitor, visit.chain) == (district.officer, district.chain)
    for by in (district.stranger, district.seller, district.organiser):
        with pytest.raises(NotAllowed):
            visiting.record_visit(district.supplier, by=by, on=today(), purpose="The new line")


@pytest.mark.parametrize("wrong", [{"on": today() + DAY}, {"purpose": " "}, {"visitor": "seller"}])
def test_a_visit_that_makes_no_sense_is_refused(district: District, wrong: dict[str, Any]) -> None:
    if "visitor" in wrong:
        wrong = {"visitor": district.seller}
    with pytest.raises(visiting.VisitNotPossible):
        visiting.record_visit(
            district.supplier,
            **{"by": district.officer, "on": today(), "purpose": "The new line", **wrong},
        )


def test_one_person_visits_a_firm_once_a_day(district: District) -> None:
    make_visit(district.supplier, visitor=district.officer)
    with pytest.raises(visiting.VisitNotPossible):
        visiting.record_visit(district.supplier, by=district.officer, on=today(), purpose="Again")
    assert Visit.objects.count() == 1
