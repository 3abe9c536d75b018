"""What rivals, neighbours, former representatives and former officials try, and what they get."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from companies.models import Company, Posting, Representative
from events import preparing
from events.attending import add_delegate
from events.links import token_of
from events.models import Delegate, DockingEvent, Problem, Registration, Visit
from events.preparing import NotPrepared
from events.walking_in import FirmIsKnown, Newcomer, walk_in
from tests.events.conftest import District
from tests.events.pages import signed_in
from tests.factories.accounts import make_user
from tests.factories.aftercare import make_problem, make_visit
from tests.factories.companies import (
    make_chain,
    make_company,
    make_division,
    make_posting,
    make_representative,
)
from tests.factories.events import (
    make_deal,
    make_delegate,
    make_event,
    make_invitation,
    make_meeting,
    make_registration,
)
from tests.races import at_once

CODE = "91330381MA2AUXXC8P"


def get(address: str, user: User | None = None) -> Any:
    return signed_in(user).get(address)


def post(address: str, user: User, **data: Any) -> Any:
    return signed_in(user).post(address, data)


def ended(row: Representative | Posting) -> None:
    """Their duty ends yesterday."""
    if isinstance(row, Representative):
        row.state = Representative.State.ENDED
        row.save()
    else:
        Posting.objects.filter(pk=row.pk).update(until=timezone.localdate())


def test_link_with_letters_that_no_token_has_is_unknown(district: District) -> None:
    delegate = make_delegate(make_registration(district.event, district.supplier))
    invitation = make_invitation(district.event, make_company())
    addresses = [
        f"/en/my/{delegate.pk}-é/",
        f"/en/my/{delegate.pk}-é/agenda.ics",
        f"/en/invited/{invitation.pk}-中/",
    ]
    assert [get(each).status_code for each in addresses] == [404] * 3
    assert get(f"/en/my/{token_of(delegate, delegate.link_salt)}/").status_code == 200


def test_former_representative_no_longer_follows_the_problem_that_they_raised(db: None) -> None:
    row = make_representative()
    problem = make_problem(row.company, raised_by=row.user)
    seen = [Problem.objects.visible_to(row.user).filter(pk=problem.pk).exists()]
    ended(row)
    seen.append(Problem.objects.visible_to(row.user).filter(pk=problem.pk).exists())
    assert seen == [True, False]


def test_former_official_no_longer_solves_or_reads(db: None) -> None:
    posting = make_posting(division=make_division())
    problem, visit = make_problem(owner=posting.user), make_visit(visitor=posting.user)

    def reach() -> list[bool]:
        problems, visits = Problem.objects.filter(pk=problem.pk), Visit.objects.filter(pk=visit.pk)
        return [each.editable_by(posting.user).exists() for each in (problems, visits)]

    before = reach()
    ended(posting)
    assert (before, reach()) == ([True, True], [False, False])


def test_organiser_follows_what_was_noted_at_a_meeting_only_while_running_the_event(
    district: District,
) -> None:
    sides = (
        make_registration(district.event, district.buyer),
        make_registration(district.event, district.supplier),
    )
    meeting = make_meeting(*sides)
    make_problem(district.supplier, source="meeting", meeting=meeting, raised_by=district.organiser)
    before = Problem.objects.visible_to(district.organiser).count()
    district.event.organisers.clear()
    assert (before, Problem.objects.visible_to(district.organiser).count()) == (1, 0)


def test_walk_in_names_no_firm_that_the_organiser_does_not_see(district: District) -> None:
    fields: dict[str, Any] = {
        "name_zh": "隐名厂",
        "name_en": "Hidden Works",
        "verification": "pending",
        "credit_code": CODE,
    }
    make_company(**fields)
    for newcomer in (Newcomer("Some firm", CODE), Newcomer("Hidden Works")):
        with pytest.raises(FirmIsKnown) as refused:
            walk_in(district.event, newcomer, side="supplier", by=district.organiser)
        assert (refused.value.company, "Hidden" in str(refused.value), "隐名" in str(refused.value)) == (
            None,
            False,
            False,
        )
    other = Newcomer("Hidden Works", is_another=True)
    assert walk_in(district.event, other, side="supplier", by=district.organiser).state == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_newcomer_sent_twice_at_once_is_one_firm() -> None:
    organiser = make_user()
    event = make_event(organisers=[organiser], host=make_division())

    newcomer = Newcomer("新来电机厂")
    found = at_once([lambda: walk_in(event, newcomer, side="supplier", by=organiser)] * 4)
    known = [each for each in found if isinstance(each, FirmIsKnown)]
    assert (len(known), Company.objects.count(), Registration.objects.count()) == (3, 1, 1)


def test_deal_of_others_is_not_named_where_two_look_alike(district: District) -> None:
    own = make_deal(
        counting_division=district.division,
        counting_chain=district.chain,
        title_en="Purchase of brake discs",
        stage="signed",
    )
    title = "Purchase of brake discs, in secret"
    other = make_deal(own.buyer, own.supplier, title_en=title, stage="signed", counting_chain=make_chain())
    page = get(f"/en/deals/{own.pk}/", district.officer)
    found = [(each.deal, may_open) for each, may_open in page.context["page"].likely]
    assert (found, "in secret" in page.content.decode()) == ([(other, False)], False)


def plan_of(event: DockingEvent, **changes: Any) -> dict[str, Any]:
    names = ("name_zh", "name_en", "kind", "starts_on", "ends_on", "country", "language", "host_id")
    values = {name.removesuffix("_id"): getattr(event, name) for name in names}
    return {name: str(value) for name, value in (values | changes).items()}


def test_event_is_not_set_up_in_the_name_of_another_district(district: District) -> None:
    elsewhere = make_division()
    for address in ("/en/events/new/?from=nothing", f"/en/events/{district.event.slug}/edit/"):
        for who in (district.officer, district.organiser):
            answer = post(address, who, **plan_of(district.event, host=elsewhere.pk))
            assert answer.status_code == 422
    assert DockingEvent.objects.filter(host=elsewhere).count() == 0
    own = post("/en/events/new/?from=nothing", district.officer, **plan_of(district.event, name_en="Own one"))
    assert (own.status_code, DockingEvent.objects.get(name_en="Own one").host) == (302, district.division)


def test_copy_of_a_neighbours_event_stands_in_the_own_name(district: District) -> None:
    source = make_event(host=make_division(), state="held")
    day = timezone.localdate() + dt.timedelta(days=30)
    made = preparing.copy(source, by=district.officer, name_zh="新", name_en="New", starts_on=day)
    assert made.host == district.division


@pytest.mark.parametrize("day", [dt.date(9999, 12, 31), dt.date(1, 1, 1)])
def test_day_beyond_all_plans_is_refused_and_the_calendar_stays_readable(
    district: District, day: dt.date
) -> None:
    answers = [
        post(
            "/en/events/new/?from=nothing",
            district.officer,
            **plan_of(district.event, starts_on=day, ends_on=day),
        ),
        post(
            f"/en/events/new/?from={district.event.slug}",
            district.officer,
            name_zh="新",
            name_en="X",
            starts_on=day,
        ),
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    with pytest.raises(NotPrepared):
        preparing.copy(district.event, by=district.officer, name_zh="新", name_en="X", starts_on=day)
    assert get("/en/events/calendar.ics").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_event_sent_twice_at_once_makes_no_page_fail() -> None:
    officer = make_posting(division=make_division()).user
    source = make_event(host=make_division(), state="held")
    day = timezone.localdate() + dt.timedelta(days=30)

    words: dict[str, Any] = {"name_zh": "新", "name_en": "New one", "starts_on": day}
    found = at_once([lambda: preparing.copy(source, by=officer, **words)] * 4)
    assert len({each.slug for each in found}) == 4


def test_problem_and_delegate_sent_twice_are_one(district: District) -> None:
    registration = make_registration(district.event, district.supplier)
    client = signed_in(district.seller)
    for _each in range(2):
        client.post(
            "/en/portal/problems/new/",
            {"company": district.supplier.pk, "subject": "energy", "text": "No power on Mondays."},
        )
        add_delegate(registration, by=district.seller, name="王芳", email="wang@example.invalid")
    assert (Problem.objects.count(), Delegate.objects.count()) == (1, 1)
