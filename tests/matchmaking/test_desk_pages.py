"""The desk: what waits for an official's decision, and nothing for anybody else."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from companies.models import ChainNode, Company, Representative, SourcingNeed
from matchmaking.introductions import Finding, show_interest
from tests.factories.accounts import make_superuser, make_user
from tests.factories.aftercare import make_follow_up, make_problem
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_need,
    make_posting,
    make_representative,
)
from tests.factories.events import make_deal, make_evidence
from tests.factories.matchmaking import make_counted_deal, make_introduced_match, make_match
from tests.matchmaking.conftest import Scene
from tests.pages import address, client_of, get, post, text_of, told

pytestmark = pytest.mark.django_db

PAGES = [
    f"desk:{name}"
    for name in (
        "home",
        "needs",
        "matches",
        "deals",
        "deals-to-verify",
        "follow-ups",
        "companies-to-verify",
        "imports",
        "reports",
    )
]


@pytest.mark.parametrize("name", PAGES)
def test_the_desk_is_for_officials(scene: Scene, name: str) -> None:
    organiser = make_posting(role="organiser", division=make_division()).user
    former = make_posting(chain=make_chain(), until=timezone.localdate()).user
    users = [None, scene.buyer, organiser, former, scene.chief, make_superuser()]
    assert [get(user, name).status_code for user in users] == [302, 404, 404, 404, 200, 200]


@pytest.mark.parametrize("name", PAGES)
def test_the_desk_reads_in_chinese(scene: Scene, name: str) -> None:
    make_match(scene.need, scene.supplier)
    make_counted_deal()
    response = client_of(make_superuser()).get(address(name, language="zh-hans"))
    assert (response.status_code, '<html lang="zh-Hans"' in response.content.decode()) == (200, True)


def nodes_of(scene: Scene) -> list[ChainNode]:
    """The place of the scene's need in its chain."""
    return [scene.need.node] if scene.need.node else []


def rows(user: User, name: str, **asked: str) -> list[Any]:
    return list(get(user, name, **asked).context["page"])


# Needs


def test_needs_without_supplier_come_first_and_introductions_are_counted(scene: Scene) -> None:
    node, today = scene.need.node, timezone.localdate()
    urgent = make_need(node=node, answer_by=today)
    make_introduced_match(scene.need)
    make_introduced_match(scene.need)
    make_need()
    found = rows(scene.chief, "desk:needs")
    assert [(need, need.introductions) for need in found] == [(urgent, 0), (scene.need, 2)]
    assert rows(scene.chief, "desk:needs", state="without_supplier") == [urgent]


def test_submitted_needs_are_opened_or_sent_back_with_a_reason(scene: Scene) -> None:
    first, second = (make_need(state="submitted", text="Iron", node=scene.need.node) for _ in range(2))
    assert set(rows(scene.chief, "desk:needs", state="submitted")) == {first, second}
    post(scene.chief, "desk:need-publish", first.pk)
    refused = post(scene.chief, "desk:need-publish", second.pk, send_back="1")
    post(scene.chief, "desk:need-publish", second.pk, send_back="1", reason="Which iron?")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.end_reason) == ("open", "draft", "Which iron?")
    assert len(told(refused)) == 1


# Matches


def test_to_decide_are_short_lists_and_interest_on_own_open_needs(scene: Scene) -> None:
    listed = make_match(scene.need)
    interest = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    make_match(scene.need, state="suggested", origin="engine")
    make_match(make_need(state="closed", node=scene.need.node))
    make_match(make_need(), make_company(nodes=nodes_of(scene)))
    make_introduced_match(scene.need)
    assert set(rows(scene.chief, "desk:matches")) == {listed, interest}


def test_officials_of_the_supplier_alone_neither_decide_nor_read_the_anonymous_buyer(
    scene: Scene,
) -> None:
    need = make_need(make_buyer(name_en="Secret Motors"), visibility="anonymous")
    make_match(need, make_company(nodes=nodes_of(scene)))
    page = get(scene.chief, "desk:matches", state="shortlisted")
    assert (len(page.context["page"]), "Secret Motors" in page.content.decode()) == (1, False)
    assert "The officials of the need decide." in text_of(page)


def test_deciding_from_the_list_returns_to_the_list(scene: Scene) -> None:
    match = make_match(scene.need, scene.supplier)
    response = client_of(scene.chief).post(
        address("desk:match-introduce", match.pk), headers={"Referer": "http://testserver/en/desk/matches/"}
    )
    assert response.url == "/en/desk/matches/"  # type: ignore[attr-defined]  # of a redirect


def test_an_unknown_tab_shows_what_is_to_decide(scene: Scene) -> None:
    match = make_match(scene.need)
    assert [rows(scene.chief, "desk:matches", state=each) for each in ("nonsense", "%00")] == [
        [match],
        [match],
    ]


# Deals


def test_deals_to_verify_are_the_signed_ones(scene: Scene) -> None:
    chain = scene.need.node.chain if scene.need.node else None
    bare = make_deal(stage="signed", counting_chain=chain)
    documented = make_deal(stage="signed", counting_chain=chain)
    make_evidence(documented)
    make_deal(stage="intention", counting_chain=chain)
    make_counted_deal(counting_chain=chain)
    make_deal(stage="signed")
    assert sorted(rows(scene.chief, "desk:deals-to-verify"), key=lambda deal: deal.pk) == [bare, documented]


def test_follow_ups_stand_by_what_has_happened_to_them(scene: Scene) -> None:
    chain, today = scene.need.node.chain if scene.need.node else None, timezone.localdate()
    deals = [make_counted_deal(counting_chain=chain) for _each in range(4)]
    fresh = make_follow_up(deals[0])
    asked = make_follow_up(deals[1], token="t")
    silent = make_follow_up(deals[2], due_on=today - dt.timedelta(days=31))
    answered = make_follow_up(deals[3], source="link", payment="late")
    make_follow_up(make_deal(stage="terminated", signed_on=today, counting_chain=chain))
    make_follow_up()
    found = {
        tab: rows(scene.chief, "desk:follow-ups", state=tab)
        for tab in ("", "to_ask", "asked", "silent", "answered")
    }
    assert found == {
        "": [silent, fresh, asked],
        "to_ask": [silent, fresh],
        "asked": [asked],
        "silent": [silent],
        "answered": [answered],
    }


# Companies and their people


def test_companies_are_verified_or_refused_with_a_reason(scene: Scene) -> None:
    nodes = nodes_of(scene)
    good, bad = (make_company(nodes=nodes, verification="pending") for _ in range(2))
    make_company(verification="pending")
    assert rows(scene.chief, "desk:companies-to-verify") == [good, bad]
    post(scene.chief, "desk:company-verify", good.pk)
    post(scene.chief, "desk:company-verify", bad.pk, refuse="1", reason="No licence")
    verdicts = Company.objects.in_bulk([good.pk, bad.pk])
    assert [verdicts[each.pk].verification for each in (good, bad)] == ["verified", "refused"]
    assert verdicts[bad.pk].verification_reason == "No licence"


def test_people_who_want_to_represent_a_company_are_let_in_or_declined(scene: Scene) -> None:
    nodes = nodes_of(scene)
    asked = [make_representative(company=make_company(nodes=nodes), state="asked") for _ in range(2)]
    elsewhere = make_representative(state="asked")
    assert list(get(scene.chief, "desk:companies-to-verify").context["asking"]) == asked
    post(scene.chief, "desk:representative-decide", asked[0].pk)
    post(scene.chief, "desk:representative-decide", asked[1].pk, decline="1", reason="Unknown there")
    foreign = post(scene.chief, "desk:representative-decide", elsewhere.pk)
    states = Representative.objects.in_bulk([*(each.pk for each in asked), elsewhere.pk])
    assert [states[each.pk].state for each in (*asked, elsewhere)] == ["approved", "ended", "asked"]
    assert foreign.status_code == 404


@pytest.mark.parametrize("name", ["desk:need-publish", "desk:company-verify", "desk:representative-decide"])
def test_decisions_are_posts_on_what_is_the_officials(scene: Scene, name: str) -> None:
    foreign = {
        "desk:need-publish": make_need(state="submitted"),
        "desk:company-verify": make_company(verification="pending"),
        "desk:representative-decide": make_representative(state="asked"),
    }[name]
    got = [
        get(scene.chief, name, foreign.pk).status_code,
        post(scene.chief, name, foreign.pk).status_code,
        post(scene.buyer, name, foreign.pk).status_code,
        post(None, name, foreign.pk).status_code,
    ]
    assert got == [405, 404, 404, 302]


# Home


def test_home_counts_what_waits_and_shows_gaps_and_the_result_of_each_chain(scene: Scene) -> None:
    node = scene.need.node
    assert node is not None
    make_need(state="submitted", node=node)
    make_match(scene.need)
    make_counted_deal(counting_chain=node.chain, amount=5_000_000)
    make_follow_up(make_deal(stage="signed", counting_chain=node.chain))
    company = make_company(nodes=[node], verification="pending")
    make_representative(company=company, state="asked")
    make_problem(company)
    page = get(scene.chief, "desk:home")
    assert page.context["counts"] == {
        "submitted": 1,
        "without_supplier": 1,
        "matches": 1,
        "deals": 1,
        "follow_ups": 1,
        "problems": 1,
        "overdue": 0,
        "exposed": 0,
        "companies": 1,
        "representatives": 1,
    }
    ((chain, gaps, line),) = page.context["chains"]
    assert (chain, [gap.node for gap in gaps], line.signed) == (node.chain, [node], 1)
    assert "CNY 5 m" in text_of(page)


def test_empty_rooms_say_so() -> None:
    chief = make_posting(chain=make_chain()).user
    words = {
        "desk:needs": "Nothing to do here",
        "desk:matches": "Nothing to decide",
        "desk:deals": "No deal fits",
        "desk:deals-to-verify": "Nothing to verify",
        "desk:follow-ups": "Nothing to follow up",
        "desk:problems": "No problem here",
        "desk:visits": "No visit here",
        "desk:exposure": "No buyer here",
        "desk:companies-to-verify": "Nothing to verify",
    }
    assert [name for name, word in words.items() if word not in text_of(get(chief, name))] == []


def test_a_need_cannot_be_opened_by_a_user_without_posting() -> None:
    need = make_need(state="submitted")
    assert post(make_user(), "desk:need-publish", need.pk).status_code == 404
    assert SourcingNeed.objects.get().state == "submitted"
