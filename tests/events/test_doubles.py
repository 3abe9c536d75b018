"""Re-signing: what looks like a project recorded twice is warned of, listed, merged or kept apart."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from companies.merging import merge as merge_companies
from events.deals import doubles
from events.deals.doubles import DecisionNotPossible, keep_apart, list_doubles
from events.deals.duplicates import Asked, likely
from events.deals.likeness import alike
from events.deals.recording import record
from events.deals.rights import NotAllowed
from events.deals.signing import advance
from events.deals.trail import lines
from events.deals.versions import DealMerged
from events.models import Deal, Double
from tests.events.conftest import District
from tests.events.pages import queries, signed_in, statuses
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_buyer, make_company, make_division
from tests.factories.events import make_confirmation, make_deal, make_evidence

TODAY = timezone.localdate
LIST = "/en/desk/doubles/"
NOW = "/en/desk/deals/new/likely/"


def deal_of(district: District, **fields: Any) -> Deal:
    values: dict[str, Any] = {
        "counting_division": district.division,
        "counting_chain": district.chain,
        "recorded_by": district.officer,
        "title_zh": "刹车盘采购合同",
        "title_en": "Purchase of brake discs",
        "stage": "signed",
    } | fields
    return make_deal(values.pop("buyer", district.buyer), values.pop("supplier", district.supplier), **values)


def reasons(district: District, other: Deal, **asked: Any) -> list[tuple[str, ...]]:
    """Why the ledger is reminded of the other deal."""
    values: dict[str, Any] = {"buyer": district.buyer, "supplier": district.supplier, "on": TODAY()}
    return [each.reasons for each in likely(Asked(**values | asked)) if each.deal == other]


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("刹车盘采购合同", "刹车盘年度供货合同", True),
        ("刹车盘采购合同", "线束采购合同", False),
        ("Purchase of brake discs", "Yearly supply of brake discs", True),
        ("Purchase of brake discs", "Purchase of wiring harnesses", False),
        ("第1项目", "第2项目", False),
        ("", "", False),
    ],
)
def test_titles_are_compared_by_what_tells_of_the_product(one: str, other: str, is_alike: bool) -> None:
    assert alike(one, other) is is_alike


def test_reasons_name_all_that_is_the_same(district: District) -> None:
    other = deal_of(district, amount=1_000_000, contract_reference="WZ-1")
    found = reasons(
        district, other, amount=Decimal(1_050_000), title_zh="刹车盘年度供货", contract_reference=" wz-1 "
    )
    assert found == [("same_pair", "same_contract", "similar_product", "similar_amount")]


def test_similar_product_of_the_pair_is_enough(district: District) -> None:
    other = deal_of(district, amount=1_000_000)
    assert reasons(district, other, amount=Decimal(9_000_000), title_en="Brake discs") == [
        ("same_pair", "similar_product")
    ]
    assert reasons(district, other, amount=Decimal(9_000_000), title_en="Castings") == []


def test_parent_and_sister_stand_for_the_firm(district: District) -> None:
    parent = make_company()
    district.supplier.parent = parent
    district.supplier.save()
    sister = make_company(parent=parent)
    for supplier in (parent, sister):
        other = deal_of(district, supplier=supplier)
        assert reasons(district, other, amount=Decimal(1_000_000)) == [("same_group", "similar_amount")]


def test_firm_is_found_under_its_former_name(district: District) -> None:
    former, district.supplier.name_zh = district.supplier.name_zh, "温州新名制造有限公司"
    district.supplier.save()
    twin = make_company(name_zh=former, name_en="")
    other = deal_of(district, supplier=twin)
    assert reasons(district, other, amount=Decimal(1_000_000)) == [("renamed", "similar_amount")]
    found = likely(Asked(buyer=district.buyer, supplier=twin, on=TODAY(), amount=Decimal(1_000_000)))
    assert [each.deal for each in found] == [other]
    own = deal_of(district)
    found = likely(Asked(buyer=district.buyer, supplier=twin, on=TODAY(), amount=Decimal(1_000_000)))
    assert {each.deal for each in found} == {other, own}


def test_same_document_is_found_between_any_firms(district: District) -> None:
    other = deal_of(district, buyer=make_buyer(), supplier=make_company(), amount=7)
    digest = make_evidence(other).sha256
    found = reasons(district, other, amount=Decimal(1), documents=frozenset({digest}))
    assert found == [("same_document",)]


@pytest.mark.parametrize(
    "fields",
    [
        {"on": TODAY() - dt.timedelta(days=400)},
        {"stage": "terminated", "signed_on": TODAY()},
        {"supplier": "other"},
    ],
)
def test_what_cannot_be_the_same_is_not_named(district: District, fields: dict[str, Any]) -> None:
    if fields.get("supplier"):
        fields = {"supplier": make_company()}
    other = deal_of(district, **fields)
    assert reasons(district, other, amount=Decimal(1_000_000), title_en="Brake discs") == []


def recorded(district: District, **changes: Any) -> Deal:
    values: dict[str, Any] = {
        "by": district.officer,
        "buyer": district.buyer,
        "supplier": district.supplier,
        "stage": "signed",
        "amount": Decimal(1_000_000),
        "on": TODAY(),
        "title_en": "Brake discs",
    }
    return record(**values | changes)


def test_recording_lists_the_pair_once(district: District) -> None:
    first, second = recorded(district), recorded(district)
    list_doubles(first)
    pair = Double.objects.get()
    assert (pair.earlier, pair.later, pair.decision) == (first, second, "")
    assert pair.reasons == ["same_pair", "similar_product", "similar_amount"]


def test_merging_companies_compares_their_deals_anew(district: District) -> None:
    twin = make_company(division=district.division, nodes=[district.node])
    recorded(district)
    recorded(district, supplier=twin)
    assert Double.objects.count() == 0
    merge_companies(twin, district.supplier, by=make_superuser(), reason="Same licence.")
    assert [pair.reasons[0] for pair in Double.objects.all()] == ["same_pair"]


def pair_of(district: District) -> Double:
    recorded(district)
    recorded(district)
    return Double.objects.get()


def test_merged_deal_is_closed_and_stays_readable(district: District) -> None:
    pair = pair_of(district)
    confirmation = make_confirmation(pair.later)
    doubles.merge(pair, kept=pair.earlier, by=district.officer, reason="Signed again in July.")
    pair.refresh_from_db()
    confirmation.refresh_from_db()
    assert (pair.decision, pair.later.merged_into, confirmation.voided_at is not None) == (
        "merged",
        pair.earlier,
        True,
    )
    with pytest.raises(DealMerged):
        advance(pair.later, "performing", by=district.officer, on=TODAY())
    page = signed_in(district.officer).get(f"/en/deals/{pair.later.pk}/")
    assert (page.status_code, page.context["page"].can_amend) == (200, False)
    told = {(line.text, *line.changes) for line in lines(pair.later)}
    assert {
        (f"merged the deal into deal {pair.earlier.pk}",),
        (f"decided that it is one project with deal {pair.earlier.pk}", "Signed again in July."),
    } <= told


def test_what_was_merged_into_a_merged_deal_follows_it(district: District) -> None:
    third = recorded(district)
    second, first = recorded(district), recorded(district)
    of = {(pair.earlier_id, pair.later_id): pair for pair in Double.objects.all()}
    doubles.merge(of[third.pk, second.pk], kept=second, by=district.officer, reason="Again.")
    doubles.merge(of[second.pk, first.pk], kept=first, by=district.officer, reason="Again.")
    assert set(Deal.objects.filter(merged_into=first)) == {second, third}


def test_kept_apart_pair_is_not_listed_again(district: District) -> None:
    pair = pair_of(district)
    keep_apart(pair, by=district.officer, reason="Two model years.")
    list_doubles(pair.earlier)
    assert (list(Double.objects.undecided()), Double.objects.count()) == ([], 1)


def test_merge_is_taken_back(district: District) -> None:
    pair = pair_of(district)
    doubles.merge(pair, kept=pair.earlier, by=district.officer, reason="Again.")
    keep_apart(pair, by=district.officer, reason="No, two model years.")
    assert Deal.objects.filter(merged_into__isnull=False).count() == 0


@pytest.mark.parametrize("reason", ["", "  "])
def test_decision_has_a_reason(district: District, reason: str) -> None:
    pair = pair_of(district)
    with pytest.raises(DecisionNotPossible):
        keep_apart(pair, by=district.officer, reason=reason)
    with pytest.raises(DecisionNotPossible):
        doubles.merge(pair, kept=pair.earlier, by=district.officer, reason=reason)


def test_pair_is_decided_once(district: District) -> None:
    pair = pair_of(district)
    keep_apart(pair, by=district.officer, reason="Two.")
    with pytest.raises(DecisionNotPossible):
        doubles.merge(pair, kept=pair.earlier, by=district.officer, reason="One.")


def pair_across(district: District) -> Double:
    """The later deal was recorded elsewhere, for another chain, between firms of no division of ours."""
    buyer, supplier = make_buyer(), make_company()
    mine = deal_of(district, buyer=buyer, supplier=supplier)
    make_deal(buyer, supplier, stage="signed", title_zh="秘密", title_en="Secret works")
    list_doubles(mine)
    return Double.objects.get()


def test_only_who_answers_for_both_decides(district: District) -> None:
    pair = pair_across(district)
    with pytest.raises(NotAllowed):
        keep_apart(pair, by=district.officer, reason="Two.")
    keep_apart(pair, by=make_superuser(), reason="Two.")


def test_deal_of_others_stays_unknown_on_the_list(district: District) -> None:
    pair_across(district)
    page = signed_in(district.officer).get(LIST)
    assert (page.context["page"].paginator.count, "Secret works" in page.content.decode()) == (1, False)
    assert signed_in(district.officer).get(LIST, {"q": "Secret"}).context["page"].paginator.count == 0
    assert statuses(LIST, None, district.seller, district.stranger) == [302, 404, 200]
    assert signed_in(district.stranger).get(LIST).context["page"].paginator.count == 0


def test_pair_is_decided_on_the_page(district: District) -> None:
    pair = pair_of(district)
    client = signed_in(district.officer)
    assert client.post(f"{LIST}{pair.pk}/decide/", {"keep_later": "", "reason": "Again."}).status_code == 302
    pair.earlier.refresh_from_db()
    assert pair.earlier.merged_into == pair.later
    assert client.get(LIST).context["page"].paginator.count == 0
    assert client.get(LIST, {"state": "merged"}).context["page"].paginator.count == 1
    assert signed_in(district.stranger).post(f"{LIST}{pair.pk}/decide/", {}).status_code == 404


def test_list_asks_the_same_for_one_pair_and_three(district: District) -> None:
    pair_of(district)
    client = signed_in(district.officer)
    one = queries(client, LIST)
    recorded(district)
    assert Double.objects.count() == 3
    assert queries(client, LIST) == one


@pytest.mark.parametrize("sort", ["strongest", "newest", "amount", "nonsense"])
@pytest.mark.parametrize("reason", ["", "similar_amount", "same_document"])
def test_list_is_sorted_and_narrowed(district: District, sort: str, reason: str) -> None:
    pair_of(district)
    page = signed_in(district.officer).get(LIST, {"sort": sort, "reason": reason})
    assert page.context["page"].paginator.count == (0 if reason == "same_document" else 1)


def test_warning_comes_while_one_types(district: District) -> None:
    other = recorded(district)
    typed: dict[str, str | int] = {"buyer": district.buyer.pk, "supplier": district.supplier.pk}
    typed["title"] = "Brake"
    client = signed_in(district.officer)
    said = client.get(NOW, typed | {"amount": "101万", "amount_unit": "CNY"})
    assert [each.deal for each, _may in said.context["likely"]] == [other]
    assert "similar amount" in said.content.decode()
    assert client.get(NOW, typed | {"amount": "9000万", "title": "Castings"}).context["likely"] == []
    assert client.get(NOW, {"buyer": "x"}).context["likely"] == []
    assert statuses(NOW, None, district.seller) == [302, 404]


def test_warning_tells_nothing_of_a_deal_of_others(district: District) -> None:
    supplier = make_company(nodes=[district.node])
    make_deal(district.buyer, supplier, title_zh="秘密", title_en="Secret", counting_division=make_division())
    typed = {"buyer": district.buyer.pk, "supplier": supplier.pk}
    said = signed_in(district.officer).get(NOW, typed).content.decode()
    assert ("recorded elsewhere" in said, "Secret" in said) == (True, False)
