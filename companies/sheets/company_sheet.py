"""Companies from an Excel sheet: every row is checked before the first is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.language import in_reader_language
from accounts.models import User
from accounts.refusals import Refused
from companies.credit_code import normalise
from companies.models import Company, Division, Sector
from companies.sheets import fields, storing
from companies.sheets.cells import Cells, RowError, among, in_ten_thousands, listed, whole, yes_or_no
from companies.sheets.reading import SheetRow, read
from companies.sheets.writing import workbook

COLUMNS: dict[str, Sequence[str]] = {
    "credit_code": ("统一社会信用代码", "unified social credit code"),
    "name_zh": ("企业名称", "Chinese name", "中文名称"),
    "name_en": ("英文名称", "English name"),
    "division": ("所属县（市、区）", "division", "区划代码", "division code"),
    "main_sector": ("行业小类", "sector code", "行业代码"),
    "employees": ("从业人员", "employees"),
    "revenue_cny": ("营业收入（万元）", "revenue (10,000 yuan)"),
    "assets_cny": ("资产总额（万元）", "assets (10,000 yuan)"),
    "figures_year": ("数据年份", "year"),
    "supplies": ("供应方", "supplier (yes/no)"),
    "buys": ("采购方", "buyer (yes/no)"),
    "brands": ("品牌", "brands"),
}
"""For every column its head in Chinese and in English, and other heads by which it is known."""

CHANGED = [*(name for name in COLUMNS if name != "credit_code"), "size_class", "size_rule", "updated_at"]
CHECKED = (
    "credit_code",
    "name_zh",
    "name_en",
    "employees",
    "revenue_cny",
    "assets_cny",
    "figures_year",
    "brands",
)
"""Columns whose values may be too long or too large for the database; the others are read from known rows."""


@dataclass(frozen=True)
class Report:
    """What an import did, or why it did nothing."""

    added: int = 0
    changed: int = 0
    errors: tuple[RowError, ...] = ()


class SheetOvertaken(Refused):
    """Somebody else wrote the same companies at the same time."""


@dataclass(frozen=True)
class Known:
    """What the rows of a sheet are compared with."""

    companies: dict[str, Company]
    editable: set[int]
    divisions: dict[str, Division]
    sectors: dict[str, Sector]

    def place(self, text: str) -> Division:
        """:raises CellRefused: no division within reach."""
        return among(self.divisions, _("Give the code or name of a division that is yours."))(text)

    def sector(self, text: str) -> Sector:
        """:raises CellRefused: no sector."""
        return among(self.sectors, _("This is no sector code of GB/T 4754-2017."))(text.partition(" ")[0])


def heads() -> dict[str, str]:
    """The template's heads in the reader's language, by column."""
    return {name: in_reader_language(known[0], known[1]) for name, known in COLUMNS.items()}


def template() -> bytes:
    """An empty sheet with the heads in the reader's language."""
    return workbook("companies", list(heads().values()), [])


def load(stream: BinaryIO, *, by: User) -> Report:
    """Add new companies and change known ones (by credit code) from a sheet; an empty cell changes nothing.

    One transaction: with a single wrong cell nothing is written and every wrong cell is reported.
    Divisions outside the official's reach are wrong cells.

    :raises SheetRefused: the file is not the sheet.
    :raises SheetOvertaken: a company of the sheet was recorded meanwhile.
    """
    rows = read(stream, COLUMNS)
    known = _known(rows, by)
    companies: dict[str, Company] = {}
    errors: list[RowError] = []
    named = heads()
    for row in rows:
        cells = Cells(row, named)
        company = _company(cells, known)
        code = company.credit_code or ""
        if code and code in companies:
            cells.refuse("credit_code", _("This credit code stands in the sheet twice."))
        companies[code] = company
        errors += cells.errors
    if errors:
        return Report(errors=tuple(errors))
    return _write(list(companies.values()), by)


def _known(rows: Sequence[SheetRow], by: User) -> Known:
    codes = {normalise(row.cells.get("credit_code", "")) for row in rows} - {""}
    named = Company.objects.filter(credit_code__in=codes)
    divisions = Division.objects.current()
    reach = list(divisions if by.is_superuser else divisions.governed_by(by))
    return Known(
        companies={
            company.credit_code or "": company for company in named.select_related("division", "main_sector")
        },
        editable=set(named.current().editable_by(by).values_list("pk", flat=True)),
        divisions={name: place for place in reach for name in (place.name_en, place.name_zh, place.code)},
        sectors={sector.code: sector for sector in Sector.objects.enabled()},
    )


def _company(cells: Cells, known: Known) -> Company:
    """The row as an unsaved or changed company; what is wrong stands in the cells' errors."""
    code = normalise(cells.row.cells.get("credit_code", ""))
    company = known.companies.get(code) or Company(credit_code=code)
    if company.pk and company.pk not in known.editable:
        cells.refuse(
            "credit_code", _("This company is known and not yours: archived, or of another division.")
        )
    _fill(cells, company, known)
    if not cells.errors:
        _check_whole(cells, company)
    return company


def _fill(cells: Cells, company: Company, known: Known) -> None:
    company.division = cells.read("division", known.place, company.division)
    company.main_sector = cells.read("main_sector", known.sector, company.main_sector)
    company.name_zh = cells.read("name_zh", str, company.name_zh)
    company.name_en = cells.read("name_en", str, company.name_en)
    company.employees = cells.read("employees", whole, company.employees)
    company.revenue_cny = cells.read("revenue_cny", in_ten_thousands, company.revenue_cny)
    company.assets_cny = cells.read("assets_cny", in_ten_thousands, company.assets_cny)
    company.figures_year = cells.read("figures_year", whole, company.figures_year)
    company.buys = cells.read("buys", yes_or_no, company.buys)
    is_supplier = company.supplies if company.pk else not company.buys
    company.supplies = cells.read("supplies", yes_or_no, is_supplier)
    company.brands = cells.read("brands", listed, company.brands)
    company.derive()


def _check_whole(cells: Cells, company: Company) -> None:
    """What the database demands of a company, as sentences."""
    if not company.name_zh and not company.name_en:
        cells.refuse("name_zh", _("Give a name, in Chinese or in English."))
    if not company.supplies and not company.buys:
        cells.refuse("supplies", _("Say whether the company supplies, buys, or both."))
    if company.division is None:
        cells.refuse("division", _("Give the code or name of a division that is yours."))
    try:
        fields.check(company, CHECKED)
        company.clean()
    except ValidationError as wrong:
        for name, sentences in wrong.message_dict.items():
            cells.refuse(name, " ".join(sentences))


def _write(companies: list[Company], by: User) -> Report:
    new = [company for company in companies if not company.pk]
    old = [company for company in companies if company.pk]
    for company in old:
        company.updated_at = timezone.now()
    try:
        with acting(by):
            storing.insert(new)
            storing.update(old, CHANGED)
    except IntegrityError as error:
        raise SheetOvertaken(
            _("A company of the sheet was recorded by somebody else meanwhile: send the sheet again.")
        ) from error
    return Report(added=len(new), changed=len(old))
