"""The life of a need."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from companies import sourcing
from companies.models import Company, SourcingNeed
from companies.sourcing import BuyerNotVerified, NeedInOtherState, NeedNotComplete, NeedNotYours
from companies.verification import ReasonMissing
from tests.admin_scenes import City, make_city
from tests.factories.companies import make_company, make_need, make_representative

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.localdate() - dt.timedelta(days=1)
TOMORROW = timezone.localdate() + dt.timedelta(days=1)


@pytest.fixture
def city() -> City:
    return make_city()


@pytest.fixture
def purchaser(city: City) -> User:
    return make_representative(company=city.buyer).user


def draft(buyer: Company, **fields: object) -> SourcingNeed:
    return make_need(buyer, **{"state": "draft", "text": "Vented discs, 300 mm."} | fields)  # type: ignore[arg-type]  # whatever a test gives


def test_draft_is_submitted_by_its_buyer_and_opened_by_an_official(city: City, purchaser: User) -> None:
    need = sourcing.submit(draft(city.buyer), by=purchaser)
    assert need.state == "submitted"
    need = sourcing.publish(need, by=city.rui)
    assert (need.state, need.is_open, need.opened_at is None) == ("open", True, False)


def test_verified_buyer_opens_its_own_need(city: City, purchaser: User) -> None:
    assert sourcing.publish(draft(city.buyer), by=purchaser).state == "open"


def test_need_of_an_unverified_buyer_waits(city: City) -> None:
    buyer = make_company(buys=True, verification="pending", division=city.ruian)
    person = make_representative(company=buyer).user
    need = sourcing.submit(draft(buyer), by=person)
    for by in (person, city.rui):
        with pytest.raises(BuyerNotVerified):
            sourcing.publish(need, by=by)


def test_strangers_and_other_districts_are_refused(city: City) -> None:
    for by in (city.ping, city.nemo, city.oda, make_representative(company=city.public).user):
        with pytest.raises(NeedNotYours):
            sourcing.submit(draft(city.buyer), by=by)


def test_chief_of_the_chain_opens_a_need_on_the_chain(city: City) -> None:
    need = draft(city.foreign_buyer, node=city.node, state="submitted")
    assert sourcing.publish(need, by=city.chen).state == "open"


@pytest.mark.parametrize("fields", [{"text": " "}, {"answer_by": YESTERDAY}])
def test_incomplete_need_is_not_submitted(city: City, purchaser: User, fields: dict[str, object]) -> None:
    with pytest.raises(NeedNotComplete):
        sourcing.submit(draft(city.buyer, **fields), by=purchaser)


def test_firm_that_does_not_buy_submits_no_need(city: City) -> None:
    with pytest.raises(NeedNotComplete):
        sourcing.submit(draft(city.firm), by=city.rui)


def test_need_sent_back_is_a_draft_with_the_reason(city: City) -> None:
    need = draft(city.buyer, state="submitted")
    with pytest.raises(ReasonMissing):
        sourcing.send_back(need, by=city.rui, reason="")
    need = sourcing.send_back(need, by=city.rui, reason="Say the material.")
    assert (need.state, need.end_reason) == ("draft", "Say the material.")


def test_closing_needs_a_reason_and_an_open_need(city: City, purchaser: User) -> None:
    need = make_need(city.buyer)
    with pytest.raises(ReasonMissing):
        sourcing.close(need, by=purchaser, reason=" ")
    need = sourcing.close(need, by=purchaser, reason="Project stopped.")
    assert (need.state, need.end_reason, need.ended_at is None) == ("closed", "Project stopped.", False)
    with pytest.raises(NeedInOtherState):
        sourcing.close(need, by=purchaser, reason="Again.")


def test_open_and_expired_needs_can_be_filled(city: City, purchaser: User) -> None:
    states = [sourcing.fill(make_need(city.buyer, state=s), by=purchaser).state for s in ("open", "expired")]
    assert states == ["filled", "filled"]


def test_overdue_needs_expire_and_others_stay(city: City) -> None:
    needs = [make_need(city.buyer, answer_by=day) for day in (YESTERDAY, timezone.localdate(), None)]
    assert sourcing.expire_overdue() == 1
    assert [SourcingNeed.objects.get(pk=need.pk).state for need in needs] == ["expired", "open", "open"]


def test_ended_need_is_opened_again_with_a_new_date(city: City, purchaser: User) -> None:
    need = make_need(city.buyer, state="expired", answer_by=YESTERDAY, node=city.node)
    with pytest.raises(NeedNotComplete):
        sourcing.reopen(need, by=purchaser)
    need = sourcing.reopen(need, by=purchaser, answer_by=TOMORROW)
    assert (need.state, need.ended_at, need.end_reason, need.answer_by) == ("open", None, "", TOMORROW)
