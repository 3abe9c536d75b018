"""Companies from an Excel sheet: every row is checked before the first is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from companies.credit_code import normalise
from companies.models import Company, Division, Sector
from companies.sheets.reading import SheetRow, read
from companies.sheets.writing import workbook

COLUMNS: dict[str, Sequence[str]] = {
    "credit_code": ("统一社会信用代码", "unified social credit code"),
    "name_zh": ("企业名称", "中文名称", "Chinese name"),
    "name_en": ("英文名称", "English name"),
    "division": ("所属县（市、区）", "区划代码", "division code"),
    "sector": ("行业小类", "行业代码", "sector code"),
    "employees": ("从业人员", "employees"),
    "revenue_10k": ("营业收入（万元）", "revenue (10,000 yuan)"),
    "assets_10k": ("资产总额（万元）", "assets (10,000 yuan)"),
    "year": ("数据年份", "year"),
    "supplies": ("供应方", "supplier (yes/no)"),
    "buys": ("采购方", "buyer (yes/no)"),
    "brands": ("品牌", "brands"),
}
YES = {"是", "yes", "y", "1", "true", "✓", "√"}
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell, for the person who corrects the sheet."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Report:
    """What an import did, or why it did nothing."""

    added: int = 0
    changed: int = 0
    errors: tuple[RowError, ...] = ()


class _Cell(Exception):  # noqa: N818  # carries a message to the row's report, never leaves this module
    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


def template() -> bytes:
    """An empty sheet with the heads in Chinese."""
    return workbook("companies", [heads[0] for heads in COLUMNS.values()], [])


def load(stream: BinaryIO, *, by: User) -> Report:
    """Add new companies and change known ones (by credit code) from a sheet.

    One transaction: with a single wrong cell nothing is written and every wrong cell is reported.
    Divisions outside the official's reach are wrong cells.

    :raises SheetRefused: the file is not the sheet.
    """
    rows = read(stream, COLUMNS)
    codes = [normalise(row.cells.get("credit_code", "")) for row in rows]
    named = Company.objects.filter(credit_code__in=codes)
    known = {company.credit_code: company for company in named}
    mine = set(named.editable_by(by).values_list("pk", flat=True))
    reach = _reach(by)
    places = {place.code: place for place in reach} | {place.name_zh: place for place in reach}
    sectors = {sector.code: sector for sector in Sector.objects.enabled()}
    companies: dict[str, Company] = {}
    errors: list[RowError] = []
    for row in rows:
        try:
            company = _company(row, known, mine, places, sectors)
            if company.credit_code in companies:
                raise _Cell("credit_code", _("This credit code stands in the sheet twice."))
            companies[company.credit_code or ""] = company
        except _Cell as wrong:
            errors.append(RowError(row.line, COLUMNS[wrong.column][0], str(wrong)))
        except ValidationError as wrong:
            for name, sentences in wrong.message_dict.items():
                heads = COLUMNS.get(name, (name,))
                errors.append(RowError(row.line, heads[0], " ".join(sentences)))
    if errors:
        return Report(errors=tuple(errors))
    return _write(list(companies.values()), by)


def _reach(by: User) -> list[Division]:
    divisions = Division.objects.current()
    return list(divisions if by.is_superuser else divisions.governed_by(by))


def _write(companies: list[Company], by: User) -> Report:
    new = [company for company in companies if company.pk is None]
    old = [company for company in companies if company.pk is not None]
    with acting(by):
        Company.objects.bulk_create(new, batch_size=1000)
        Company.objects.bulk_update(old, CHANGED, batch_size=1000)
    return Report(added=len(new), changed=len(old))


CHANGED = [
    "name_zh",
    "name_en",
    "division",
    "main_sector",
    "employees",
    "revenue_cny",
    "assets_cny",
    "figures_year",
    "supplies",
    "buys",
    "brands",
    "size_class",
    "size_rule",
]


def _company(
    row: SheetRow,
    known: dict[str | None, Company],
    mine: set[int],
    places: dict[str, Division],
    sectors: dict[str, Sector],
) -> Company:
    """The row as an unsaved or changed company.

    :raises _Cell: one cell is wrong.
    :raises ValidationError: the whole does not hold together.
    """
    cells = row.cells
    code = normalise(cells.get("credit_code", ""))
    company = known.get(code) or Company(credit_code=code)
    if company.pk is not None and company.pk not in mine:
        raise _Cell("credit_code", _("This company is known, and belongs to a division that is not yours."))
    place = places.get(cells.get("division", ""))
    if place is None:
        raise _Cell("division", _("Give the code or Chinese name of a division that is yours."))
    sector = sectors.get(cells.get("sector", "").split(" ")[0])
    if cells.get("sector") and sector is None:
        raise _Cell("sector", _("This is no sector code of GB/T 4754-2017."))
    company.division, company.main_sector = place, sector or company.main_sector
    company.name_zh = cells.get("name_zh") or company.name_zh
    company.name_en = cells.get("name_en") or company.name_en
    company.employees = _whole(cells, "employees")
    company.revenue_cny = _ten_thousands(cells, "revenue_10k")
    company.assets_cny = _ten_thousands(cells, "assets_10k")
    company.figures_year = _whole(cells, "year")
    company.supplies = cells.get("supplies", "").casefold() in YES or not cells.get("buys")
    company.buys = cells.get("buys", "").casefold() in YES
    brands = cells.get("brands", "").replace("，", ",").split(",")
    company.brands = [brand.strip() for brand in brands if brand.strip()]
    company.derive()
    company.clean_fields(exclude=["created_at", "updated_at"])
    company.clean()
    return company


def _whole(cells: dict[str, str], column: str) -> int | None:
    text = cells.get(column, "").replace(",", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise _Cell(column, _("“%(text)s” is not a whole number.") % {"text": text[:40]})
    return int(text)


def _ten_thousands(cells: dict[str, str], column: str) -> Decimal | None:
    text = cells.get(column, "").replace(",", "")
    if not text:
        return None
    try:
        amount = Decimal(text) * TEN_THOUSAND
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0 or amount >= 10**16:
        raise _Cell(column, _("“%(text)s” is not an amount in 10,000 yuan.") % {"text": text[:40]})
    if amount != amount.quantize(Decimal("0.01")):
        raise _Cell(column, _("“%(text)s” is finer than a fen.") % {"text": text[:40]})
    return amount
