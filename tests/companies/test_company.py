"""What a company's row keeps true."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from companies.models import Company
from tests.factories.companies import make_company, make_credit_code, make_sector

pytestmark = pytest.mark.django_db


def test_size_class_follows_from_the_figures_on_every_save() -> None:
    company = make_company(main_sector=make_sector("C3670"), employees=300, revenue_cny=20_000_000)
    assert (company.size_class, company.size_rule, company.is_sme) == ("medium", "NBS-2017-213", True)
    company.employees = None
    company.save()
    assert (company.size_class, company.size_rule, company.is_sme) == ("", "", None)


def test_credit_code_is_normalised_and_checked() -> None:
    company = Company(name_en="A", credit_code=" 91330382ma2ct81242 ")
    company.clean()
    assert company.credit_code == "91330382MA2CT81242"
    company.credit_code = "91330382MA2CT81243"
    with pytest.raises(ValidationError) as refused:
        company.clean()
    assert list(refused.value.message_dict) == ["credit_code"]


def test_mainland_firm_needs_a_code_and_a_foreign_one_has_none() -> None:
    with pytest.raises(ValidationError) as mainland:
        Company(name_en="A").clean()
    with pytest.raises(ValidationError) as foreign:
        Company(name_en="A", country="DE", credit_code=make_credit_code()).clean()
    assert [list(e.value.message_dict) for e in (mainland, foreign)] == [["credit_code"], ["country"]]


def test_a_registration_number_stands_once_a_country_in_any_case() -> None:
    make_company(country="DE", registration_number="hrb 1")
    make_company(country="FR", registration_number="HRB 1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_company(country="DE", registration_number="HRB 1")


@pytest.mark.parametrize(
    "broken",
    [
        {"name_zh": "", "name_en": ""},
        {"supplies": False, "buys": False},
        {"credit_code": "short"},
        {"country": "de", "credit_code": None},
        {"revenue_cny": -1},
        {"verification": "verified", "verified_at": None},
    ],
)
def test_the_database_refuses_what_cannot_be(broken: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_company(**broken)  # type: ignore[arg-type]  # whatever is broken


def test_name_is_that_of_the_readers_language_or_the_other() -> None:
    both, chinese = make_company(name_zh="甲", name_en="A"), make_company(name_zh="乙", name_en="")
    with override("zh-hans"):
        assert [str(both), str(chinese)] == ["甲", "乙"]
    with override("en"):
        assert [str(both), str(chinese)] == ["A", "乙"]


def test_every_change_is_in_the_audit_trail() -> None:
    company = make_company(employees=5)
    company.employees = 6
    company.save()
    trail = Company.history.rel.related_model.objects.filter(pgh_obj_id=company.pk).order_by("pgh_id")  # type: ignore[attr-defined]  # made by the audit trail
    assert list(trail.values_list("pgh_label", "employees")) == [("insert", 5), ("update", 6)]
