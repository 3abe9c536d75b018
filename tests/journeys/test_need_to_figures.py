"""The main journey: a need becomes an introduction, the introduction a deal, the deal a figure."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from companies.models import Company, Division
from events.models import Deal, DockingEvent
from matchmaking.engine.words_and_vectors import refresh
from matchmaking.models import Match
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_contact,
    make_division,
    make_node,
    make_offering,
    make_posting,
    make_representative,
)
from tests.factories.events import PDF, make_event, make_registration
from tests.journeys.conftest import PHONE, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Arrives = Callable[..., Visitor]


@dataclass(frozen=True)
class City:
    """A small city with everybody whom the journey needs; every name is Chinese only."""

    purchaser: User
    seller: User
    chief: User
    organiser: User
    buyer: Company
    supplier: Company
    event: DockingEvent


@pytest.fixture
def city() -> City:
    place = make_division(name_zh="温州市", name_en="温州市", kind=Division.Kind.PREFECTURE)
    chain = make_chain(owner=place, name_zh="汽车零部件", name_en="汽车零部件")
    node = make_node(chain, name_zh="制动系统", name_en="制动系统")
    buyer = make_buyer(name_zh="远行汽车有限公司", name_en="", division=place)
    supplier = make_company(name_zh="瑞恒制动有限公司", name_en="", division=place, nodes=[node])
    make_offering(supplier, name_zh="液压制动卡钳", name_en="", node=node)
    other = make_company(name_zh="永嘉纽扣厂", name_en="", division=place)
    make_offering(other, name_zh="树脂纽扣", name_en="")
    make_contact(supplier, name="陈丽", phone="13800000000", email="")
    purchaser = make_representative(make_user(name="王芳"), buyer).user
    seller = make_representative(make_user(name="李强"), supplier).user
    chief = make_posting(make_user(name="张伟", is_staff=True), chain=chain).user
    organiser = make_user(name="赵敏")
    event = make_event(
        host=place,
        chains=[chain],
        organisers=[organiser],
        name_zh="整零对接会",
        name_en="整零对接会",
        slug="fair",
    )
    make_registration(event, buyer)
    make_registration(event, supplier)
    for person in (purchaser, seller, chief, organiser):
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    refresh()
    return City(purchaser, seller, chief, organiser, buyer, supplier, event)


def chooses(visitor: Visitor, name: str, wanted: str) -> None:
    """Type the beginning of a name into a field that searches, and take the row."""
    visitor.page.locator(f"#id_{name}").fill(wanted[:2])
    visitor.page.locator("[role=option]:visible").filter(has_text=wanted).first.click()


def posts_a_need(visitor: Visitor) -> None:
    visitor.goes_to("portal/needs/new/")
    visitor.finds_no_barrier()
    visitor.page.locator("#id_title_zh").fill("制动卡钳采购")
    visitor.page.locator("#id_text").fill("液压制动卡钳，年需五万只")
    visitor.page.locator("details:has(#id_node) > summary").click()
    chooses(visitor, "node", "制动系统")
    visitor.page.locator("#id_quantity").fill("50000")
    visitor.page.locator("#id_unit").fill("只")
    visitor.page.locator("button[name=hand_in]").click()
    visitor.page.locator("#suggestions").wait_for()


def chooses_and_introduces(visitor: Visitor, need: int, supplier: Company) -> None:
    visitor.goes_to(f"needs/{need}/")
    first = visitor.page.locator("#suggestions article").first
    assert str(supplier) in first.inner_text()
    visitor.finds_no_barrier()
    visitor.submits("/propose/")
    visitor.page.locator('form[action$="/introduce/"]').wait_for()
    visitor.finds_no_barrier()
    visitor.submits("/introduce/")
    visitor.page.locator('form[action$="/introduce/"]').wait_for(state="detached")


def accepts(visitor: Visitor) -> None:
    visitor.goes_to("portal/matches/?state=waiting")
    visitor.finds_no_barrier()
    visitor.page.locator("button[name=accept]").click()
    visitor.page.locator(".note.ok").wait_for()
    visitor.finds_no_barrier()


def records_the_deal(visitor: Visitor, city: City) -> None:
    visitor.goes_to(f"floor/{city.event.slug}/deals/new/")
    visitor.finds_no_barrier()
    chooses(visitor, "buyer", city.buyer.name_zh)
    chooses(visitor, "supplier", city.supplier.name_zh)
    visitor.page.locator("input[name=stage][value=signed]").check()
    visitor.page.locator("#id_title").fill("制动卡钳年度合同")
    visitor.page.locator("#id_amount").fill("1.5亿")
    visitor.page.locator("input[type=file]").first.set_input_files(
        {"name": "contract.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    visitor.page.locator("main form button[type=submit], main form .actions button").first.click()
    visitor.page.wait_for_url("**/floor/fair/")
    visitor.finds_no_barrier()


def verifies(visitor: Visitor, deal: Deal) -> None:
    visitor.goes_to(f"deals/{deal.pk}/")
    visitor.finds_no_barrier()
    visitor.submits("/verify/")
    visitor.page.locator('form[action$="/verify/"]').wait_for(state="detached")


def headline(visitor: Visitor) -> tuple[str, str]:
    """Signed projects and signed amount as the home page prints them."""
    visitor.goes_to("")
    values = visitor.page.locator(".kpi .value").all_inner_texts()
    return values[0].strip(), values[1].strip()


@pytest.mark.parametrize(
    ("language", "nothing", "amount"), [("en", "CNY 0", "CNY 150 m"), ("zh-hans", "0元", "1.5亿元")]
)
def test_a_need_becomes_an_introduction_a_deal_and_a_figure(
    visitor: Arrives, city: City, language: str, nothing: str, amount: str
) -> None:
    public = visitor(language)
    assert headline(public) == ("0", nothing)

    purchaser = visitor(language)
    purchaser.signs_in(city.purchaser)
    posts_a_need(purchaser)

    chief = visitor(language)
    chief.signs_in(city.chief)
    match_before = Match.objects.count()
    need = int(purchaser.page.url.rstrip("/").split("/")[-1])
    chooses_and_introduces(chief, need, city.supplier)
    match = Match.objects.get()
    assert (match_before, match.state) == (0, Match.State.INTRODUCED)

    seller = visitor(language, PHONE)
    seller.signs_in(city.seller)
    accepts(seller)
    assert "13800000000" not in purchaser.page.content()
    accepts(purchaser)
    purchaser.goes_to(f"companies/{city.supplier.pk}/")
    assert "13800000000" in purchaser.page.content()

    organiser = visitor(language, PHONE)
    organiser.signs_in(city.organiser)
    records_the_deal(organiser, city)
    deal = Deal.objects.get()
    assert (deal.stage, deal.signed_amount) == (Deal.Stage.SIGNED, 150_000_000)
    assert headline(public) == ("0", nothing)

    verifies(chief, deal)
    assert headline(public)[0] == "1"  # the amount of so few deals is for officials
    assert headline(chief) == ("1", amount)
    public.finds_no_barrier()
    public.page.locator(".kpi a").first.click()
    public.page.locator("tbody tr").first.wait_for()
    assert public.page.locator("tbody tr").count() == 1
    public.finds_no_barrier()
    public.goes_to("figures/")
    public.finds_no_barrier()
