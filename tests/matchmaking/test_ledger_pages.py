"""The ledger, its reports, and companies from Excel: lists in, lists out."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from accounts.models import User
from companies.models import Company
from companies.sheets.writing import workbook
from tests.factories.accounts import make_superuser
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_credit_code,
    make_division,
)
from tests.factories.events import make_deal, make_event
from tests.factories.matchmaking import make_counted_deal
from tests.matchmaking.conftest import Scene
from tests.pages import get, post, text_of, told

pytestmark = pytest.mark.django_db


def rows(user: User, name: str, **asked: str) -> list[Any]:
    return list(get(user, name, **asked).context["page"])


@pytest.fixture
def office() -> User:
    return make_superuser()


def test_the_ledger_is_narrowed_by_every_filter(office: User) -> None:
    division = make_chain().owner
    event = make_event(kind="trade_fair")
    wanted = make_counted_deal(
        make_buyer(name_en="Neta"),
        on=dt.date(2022, 7, 1),
        event=event,
        counting_division=make_division(division),
        contract_reference="HT-2022-07",
    )
    make_deal(on=dt.date(2022, 9, 1))
    asked: list[dict[str, str]] = [
        {"q": "neta"},
        {"q": "HT-2022"},
        {"stage": "signed"},
        {"proof": "verified"},
        {"chain": wanted.counting_chain.code},
        {"division": division.code},
        {"kind": "trade_fair"},
        {"signed_from": "2022-06-30", "signed_to": "2022-07-01"},
    ]
    assert [rows(office, "desk:deals", **each) for each in asked] == [[wanted]] * len(asked)
    assert len(rows(office, "desk:deals", signed_from="soon", stage="lost")) == 2


def test_an_official_reads_the_own_part_of_the_ledger(scene: Scene) -> None:
    assert scene.need.node is not None
    own = make_deal(counting_chain=scene.need.node.chain)
    make_deal()
    assert rows(scene.chief, "desk:deals") == [own]


def test_the_ledgers_totals_keep_the_amounts_apart(office: User) -> None:
    make_counted_deal(amount=7, intention_on=dt.date(2022, 1, 1), intention_amount=5, fulfilled_amount=3)
    make_deal(amount=11)
    totals = get(office, "desk:deals").context["totals"]
    assert totals == {"deals": 2, "signed": 7, "intention": 16, "fulfilled": 3}


def sheet_of(response: Any) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()


def test_the_ledger_in_excel_is_the_list_that_is_shown(office: User) -> None:
    for _ in range(3):
        make_counted_deal(on=dt.date(2022, 7, 1), amount=1234, currency="USD", rate_to_cny=7)
    make_deal(title_en="=1+1", on=dt.date(2022, 8, 1))
    for asked in ({}, {"stage": "signed"}):
        shown = rows(office, "desk:deals", **asked)
        heads, *lines = sheet_of(get(office, "desk:deals", format="xlsx", **asked))
        body = [dict(zip(heads, line, strict=True)) for line in lines if line[heads.index("Deal")]]
        assert [(row["Number"], row["Deal"]) for row in body] == [(deal.pk, str(deal)) for deal in shown]
    signed = body[0]
    assert [signed[name] for name in ("Signed on", "Signed amount", "Currency", "Signed amount (yuan)")] == [
        dt.date(2022, 7, 1),
        1234.0,
        "USD",
        8638.0,
    ]


def test_the_report_adds_up_by_month_chain_and_division(office: User) -> None:
    make_counted_deal(on=dt.date(2022, 7, 1), amount=100)
    make_counted_deal(on=dt.date(2022, 8, 1), amount=50)
    heads, *lines = sheet_of(get(office, "desk:reports", format="xlsx"))
    column = heads.index("Signed amount (yuan)")
    sums: dict[str, float] = {}
    for line in lines:
        if line[1]:
            sums[line[0]] = sums.get(line[0], 0) + float(line[column] or 0)
    assert sums == {"By month": 150, "By chain": 150, "By division": 150, "By kind of event": 150}


def upload(user: User, content: bytes, name: str = "companies.xlsx") -> Any:
    return post(user, "desk:imports", sheet=SimpleUploadedFile(name, content))


def test_a_good_sheet_is_written_and_leads_to_what_waits(office: User) -> None:
    make_division(name_zh="瑞安市")
    heads = ["统一社会信用代码", "企业名称", "所属县（市、区）"]
    response = upload(office, workbook("s", heads, [[make_credit_code(), "新厂", "瑞安市"]]))
    assert (response.status_code, response.url) == (302, "/en/desk/companies/")
    assert told(response) == ["1 companies added, 0 changed. New ones wait to be verified."]
    assert Company.objects.get().name_zh == "新厂"


def test_wrong_cells_are_named_by_row_and_column_and_nothing_is_written(scene: Scene) -> None:
    make_division(name_zh="瑞安市")
    before = Company.objects.count()
    heads = ["统一社会信用代码", "企业名称", "所属县（市、区）"]
    response = upload(scene.chief, workbook("s", heads, [[make_credit_code(), "新厂", "瑞安市"]]))
    assert (response.status_code, Company.objects.count()) == (422, before)
    assert "Nothing was written: 1 cell is wrong." in text_of(response)
    assert "2 所属县（市、区） Give the code or name of a division that is yours." in text_of(response)


@pytest.mark.parametrize("content", [b"%PDF-1.7", b""])
def test_another_file_is_refused_in_a_sentence(office: User, content: bytes) -> None:
    response = upload(office, content)
    assert (response.status_code, len(told(response))) == (302, 1)


def test_without_a_file_the_page_asks_for_one(office: User) -> None:
    assert told(post(office, "desk:imports")) == ["Choose an Excel file of at most 20 MB."]


def test_the_template_can_be_taken(office: User) -> None:
    assert sheet_of(get(office, "desk:imports", format="template"))[0][0] == "unified social credit code"
