"""Suggestions that are stored: the same as those worked out now, and gone when they no longer hold."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.models import Company, SourcingNeed
from matchmaking.engine import keeping, stored
from matchmaking.engine.keeping import follow, keep_up, noted, work_out_all
from matchmaking.engine.suggestions import Suggestions, ranking_of, suggest
from matchmaking.engine.words_and_vectors import refresh
from matchmaking.models import MatchingChange, NeedVector, StoredSuggestions
from tests.factories.companies import (
    make_buyer,
    make_certification,
    make_company,
    make_division,
    make_link,
    make_need,
    make_node,
    make_offering,
    make_representative,
    make_scheme,
    make_sector,
)
from tests.factories.matchmaking import make_counted_deal

pytestmark = pytest.mark.django_db


def firm(name: str, **fields: object) -> Company:
    company = make_company()
    make_offering(company, name_zh="", name_en=name, **fields)
    return company


def told(found: Suggestions) -> list[object]:
    """All that a list says, with points to the millionth part."""
    return [
        (
            item.company,
            item.offering,
            item.remarks,
            [(reason.code, reason.value) for reason in item.score.reasons],
            [pytest.approx(reason.points, rel=1e-6, abs=1e-5) for reason in item.score.reasons],
        )
        for item in found.items
    ]


def city() -> list[SourcingNeed]:
    """Needs and firms that differ in everything that is scored."""
    scheme, other = make_scheme(), make_scheme()
    place = make_division()
    node, upstream = make_node(), make_node()
    make_link(upstream, node)
    sector = make_sector("C3670")
    for number, name in enumerate(
        ["Water pump", "Pump housing", "水泵壳体", "Brake calipers", "Steel valve", "Water valve pump"] * 3
    ):
        company = make_company(
            division=make_division(place) if number % 2 else place,
            trade_formats=["general"] if number % 3 else [],
            profile_confirmed_on=timezone.localdate() - timedelta(days=90 * number) if number % 4 else None,
        )
        make_offering(
            company,
            name_zh="",
            name_en=name,
            sector=sector if number % 3 == 0 else None,
            node=(node, upstream, None)[number % 3],
            spare_capacity=Decimal(100 * number) if number % 2 else None,
            unit="Pieces" if number % 2 else "",
            lead_time_days=number * 7 if number % 5 else None,
        )
        if number % 4 == 1:
            make_offering(company, name_zh="", name_en="Pump shaft")
        if number % 3 == 1:
            make_certification(company, scheme)
    make_counted_deal(supplier=firm("Water pump"))
    return [
        make_need(title_zh="", title_en="Water pump", node=node, sector=sector),
        make_need(
            title_zh="采购水泵",
            title_en="",
            quantity=Decimal(700),
            unit="pieces",
            place=place,
            deliver_by=timezone.localdate() + timedelta(days=40),
            target_price=Decimal(3),
        ),
        make_need(title_zh="", title_en="Pump housing", required_certifications=[scheme]),
        make_need(title_zh="", title_en="Valve", required_certifications=[scheme, other]),
        make_need(make_buyer(country="DE", credit_code=None), title_zh="", title_en="🚁"),
    ]


def test_the_batch_gives_the_lists_of_the_single_statement() -> None:
    needs = city()
    refresh()
    one_by_one = [suggest(need, viewer=None, limit=50) for need in needs]
    StoredSuggestions.objects.all().delete()
    assert work_out_all() == len(needs)
    for need, single in zip(needs, one_by_one, strict=True):
        kept = suggest(need, viewer=None, limit=50)
        assert told(kept) == told(single)
        assert (kept.considered, kept.left_out, kept.left_out_in_all) == (
            single.considered,
            single.left_out,
            single.left_out_in_all,
        )


def test_the_batch_measures_the_scale_of_each_need() -> None:
    needs = city()
    refresh()
    work_out_all()
    for need in needs:
        scale = ranking_of(need).scale
        vector = NeedVector.objects.get(need=need)
        assert (vector.floor, vector.spread) == (
            pytest.approx(scale.floor, abs=1e-6),
            pytest.approx(scale.spread, rel=1e-5),
        )


def is_served(need: SourcingNeed) -> bool:
    return stored.stored(need.pk) is not None


def test_a_list_is_read_and_not_worked_out_again() -> None:
    firm("Water pump")
    need = make_need(title_zh="", title_en="Water pump")
    keep_up()
    with CaptureQueriesContext(connection) as queries:
        assert len(suggest(need, viewer=None).items) == 1
    assert is_served(need)
    assert not [q for q in queries if "matchmaking_offeringvector" in q["sql"]]


def test_a_list_that_was_worked_out_for_a_reader_is_kept_for_the_next() -> None:
    firm("Water pump")
    need = make_need(title_zh="", title_en="Water pump")
    keep_up()
    StoredSuggestions.objects.all().delete()
    suggest(need, viewer=None)
    assert is_served(need)


@pytest.mark.parametrize(
    "change",
    [
        lambda need, _company: SourcingNeed.objects.filter(pk=need.pk).update(title_en="Shoes"),
        lambda need, _company: need.required_certifications.add(make_scheme()),
        lambda _need, company: Company.objects.filter(pk=company.pk).update(archived_at=timezone.now()),
        lambda _need, company: Company.objects.filter(pk=company.pk).update(verification="refused"),
        lambda need, _company: Company.objects.filter(pk=need.buyer_id).update(employees=77),
        lambda _need, company: company.offerings.update(text="now in bronze"),
        lambda _need, company: make_offering(company),
        lambda _need, company: make_certification(company),
        lambda _need, company: company.nodes.add(make_node()),
        lambda _need, company: make_counted_deal(supplier=company),
        lambda _need, _company: StoredSuggestions.objects.update(engine_version="an older one"),
        lambda _need, _company: StoredSuggestions.objects.update(made_on="2022-11-27"),
    ],
)
def test_a_list_does_not_outlive_what_it_rests_on(
    change: Callable[[SourcingNeed, Company], object],
) -> None:
    company = firm("Water pump")
    need = make_need(title_zh="", title_en="Water pump")
    keep_up()
    assert is_served(need)
    change(need, company)
    assert not is_served(need)
    keep_up()
    assert is_served(need)


def test_a_certificate_that_runs_out_overnight_takes_its_firm_off_the_list() -> None:
    scheme, company = make_scheme(), firm("Water pump")
    make_certification(company, scheme, valid_until=timezone.localdate())
    need = make_need(title_zh="", title_en="Water pump", required_certifications=[scheme])
    keep_up()
    assert [item.company for item in suggest(need, viewer=None).items] == [company]
    tomorrow = timezone.now() + timedelta(days=1)
    with patch.object(timezone, "now", return_value=tomorrow):
        assert not is_served(need)
        found = suggest(need, viewer=None)
    assert (found.items, found.left_out_in_all) == ((), 1)


def test_a_change_elsewhere_leaves_a_list_alone() -> None:
    firm("Water pump")
    need = make_need(title_zh="", title_en="Water pump")
    keep_up()
    make_need(title_zh="", title_en="Shoes")
    make_company(verification="pending")
    assert is_served(need)


def test_only_the_needs_that_a_change_touches_are_worked_out_again() -> None:
    for number in range(60):
        firm(f"Water pump {number}")
    shoes = firm("Leather shoes")
    near, far = (
        make_need(title_zh="", title_en="Water pump", text="Cast iron water pump"),
        make_need(title_zh="", title_en="Leather shoes"),
    )
    keep_up()
    assert shoes.pk not in StoredSuggestions.objects.get(need=near).companies
    shoes.offerings.update(text="hand made")
    changes = noted()
    refresh()
    assert keeping.touched(changes) == [far.pk]


def test_a_firm_that_now_fits_enters_the_list() -> None:
    for number in range(60):
        firm(f"Water pump {number}")
    company = firm("Leather shoes")
    need = make_need(title_zh="", title_en="Leather water pump")
    keep_up()
    StoredSuggestions.objects.filter(need=need).update(companies=[], offerings=[], scores=[])
    company.offerings.update(name_en="Leather water pump")
    assert keep_up() == 1
    assert suggest(need, viewer=None).items[0].company == company


def test_an_ended_need_has_no_list() -> None:
    need = make_need()
    keep_up()
    SourcingNeed.objects.filter(pk=need.pk).update(state="closed", ended_at=timezone.now())
    keep_up()
    assert not StoredSuggestions.objects.exists()


def test_a_second_run_writes_nothing() -> None:
    firm("Water pump")
    make_need()
    keep_up()
    assert (keep_up(), MatchingChange.objects.count()) == (0, 0)


def test_a_crash_in_the_middle_leaves_the_old_lists_and_the_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    company = firm("Water pump")
    needs = [make_need(title_zh="", title_en="Water pump") for _ in range(2)]
    keep_up()
    before = list(StoredSuggestions.objects.order_by("pk").values())
    company.offerings.update(text="Bronze")

    def stop(done: int, total: int) -> None:
        if done == 1 and total == len(needs):
            raise KeyboardInterrupt

    refresh()
    with pytest.raises(KeyboardInterrupt):
        work_out_all(stop)
    assert list(StoredSuggestions.objects.order_by("pk").values()) == before
    assert not any(is_served(need) for need in needs)
    assert follow(noted()) == 2


STATES = st.fixed_dictionaries(
    {
        "verification": st.sampled_from(["pending", "verified", "refused"]),
        "archived_at": st.sampled_from([None, "2022-11-27T00:00Z"]),
        "supplies": st.booleans(),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STATES, min_size=3, max_size=3), st.booleans())
def test_no_stored_suggestion_shows_what_was_hidden_since(
    states: list[dict[str, object]], forget: bool
) -> None:
    """Also where the note of the change was lost: the live records decide."""
    buyer = make_buyer()
    user = make_representative(company=buyer).user
    firms = [firm("Water pump") for _ in states]
    need = make_need(buyer, title_zh="", title_en="Water pump")
    keep_up()
    for company, state in zip(firms, states, strict=True):
        Company.objects.filter(pk=company.pk).update(buys=True, **state)
    if forget:
        MatchingChange.objects.all().delete()
    items = suggest(need, viewer=user, limit=50).items
    own = Company.objects.filter(pk__in=[company.pk for company in firms])
    reach = own.visible_to(user).published().suppliers()
    assert {item.company.pk for item in items if item.company in firms} == set(
        reach.values_list("pk", flat=True)
    )
    assert [item.place for item in items] == list(range(1, len(items) + 1))
