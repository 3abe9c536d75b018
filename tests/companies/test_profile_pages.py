"""A company's own pages: who may open them, what they write, and what they refuse."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from companies.models import Certification, Company, Contact, Offering, Representative
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_certification,
    make_company,
    make_contact,
    make_credit_code,
    make_division,
    make_offering,
    make_posting,
    make_representative,
    make_scheme,
)
from tests.pages import address, client_of, get, post, text_of, told

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nscan"


@pytest.fixture
def company() -> Company:
    return make_company(name_en="Own Works", name_zh="自家厂")


@pytest.fixture
def owner(company: Company) -> User:
    return make_representative(company=company).user


def profile(**changed: object) -> dict[str, Any]:
    return {"name_zh": "自家厂", "name_en": "Own Works", "supplies": "on"} | changed


PAGES = [
    "portal:company-edit",
    "portal:offering-add",
    "portal:certification-add",
    "portal:contact-add",
]
PARTS = {
    "portal:offering-edit": make_offering,
    "portal:certification-edit": make_certification,
    "portal:contact-edit": make_contact,
}


@pytest.mark.parametrize("name", [*PAGES, *PARTS])
def test_own_pages_are_for_the_company_and_its_officials(company: Company, owner: User, name: str) -> None:
    division = make_division()
    Company.objects.update(division=division)
    key = PARTS[name](company).pk if name in PARTS else company.pk  # type: ignore[operator]  # makers of different parts
    officer, stranger = make_posting(division=division).user, make_representative().user
    answers = [get(who, name, key).status_code for who in (None, stranger, officer, owner)]
    assert answers == [302, 404, 200, 200]


def test_saving_the_profile_confirms_it_as_of_today(company: Company, owner: User) -> None:
    response = post(owner, "portal:company-edit", company.pk, **profile(brands="Fox， Wolf,", employees="20"))
    company.refresh_from_db()
    assert (response.status_code, company.brands, company.employees, company.profile_confirmed_on) == (
        302,
        ["Fox", "Wolf"],
        20,
        timezone.localdate(),
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name_zh": "", "name_en": ""}, "name_zh"),
        ({"supplies": ""}, "supplies"),
        ({"brands": "x" * 61}, "brands"),
        ({"employees": "many"}, "employees"),
        ({"website": "nonsense"}, "website"),
    ],
)
def test_a_wrong_profile_is_refused_at_its_field(
    company: Company, owner: User, changed: dict[str, object], field: str
) -> None:
    response = post(owner, "portal:company-edit", company.pk, **profile(**changed))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_the_credit_code_is_shown_and_cannot_be_changed(company: Company, owner: User) -> None:
    code = company.credit_code
    post(owner, "portal:company-edit", company.pk, **profile(credit_code=make_credit_code(), country="DE"))
    company.refresh_from_db()
    assert (company.credit_code, company.country) == (code, "CN")


def test_a_company_without_credit_code_is_asked_for_it(owner: User, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(credit_code=None)
    refused = post(owner, "portal:company-edit", company.pk, **profile(country="CN"))
    code = make_credit_code()
    saved = post(owner, "portal:company-edit", company.pk, **profile(country="CN", credit_code=code))
    company.refresh_from_db()
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["credit_code"])
    assert (saved.status_code, company.credit_code) == (302, code)


def test_an_offering_is_added_changed_and_taken_back(company: Company, owner: User) -> None:
    post(owner, "portal:offering-add", company.pk, name_en="Calipers", yearly_capacity="100", unit="pieces")
    offering = Offering.objects.get(company=company)
    post(owner, "portal:offering-edit", offering.pk, name_en="Brake calipers")
    changed = Offering.objects.get().name_en
    post(owner, "portal:offering-archive", offering.pk)
    assert (changed, Offering.objects.current().count(), Offering.objects.count()) == ("Brake calipers", 0, 1)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name_en": ""}, "name_zh"),
        ({"name_en": "A", "yearly_capacity": "1", "spare_capacity": "2"}, "__all__"),
        ({"name_en": "A", "yearly_capacity": "-1"}, "yearly_capacity"),
    ],
)
def test_a_wrong_offering_is_refused(
    company: Company, owner: User, data: dict[str, object], field: str
) -> None:
    response = post(owner, "portal:offering-add", company.pk, **data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Offering.objects.count() == 0


def test_a_certificate_with_its_scan_is_recorded_once(company: Company, owner: User) -> None:
    scheme = make_scheme()
    data = {"scheme": scheme.pk, "number": "N1", "evidence": SimpleUploadedFile("a.pdf", PDF)}
    first = post(owner, "portal:certification-add", company.pk, **data)
    second = post(owner, "portal:certification-add", company.pk, scheme=scheme.pk, number="N1")
    assert (first.status_code, second.status_code, Certification.objects.count()) == (302, 422, 1)
    assert list(second.context["form"].errors) == ["number"]


def test_a_scan_is_judged_by_its_content(company: Company, owner: User) -> None:
    scan = SimpleUploadedFile("scan.pdf", b"MZ\x90 not a scan", "application/pdf")
    response = post(owner, "portal:certification-add", company.pk, scheme=make_scheme().pk, evidence=scan)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["evidence"])


def test_changing_a_certificate_takes_its_verification_back(company: Company, owner: User) -> None:
    held = make_certification(company, verified_by=make_user(), verified_at=timezone.now())
    same = {"scheme": held.scheme_id, "number": held.number, "issuer": held.issuer}
    get(owner, "portal:certification-edit", held.pk)
    post(owner, "portal:certification-edit", held.pk, **same)
    unchanged = Certification.objects.get().verified_at
    post(owner, "portal:certification-edit", held.pk, **same | {"valid_until": "2030-01-01"})
    held.refresh_from_db()
    assert unchanged is not None
    assert (held.verified_by, held.verified_at, held.valid_until) == (None, None, dt.date(2030, 1, 1))


def test_the_moment_of_consent_is_kept_and_can_be_taken_back(company: Company, owner: User) -> None:
    post(owner, "portal:contact-add", company.pk, name="Li", phone="1", language="en", consents="on")
    contact = Contact.objects.get()
    given = contact.consented_at
    post(owner, "portal:contact-edit", contact.pk, name="Li", phone="2", language="en", consents="on")
    contact.refresh_from_db()
    kept = contact.consented_at
    post(owner, "portal:contact-edit", contact.pk, name="Li", phone="2", language="en")
    contact.refresh_from_db()
    assert (given is not None, kept, contact.phone, contact.consented_at) == (True, given, "2", None)


def test_a_contact_needs_a_way_to_reach_it(company: Company, owner: User) -> None:
    response = post(owner, "portal:contact-add", company.pk, name="Li", language="en")
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["phone"])


# Becoming a representative


def test_somebody_asks_to_act_for_a_company_once(company: Company) -> None:
    person = make_user()
    data = {"company": company.pk, "role": "sales", "reason": "Head of sales, 0577 1234"}
    first = post(person, "portal:company-claim", **data)
    second = post(person, "portal:company-claim", **data)
    asked = Representative.objects.get()
    assert (first.status_code, second.status_code) == (302, 422)
    assert (asked.user, asked.company, asked.role, asked.state) == (person, company, "sales", "asked")


def test_a_company_that_nobody_may_see_cannot_be_claimed() -> None:
    hidden = make_company(verification="pending")
    response = post(make_user(), "portal:company-claim", company=hidden.pk, role="sales", reason="Mine")
    assert (response.status_code, Representative.objects.count()) == (422, 0)


def test_a_company_is_registered_with_its_first_representative() -> None:
    person, code = make_user(), make_credit_code()
    response = post(person, "portal:company-add", name_en="New", country="CN", credit_code=code, buys="on")
    company = Company.objects.get()
    assert (response.status_code, company.verification, company.credit_code) == (302, "pending", code)
    assert [each.state for each in company.representatives.filter(user=person)] == ["asked"]


@pytest.mark.parametrize("data", [{"country": "CN"}, {"country": "CN", "credit_code": "91330382MA2CT81243"}])
def test_a_mainland_company_needs_a_valid_credit_code(data: dict[str, str]) -> None:
    response = post(make_user(), "portal:company-add", name_en="New", supplies="on", **data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["credit_code"])


def test_a_refused_company_asks_for_a_new_look_and_others_do_not() -> None:
    refused = make_company(verification="refused")
    owner = make_representative(company=refused).user
    page = get(owner, "portal:company-edit", refused.pk)
    first = post(owner, "portal:company-verify-again", refused.pk)
    second = post(owner, "portal:company-verify-again", refused.pk)
    refused.refresh_from_db()
    assert "look again" in text_of(page)
    assert refused.verification == "pending"
    assert [len(told(each)) for each in (first, second)] == [1, 1]


@pytest.mark.parametrize("name", ["portal:offering-archive", "portal:company-verify-again"])
def test_acts_are_posts(company: Company, owner: User, name: str) -> None:
    key = make_offering(company).pk if "offering" in name else company.pk
    assert get(owner, name, key).status_code == 405


def test_the_profile_reads_in_chinese(company: Company, owner: User) -> None:
    response = client_of(owner).get(address("portal:company-edit", company.pk, language="zh-hans"))
    assert (response.status_code, "自家厂" in text_of(response)) == (200, True)
