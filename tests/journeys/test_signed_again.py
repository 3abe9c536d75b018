"""Whoever records a project that was signed before is warned while typing, in a real browser."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from events.deals.recording import record
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_buyer, make_chain, make_company, make_division
from tests.journeys.conftest import Visitor
from tests.journeys.test_need_to_figures import chooses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_project_that_was_signed_before_is_warned_of_while_one_types(
    visitor: Callable[..., Visitor],
) -> None:
    office = make_superuser()
    EmailAddress.objects.create(user=office, email=office.email, verified=True, primary=True)
    buyer, supplier = make_buyer(name_zh="远行汽车有限公司"), make_company(name_zh="瑞恒制动有限公司")
    record(
        by=office, buyer=buyer, supplier=supplier, stage="signed", on=timezone.localdate(),
        amount=Decimal(150_000_000), title_zh="制动卡钳年度合同", counting_chain=make_chain(),
        counting_division=make_division(),
    )  # fmt: skip
    clerk = visitor("zh-hans")
    clerk.signs_in(office)
    clerk.goes_to("desk/deals/new/")
    chooses(clerk, "buyer", buyer.name_zh)
    chooses(clerk, "supplier", supplier.name_zh)
    assert clerk.page.locator("#likely").inner_text().strip() == ""
    clerk.page.locator("#id_title").fill("制动卡钳二期")
    clerk.page.locator("#likely").get_by_text("制动卡钳年度合同").wait_for()
    clerk.finds_no_barrier()
