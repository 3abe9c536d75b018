"""A buyer's own needs: written, handed in, changed, ended and opened again."""

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from accounts.models import User
from companies.models import Company, SourcingNeed
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_buyer,
    make_company,
    make_need,
    make_node,
    make_posting,
    make_representative,
    make_scheme,
)
from tests.pages import get, post, text_of, told

pytestmark = pytest.mark.django_db

NEED = {"title_en": "Calipers", "text": "Cast iron", "currency": "cny", "visibility": "public"}


@pytest.fixture
def buyer() -> Company:
    return make_buyer()


@pytest.fixture
def purchaser(buyer: Company) -> User:
    return make_representative(company=buyer).user


def test_a_verified_buyer_opens_its_need_at_once(buyer: Company, purchaser: User) -> None:
    scheme = make_scheme()
    response = post(
        purchaser,
        "portal:need-add",
        **NEED,
        hand_in="1",
        required_certifications=[scheme.pk],
        quantity="5",
        unit="t",
    )
    need = SourcingNeed.objects.get()
    assert (response.status_code, need.buyer, need.state, need.currency, need.created_by) == (
        302,
        buyer,
        "open",
        "CNY",
        purchaser,
    )
    assert list(need.required_certifications.all()) == [scheme]


def test_a_need_can_wait_as_a_draft(purchaser: User) -> None:
    post(purchaser, "portal:need-add", **NEED)
    assert SourcingNeed.objects.get().state == "draft"


def test_the_need_of_a_buyer_that_nobody_verified_goes_to_the_office() -> None:
    person = make_representative(company=make_buyer(verification="pending")).user
    post(person, "portal:need-add", **NEED, hand_in="1")
    assert SourcingNeed.objects.get().state == "submitted"


def test_a_need_that_says_too_little_stays_a_draft_and_says_why(purchaser: User) -> None:
    response = post(purchaser, "portal:need-add", **NEED | {"text": ""}, hand_in="1")
    assert (SourcingNeed.objects.get().state, len(told(response))) == ("draft", 1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title_en": ""}, "__all__"),
        ({"currency": "yuan"}, "currency"),
        ({"quantity": "5"}, "__all__"),
        ({"quantity": "-5", "unit": "t"}, "quantity"),
        ({"answer_by": (timezone.localdate() - dt.timedelta(days=1)).isoformat()}, "answer_by"),
        ({"visibility": "secret"}, "visibility"),
        ({"node": "0"}, "node"),
    ],
)
def test_a_wrong_need_is_refused_at_its_field(purchaser: User, changed: dict[str, str], field: str) -> None:
    response = post(purchaser, "portal:need-add", **NEED | changed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert SourcingNeed.objects.count() == 0


def test_a_need_is_posted_for_one_of_the_own_buyers_and_never_for_a_foreign_one(purchaser: User) -> None:
    second = make_representative(purchaser, make_buyer()).company
    page = get(purchaser, "portal:need-add")
    post(purchaser, "portal:need-add", **NEED, buyer=second.pk)
    post(purchaser, "portal:need-add", **NEED, buyer=make_buyer().pk)
    assert len(page.context["buyers"]) == 2
    assert [need.buyer for need in SourcingNeed.objects.all()] == [second]


@pytest.mark.parametrize("key", ["²", "9" * 30, "x"])
def test_a_forged_buyer_is_the_first_own_one(buyer: Company, purchaser: User, key: str) -> None:
    post(purchaser, "portal:need-add", **NEED, buyer=key)
    assert SourcingNeed.objects.get().buyer == buyer


def test_who_represents_no_buyer_is_asked_to() -> None:
    seller = make_representative(company=make_company()).user
    answers = [get(who, "portal:need-add") for who in (make_user(), seller)]
    assert [(each.status_code, each.url) for each in answers] == [(302, "/en/portal/claim/")] * 2


def test_a_need_is_changed_by_its_buyer_and_its_officials(buyer: Company, purchaser: User) -> None:
    node = make_node()
    need = make_need(buyer, node=node)
    chief = make_posting(chain=node.chain).user
    for who, title in ((purchaser, "Changed"), (chief, "Corrected"), (make_representative().user, "Spoiled")):
        post(who, "portal:need-edit", need.pk, **NEED | {"title_en": title, "node": node.pk})
    need.refresh_from_db()
    assert need.title_en == "Corrected"


def test_an_ended_need_is_not_changed(buyer: Company, purchaser: User) -> None:
    need = make_need(buyer, state="closed", title_en="Old")
    response = post(purchaser, "portal:need-edit", need.pk, **NEED)
    need.refresh_from_db()
    assert (response.status_code, need.title_en) == (302, "Old")


def test_a_need_goes_its_way_by_buttons(buyer: Company, purchaser: User) -> None:
    need = make_need(buyer, state="draft", text="Cast iron")
    states = []
    for name, data in (
        ("portal:need-publish", {}),
        ("portal:need-close", {}),
        ("portal:need-close", {"reason": "Done otherwise"}),
        ("portal:need-reopen", {}),
        ("portal:need-close", {"filled": "1"}),
    ):
        post(purchaser, name, need.pk, **data)
        need.refresh_from_db()
        states.append(need.state)
    assert states == ["open", "open", "closed", "open", "filled"]


@pytest.mark.parametrize("name", ["portal:need-publish", "portal:need-close", "portal:need-reopen"])
def test_acts_are_posts_of_those_who_may(buyer: Company, purchaser: User, name: str) -> None:
    need = make_need(buyer)
    stranger = make_representative().user
    got = [
        get(purchaser, name, need.pk).status_code,
        post(stranger, name, need.pk).status_code,
        post(None, name, need.pk).status_code,
    ]
    assert got == [405, 404, 302]


def test_my_needs_are_mine_and_can_be_narrowed_by_state(buyer: Company, purchaser: User) -> None:
    draft, opened = make_need(buyer, state="draft"), make_need(buyer)
    make_need()
    lists = [
        set(get(purchaser, "portal:need-list", **asked).context["page"])
        for asked in ({}, {"state": "draft"}, {"state": "nonsense"})
    ]
    assert lists == [{draft, opened}, {draft}, {draft, opened}]


def test_without_needs_the_page_says_what_to_do(purchaser: User) -> None:
    assert "Post what you look for" in text_of(get(purchaser, "portal:need-list"))


def test_a_form_sent_twice_makes_one_need(purchaser: User) -> None:
    key = str(uuid.uuid4())
    first = post(purchaser, "portal:need-add", **NEED, hand_in="1", form_key=key)
    second = post(purchaser, "portal:need-add", **NEED, hand_in="1", form_key=key)
    need = SourcingNeed.objects.get()
    assert (first.url, second.url, need.state) == (second.url, first.url, "open")


def test_two_forms_make_two_needs(purchaser: User) -> None:
    for _each in range(2):
        post(purchaser, "portal:need-add", **NEED, form_key=str(uuid.uuid4()))
    assert SourcingNeed.objects.count() == 2


def test_every_new_form_has_a_key_of_its_own(purchaser: User) -> None:
    keys = {
        re.findall(r'name="form_key" value="([^"]+)"', get(purchaser, "portal:need-add").content.decode())[0]
        for _each in range(2)
    }
    assert len(keys) == 2


def test_a_key_of_another_buyers_form_tells_nothing(purchaser: User) -> None:
    foreign = make_need(make_buyer(), form_key=uuid.uuid4())
    response = post(purchaser, "portal:need-add", **NEED, form_key=str(uuid.uuid4()))
    assert f"/{foreign.pk}/" not in response.url


@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        ("", ["B", "A", "C"]),
        ("soonest", ["A", "B", "C"]),
        ("name", ["A", "B", "C"]),
        ("bad", ["B", "A", "C"]),
    ],
)
def test_own_needs_are_read_in_the_chosen_order(
    buyer: Company, purchaser: User, sort: str, titles: list[str]
) -> None:
    today = timezone.localdate()
    for title, days in (("C", None), ("A", 3), ("B", 9)):
        make_need(buyer, title_zh="", title_en=title, answer_by=days and today + dt.timedelta(days=days))
    page = get(purchaser, "portal:need-list", sort=sort).context["page"]
    assert [need.title_en for need in page] == titles
