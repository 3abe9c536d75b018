"""Companies from Excel: all or nothing, and every wrong cell by its row and column."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import User
from companies.models import Company, Division
from companies.sheets.company_sheet import COLUMNS, Report, heads, load, template
from companies.sheets.reading import SheetRefused
from companies.sheets.writing import workbook
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_company, make_credit_code, make_division, make_posting, make_sector

pytestmark = pytest.mark.django_db

HEADS = [known[0] for known in COLUMNS.values()]
KEYS = list(COLUMNS)


@pytest.fixture
def district() -> Division:
    return make_division(name_zh="瑞安市", name_en="Rui'an", code="330381")


@pytest.fixture
def officer(district: Division) -> User:
    return make_posting(division=district).user


def row(**cells: object) -> list[object]:
    """One line of the sheet with a new company, and these cells."""
    values: dict[str, object] = {"credit_code": make_credit_code(), "name_zh": "新厂", "division": "瑞安市"}
    values |= cells
    return [values.get(key, "") for key in KEYS]


def loaded(by: User, *rows: Sequence[object], columns: list[str] = HEADS) -> Report:
    return load(BytesIO(workbook("sheet", columns, rows)), by=by)


def wrong(report: Report) -> list[tuple[int, str]]:
    return [(error.line, error.column) for error in report.errors]


def test_new_companies_are_added_with_what_the_sheet_says(officer: User, district: Division) -> None:
    sector = make_sector("C3670")
    cells: dict[str, Any] = {
        "credit_code": "91330382ma2ct81242",
        "name_en": "New Works",
        "main_sector": 3670,
        "employees": 120.0,
        "revenue_cny": 4321.5,
        "assets_cny": "1,000",
        "figures_year": 2022,
        "buys": "是",
        "supplies": "是",
        "brands": "狐牌，Fox",
    }
    report = loaded(officer, row(**cells))
    made = Company.objects.get()
    assert (report.added, report.changed, report.errors) == (1, 0, ())
    assert (made.credit_code, made.name_zh, made.name_en, made.division, made.main_sector) == (
        "91330382MA2CT81242",
        "新厂",
        "New Works",
        district,
        sector,
    )
    assert (made.employees, made.revenue_cny, made.assets_cny, made.figures_year) == (
        120,
        Decimal("43215000.00"),
        Decimal("10000000.00"),
        2022,
    )
    assert (made.supplies, made.buys, made.brands, made.verification, made.size_class) == (
        True,
        True,
        ["狐牌", "Fox"],
        "pending",
        "small",
    )


def test_a_known_company_is_changed_and_empty_cells_change_nothing(officer: User, district: Division) -> None:
    known = make_company(division=district, name_en="Kept", employees=7, buys=True, brands=["Fox"])
    report = loaded(officer, row(credit_code=known.credit_code, name_zh="改名厂", division=""))
    known.refresh_from_db()
    assert (report.added, report.changed) == (0, 1)
    assert (known.name_zh, known.name_en, known.employees, known.buys, known.brands, known.verification) == (
        "改名厂",
        "Kept",
        7,
        True,
        ["Fox"],
        "verified",
    )


def test_columns_that_the_sheet_does_not_have_change_nothing(officer: User, district: Division) -> None:
    known = make_company(division=district, employees=7)
    loaded(officer, [known.credit_code, "Renamed"], columns=["credit_code", "English name"])
    known.refresh_from_db()
    assert (known.name_en, known.employees, known.division) == ("Renamed", 7, district)


def test_one_wrong_cell_keeps_everything_out_and_every_wrong_cell_is_named(officer: User) -> None:
    report = loaded(
        officer,
        row(),
        row(employees="many", revenue_cny="-1", figures_year="MMXXII", buys="perhaps"),
        row(credit_code="91330382MA2CT81243"),
        row(name_zh=""),
        row(division="上海市"),
        row(main_sector="0000"),
        row(revenue_cny="0.0000001"),
        row(supplies="否", buys="否"),
        row(credit_code=""),
        row(name_zh="长" * 201),
        row(division=""),
    )
    assert wrong(report) == [
        (3, "从业人员"),
        (3, "营业收入（万元）"),
        (3, "数据年份"),
        (3, "采购方"),
        (4, "统一社会信用代码"),
        (5, "企业名称"),
        (6, "所属县（市、区）"),
        (7, "行业小类"),
        (8, "营业收入（万元）"),
        (9, "供应方"),
        (10, "统一社会信用代码"),
        (11, "企业名称"),
        (12, "所属县（市、区）"),
    ]
    assert Company.objects.count() == 0


def test_an_error_names_the_column_as_the_sheet_does(officer: User) -> None:
    report = loaded(
        officer,
        [make_credit_code(), "New", "330381", "many"],
        columns=["Unified Social Credit Code", "English name", "division code", "Employees"],
    )
    assert wrong(report) == [(2, "Employees")]


def test_a_code_that_stands_twice_is_wrong_the_second_time(officer: User) -> None:
    code = make_credit_code()
    assert wrong(loaded(officer, row(credit_code=code), row(credit_code=code))) == [(3, "统一社会信用代码")]


def test_a_foreign_company_is_not_changed_and_a_foreign_division_not_filled(officer: User) -> None:
    foreign = make_company(division=make_division(name_zh="鹿城区"))
    report = loaded(officer, row(credit_code=foreign.credit_code), row(division="鹿城区"))
    assert wrong(report) == [(2, "统一社会信用代码"), (3, "所属县（市、区）")]


def test_the_city_office_reaches_every_division() -> None:
    make_division(name_zh="鹿城区")
    assert loaded(make_superuser(), row(division="鹿城区")).added == 1


def test_lines_are_numbered_as_the_spreadsheet_shows_them(officer: User) -> None:
    empty = [""] * len(KEYS)
    assert wrong(loaded(officer, row(), empty, row(employees="x"))) == [(4, "从业人员")]


@pytest.mark.parametrize(
    "content",
    [b"", b"not a workbook", b"PK\x03\x04broken", workbook("sheet", ["unknown column"], [["x"]])],
    ids=["empty", "text", "broken zip", "unknown column"],
)
def test_another_file_is_refused_in_a_sentence(officer: User, content: bytes) -> None:
    with pytest.raises(SheetRefused) as refused:
        load(BytesIO(content), by=officer)
    assert str(refused.value).endswith(".")


def test_a_column_that_stands_twice_is_refused(officer: User) -> None:
    with pytest.raises(SheetRefused):
        loaded(officer, [make_credit_code(), "A", "B"], columns=["credit_code", "English name", "英文名称"])


def test_the_template_is_the_sheet_that_the_import_reads(officer: User) -> None:
    sheet = CalamineWorkbook.from_filelike(BytesIO(template())).get_sheet_by_index(0).to_python()
    assert sheet == [list(heads().values())]
    assert load(BytesIO(template()), by=officer) == Report()


def test_many_companies_take_few_queries(officer: User, django_assert_max_num_queries: Any) -> None:
    rows = [row() for _ in range(50)]
    with django_assert_max_num_queries(16):
        loaded(officer, *rows)


def test_who_imported_stands_in_the_audit_trail(officer: User) -> None:
    loaded(officer, row())
    made = Company.objects.get().history.select_related("pgh_context").get()  # type: ignore[attr-defined]  # pghistory adds it
    assert made.pgh_context.metadata["user"] == officer.pk
