"""Pages of what comes after the signature, as the firm, the official and the organiser use them."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import User
from events.aftercare import following, problem_links
from events.models import Deal, FollowUp, Problem, Visit
from matchmaking.models import MonthlySnapshot
from tests.factories.accounts import make_superuser, make_user
from tests.factories.aftercare import make_alert, make_follow_up, make_problem, make_visit
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_node,
    make_posting,
    make_representative,
)
from tests.factories.events import make_event, make_meeting, make_registration
from tests.factories.matchmaking import make_counted_deal
from tests.pages import address, client_of, get, post, text_of

pytestmark = pytest.mark.django_db


class Town:
    """A chain with its chief, a supplier with its representative, and a verified deal with a buyer."""

    def __init__(self) -> None:
        city = make_division(kind="prefecture")
        self.chain = make_chain(city)
        self.chief = make_posting(chain=self.chain, role="chief").user
        self.supplier = make_company(nodes=[make_node(self.chain)], division=make_division(city))
        self.seller = make_representative(make_user(language="en"), self.supplier).user
        self.buyer = make_buyer(name_en="Big Motors")
        self.deal: Deal = make_counted_deal(
            self.buyer, self.supplier, counting_chain=self.chain, counting_division=city, amount=9_000_000
        )


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def stranger() -> User:
    return make_posting(chain=make_chain()).user


def test_the_firm_answers_from_its_link_and_a_second_time_is_thanked(town: Town) -> None:
    make_follow_up(town.deal, token="secret")
    link = address("follow-up", "secret")
    client = client_of()
    said = {"year": timezone.localdate().year, "delivered": "150万", "payment": "late", "stuck": "Steel."}
    assert "What came of this deal?" in text_of(client.get(link))
    assert client.post(link, said).status_code == 302
    assert client.post(link, said).status_code == 200
    assert "This question has been answered" in text_of(client.get(link))
    row = FollowUp.objects.get()
    assert (row.delivered_amount, row.source, Problem.objects.get().text) == (1_500_000, "link", "Steel.")


def test_an_empty_answer_and_nonsense_are_said_on_the_page(town: Town) -> None:
    make_follow_up(town.deal, token="secret")
    client, year = client_of(), timezone.localdate().year
    for said in ({"year": year}, {"year": year, "ordered": "NaN"}, {"year": 1999, "payment": "late"}):
        assert client.post(address("follow-up", "secret"), said).status_code == 422
    assert FollowUp.objects.get().answered_at is None


def test_a_link_reveals_its_deal_and_nothing_else(town: Town) -> None:
    make_follow_up(town.deal, token="secret")
    make_counted_deal(make_buyer(name_en="Other Buyer"), town.supplier)
    page = client_of().get(address("follow-up", "secret"))
    assert ("Big Motors" in text_of(page), "Other Buyer" in text_of(page)) == (True, False)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert client_of().get(address("follow-up", "guess")).status_code == 404


def test_an_older_link_says_that_there_is_a_newer_one_and_nothing_else(town: Town) -> None:
    site = "https://duijie.test"
    row = make_follow_up(town.deal, owner=town.chief)
    problem = make_problem(town.supplier, state="proposed", owner=town.chief)
    asked = [following.ask(row, by=town.chief, site=site, on_the_spot=True).link for _again in range(2)]
    sent = [problem_links.send_link(problem, by=town.chief, site=site, on_the_spot=True) for _again in "12"]
    for old, new in (asked, sent):
        older, newest = (client_of().get(link.removeprefix(site)) for link in (old, new))
        assert (older.status_code, newest.status_code) == (200, 200)
        assert tuple("最新的链接" in text_of(page) for page in (older, newest)) == (True, False)
        assert str(town.supplier) not in text_of(older)


def test_an_official_records_for_the_firm_and_it_is_marked(town: Town) -> None:
    row = make_follow_up(town.deal)
    said = {"year": timezone.localdate().year, "payment": "on_time"}
    assert post(town.chief, "deals:follow-up", row.pk, **said).status_code == 302
    assert "recorded by the office for the firm" in text_of(get(town.seller, "deals:follow-up", row.pk))


def test_an_official_sends_the_link_or_shows_a_code(town: Town, stranger: User) -> None:
    row = make_follow_up(town.deal)
    assert post(town.chief, "deals:follow-up-ask", row.pk, to="a@firm.test").status_code == 302
    page = post(town.chief, "deals:follow-up-ask", row.pk, on_the_spot="1")
    assert (page.status_code, "Answer by QR code" in text_of(page)) == (200, True)
    assert post(stranger, "deals:follow-up-ask", row.pk, to="a@firm.test").status_code == 404


def test_a_firm_tells_a_problem_the_office_proposes_and_the_firm_closes(town: Town) -> None:
    told = post(
        town.seller, "portal:problem-add", company=town.supplier.pk, subject="energy", text="No power."
    )
    problem = Problem.objects.get()
    assert (told.status_code, problem.owner, problem.chain) == (302, town.chief, town.chain)
    post(town.chief, "problems:problem-propose", problem.pk, text="A second line.")
    assert "Is the problem solved?" in text_of(get(town.seller, "problems:problem-detail", problem.pk))
    post(town.seller, "problems:problem-answer", problem.pk, answer="accept")
    problem.refresh_from_db()
    page = text_of(get(town.chief, "problems:problem-detail", problem.pk))
    assert (problem.state, "accepted the solution" in page, "A second line." in page) == (
        "solved",
        True,
        True,
    )


def test_an_official_cannot_answer_for_the_firm(town: Town) -> None:
    problem = make_problem(town.supplier, state="proposed")
    for name in ("problem-answer", "problem-withdraw"):
        assert post(town.chief, f"problems:{name}", problem.pk, answer="accept").status_code == 404
    problem.refresh_from_db()
    assert problem.state == "proposed"


def test_the_link_of_a_problem_reopens_only_with_a_word(town: Town) -> None:
    make_problem(town.supplier, state="proposed", token="secret")
    link, client = address("problem-answer", "secret"), client_of()
    assert client.post(link, {"answer": "reopen"}).status_code == 422
    assert client.post(link, {"answer": "reopen", "comment": "It fails."}).status_code == 302
    assert (Problem.objects.get().state, "Thank you" in text_of(client.get(link))) == ("open", True)


def test_an_organiser_notes_a_problem_at_a_meeting(town: Town) -> None:
    organiser = make_user()
    event = make_event(organisers=[organiser])
    meeting = make_meeting(make_registration(event, town.buyer), make_registration(event, town.supplier))
    args = ("floor:meeting-problem", event.slug, meeting.pk)
    said = {"company": town.supplier.pk, "subject": "people", "text": "Nobody for the night shift."}
    assert post(organiser, *args, **said).status_code == 302
    assert post(organiser, *args, **said | {"company": make_company().pk}).status_code == 422
    assert (Problem.objects.get().source, post(town.seller, *args, **said).status_code) == ("meeting", 404)


def test_the_firm_sees_a_visit_but_not_its_note(town: Town) -> None:
    office = town.chief
    form = {
        "company": town.supplier.pk, "visited_on": timezone.localdate(), "visitor": office.pk,
        "purpose": "The new line", "note": "Orders fall.",
    }  # fmt: skip
    assert post(office, "desk:visit-add", **form).status_code == 302
    assert post(office, "desk:visit-add", **form).status_code == 422
    mine = text_of(get(town.seller, "portal:problems"))
    assert ("The new line" in mine, "Orders fall." in mine) == (True, False)
    visit = Visit.objects.get()
    noted = {"company": town.supplier.pk, "subject": "land", "text": "No room.", "deadline": "2099-01-01"}
    client_of(office).post(f"{address('desk:problem-add')}?visit={visit.pk}", noted)
    assert Problem.objects.get().visit == visit


def test_lists_are_searched_sorted_and_counted(town: Town) -> None:
    make_problem(town.supplier, chain=town.chain, text="Steel is dear")
    make_problem(town.supplier, chain=town.chain, text="No power", state="solved")
    make_visit(town.supplier, purpose="Steel")
    make_follow_up(town.deal)
    found = {
        name: len(list(get(town.chief, name, q=word, sort="newest", state=state).context["page"]))
        for name, word, state in (
            ("desk:problems", "Steel", "all"),
            ("desk:problems", "power", "solved"),
            ("desk:visits", "Steel", ""),
            ("desk:follow-ups", "Big Motors", ""),
        )
    }
    assert found == {"desk:problems": 1, "desk:visits": 1, "desk:follow-ups": 1}
    assert len(list(get(town.chief, "desk:problems", q="nothing").context["page"])) == 0


def test_a_buyers_page_names_its_dependents_to_their_officials_only(town: Town, stranger: User) -> None:
    make_alert(town.supplier, town.buyer, chain=town.chain)
    page = get(town.chief, "desk:exposure-buyer", town.buyer.pk)
    assert [(row.supplier, row.share) for row in page.context["rows"]] == [(town.supplier, 1)]
    assert get(stranger, "desk:exposure-buyer", town.buyer.pk).status_code == 404
    listed = text_of(get(stranger, "desk:exposure"))
    assert ("Big Motors" in listed, "Big Motors" in text_of(get(town.chief, "desk:exposure"))) == (
        False,
        True,
    )


def test_sister_firms_that_the_reader_does_not_see_are_not_named(town: Town) -> None:
    parent = make_company(name_en="Holding", name_zh="集团")
    town.buyer.parent = parent
    town.buyer.save()
    make_company(name_en="Open Sister", parent=parent)
    make_company(name_en="Hidden Sister", parent=parent, verification="pending")
    page = text_of(get(town.chief, "desk:exposure-buyer", town.buyer.pk))
    assert ("Open Sister" in page, "Hidden Sister" in page) == (True, False)


def test_the_firm_sees_its_own_share_and_not_that_of_others(town: Town) -> None:
    make_counted_deal(town.buyer, make_company(name_en="Rival Works"), amount=5)
    mine = text_of(get(town.seller, "portal:exposure"))
    assert ("Big Motors" in mine, "100.0 %" in mine, "Rival Works" in mine) == (True, True, False)


def test_the_report_narrows_and_has_charts_rates_and_rules(town: Town) -> None:
    month = f"{timezone.localdate():%Y-%m}"
    page = get(town.chief, "desk:reports", chain=town.chain.code, month=month)
    text = text_of(page)
    assert (page.status_code, "<svg" in page.content.decode()) == (200, True)
    assert [word in text for word in ("Counting rule", "Signing rate", "Signed amount by chain")] == [
        True
    ] * 3
    assert get(town.chief, "desk:reports", chain="none").status_code == 404
    assert get(town.chief, "desk:conversion").context["whole"].signed == 1


def test_the_working_ledger_has_chinese_heads_own_deals_and_the_rule_on_its_second_sheet(
    town: Town, stranger: User
) -> None:
    make_counted_deal()
    make_follow_up(town.deal, source="link", payment="late")
    book = _workbook(town.chief)
    ledger, rules = (book.get_sheet_by_index(at).to_python() for at in (0, 1))
    assert (book.sheet_names, len(ledger)) == (["台账", "统计口径"], 2)
    line = dict(zip(ledger[0], ledger[1], strict=True))
    names = ("采购方", "签约金额（万元）", "佐证材料", "付款情况", "采购方确认")
    assert [line[name] for name in names] == [
        town.buyer.name_zh, 900.0, "有", "逾期付款", "未答复",
    ]  # fmt: skip
    assert "数据截至" in [row[0] for row in rules]
    assert len(_workbook(stranger).get_sheet_by_index(0).to_python()) == 1


def _workbook(user: User) -> Any:
    answer = get(user, "desk:reports", format="ledger")
    return CalamineWorkbook.from_filelike(BytesIO(answer.content))


def test_the_city_office_locks_a_past_month_and_others_do_not(town: Town) -> None:
    month = (timezone.localdate().replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")
    post(town.chief, "desk:lock-month", month=month)
    assert MonthlySnapshot.objects.count() == 0
    office = make_superuser()
    for asked in (month, month, "soon", "2999-01"):
        post(office, "desk:lock-month", month=asked)
    assert [str(row) for row in MonthlySnapshot.objects.all()] == [month]
