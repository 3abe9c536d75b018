"""One need, as each kind of person sees it, and what they can do there."""

import pytest

from accounts.models import User
from companies.models import Offering, SourcingNeed
from matchmaking.introductions import Finding, answer, show_interest
from matchmaking.models import Match
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_certification,
    make_chain,
    make_company,
    make_need,
    make_posting,
    make_representative,
    make_scheme,
)
from tests.factories.matchmaking import index, make_match
from tests.matchmaking.conftest import Scene
from tests.pages import get, post, text_of, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def indexed(scene: Scene) -> Scene:
    """The supplier's offering fits the need, and the engine knows both."""
    Offering.objects.filter(pk=scene.offering.pk).update(name_en="Brake calipers", name_zh="刹车卡钳")
    index()
    return scene


def people(scene: Scene) -> dict[str, User | None]:
    return {
        "buyer": scene.buyer,
        "chief": scene.chief,
        "seller": scene.seller,
        "stranger": make_user(),
        "nobody": None,
    }


def test_suggestions_stand_for_those_who_choose_and_nobody_else(indexed: Scene) -> None:
    pages = {who: get(user, "needs:need-detail", indexed.need.pk) for who, user in people(indexed).items()}
    shown = {who: [item.company for item in page.context["suggestions"]] for who, page in pages.items()}
    has_section = {who: "Suggested suppliers" in text_of(page) for who, page in pages.items()}
    assert shown == {
        "buyer": [indexed.supplier],
        "chief": [indexed.supplier],
        "seller": [],
        "stranger": [],
        "nobody": [],
    }
    assert has_section == {who: bool(found) for who, found in shown.items()}


def test_a_suggestion_has_its_score_and_reasons(indexed: Scene) -> None:
    page = get(indexed.buyer, "needs:need-detail", indexed.need.pk)
    item = page.context["suggestions"][0]
    assert (item.place, 0 < item.percent <= 100, len(item.short_reasons) > 0) == (1, True, True)
    assert str(item.short_reasons[0].text) in text_of(page)


def test_firms_left_out_by_a_required_certificate_are_counted_by_certificate(indexed: Scene) -> None:
    scheme = make_scheme(name_en="IATF 16949", name_zh="IATF 16949")
    indexed.need.required_certifications.add(scheme)
    without = text_of(get(indexed.buyer, "needs:need-detail", indexed.need.pk))
    make_certification(indexed.supplier, scheme)
    holding = text_of(get(indexed.buyer, "needs:need-detail", indexed.need.pk))
    left_out = "1 firm was left out because it lacks a required certificate: IATF 16949 (1)"
    assert (left_out in without, "left out" in holding) == (True, False)


def test_who_may_open_a_need_follows_its_visibility_and_state(scene: Scene) -> None:
    unverified = make_representative(company=make_company(verification="pending")).user
    users = people(scene) | {"unverified": unverified}
    got = {}
    for label, fields in {
        "public": {"visibility": "public"},
        "verified": {"visibility": "verified"},
        "draft": {"state": "draft"},
        "submitted": {"state": "submitted"},
    }.items():
        SourcingNeed.objects.filter(pk=scene.need.pk).update(
            **{"visibility": "public", "state": "open"} | fields
        )
        got[label] = {
            who
            for who, user in users.items()
            if get(user, "needs:need-detail", scene.need.pk).status_code == 200
        }
    assert got == {
        "public": set(users),
        "verified": {"buyer", "chief", "seller"},
        "draft": {"buyer"},
        "submitted": {"buyer", "chief"},
    }


def test_the_name_of_an_anonymous_buyer_is_nowhere_in_the_page(scene: Scene) -> None:
    SourcingNeed.objects.update(visibility="anonymous")
    scene.need.buyer.name_en, scene.need.buyer.name_zh = "Secret Motors", "秘密汽车"
    scene.need.buyer.brands = ["Sekret"]
    scene.need.buyer.save()
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    before = {
        who: [
            word in get(user, "needs:need-detail", scene.need.pk).content.decode()
            for word in ("Secret", "秘密", "Sekret")
        ]
        for who, user in people(scene).items()
    }
    answer(match, by=scene.buyer, accept=True)
    after = "Secret Motors" in text_of(get(scene.seller, "needs:need-detail", scene.need.pk))
    hidden = [False, False, False]
    assert before == {
        "buyer": [True, False, False],
        "chief": [True, False, False],
        "seller": hidden,
        "stranger": hidden,
        "nobody": hidden,
    }
    assert after is True


def test_nobody_finds_buttons_that_would_be_refused(scene: Scene) -> None:
    make_match(scene.need, scene.supplier)
    words = ("Can you supply this?", "Sign in to answer", "Another supplier", "End this need", "Introduce")
    got = {
        who: [word in text_of(get(user, "needs:need-detail", scene.need.pk)) for word in words]
        for who, user in people(scene).items()
    }
    assert got == {
        "buyer": [False, False, True, True, False],
        "chief": [False, False, True, True, True],
        "seller": [True, False, False, False, False],
        "stranger": [False, False, False, False, False],
        "nobody": [True, True, False, False, False],
    }


def test_a_supplier_does_not_learn_that_it_was_only_short_listed(scene: Scene) -> None:
    make_match(scene.need, scene.supplier)
    assert get(scene.seller, "needs:need-detail", scene.need.pk).context["matches"] == []


# Proposing


def test_a_suggested_supplier_comes_on_the_list_with_what_the_engine_said(indexed: Scene) -> None:
    post(indexed.buyer, "needs:need-propose", indexed.need.pk, supplier=indexed.supplier.pk)
    match = Match.objects.get()
    assert (match.state, match.origin, match.rank, match.offering, match.score is not None) == (
        "shortlisted",
        "engine",
        1,
        indexed.offering,
        True,
    )
    assert "On the list of this need." in text_of(get(indexed.buyer, "needs:need-detail", indexed.need.pk))


def test_an_official_overrules_the_rank_with_a_reason_that_is_kept(indexed: Scene) -> None:
    other = make_company()
    post(indexed.chief, "needs:need-propose", indexed.need.pk, supplier=other.pk, note=" Next door ")
    match = Match.objects.get()
    assert (match.supplier, match.origin, match.rank, match.note) == (other, "staff", None, "Next door")


def test_strangers_propose_nobody(indexed: Scene) -> None:
    data = {"supplier": indexed.supplier.pk}
    answers = [
        post(user, "needs:need-propose", indexed.need.pk, **data).status_code
        for user in (None, make_user(), indexed.seller)
    ]
    assert (answers, Match.objects.count()) == ([302, 404, 404], 0)


@pytest.mark.parametrize("key", ["", "0", "x", "²", "9" * 40])
def test_a_supplier_that_does_not_exist_is_no_page(indexed: Scene, key: str) -> None:
    assert post(indexed.buyer, "needs:need-propose", indexed.need.pk, supplier=key).status_code == 404


def test_a_refused_proposal_is_told(indexed: Scene) -> None:
    SourcingNeed.objects.update(state="draft")
    response = post(indexed.buyer, "needs:need-propose", indexed.need.pk, supplier=indexed.supplier.pk)
    assert (response.status_code, told(response), Match.objects.count()) == (
        302,
        ["This need is not open, so no supplier can be proposed for it."],
        0,
    )


# Interest


def test_a_supplier_shows_interest_with_what_the_engine_knows_of_the_pair(indexed: Scene) -> None:
    post(indexed.seller, "portal:interest", indexed.need.pk, company=indexed.supplier.pk)
    match = Match.objects.get()
    assert (match.origin, match.supplier_answer, match.offering, match.rank) == (
        "supplier",
        "accepted",
        indexed.offering,
        None,
    )
    assert (match.score or 0) > 0
    assert match.engine_version != ""
    assert f"{indexed.supplier} is on the list" in text_of(
        get(indexed.seller, "needs:need-detail", indexed.need.pk)
    )


def test_interest_of_a_firm_that_the_engine_does_not_know_is_interest_all_the_same(scene: Scene) -> None:
    post(scene.seller, "portal:interest", scene.need.pk, company=scene.supplier.pk)
    match = Match.objects.get()
    assert (match.origin, match.score, match.offering) == ("supplier", None, None)


def test_nobody_shows_interest_for_a_foreign_company_or_in_a_hidden_need(scene: Scene) -> None:
    hidden = make_need(state="draft")
    answers = [
        post(scene.seller, "portal:interest", scene.need.pk, company=make_company().pk).status_code,
        post(scene.seller, "portal:interest", hidden.pk, company=scene.supplier.pk).status_code,
        post(None, "portal:interest", scene.need.pk, company=scene.supplier.pk).status_code,
    ]
    assert (answers, Match.objects.count()) == ([404, 404, 302], 0)


# Deciding on a match


def test_an_official_introduces_and_returns_to_where_it_came_from(scene: Scene) -> None:
    match = make_match(scene.need, scene.supplier)
    response = post(scene.chief, "desk:match-introduce", match.pk)
    match.refresh_from_db()
    assert (response.url, match.state, told(response)) == (
        f"/en/needs/{scene.need.pk}/",
        "introduced",
        ["Both sides have been told."],
    )


@pytest.mark.parametrize(
    ("name", "data", "state"),
    [("desk:match-drop", {"reason": "price"}, "closed"), ("desk:match-shortlist", {}, "shortlisted")],
)
def test_a_buyer_decides_on_the_list_of_its_need(
    scene: Scene, name: str, data: dict[str, str], state: str
) -> None:
    match = make_match(scene.need, scene.supplier, state="suggested", origin="supplier")
    post(scene.buyer, name, match.pk, **data)
    match.refresh_from_db()
    assert match.state == state


def test_a_no_without_reason_is_told_and_changes_nothing(scene: Scene) -> None:
    match = make_match(scene.need, scene.supplier)
    response = post(scene.buyer, "desk:match-drop", match.pk)
    match.refresh_from_db()
    assert (told(response), match.state) == (
        ["Say why not: it makes the next suggestion better."],
        "shortlisted",
    )


@pytest.mark.parametrize("name", ["desk:match-introduce", "desk:match-drop", "desk:match-shortlist"])
def test_decisions_are_posts_and_hidden_from_strangers(scene: Scene, name: str) -> None:
    match = make_match(scene.need, scene.supplier)
    official_of_elsewhere = make_posting(chain=make_chain()).user
    got = [
        get(scene.chief, name, match.pk).status_code,
        post(official_of_elsewhere, name, match.pk).status_code,
        post(None, name, match.pk).status_code,
        post(scene.buyer, "desk:match-introduce", match.pk).status_code,
    ]
    assert got == [405, 404, 302, 404]
