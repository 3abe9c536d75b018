"""The firms that a need's requirements leave out: who sees them, what each lacks, and the way to ask."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from accounts.outbox import deliver
from companies.models import CertificationScheme, Company, SourcingNeed
from matchmaking.engine.suggestions import suggest
from tests.factories.companies import (
    make_buyer,
    make_certification,
    make_company,
    make_need,
    make_offering,
    make_representative,
    make_scheme,
)
from tests.factories.matchmaking import index
from tests.pages import get, post, text_of, told

pytestmark = pytest.mark.django_db


class Demand:
    """A need for pumps that demands two certificates, and firms that hold both, one, none."""

    def __init__(self) -> None:
        self.iatf = make_scheme(code="iatf", name_en="IATF 16949")
        self.iso = make_scheme(code="iso", name_en="ISO 9001")
        self.buyer_company = make_buyer(name_en="Secret Buyer")
        self.buyer: User = make_representative(company=self.buyer_company).user
        self.need: SourcingNeed = make_need(
            self.buyer_company,
            title_zh="",
            title_en="Water pump",
            required_certifications=[self.iatf, self.iso],
        )
        self.holder = self.firm("Holder", self.iatf, self.iso)
        self.half = self.firm("Half", self.iso)
        self.bare = self.firm("Bare")
        index()

    def firm(self, name: str, *schemes: CertificationScheme) -> Company:
        company = make_company(name_en=name, name_zh="")
        make_offering(company, name_zh="", name_en="Water pump")
        for scheme in schemes:
            make_certification(company, scheme)
        return company


@pytest.fixture
def demand(db: None) -> Demand:
    return Demand()


def listed(demand: Demand, **query: object) -> list[tuple[Company, list[str]]]:
    rows = get(demand.buyer, "needs:need-left-out", demand.need.pk, **query).context["rows"]
    return [(row.company, [scheme.code for scheme in row.lacks]) for row in rows]


def test_the_buyer_sees_whom_the_requirements_leave_out_and_what_each_lacks(demand: Demand) -> None:
    found = sorted(listed(demand), key=lambda row: row[0].pk)
    assert found == [(demand.half, ["iatf"]), (demand.bare, ["iatf", "iso"])]


def test_the_list_has_as_many_firms_as_the_need_counts(demand: Demand) -> None:
    assert len(listed(demand)) == suggest(demand.need, viewer=None).left_out_in_all


def test_the_need_leads_to_the_list_of_each_requirement(demand: Demand) -> None:
    page = get(demand.buyer, "needs:need-detail", demand.need.pk).content.decode()
    path = f"/en/needs/{demand.need.pk}/left-out/"
    assert [f'href="{path}{query}"' in page for query in ("", "?scheme=iatf", "?scheme=iso")] == [True] * 3


def test_the_list_is_narrowed_by_requirement_and_name_and_sorted_by_what_is_missing(demand: Demand) -> None:
    got = {
        "iso": listed(demand, scheme="iso"),
        "name": listed(demand, q="hal"),
        "nonsense": len(listed(demand, scheme="x", sort="y", page="z")),
        "least": [company for company, _ in listed(demand, sort="least")],
    }
    assert got == {
        "iso": [(demand.bare, ["iatf", "iso"])],
        "name": [(demand.half, ["iatf"])],
        "nonsense": 2,
        "least": [demand.half, demand.bare],
    }


def test_a_certificate_that_ran_out_is_named_with_its_day(demand: Demand) -> None:
    day = timezone.localdate() - dt.timedelta(days=3)
    make_certification(demand.bare, demand.iso, valid_until=day)
    page = text_of(get(demand.buyer, "needs:need-left-out", demand.need.pk))
    assert f"ISO 9001 ran out on {day}: ask whether it was renewed." in page


def test_nobody_else_sees_the_list(demand: Demand) -> None:
    supplier = make_representative(company=demand.half).user
    assert [
        get(person, "needs:need-left-out", demand.need.pk).status_code for person in (supplier, None)
    ] == [
        404,
        302,
    ]


def test_a_firm_is_asked_once_in_its_language_without_naming_the_buyer(demand: Demand) -> None:
    seller = make_representative(company=demand.half).user
    first = post(demand.buyer, "needs:need-left-out-ask", demand.need.pk, supplier=demand.half.pk)
    second = post(demand.buyer, "needs:need-left-out-ask", demand.need.pk, supplier=demand.half.pk)
    deliver()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([seller.email], "A certificate is asked: Water pump")
    assert ("IATF 16949" in letter.body, "ISO 9001" in letter.body, "Secret Buyer" in letter.body) == (
        True,
        False,
        False,
    )
    assert (told(first), told(second)) == (
        ["Half has been asked."],
        ["This company was asked for this need before."],
    )


def test_the_list_shows_who_was_asked(demand: Demand) -> None:
    make_representative(company=demand.half)
    post(demand.buyer, "needs:need-left-out-ask", demand.need.pk, supplier=demand.half.pk)
    rows = get(demand.buyer, "needs:need-left-out", demand.need.pk).context["rows"]
    assert {row.company: row.was_asked for row in rows} == {demand.half: True, demand.bare: False}


def test_a_firm_without_people_cannot_be_asked_and_the_page_says_so(demand: Demand) -> None:
    answer = post(demand.buyer, "needs:need-left-out-ask", demand.need.pk, supplier=demand.bare.pk)
    assert told(answer) == ["Nobody acts for this company here yet, so nobody can be asked."]


@pytest.mark.parametrize("supplier", ["", "0", "x", "99999999999999999999"])
def test_only_a_firm_of_the_list_can_be_asked(demand: Demand, supplier: str) -> None:
    assert post(demand.buyer, "needs:need-left-out-ask", demand.need.pk, supplier=supplier).status_code == 404
    holder = demand.holder.pk
    assert post(demand.buyer, "needs:need-left-out-ask", demand.need.pk, supplier=holder).status_code == 404


def test_a_need_without_requirements_leaves_nobody_out(demand: Demand) -> None:
    free = make_need(demand.buyer_company, title_zh="", title_en="Water pump")
    page = get(demand.buyer, "needs:need-left-out", free.pk)
    assert "Nobody is left out" in text_of(page)
