"""Plans of introductions for a chain and an event: what is planned, reviewed and put on the short lists."""

from typing import Any

import pytest

from companies.models import Company, SourcingNeed
from matchmaking.engine.planning import Limits, Plan, Why, chain_field, event_field, plan
from matchmaking.introductions import Finding
from matchmaking.introductions.allotting import Choice, short_list
from matchmaking.models import Match
from tests.factories.companies import (
    make_buyer,
    make_certification,
    make_chain,
    make_company,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_scheme,
)
from tests.factories.events import make_event, make_registration
from tests.factories.matchmaking import index, make_introduced_match, make_match
from tests.pages import get, post, text_of, told

pytestmark = pytest.mark.django_db


class City:
    """A chain with two needs for pumps, and three firms that make them; its chief."""

    def __init__(self) -> None:
        self.chain = make_chain()
        self.node = make_node(self.chain)
        self.chief = make_posting(chain=self.chain).user
        self.needs = [self.need() for _ in range(2)]
        self.firms = [self.firm() for _ in range(3)]

    def need(self, **fields: Any) -> SourcingNeed:
        return make_need(title_zh="", title_en="Water pump", node=self.node, **fields)

    def firm(self, name: str = "Water pump") -> Company:
        company = make_company(nodes=[self.node])
        make_offering(company, name_zh="", name_en=name)
        return company

    def plan(self, **limits: Any) -> Plan:
        index()
        return plan(chain_field(self.needs), Limits(**limits))


@pytest.fixture
def city(db: None) -> City:
    return City()


def pairs(found: Plan) -> set[tuple[int, int]]:
    return {(item.need.pk, item.company.pk) for item in found.suggestions}


def test_every_need_gets_suppliers_and_nobody_more_than_the_limit(city: City) -> None:
    found = city.plan(each=1, least=1, most=2, share=0)
    assert (len(found.suggestions), len({item.company.pk for item in found.suggestions})) == (3, 3)
    assert (found.short, found.came_into_question) == ((), 3)


def test_what_is_on_a_list_counts_and_is_not_chosen_again(city: City) -> None:
    need, firm = city.needs[0], city.firms[0]
    make_match(need, firm)
    found = city.plan(each=1, least=1, most=1, share=0)
    assert {pair[0] for pair in pairs(found)} == {city.needs[1].pk}
    assert firm.pk not in {pair[1] for pair in pairs(found)}


def test_what_was_declined_is_not_chosen_again(city: City) -> None:
    for firm in city.firms:
        make_match(city.needs[0], firm, state="declined", buyer_answer="declined", buyer_reason="price")
    found = city.plan(each=2, least=1, most=1, share=0)
    assert {pair[0] for pair in pairs(found)} == {city.needs[1].pk}


def test_firms_never_introduced_get_their_share(city: City) -> None:
    for firm in city.firms[:2]:
        make_introduced_match(supplier=firm)
    poor = city.firm("Pump housing")
    found = city.plan(each=2, least=1, most=1, share=1)
    assert found.newcomers == {city.firms[2].pk, poor.pk}
    assert (found.never_introduced, found.allotment.fairness_cost > 0) == (2, True)


def test_needs_that_stay_short_say_why(city: City) -> None:
    scheme = make_scheme()
    demanding = city.need(required_certifications=[scheme])
    city.needs = [*city.needs, demanding]
    found = city.plan(each=1, least=2, most=2, share=0)
    assert {item.need.pk: (item.why, item.lacking) for item in found.short if item.need == demanding} == {
        demanding.pk: (Why.REQUIREMENTS, 2)
    }
    assert {item.why for item in found.short if item.need != demanding} == {Why.TAKEN}


def test_an_event_plans_only_with_who_is_registered(city: City) -> None:
    index()
    found = plan(event_field(city.needs, city.firms[:1]), Limits(each=5, least=1, most=5, share=0))
    assert pairs(found) == {(need.pk, city.firms[0].pk) for need in city.needs}


# The act


def test_choices_are_short_listed_together_and_one_refused_does_not_hold_back_the_others(city: City) -> None:
    good, hidden = city.firms[0], make_company(verification="pending")
    listed = short_list(
        [Choice(city.needs[0], hidden, Finding()), Choice(city.needs[0], good, Finding(score=3.0, rank=2))],
        by=city.chief,
    )
    assert [match.supplier for match in listed.matches] == [good]
    assert [choice.supplier for choice, _ in listed.refused] == [hidden]
    match = Match.objects.get()
    assert (match.state, match.origin, match.rank, match.introduced_at) == ("shortlisted", "engine", 2, None)


# The pages


def test_the_chief_works_out_a_plan_and_short_lists_what_stays_ticked(city: City) -> None:
    index()
    asked = {"each": 1, "least": 1, "most": 1, "share": 0}
    page = get(city.chief, "desk:chain-plan", city.chain.code, **asked)
    ticks = [f"{item.need.pk}:{item.company.pk}" for group in page.context["groups"] for item in group.items]
    answer = post(city.chief, "desk:chain-short-list", city.chain.code, pair=ticks[0])
    assert told(answer) == ["1 supplier is on a short list now; decide here whom to introduce."]
    match = Match.objects.get()
    assert f"{match.need_id}:{match.supplier_id}" == ticks[0]
    assert (match.state, match.proposed_by, match.rank is not None, bool(match.reasons)) == (
        "shortlisted",
        city.chief,
        True,
        True,
    )


def test_the_page_shows_bound_cost_and_who_was_never_introduced(city: City) -> None:
    index()
    page = text_of(get(city.chief, "desk:chain-plan", city.chain.code, each=1, least=1, most=1, share=30))
    assert "No plan within these limits exceeds" in page
    assert "3 firms never introduced" in page


def test_without_limits_nothing_is_worked_out_and_nonsense_is_refused(city: City) -> None:
    index()
    bare = get(city.chief, "desk:chain-plan", city.chain.code)
    wrong = get(city.chief, "desk:chain-plan", city.chain.code, each=0, least=9, most=2, share=900)
    assert (bare.context["plan"], wrong.context["plan"], len(wrong.context["form"].errors)) == (None, None, 3)


def test_only_pairs_that_come_into_question_for_overseen_needs_are_listed(city: City) -> None:
    elsewhere = make_need(make_buyer(), title_zh="", title_en="Water pump", node=make_node())
    far = make_company()
    index()
    for value in (f"{elsewhere.pk}:{city.firms[0].pk}", f"{city.needs[0].pk}:{far.pk}", "x:y", "1", "٣:٤"):
        post(city.chief, "desk:chain-short-list", city.chain.code, pair=value)
    assert not Match.objects.exists()


def test_an_event_is_planned_by_who_oversees_it(city: City) -> None:
    event = make_event(chains=[city.chain])
    buyer = city.needs[0].buyer
    make_registration(event, buyer, side="buyer")
    make_registration(event, city.firms[0], side="supplier")
    index()
    page = get(city.chief, "desk:event-plan", event.slug, each=1, least=1, most=1, share=0)
    assert pairs(page.context["plan"]) == {(city.needs[0].pk, city.firms[0].pk)}
    post(city.chief, "desk:event-short-list", event.slug, pair=f"{city.needs[0].pk}:{city.firms[0].pk}")
    assert Match.objects.get().supplier == city.firms[0]


def test_other_chiefs_find_neither_the_chains_nor_the_events_plan(city: City) -> None:
    other = make_posting(chain=make_chain()).user
    event = make_event(chains=[city.chain])
    codes = [
        get(other, "desk:chain-plan", city.chain.code).status_code,
        get(other, "desk:event-plan", event.slug).status_code,
        post(other, "desk:chain-short-list", city.chain.code).status_code,
    ]
    assert codes == [404, 404, 404]


def test_the_plans_list_chains_with_open_needs_and_events_with_firms(city: City) -> None:
    event = make_event(chains=[city.chain])
    make_registration(event, city.firms[0])
    page = get(city.chief, "desk:plans")
    assert [(row, row.open_needs) for row in page.context["chains"]] == [(city.chain, 2)]
    assert [(row, row.firms) for row in page.context["events"]] == [(event, 1)]


def test_a_certificate_keeps_a_registered_firm_from_a_demanding_need(city: City) -> None:
    scheme = make_scheme()
    demanding = city.need(required_certifications=[scheme])
    make_certification(city.firms[1], scheme)
    index()
    found = plan(event_field([demanding], city.firms), Limits(each=1, least=1, most=9, share=0))
    assert pairs(found) == {(demanding.pk, city.firms[1].pk)}
