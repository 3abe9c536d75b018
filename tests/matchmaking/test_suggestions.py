"""Suppliers for a need, and needs for a supplier."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.models import Company, SourcingNeed
from matchmaking.engine.findings import Finding
from matchmaking.engine.keeping import work_out_all
from matchmaking.engine.scoring import Code
from matchmaking.engine.suggestions import NotForViewerError, Suggestions, needs_for, suggest
from matchmaking.engine.words_and_vectors import refresh
from matchmaking.models import StoredSuggestions
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_buyer,
    make_certification,
    make_company,
    make_division,
    make_link,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_representative,
    make_scheme,
    make_sector,
)

pytestmark = pytest.mark.django_db


def firm(name: str, text: str = "", **fields: object) -> Company:
    """A firm with one offering of that English name."""
    company = make_company()
    make_offering(company, name_zh="", name_en=name, text=text, **fields)
    return company


def companies(found: Suggestions) -> list[Company]:
    return [item.company for item in found.items]


def codes(found: Suggestions, place: int = 1) -> set[str]:
    return {reason.code for reason in found.items[place - 1].score.reasons}


def test_the_firm_that_makes_it_stands_first() -> None:
    fitting = firm("Hydraulic brake calipers")
    firm("Wedding dresses")
    firm("Legal advice")
    need = make_need(title_zh="", title_en="Brake calipers for cars")
    refresh()
    assert companies(suggest(need, viewer=None))[0] == fitting


def test_a_chinese_need_finds_an_english_offering_and_names_the_words() -> None:
    fitting = firm("lithium battery")
    for other in ("shoes", "glasses", "valve"):
        firm(other)
    need = make_need(title_zh="采购电池", title_en="")
    refresh()
    found = suggest(need, viewer=None)
    translated = [r.value for r in found.items[0].score.reasons if r.code == Code.TRANSLATED]
    assert (companies(found)[0], translated) == (fitting, [("电池 ~ battery",)])


def test_a_part_of_a_compound_is_found() -> None:
    fitting = make_company()
    make_offering(fitting, name_zh="新能源汽车电池壳体", name_en="")
    make_offering(name_zh="男士皮鞋", name_en="")
    need = make_need(title_zh="电池", title_en="")
    refresh()
    found = suggest(need, viewer=None)
    words = {reason.code: reason.value for reason in found.items[0].score.reasons}[Code.WORDS]
    assert (companies(found)[0], words) == (fitting, ("电池",))


def test_a_need_that_was_never_indexed_is_indexed_at_once() -> None:
    fitting = firm("Water pumps")
    refresh()
    assert companies(suggest(make_need(title_zh="", title_en="Water pumps"), viewer=None)) == [fitting]


def test_every_score_is_the_sum_of_its_reasons() -> None:
    for name in ("Water pumps", "Pump housings", "Valves"):
        firm(name)
    need = make_need(title_zh="", title_en="Water pumps")
    refresh()
    items = suggest(need, viewer=None).items
    totals = [sum(reason.points for reason in item.score.reasons) for item in items]
    assert [item.score.total for item in items] == pytest.approx(totals)
    assert totals == sorted(totals, reverse=True)


def test_sector_node_and_supplying_node_count() -> None:
    sector, node, upstream = make_sector("C3670"), make_node(), make_node()
    make_link(upstream, node)
    firm("Pump", sector=sector, node=node)
    firm("Pump", node=upstream)
    need = make_need(title_zh="", title_en="Pump", sector=sector, node=node)
    refresh()
    found = suggest(need, viewer=None)
    assert codes(found) >= {Code.SECTOR, Code.NODE}
    assert codes(found, 2) >= {Code.SUPPLYING_NODE}


def test_a_firm_on_the_node_is_found_though_its_words_differ() -> None:
    node = make_node()
    for number in range(160):
        firm(f"Water pump {number}")
    quiet = firm("Something else", node=node)
    need = make_need(title_zh="", title_en="Water pump", node=node)
    refresh()
    assert quiet in companies(suggest(need, viewer=None, limit=1000))


def test_the_companys_main_sector_stands_in_for_the_offerings() -> None:
    company = make_company(main_sector=make_sector("C3670"))
    make_offering(company, name_zh="", name_en="Pump")
    need = make_need(title_zh="", title_en="Pump", sector=make_sector("C3670"))
    refresh()
    (item,) = suggest(need, viewer=None).items
    assert Finding.COMPANY_SECTOR in {remark.code for remark in item.remarks}


def test_a_required_certificate_leaves_out_who_lacks_it_and_says_how_many() -> None:
    scheme = make_scheme(name_en="IATF 16949")
    holder, lapsed = firm("Water pump"), firm("Water pump")
    firm("Water pump")
    make_certification(holder, scheme)
    make_certification(lapsed, scheme, valid_until=timezone.localdate() - timedelta(days=1))
    need = make_need(title_zh="", title_en="Water pump", required_certifications=[scheme])
    refresh()
    found = suggest(need, viewer=None)
    assert companies(found) == [holder]
    assert [(one.scheme, one.suppliers) for one in found.left_out] == [(scheme, 2)]
    assert (found.considered, found.left_out_in_all) == (1, 2)


def test_a_holder_is_found_behind_hundreds_that_lack_the_certificate() -> None:
    scheme = make_scheme()
    for number in range(200):
        firm(f"Water pump {number}")
    holder = firm("Bilge installation")
    make_certification(holder, scheme)
    need = make_need(title_zh="", title_en="Water pump", required_certifications=[scheme])
    refresh()
    assert companies(suggest(need, viewer=None)) == [holder]


def test_two_required_certificates_are_both_required() -> None:
    one, other = make_scheme(), make_scheme()
    both, half = firm("Water pump"), firm("Water pump")
    for company, schemes in ((both, (one, other)), (half, (one,))):
        for scheme in schemes:
            make_certification(company, scheme)
    need = make_need(title_zh="", title_en="Water pump", required_certifications=[one, other])
    refresh()
    assert companies(suggest(need, viewer=None)) == [both]


def test_the_buyer_is_not_its_own_supplier() -> None:
    company = make_company(buys=True)
    make_offering(company, name_zh="", name_en="Water pump")
    need = make_need(company, title_zh="", title_en="Water pump")
    refresh()
    assert suggest(need, viewer=None).items == ()


@pytest.mark.parametrize(
    "change",
    [
        {"archived_at": "2022-11-27T00:00Z"},
        {"verification": "refused"},
        {"supplies": False, "buys": True},
    ],
)
def test_a_firm_that_was_hidden_a_moment_ago_is_not_suggested(change: dict[str, object]) -> None:
    company = firm("Water pump")
    need = make_need(title_zh="", title_en="Water pump")
    refresh()
    Company.objects.filter(pk=company.pk).update(**change)
    assert suggest(need, viewer=None).items == ()


def test_a_city_without_firms_has_no_suggestions() -> None:
    need = make_need()
    refresh()
    found = suggest(need, viewer=None)
    assert (found.items, found.considered, found.left_out) == ((), 0, ())


@pytest.mark.parametrize("title", ["x", "锅", "🚁", "123", "pump 水泵 насос ポンプ"])
@pytest.mark.parametrize("text", ["", "泵" * 10_000])
def test_any_need_is_answered_the_same_by_the_batch(title: str, text: str) -> None:
    company = firm("Water pump")
    need = make_need(title_zh=title, title_en="", text=text)
    refresh()
    assert companies(suggest(need, viewer=None)) == [company]
    StoredSuggestions.objects.all().delete()
    work_out_all()
    assert companies(suggest(need, viewer=None)) == [company]


def test_a_sector_without_firms_is_answered_by_other_reasons() -> None:
    company = firm("Water pump")
    need = make_need(title_zh="", title_en="Water pump", sector=make_sector("A0111"))
    refresh()
    assert companies(suggest(need, viewer=None)) == [company]


def test_where_every_firm_is_filtered_their_number_is_said() -> None:
    firm("Water pump")
    need = make_need(title_zh="", title_en="Water pump", required_certifications=[make_scheme()])
    refresh()
    work_out_all()
    found = suggest(need, viewer=None)
    assert (found.items, found.considered, found.left_out_in_all) == ((), 0, 1)


def test_capacity_and_place_reach_the_reasons() -> None:
    city = make_division()
    district = make_division(city)
    company = make_company(division=district)
    make_offering(company, name_zh="", name_en="Pump", spare_capacity=Decimal(500), unit="pieces")
    need = make_need(title_zh="", title_en="Pump", quantity=Decimal(1000), unit="pieces", place=city)
    refresh()
    values = {reason.code: reason.value for reason in suggest(need, viewer=None).items[0].score.reasons}
    assert (values[Code.CAPACITY], values[Code.PLACE]) == (0.5, city.path)


def test_the_buyers_side_and_its_officials_see_suggestions() -> None:
    district = make_division()
    buyer = make_buyer(division=district)
    need = make_need(buyer)
    officer = make_posting(division=district).user
    for user in (make_representative(company=buyer).user, officer):
        assert suggest(need, viewer=user).items == ()


def test_a_stranger_sees_no_suggestions() -> None:
    need = make_need()
    for user in (AnonymousUser(), make_user(), make_representative().user):
        with pytest.raises(NotForViewerError):
            suggest(need, viewer=user)


def test_a_suppliers_needs_stand_in_the_order_of_their_fit() -> None:
    company = firm("Hydraulic brake calipers")
    far = make_need(title_zh="", title_en="Wedding dresses")
    near = make_need(title_zh="", title_en="Brake calipers")
    for other in ("Shoes", "Valves", "Dresses", "Glasses"):
        firm(other)
    refresh()
    work_out_all()
    assert [item.need for item in needs_for(company, viewer=None)] == [near, far]


def test_both_ways_give_the_same_score() -> None:
    company = firm("Hydraulic brake calipers", sector=make_sector("C3670"))
    make_offering(company, name_zh="刹车片", name_en="")
    firm("Shoes")
    need = make_need(title_zh="刹车", title_en="Brake calipers", sector=make_sector("C3671"))
    refresh()
    work_out_all()
    (back,) = needs_for(company, viewer=None)
    there = next(item for item in suggest(need, viewer=None).items if item.company == company)
    assert back.offering == there.offering
    assert back.score.total == pytest.approx(there.score.total)
    assert back.score.reasons[0].value == there.score.reasons[0].value


def test_a_need_whose_certificate_the_supplier_lacks_does_not_suit_it() -> None:
    company = firm("Water pump")
    make_need(title_zh="", title_en="Water pump", required_certifications=[make_scheme()])
    refresh()
    assert needs_for(company, viewer=None) == ()


def test_needs_are_those_that_the_supplier_may_see() -> None:
    company = firm("Water pump")
    user = make_representative(company=company).user
    shown = make_need(title_zh="", title_en="Water pump")
    make_need(title_zh="", title_en="Water pump", state=SourcingNeed.State.SUBMITTED)
    refresh()
    assert [item.need for item in needs_for(company, viewer=user)] == [shown]


def test_only_its_own_people_and_officials_see_what_suits_a_firm() -> None:
    company = firm("Water pump")
    with pytest.raises(NotForViewerError):
        needs_for(company, viewer=make_representative().user)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pending", "verified", "refused"]), st.booleans(), st.booleans(), st.booleans()
        ),
        max_size=8,
    )
)
def test_no_suggestion_is_outside_the_viewers_reach(firms: list[tuple[str, bool, bool, bool]]) -> None:
    buyer = make_buyer()
    user = make_representative(company=buyer).user
    for verification, is_archived, supplies, offering_is_archived in firms:
        company = make_company(
            verification=verification,
            supplies=supplies,
            buys=True,
            archived_at=timezone.now() if is_archived else None,
        )
        make_offering(
            company, name_en="Water pump", archived_at=timezone.now() if offering_is_archived else None
        )
    need = make_need(buyer, title_zh="", title_en="Water pump")
    refresh()
    shown = {item.company.pk for item in suggest(need, viewer=user, limit=1000).items}
    visible = Company.objects.visible_to(user).published().suppliers().exclude(pk=buyer.pk)
    allowed = set(visible.filter(offerings__archived_at=None).values_list("pk", flat=True))
    assert shown == allowed & set(visible.filter(offerings__isnull=False).values_list("pk", flat=True))
