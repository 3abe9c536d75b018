"""Indicators of the city: by form and by sheet, with source, date and the reason of a correction."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from companies.models import Division
from companies.sheets.reading import SheetRefused
from companies.sheets.writing import workbook
from matchmaking.figures.indicators import (
    IndicatorKnown,
    IndicatorNotPossible,
    NotYourDivision,
    Said,
    add,
    correct,
)
from matchmaking.models import Indicator
from matchmaking.sheets import indicator_sheet
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_chain, make_division, make_posting
from tests.pages import address, client_of, get, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Division:
    city = make_division(name_en="Wenzhou", name_zh="温州", kind="prefecture")
    make_chain(city)
    return city


def said(city: Division, **fields: Any) -> Said:
    values: dict[str, Any] = {
        "division": city,
        "name_zh": "进出口总值",
        "name_en": "Foreign trade",
        "period_from": dt.date(2022, 10, 1),
        "period_to": dt.date(2022, 10, 31),
        "value_cny": Decimal(24_230_000_000),
        "source_zh": "温州海关",
        "source_en": "Wenzhou Customs",
    }
    return Said(**values | fields)


def sheet(*rows: list[Any]) -> BytesIO:
    heads = [known[0] for known in indicator_sheet.COLUMNS.values()]
    return BytesIO(workbook("x", heads, rows))


ROW = [
    "温州",
    "进出口总值",
    "Foreign trade",
    "2022-10-01",
    "2022-10-31",
    "2423000",
    "26.3%",
    "海关",
    "Customs",
]


def test_an_official_of_the_division_keeps_it_and_others_do_not(city: Division) -> None:
    officer = make_posting(division=city).user
    row = add(said(city), by=officer)
    assert (row.value_cny, row.source) == (24_230_000_000, "Wenzhou Customs")
    with pytest.raises(NotYourDivision):
        add(said(city, name_en="Other"), by=make_posting(division=make_division()).user)


def test_one_number_a_period(city: Division) -> None:
    office = make_superuser()
    add(said(city), by=office)
    with pytest.raises(IndicatorKnown):
        add(said(city), by=office)


@pytest.mark.parametrize(
    "wrong",
    [{"name_zh": " "}, {"source_en": ""}, {"period_to": dt.date(2022, 9, 1)}, {"value_cny": Decimal(-1)}],
)
def test_what_makes_no_sense_is_refused(city: Division, wrong: dict[str, Any]) -> None:
    with pytest.raises(IndicatorNotPossible):
        add(said(city, **wrong), by=make_superuser())


def test_a_correction_has_its_reason_in_the_audit_trail(city: Division) -> None:
    office = make_superuser()
    row = add(said(city), by=office)
    with pytest.raises(IndicatorNotPossible):
        correct(row, said(city, value_cny=Decimal(1)), by=office, reason=" ")
    correct(row, said(city, value_cny=Decimal(2)), by=office, reason="Revised by customs")
    page = text_of(get(office, "desk:indicator", row.pk))
    assert "Revised by customs" in page
    assert Indicator.objects.get().value_cny == 2


def test_a_sheet_adds_and_corrects(city: Division) -> None:
    office = make_superuser()
    first = indicator_sheet.load(sheet(ROW), by=office)
    again = indicator_sheet.load(sheet([*ROW[:5], "2500000", *ROW[6:]]), by=office)
    assert ((first.added, first.changed), (again.added, again.changed)) == ((1, 0), (0, 1))
    row = Indicator.objects.get()
    assert (row.value_cny, row.year_on_year) == (25_000_000_000, Decimal("0.263"))


def test_every_wrong_cell_is_named_with_its_row_and_nothing_is_written(city: Division) -> None:
    bad = ["Nowhere", "", "Trade", "soon", "2022-10-31", "many", "1.234", "海关", "Customs"]
    report = indicator_sheet.load(sheet(ROW, bad, ROW), by=make_superuser())
    assert [(error.line, error.column) for error in report.errors] == [
        (3, "指标名称"),
        (3, "地区"),
        (3, "起始日期"),
        (3, "数值（万元）"),
        (3, "同比（%）"),
        (4, "指标英文名称"),
    ]
    assert Indicator.objects.count() == 0


@pytest.mark.parametrize("text", ["NaN", "1e400", "-1", "９９", "0.0000001"])
def test_absurd_values_are_wrong_cells(city: Division, text: str) -> None:
    report = indicator_sheet.load(sheet([*ROW[:5], text, *ROW[6:]]), by=make_superuser())
    stored = list(Indicator.objects.values_list("value_cny", flat=True))
    assert (len(report.errors), stored) in [(1, []), (0, [Decimal(990_000)])]


def test_a_file_that_is_no_sheet_is_refused(city: Division) -> None:
    with pytest.raises(SheetRefused):
        indicator_sheet.load(BytesIO(b"no sheet"), by=make_superuser())


def test_the_page_takes_a_sheet_and_the_form(city: Division) -> None:
    office = make_superuser()
    client = client_of(office)
    file = SimpleUploadedFile("a.xlsx", sheet(ROW).getvalue())
    assert client.post(address("desk:indicators"), {"sheet": file}).status_code == 302
    form = {
        "division": city.pk, "name_zh": "出口", "name_en": "Exports", "period_from": "2022-10-01",
        "period_to": "2022-10-31", "amount": "200亿", "amount_unit": "CNY", "percent": "1.5",
        "source_zh": "海关", "source_en": "Customs",
    }  # fmt: skip
    assert client.post(address("desk:indicator-add"), form).status_code == 302
    found = dict(Indicator.objects.values_list("name_en", "value_cny"))
    assert found == {"Foreign trade": 24_230_000_000, "Exports": 20_000_000_000}
    assert client.post(address("desk:indicator-add"), form).status_code == 422
