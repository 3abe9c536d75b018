"""A firm answers by its links on a phone, in a real browser: confirmation, follow-up and problem."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils.translation import override

from events.aftercare import following, problem_links
from events.deals import confirming
from events.models import Confirmation, FollowUp, Problem
from tests.factories.accounts import make_superuser
from tests.factories.aftercare import make_follow_up, make_problem
from tests.factories.companies import make_buyer, make_company
from tests.factories.events import make_deal
from tests.journeys.conftest import PHONE, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

SITE = "https://example.test"


def path_of(link: str) -> str:
    """What follows the language in a link."""
    return str(Path(*Path(urlsplit(link).path).parts[2:])) + "/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_firm_answers_each_of_its_links_without_an_account(
    visitor: Callable[..., Visitor], language: str
) -> None:
    office = make_superuser()
    supplier = make_company(name_zh="瑞恒制动有限公司", name_en="瑞恒制动有限公司")
    deal = make_deal(
        make_buyer(name_zh="远行汽车", name_en="远行汽车"), supplier,
        stage="signed", title_zh="制动卡钳", title_en="制动卡钳",
    )  # fmt: skip
    follow_up = make_follow_up(deal)
    problem = make_problem(supplier, state="proposed", text="缺贷款。", proposal="已协调银行。")
    with override(language):
        confirmation = confirming.invite(deal, "supplier", channel="qr", by=office, site=SITE).link
        question = following.ask(follow_up, by=office, site=SITE, on_the_spot=True).link
        proposal = problem_links.send_link(problem, by=office, site=SITE, on_the_spot=True)
    firm = visitor(language, PHONE)

    firm.goes_to(path_of(confirmation))
    firm.finds_no_barrier()
    firm.page.locator("input[value=confirmed]").check()
    firm.page.locator("main form .actions button").click()
    firm.page.locator(".note.ok").wait_for()
    firm.finds_no_barrier()

    firm.goes_to(path_of(question))
    firm.finds_no_barrier()
    firm.page.locator("input[value=late]").check()
    firm.page.locator("main form .actions button").first.click()
    firm.page.locator("main form").wait_for(state="detached")
    firm.finds_no_barrier()

    firm.goes_to(path_of(proposal))
    firm.finds_no_barrier()
    firm.page.locator("input[value=accept]").check()
    firm.page.locator("main form .actions button").click()
    firm.page.locator("main form").wait_for(state="detached")
    firm.finds_no_barrier()

    answers = Confirmation.objects.get().answer, FollowUp.objects.get().payment, Problem.objects.get().state
    assert answers == ("confirmed", "late", "solved")
