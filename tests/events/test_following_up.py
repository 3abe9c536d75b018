import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from events.deals.duplicates import Asked, likely
from events.deals.following_up import ReportNotPossible, report
from events.deals.rights import NotAllowed
from events.models import Deal, Fulfilment
from tests.events.conftest import District
from tests.factories.companies import make_buyer
from tests.factories.events import make_deal, make_rate

TODAY = timezone.localdate


def signed(district: District, **fields: Any) -> Deal:
    values: dict[str, Any] = {"stage": "signed", "counting_division": district.division}
    return make_deal(district.buyer, district.supplier, **values | fields)


def test_amounts_of_the_deal_are_the_sums_of_its_years(district: District) -> None:
    deal = signed(district, on=dt.date(TODAY().year - 1, 1, 5))
    report(deal, year=TODAY().year - 1, by=district.officer, ordered=Decimal(30), fulfilled=Decimal(10))
    report(deal, year=TODAY().year, by=district.seller, fulfilled=Decimal(15), new_output=Decimal(7))
    deal.refresh_from_db()
    assert (deal.ordered_amount, deal.fulfilled_amount) == (Decimal(30), Decimal(25))


def test_second_report_replaces_the_first_of_the_year(district: District) -> None:
    deal = signed(district)
    report(deal, year=TODAY().year, by=district.officer, fulfilled=Decimal(10))
    report(deal, year=TODAY().year, by=district.seller, fulfilled=Decimal(12))
    deal.refresh_from_db()
    assert deal.fulfilled_amount == Decimal(12)
    assert list(Fulfilment.objects.values_list("reported_by", flat=True)) == [district.seller.pk]


def test_report_does_not_void_what_was_verified(district: District) -> None:
    deal = signed(district, verified_by=district.verifier)
    report(deal, year=TODAY().year, by=district.officer, fulfilled=Decimal(10))
    deal.refresh_from_db()
    assert (deal.version, deal.is_verified) == (1, True)


@pytest.mark.parametrize("person", ["purchaser", "stranger"])
def test_only_the_supplier_and_officials_report(district: District, person: str) -> None:
    with pytest.raises(NotAllowed):
        report(signed(district), year=TODAY().year, by=getattr(district, person), fulfilled=Decimal(1))


@pytest.mark.parametrize(
    "said",
    [
        {"year": 2001, "fulfilled": Decimal(1)},
        {"year": TODAY().year + 1, "fulfilled": Decimal(1)},
        {"year": TODAY().year},
        {"year": TODAY().year, "fulfilled": Decimal(-1)},
    ],
)
def test_report_that_makes_no_sense_is_refused(district: District, said: dict[str, Any]) -> None:
    with pytest.raises(ReportNotPossible):
        report(signed(district), by=district.officer, **said)


def test_intention_is_not_fulfilled(district: District) -> None:
    with pytest.raises(ReportNotPossible):
        report(
            signed(district, stage="intention"), year=TODAY().year, by=district.officer, fulfilled=Decimal(1)
        )


def found(
    district: District, amount: Decimal | None, leave_out: Deal | None = None, **changes: Any
) -> list[Deal]:
    values: dict[str, Any] = {"buyer": district.buyer, "supplier": district.supplier, "on": TODAY()}
    asked = Asked(amount=amount, **values | changes)
    return [each.deal for each in likely(asked, leave_out=leave_out)]


def test_same_pair_with_a_similar_amount_within_a_year_is_likely_the_same(district: District) -> None:
    same = signed(district, amount=1_000_000, on=TODAY() - dt.timedelta(days=300))
    signed(district, amount=1_000_000, on=TODAY() - dt.timedelta(days=400))
    signed(district, amount=2_000_000)
    signed(district, amount=1_000_000, stage="terminated")
    make_deal(make_buyer(), district.supplier, amount=1_000_000)
    assert found(district, Decimal(1_050_000)) == [same]


def test_deal_without_an_amount_is_likely_any_of_the_pair(district: District) -> None:
    one, other = signed(district, amount=5), signed(district, amount=5_000_000)
    assert found(district, None) == [other, one]
    assert found(district, None, leave_out=one) == [other]


def test_amounts_are_compared_in_yuan(district: District) -> None:
    make_rate("USD", "7")
    same = signed(district, amount=7_000_000)
    assert found(district, Decimal(1_000_000), currency="USD") == [same]
