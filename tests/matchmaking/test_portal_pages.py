"""The portal: what waits for an answer, what suits, and what became of it."""

import pytest

from accounts.models import User
from companies.models import Offering, SourcingNeed
from matchmaking.introductions import Finding, show_interest
from matchmaking.models import Match
from tests.factories.accounts import make_user
from tests.factories.companies import make_company, make_need, make_offering, make_representative
from tests.factories.events import make_deal, make_event, make_meeting, make_registration
from tests.factories.matchmaking import index, make_introduced_match, make_match
from tests.matchmaking.conftest import Scene
from tests.pages import address, client_of, get, links_of, post, text_of, told

pytestmark = pytest.mark.django_db

PAGES = ["portal:home", "portal:matches", "portal:deals", "portal:meetings", "portal:need-list"]


def shown_matches(user: User, **asked: str) -> set[Match]:
    return set(get(user, "portal:matches", **asked).context["page"])


@pytest.mark.parametrize("name", PAGES)
def test_the_portal_asks_who_one_is_and_is_empty_for_strangers(scene: Scene, name: str) -> None:
    make_introduced_match(scene.need, scene.supplier)
    deal = make_deal(scene.need.buyer, scene.supplier, title_en="Secret deal")
    make_meeting(make_registration(make_event(), deal.buyer))
    anonymous, stranger = get(None, name), get(scene.stranger, name)
    assert (anonymous.status_code, anonymous.url) == (302, f"/en/accounts/login/?next={address(name)}")
    page = stranger.content.decode()
    assert (stranger.status_code, [word in page for word in ("Brake calipers", "Secret deal")]) == (
        200,
        [False, False],
    )


@pytest.mark.parametrize("name", PAGES)
def test_the_portal_reads_in_chinese(scene: Scene, name: str) -> None:
    make_introduced_match(scene.need, scene.supplier)
    response = client_of(scene.seller).get(address(name, language="zh-hans"))
    assert (response.status_code, '<html lang="zh-Hans"' in response.content.decode()) == (200, True)


def test_who_acts_for_no_company_is_led_to_ask_for_it() -> None:
    person = make_user()
    before = get(person, "portal:home")
    make_representative(person, make_company(name_en="Asked Ltd"), state="asked")
    after = text_of(get(person, "portal:home"))
    assert "/en/portal/claim/" in links_of(before)
    assert ["Waiting for the office" in after, "Asked Ltd" in after] == [True, True]


def test_home_shows_what_waits_and_lets_one_decline_with_a_reason(scene: Scene) -> None:
    make_introduced_match(scene.need, scene.supplier)
    page = get(scene.seller, "portal:home")
    assert [row.match.need for row in page.context["waiting"]] == [scene.need]
    assert 'value="no_capacity"' in page.content.decode()


def test_an_introduction_waits_for_each_side_until_it_has_answered(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    waiting = [shown_matches(who, state="waiting") for who in (scene.buyer, scene.seller)]
    post(scene.buyer, "portal:match-answer", match.pk, accept="1")
    after = [shown_matches(who, state="waiting") for who in (scene.buyer, scene.seller)]
    assert (waiting, after) == ([{match}, {match}], [set(), {match}])


def test_interest_waits_for_the_buyer_alone(scene: Scene) -> None:
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    assert [shown_matches(who, state="waiting") for who in (scene.buyer, scene.seller)] == [{match}, set()]
    assert shown_matches(scene.seller) == {match}


def test_a_supplier_sees_neither_short_lists_nor_the_anonymous_buyer(scene: Scene) -> None:
    make_match(make_need(scene.need.buyer), scene.supplier)
    SourcingNeed.objects.update(visibility="anonymous")
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    page = get(scene.seller, "portal:matches")
    assert set(page.context["page"]) == {match}
    assert scene.need.buyer.name_en not in page.content.decode()
    assert "Buyer named after interest" in text_of(page)


def test_answers_by_button(scene: Scene) -> None:
    accepted = make_introduced_match(scene.need, scene.supplier)
    declined = make_introduced_match(make_need(scene.need.buyer), scene.supplier)
    post(scene.seller, "portal:match-answer", accepted.pk, accept="1")
    post(scene.seller, "portal:match-answer", declined.pk, decline="1", reason="terms", comment=" 60 days\0 ")
    accepted.refresh_from_db()
    declined.refresh_from_db()
    assert (
        accepted.supplier_answer,
        declined.supplier_answer,
        declined.supplier_reason,
        declined.comment,
    ) == (
        "accepted",
        "declined",
        "terms",
        "60 days",
    )


def test_a_refused_answer_is_told(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    response = post(scene.seller, "portal:match-answer", match.pk, decline="1")
    match.refresh_from_db()
    assert (response.status_code, told(response), match.state) == (
        302,
        ["Say why not: it makes the next suggestion better."],
        "introduced",
    )


def test_answers_are_posts_of_the_two_sides(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    got = [
        get(scene.seller, "portal:match-answer", match.pk).status_code,
        post(scene.stranger, "portal:match-answer", match.pk, accept="1").status_code,
        post(None, "portal:match-answer", match.pk, accept="1").status_code,
        post(scene.chief, "portal:match-answer", match.pk, accept="1").status_code,
    ]
    match.refresh_from_db()
    assert (got, match.state) == ([405, 404, 302, 302], "introduced")


def test_a_tab_that_does_not_exist_shows_all(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    assert [shown_matches(scene.seller, state=each) for each in ("nonsense", "%00", "met")] == [
        {match},
        {match},
        set(),
    ]


def test_needs_that_suit_stand_with_score_and_offering(scene: Scene) -> None:
    Offering.objects.filter(pk=scene.offering.pk).update(name_en="Brake calipers", name_zh="刹车卡钳")
    index()
    page = get(scene.seller, "portal:matches")
    ((company, items),) = page.context["suiting"]
    assert (company, [item.need for item in items]) == (scene.supplier, [scene.need])
    assert "with your offering: Brake calipers" in text_of(page)


def test_needs_for_the_eyes_of_others_suit_nobody(scene: Scene) -> None:
    Offering.objects.filter(pk=scene.offering.pk).update(name_en="Brake calipers", name_zh="刹车卡钳")
    SourcingNeed.objects.update(visibility="verified")
    pending = make_company(verification="pending")
    make_offering(pending, name_en="Brake calipers")
    index()
    person = make_representative(company=pending).user
    assert get(person, "portal:matches").context["suiting"] == [(pending, [])]


def test_deals_and_meetings_are_the_own_companies(scene: Scene) -> None:
    mine = make_deal(supplier=scene.supplier)
    make_deal()
    event = make_event()
    own = make_registration(event, scene.supplier)
    published = make_meeting(supplier=own)
    make_meeting(supplier=own, state="draft")
    make_meeting()
    assert list(get(scene.seller, "portal:deals").context["page"]) == [mine]
    assert list(get(scene.seller, "portal:meetings").context["page"]) == [published]


def test_an_organiser_who_represents_a_company_reads_no_draft_of_its_meetings(scene: Scene) -> None:
    event = make_event(organisers=[scene.seller])
    make_meeting(supplier=make_registration(event, scene.supplier), state="draft")
    assert list(get(scene.seller, "portal:meetings").context["page"]) == []


def test_empty_rooms_say_what_will_stand_there(scene: Scene) -> None:
    texts = [
        text_of(get(scene.seller, name)) for name in ("portal:deals", "portal:meetings", "portal:matches")
    ]
    words = ["No deal yet", "No meeting yet", "No match here"]
    assert [word in text for word, text in zip(words, texts, strict=True)] == [True] * 3
