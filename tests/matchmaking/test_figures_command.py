"""What ``manage.py figures`` prints."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from matchmaking.figures.counts import FIGURES
from matchmaking.models import MonthlySnapshot
from tests.factories.companies import make_company, make_sector
from tests.factories.events import make_deal, make_rate
from tests.factories.matchmaking import make_counted_deal

pytestmark = pytest.mark.django_db

DAY = dt.date(2022, 11, 27)


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("figures", *arguments, stdout=out)
    return out.getvalue()


def test_json_has_every_figure_with_its_rule_and_the_dollars_rate() -> None:
    make_rate(rate="7.0683", date=dt.date(2022, 11, 1), source="Bank")
    make_counted_deal(on=DAY)
    found = json.loads(printed("--json"))
    assert set(found) == {"as_of", "rules", "rates", *FIGURES}
    assert set(found["rules"]) == set(FIGURES)
    assert found["rates"] == {"USD": {"cny_per_unit": 7.0683, "date": "2022-11-01", "source": "Bank"}}


def test_the_published_keys_are_whole_numbers_and_a_share() -> None:
    make_rate(rate="7.0683", date=dt.date(2022, 11, 1))
    small = make_company(main_sector=make_sector("C3670"), employees=30, revenue_cny=10**7)
    make_counted_deal(supplier=small, on=DAY, amount=39_300_000_000)
    make_deal(on=DAY, amount=950_000_000)
    found = json.loads(printed("--json"))
    keys = (
        "as_of",
        "chiefs",
        "docking_activities",
        "signed_projects",
        "order_volume_cny",
        "order_volume_usd",
        "companies_served",
        "sme_share",
        "intention_value_cny",
    )
    assert [found[key] for key in keys] == [
        "2022-11-27",
        0,
        0,
        1,
        39_300_000_000,
        5_560_035_652,
        4,
        1.0,
        950_000_000,
    ]
    assert [type(found[key]) for key in ("order_volume_cny", "order_volume_usd", "sme_share")] == [
        int,
        int,
        float,
    ]


def test_an_earlier_day_knows_nothing_later() -> None:
    make_counted_deal(on=DAY)
    found = json.loads(printed("--json", "--as-of", "2022-11-26"))
    assert (found["as_of"], found["signed_projects"]) == ("2022-11-26", 0)


def test_without_a_rate_there_are_no_dollars() -> None:
    make_counted_deal(on=DAY)
    found = json.loads(printed("--json"))
    assert (found["order_volume_usd"], found["rates"]) == (None, {})


def test_the_table_names_every_figure_with_its_rule() -> None:
    text = printed()
    assert [key for key in FIGURES if key not in text or str(FIGURES[key].rule) not in text] == []


@pytest.mark.parametrize(
    "arguments", [["--as-of", "yesterday"], ["--as-of", "9999-01-01"], ["--lock", "2022"]]
)
def test_what_cannot_be_read_is_refused_in_one_line(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        printed(*arguments)
    assert "\n" not in str(refused.value)


def test_a_month_is_locked_from_the_command_line_once() -> None:
    printed("--lock", "2022-10")
    with pytest.raises(CommandError):
        printed("--lock", "2022-10")
    assert [snapshot.month for snapshot in MonthlySnapshot.objects.all()] == [dt.date(2022, 10, 1)]
