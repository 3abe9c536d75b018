"""Exchange rates by Excel: in with every wrong cell named, out without losing a digit."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from companies.sheets.cells import CellRefused
from companies.sheets.reading import read
from companies.sheets.writing import workbook
from events.deals.recording import record
from events.deals.rights import NotAllowed
from events.models import ExchangeRate
from events.sheets import rate_sheet
from tests.events.conftest import District
from tests.events.pages import signed_in, statuses
from tests.factories.accounts import make_superuser
from tests.factories.events import make_rate

pytestmark = pytest.mark.django_db

DAY = dt.date(2022, 11, 25)
GOOD = ["USD", DAY, "7.0877", "PBC"]
PAGE = "/en/desk/rates/"


def sheet(
    *rows: list[Any], heads: tuple[str, ...] = ("currency", "date", "yuan a unit", "source")
) -> BytesIO:
    return BytesIO(workbook("rates", heads, rows))


def stored() -> list[tuple[Any, ...]]:
    return list(
        ExchangeRate.objects.order_by("currency", "date").values_list("currency", "date", "cny_per_unit")
    )


def test_new_rates_are_added_and_known_ones_corrected() -> None:
    make_rate("EUR", "7", date=DAY)
    report = rate_sheet.load(sheet(GOOD, ["eur", "2022/11/25", 7.3825, "PBC"]), by=make_superuser())
    assert (report.added, report.changed, report.errors) == (1, 1, ())
    assert stored() == [("EUR", DAY, Decimal("7.3825")), ("USD", DAY, Decimal("7.0877"))]


def test_chinese_heads_and_full_width_digits_are_read() -> None:
    heads = ("币种", "日期", "每单位折合人民币（元）", "来源")
    rate_sheet.load(
        sheet(["ＵＳＤ", "2022-11-25", "７．０８７７", "人民银行"], heads=heads), by=make_superuser()
    )
    assert stored() == [("USD", DAY, Decimal("7.0877"))]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["XXQ", DAY, "7", "PBC"], "currency"),
        (["CNY", DAY, "1", "PBC"], "currency"),
        (["USD", "25.11.2022", "7", "PBC"], "date"),
        (["USD", "2999-01-01", "7", "PBC"], "date"),
        (["USD", DAY, "NaN", "PBC"], "yuan a unit"),
        (["USD", DAY, "1e400", "PBC"], "yuan a unit"),
        (["USD", DAY, "-1", "PBC"], "yuan a unit"),
        (["USD", DAY, "0", "PBC"], "yuan a unit"),
        (["USD", DAY, "7.12345678901", "PBC"], "yuan a unit"),
        (["USD", DAY, "7" * 1000, "PBC"], "yuan a unit"),
        (["USD", DAY, "", "PBC"], "yuan a unit"),
        (["USD", DAY, "7", "x" * 201], "source"),
    ],
)
def test_one_wrong_cell_stops_the_sheet_and_is_named(row: list[Any], column: str) -> None:
    report = rate_sheet.load(sheet(GOOD, row), by=make_superuser())
    assert [(error.line, error.column) for error in report.errors] == [(3, column)]
    assert ExchangeRate.objects.count() == 0


def test_rate_that_stands_twice_is_named() -> None:
    report = rate_sheet.load(sheet(GOOD, ["USD", DAY, "7.1", "PBC"]), by=make_superuser())
    assert [(error.line, error.column) for error in report.errors] == [(3, "date")]


def test_export_is_read_back_to_the_last_digit() -> None:
    make_rate("JPY", "0.0511234567", date=DAY)
    content = rate_sheet.export(ExchangeRate.objects.all())
    ExchangeRate.objects.all().delete()
    rate_sheet.load(BytesIO(content), by=make_superuser())
    assert stored() == [("JPY", DAY, Decimal("0.0511234567"))]


def test_template_has_the_heads_that_are_read() -> None:
    assert [row.cells["currency"] for row in read(BytesIO(rate_sheet.template()), rate_sheet.COLUMNS)] == [
        "USD"
    ]


def test_corrected_rate_changes_no_deal_that_was_recorded(district: District) -> None:
    make_rate("USD", "7", date=DAY)
    deal = record(
        by=district.officer,
        buyer=district.buyer,
        supplier=district.supplier,
        stage="signed",
        amount=Decimal(100),
        currency="USD",
        on=timezone.localdate(),
        title_en="Brake discs",
    )
    rate_sheet.load(sheet(GOOD), by=make_superuser())
    deal.refresh_from_db()
    assert (deal.rate_to_cny, deal.signed_cny) == (Decimal(7), Decimal(700))


@given(st.text(max_size=40))
def test_any_text_is_an_exact_rate_or_refused(text: str) -> None:
    try:
        rate = rate_sheet._value(text)
    except CellRefused:
        return
    assert 0 < rate < 10**8
    assert rate == rate.quantize(Decimal("1e-10"))


def test_only_the_city_office_keeps_rates(district: District) -> None:
    with pytest.raises(NotAllowed):
        rate_sheet.load(sheet(GOOD), by=district.officer)
    assert statuses(PAGE, None, district.seller, district.officer) == [302, 404, 200]
    upload = {"sheet": SimpleUploadedFile("rates.xlsx", sheet(GOOD).getvalue())}
    assert signed_in(district.officer).post(PAGE, upload).status_code == 404


def test_sheet_is_sent_on_the_page(db: None) -> None:
    office = signed_in(make_superuser())
    wrong = SimpleUploadedFile("rates.xlsx", sheet(["USD", DAY, "-1", "PBC"]).getvalue())
    answer = office.post(PAGE, {"sheet": wrong})
    assert (answer.status_code, "is no rate" in answer.content.decode()) == (422, True)
    right = SimpleUploadedFile("rates.xlsx", sheet(GOOD).getvalue())
    assert office.post(PAGE, {"sheet": right}).status_code == 302
    assert "7.0877" in office.get(PAGE, {"currency": "USD", "sort": "currency"}).content.decode()
    assert office.post(PAGE, {"sheet": SimpleUploadedFile("x.xlsx", b"no workbook")}).status_code == 302
    assert office.get(PAGE, {"format": "xlsx"}).status_code == 200
    assert office.get(PAGE, {"format": "template"}).status_code == 200
