"""Signing up and signing in."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.factories.accounts import PASSWORD, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests() -> None:
    cache.clear()


def sign_up(client: Client, language: str) -> User:
    client.post(
        f"/{language}/accounts/signup/",
        {
            "name": "李娜",
            "email": "Li.Na@Example.test",
            "password1": "a-long-password-42",
            "password2": "a-long-password-42",
        },
    )
    return User.objects.get()


def test_sign_up_keeps_name_and_language_of_the_page(client: Client) -> None:
    person = sign_up(client, "zh-hans")
    assert (person.name, person.email, person.language, str(person)) == (
        "李娜",
        "li.na@example.test",
        "zh-hans",
        "李娜",
    )


def test_sign_up_in_english_keeps_english(client: Client) -> None:
    assert sign_up(client, "en").language == "en"


def test_new_account_is_asked_to_confirm_its_address(client: Client) -> None:
    sign_up(client, "en")
    assert [message.to for message in mail.outbox] == [["li.na@example.test"]]
    assert "_auth_user_id" not in client.session


def test_sign_up_without_a_name_is_refused(client: Client) -> None:
    client.post(
        "/en/accounts/signup/",
        {"email": "a@example.test", "password1": "a-long-password-42", "password2": "a-long-password-42"},
    )
    assert User.objects.count() == 0


def test_addresses_differ_in_more_than_their_case() -> None:
    make_user("someone@example.test")
    assert User.objects.get_by_natural_key("SomeOne@example.test").email == "someone@example.test"


def test_admin_sends_people_to_the_common_sign_in(client: Client) -> None:
    answer = client.get("/en/admin/login/?next=/en/admin/companies/company/")
    assert answer.status_code == 302
    assert answer["Location"] == "/en/accounts/login/?next=%2Fen%2Fadmin%2Fcompanies%2Fcompany%2F"


def test_admin_takes_no_password_of_its_own(client: Client) -> None:
    person = make_staff()
    client.post("/en/admin/login/", {"username": person.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_people_without_admin_rights_are_told_so(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/en/admin/", follow=True).status_code == 403
