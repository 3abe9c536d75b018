"""Contacts appear only after both accepted; a company page shows what is published."""

import pytest
from django.utils import timezone

from matchmaking.introductions import answer
from tests.factories.companies import (
    make_company,
    make_contact,
    make_need,
    make_offering,
    make_representative,
)
from tests.factories.matchmaking import make_accepted_match, make_introduced_match
from tests.matchmaking.conftest import Scene
from tests.pages import get, links_of, text_of

pytestmark = pytest.mark.django_db


def test_contacts_are_shown_after_both_accepted_and_only_with_consent(scene: Scene) -> None:
    seller_contact = make_contact(scene.supplier, name="Ms Sales", phone="111-222")
    make_contact(scene.supplier, name="Mr Private", phone="333-444", consented_at=None)
    make_contact(scene.need.buyer, name="Mr Buying", phone="555-666")
    match = make_introduced_match(scene.need, scene.supplier)
    seen = []
    for act in (None, (scene.buyer, True), (scene.seller, True)):
        if act:
            answer(match, by=act[0], accept=act[1])
        pages = [
            get(user, name, *keys).content.decode()
            for user in (scene.buyer, scene.seller)
            for name, keys in (("needs:need-detail", [scene.need.pk]), ("portal:matches", []))
        ]
        pages.append(get(scene.buyer, "companies:company-detail", scene.supplier.pk).content.decode())
        seen.append([[number in page for number in ("111-222", "333-444", "555-666")] for page in pages])
    nothing, of_seller, of_buyer = [False] * 3, [True, False, False], [False, False, True]
    assert seen == [[nothing] * 5, [nothing] * 5, [of_seller, of_seller, of_buyer, of_buyer, of_seller]]
    assert seller_contact.consented_at is not None


def test_the_public_never_reads_contacts(scene: Scene) -> None:
    make_contact(scene.supplier, phone="111-222")
    make_accepted_match(scene.need, scene.supplier)
    pages = [
        get(user, "companies:company-detail", scene.supplier.pk).content.decode()
        for user in (None, scene.stranger, scene.chief)
    ]
    assert ["111-222" in page for page in pages] == [False, False, False]


def test_a_company_page_shows_what_is_published(scene: Scene) -> None:
    page = get(None, "companies:company-detail", scene.need.buyer.pk)
    hidden = make_need(scene.need.buyer, visibility="anonymous", title_en="Hidden need")
    assert f"/en/needs/{scene.need.pk}/" in links_of(page)
    assert f"/en/needs/{hidden.pk}/" not in links_of(
        get(None, "companies:company-detail", scene.need.buyer.pk)
    )


def test_a_company_that_waits_for_verification_is_no_page_for_strangers(scene: Scene) -> None:
    waiting = make_company(verification="pending")
    owner = make_representative(company=waiting).user
    answers = [
        get(user, "companies:company-detail", waiting.pk).status_code
        for user in (None, scene.stranger, owner)
    ]
    assert answers == [404, 404, 200]


def test_an_offering_taken_back_is_not_shown_even_to_its_owner(scene: Scene) -> None:
    make_offering(scene.supplier, name_en="Former product", archived_at=timezone.now())
    assert "Former product" not in text_of(get(scene.seller, "companies:company-detail", scene.supplier.pk))
