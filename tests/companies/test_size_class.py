"""The size class by the statistical rule of 2017."""

from decimal import Decimal

import pytest

from companies.size_class import RULE, Indicator, SizeClass, applicable, classify, thresholds

WAN = 10_000


def measured(
    employees: int | None = None, revenue: int | None = None, assets: int | None = None
) -> dict[Indicator, Decimal | int | None]:
    """Persons, and ten thousand yuan."""
    return {
        Indicator.EMPLOYEES: employees,
        Indicator.REVENUE: None if revenue is None else revenue * WAN,
        Indicator.ASSETS: None if assets is None else assets * WAN,
    }


@pytest.mark.parametrize(
    ("employees", "revenue", "size"),
    [
        (1000, 40_000, SizeClass.LARGE),
        (999, 40_000, SizeClass.MEDIUM),
        (1000, 39_999, SizeClass.MEDIUM),
        (300, 2_000, SizeClass.MEDIUM),
        (299, 2_000, SizeClass.SMALL),
        (300, 1_999, SizeClass.SMALL),
        (20, 300, SizeClass.SMALL),
        (19, 300, SizeClass.MICRO),
        (20, 299, SizeClass.MICRO),
        (5000, 100, SizeClass.MICRO),
        (0, 0, SizeClass.MICRO),
    ],
)
def test_industry_takes_the_lower_of_persons_and_revenue(
    employees: int, revenue: int, size: SizeClass
) -> None:
    assert classify("C3670", measured(employees, revenue)) == size


def test_revenue_just_below_a_minimum_is_below_it() -> None:
    almost = {Indicator.EMPLOYEES: Decimal(300), Indicator.REVENUE: Decimal("19999999.99")}
    assert classify("C3670", almost) == SizeClass.SMALL


def test_transport_and_storage_have_different_minima() -> None:
    """591 counts as transport (20, 300, 1000 persons), 592 as storage (20, 100, 200 persons)."""
    firm = measured(employees=250, revenue=100_000)
    assert (classify("G5910", firm), classify("G5920", firm)) == (SizeClass.SMALL, SizeClass.LARGE)


def test_leasing_is_measured_by_persons_and_assets() -> None:
    assert classify("L7111", measured(employees=300, assets=120_000)) == SizeClass.LARGE
    assert classify("L7111", measured(employees=300, revenue=120_000)) == SizeClass.NOT_CLASSIFIED


def test_farming_is_measured_by_revenue_alone() -> None:
    assert classify("A0111", measured(revenue=500)) == SizeClass.MEDIUM


@pytest.mark.parametrize("sector", ["J6610", "P8210", "S9111", "T9700", "G5310", "Q8411", "K7040", ""])
def test_sectors_without_a_rule_are_not_classified(sector: str) -> None:
    assert classify(sector, measured(100, 1_000, 1_000)) == SizeClass.NOT_CLASSIFIED


def test_other_real_estate_has_its_own_rule() -> None:
    sectors = {code: {t.indicator for t in applicable(code)} for code in ("K7010", "K7020", "K7030")}
    assert sectors == {
        "K7010": {Indicator.REVENUE, Indicator.ASSETS},
        "K7020": {Indicator.EMPLOYEES, Indicator.REVENUE},
        "K7030": {Indicator.EMPLOYEES},
    }


def test_missing_figure_leaves_a_firm_unclassified() -> None:
    assert classify("C3670", measured(employees=10)) == SizeClass.NOT_CLASSIFIED


def test_the_rule_is_read_from_the_file() -> None:
    assert len(thresholds(RULE)) == 30
    with pytest.raises(ValueError, match="no thresholds of the rule 1999"):
        thresholds("1999")
