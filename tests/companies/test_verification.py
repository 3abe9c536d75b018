"""An official verifies, refuses, archives; a company asks again."""

import pytest

from companies import verification
from companies.archiving import NotArchived, archive, restore
from companies.models import Company, SourcingNeed
from companies.verification import (
    AlreadyVerified,
    CompanyArchived,
    NotOverseen,
    NotRefused,
    OwnCompany,
    ReasonMissing,
)
from tests.admin_scenes import City, make_city
from tests.factories.companies import make_certification, make_need, make_representative

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    return make_city()


def test_official_verifies_a_firm_of_the_own_district(city: City) -> None:
    done = verification.verify(city.firm, by=city.rui)
    assert (done.verification, done.verified_by, done.is_published) == ("verified", city.rui, True)
    assert Company.objects.published().filter(pk=city.firm.pk).exists()


def test_official_of_another_district_is_refused(city: City) -> None:
    with pytest.raises(NotOverseen):
        verification.verify(city.firm, by=city.ping)
    city.firm.refresh_from_db()
    assert city.firm.verification == "pending"


def test_nobody_judges_a_firm_that_they_represent(city: City) -> None:
    make_representative(city.rui, city.firm)
    with pytest.raises(OwnCompany):
        verification.verify(city.firm, by=city.rui)
    with pytest.raises(OwnCompany):
        verification.refuse(city.firm, by=city.rui, reason="Not mine to say.")


def test_verified_firm_is_not_verified_twice(city: City) -> None:
    with pytest.raises(AlreadyVerified):
        verification.verify(city.public, by=city.ping)


def test_refusing_needs_a_reason(city: City) -> None:
    with pytest.raises(ReasonMissing):
        verification.refuse(city.firm, by=city.rui, reason="  ")
    done = verification.refuse(city.firm, by=city.rui, reason=" Licence unreadable. ")
    assert (done.verification, done.verification_reason) == ("refused", "Licence unreadable.")


def test_refused_firm_asks_again(city: City) -> None:
    manager = make_representative(company=city.firm).user
    with pytest.raises(NotRefused):
        verification.submit_again(city.firm, by=manager)
    verification.refuse(city.firm, by=city.rui, reason="Licence unreadable.")
    assert verification.submit_again(city.firm, by=manager).verification == "pending"


def test_stranger_does_not_ask_again(city: City) -> None:
    verification.refuse(city.firm, by=city.rui, reason="Licence unreadable.")
    with pytest.raises(NotOverseen):
        verification.submit_again(city.firm, by=city.nemo)


def test_reason_and_person_are_in_the_audit_trail(city: City) -> None:
    verification.refuse(city.firm, by=city.rui, reason="Licence unreadable.")
    events = Company.history.rel.related_model.objects  # type: ignore[attr-defined]  # made by the audit trail
    last = events.filter(pgh_obj_id=city.firm.pk).select_related("pgh_context").latest("pgh_id")
    assert last.pgh_context.metadata == {"user": city.rui.pk, "reason": "Licence unreadable."}


def test_certificate_is_verified_once_and_not_by_the_holder(city: City) -> None:
    certificate = make_certification(city.firm)
    holder = make_representative(company=city.firm).user
    with pytest.raises(NotOverseen):
        verification.verify_certificate(certificate, by=holder)
    assert verification.verify_certificate(certificate, by=city.rui).verified_by == city.rui
    with pytest.raises(AlreadyVerified):
        verification.verify_certificate(certificate, by=city.rui)


def test_archiving_ends_open_needs_and_keeps_their_rows(city: City) -> None:
    need = make_need(city.buyer)
    archive(city.buyer, by=city.rui, reason="Dissolved.")
    need.refresh_from_db()
    assert (need.state, need.end_reason) == (SourcingNeed.State.CLOSED, "Dissolved.")
    assert Company.objects.current().filter(pk=city.buyer.pk).exists() is False


def test_archived_firm_is_neither_verified_nor_archived_again(city: City) -> None:
    archive(city.firm, by=city.rui, reason="Dissolved.")
    with pytest.raises(CompanyArchived):
        verification.verify(city.firm, by=city.rui)
    with pytest.raises(CompanyArchived):
        archive(city.firm, by=city.rui, reason="Dissolved.")


def test_archived_firm_comes_back_as_it_was(city: City) -> None:
    with pytest.raises(NotArchived):
        restore(city.buyer, by=city.rui, reason="A mistake.")
    archive(city.buyer, by=city.rui, reason="Dissolved.")
    assert restore(city.buyer, by=city.rui, reason="A mistake.").is_published is True
