"""Registrations from an Excel sheet: one row a delegate, all of it or nothing, every wrong cell named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.language import in_reader_language
from accounts.models import User
from accounts.refusals import Refused
from companies.credit_code import normalise
from companies.models import Company
from companies.sheets.cells import CellRefused, Cells, RowError, among, listed
from companies.sheets.reading import SheetRow, read
from companies.sheets.writing import workbook
from events.models import DockingEvent, Registration, Session
from events.registration import Person, register

COLUMNS: dict[str, Sequence[str]] = {
    "company": ("统一社会信用代码或企业名称", "credit code or name of the company", "credit code"),
    "side": ("参会身份", "side (buyer/supplier)"),
    "sessions": ("场次", "sessions"),
    "name": ("代表姓名", "delegate"),
    "position": ("职务", "position"),
    "phone": ("手机", "phone"),
    "email": ("电子邮箱", "e-mail"),
    "language": ("语言", "language (zh/en)"),
}
"""For every column its head in Chinese and in English."""

SIDES = {
    word: side
    for side, words in (
        ("buyer", ("采购方", "采购", "buyer", "b")),
        ("supplier", ("供应方", "供应", "supplier", "s")),
    )
    for word in words
}
LANGUAGES = {
    word: language
    for language, words in (
        (User.Language.CHINESE, ("中文", "zh", "zh-hans", "chinese", "汉语")),
        (User.Language.ENGLISH, ("英文", "en", "english", "英语")),
    )
    for word in words
}


@dataclass(frozen=True)
class Report:
    """How many firms were registered and how many of them wait, or why nothing was written."""

    registered: int = 0
    waiting: int = 0
    errors: tuple[RowError, ...] = ()


@dataclass
class Entry:
    """One firm of the sheet, with the line of its first row."""

    line: int
    company: Company
    side: str
    sessions: list[Session]
    delegates: list[Person]


class _WrongRows(Exception):  # noqa: N818  # rolls the transaction back, carries no fault
    pass


def heads() -> dict[str, str]:
    """The template's heads in the reader's language, by column."""
    return {name: in_reader_language(known[0], known[1]) for name, known in COLUMNS.items()}


def template() -> bytes:
    """An empty sheet with the heads in the reader's language."""
    return workbook("registrations", list(heads().values()), [])


def load(event: DockingEvent, stream: BinaryIO, *, by: User, site: str = "") -> Report:
    """Register the firms of a sheet; rows of the same firm are its delegates.

    One transaction: with a single wrong cell or refused firm nothing is written.

    :raises SheetRefused: the file is not the sheet.
    """
    rows = read(stream, COLUMNS)
    errors: list[RowError] = []
    entries = _entries(event, rows, by, errors)
    registrations: list[Registration] = []
    try:
        with acting(by, "from an Excel sheet"):
            for entry in entries if not errors else []:
                try:
                    registrations.append(_register(event, entry, by, site))
                except Refused as refused:
                    errors.append(RowError(entry.line, heads()["company"], str(refused)))
            if errors:
                raise _WrongRows
    except _WrongRows:
        return Report(errors=tuple(errors))
    waiting = sum(row.state == Registration.State.WAITING for row in registrations)
    return Report(registered=len(registrations), waiting=waiting)


def _register(event: DockingEvent, entry: Entry, by: User, site: str) -> Registration:
    return register(
        event,
        entry.company,
        by=by,
        side=entry.side,
        delegates=entry.delegates,
        sessions=entry.sessions,
        site=site,
    )


def _entries(event: DockingEvent, rows: Sequence[SheetRow], by: User, errors: list[RowError]) -> list[Entry]:
    known = _companies(rows, by)
    sessions = {name: each for each in event.sessions.all() for name in (each.name_zh, each.name_en)}
    entries: dict[int, Entry] = {}
    for row in rows:
        cells = Cells(row, heads())
        entry = _entry(cells, known, sessions, entries)
        if entry is not None:
            entries[entry.company.pk] = entry
        errors += cells.errors
    return list(entries.values())


def _companies(rows: Sequence[SheetRow], by: User) -> dict[str, list[Company]]:
    """Visible firms by credit code and by either name; a name may belong to several."""
    said = {row.cells.get("company", "") for row in rows}
    codes = {normalise(text) for text in said}
    named = Q(credit_code__in=codes) | Q(name_zh__in=said) | Q(name_en__in=said)
    found: dict[str, list[Company]] = {}
    for company in Company.objects.current().visible_to(by).filter(named).order_by("pk"):
        for key in {company.credit_code, company.name_zh, company.name_en} - {"", None}:
            found.setdefault(str(key), []).append(company)
    return found


def _entry(
    cells: Cells, known: dict[str, list[Company]], sessions: dict[str, Session], entries: dict[int, Entry]
) -> Entry | None:
    """The firm of a row with its delegate added; None where the row names no firm."""
    text = cells.row.cells.get("company", "")
    matches = known.get(normalise(text)) or known.get(text) or []
    if len(matches) != 1:
        cells.refuse(
            "company",
            _("Several firms have this name: give the credit code.")
            if matches
            else _("No firm that you see has this credit code or name."),
        )
        return None
    company = matches[0]
    usual = Registration.Side.SUPPLIER if company.supplies else Registration.Side.BUYER
    side = cells.read(
        "side", lambda said: among(SIDES, _("Write buyer or supplier."))(said.casefold()), str(usual)
    )
    none: list[Session] = []
    wanted = cells.read("sessions", lambda said: _sessions(said, sessions), none)
    entry = entries.get(company.pk) or Entry(cells.row.line, company, side, wanted, [])
    if entry.side != side and cells.row.cells.get("side"):
        cells.refuse("side", _("This firm stands in the sheet on both sides."))
    delegate = _delegate(cells)
    if delegate:
        entry.delegates.append(delegate)
    return entry


def _sessions(text: str, known: dict[str, Session]) -> list[Session]:
    reading = among(known, _("The event has no such session."))
    return [reading(name) for name in listed(text.replace("、", ","))]


def _delegate(cells: Cells) -> Person | None:
    language = cells.read(
        "language",
        lambda said: among(LANGUAGES, _("Write zh or en."))(said.casefold()),
        User.Language.CHINESE,
    )
    person = Person(
        name=cells.read("name", lambda said: _short(said, 100), ""),
        position=cells.read("position", lambda said: _short(said, 100), ""),
        phone=cells.read("phone", lambda said: _short(said, 40), ""),
        email=cells.read("email", _email, ""),
        language=language,
    )
    if not person.name and (person.email or person.phone):
        cells.refuse("name", _("Give the name of the delegate."))
    return person if person.name else None


def _short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise CellRefused(_("At most %(longest)s characters.") % {"longest": longest})
    return text


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise CellRefused(_("“%(text)s” is not an e-mail address.") % {"text": text[:40]}) from None
    return text
