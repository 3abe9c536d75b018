"""The whole admin, walked by officials, organisers and others: nothing of other people's shows anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pghistory.models import Event

from accounts.models import User
from accounts.scoped_admin import ScopedModelAdmin
from companies.models import Company, Division
from events.models import Deal, DockingEvent, Meeting, Registration, TimetableRun
from matchmaking.models import Indicator, Match, MonthlySnapshot
from tests.admin_scenes import City, make_city
from tests.factories.accounts import make_letter, make_user
from tests.factories.aftercare import make_alert, make_follow_up, make_problem, make_threshold, make_visit
from tests.factories.companies import (
    make_certification,
    make_chain,
    make_company,
    make_contact,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_representative,
)
from tests.factories.events import (
    make_confirmation,
    make_deal,
    make_delegate,
    make_double,
    make_event,
    make_evidence,
    make_fulfilment,
    make_invitation,
    make_meeting,
    make_rate,
    make_registration,
    make_session,
    make_wish,
)

pytestmark = pytest.mark.django_db

PACKAGES = ("accounts", "companies", "events", "matchmaking")
SECRET = "Zyxw"
"""Stands in every name that only Pingyang may see."""
UNREGISTERED = {
    "ReplacedLink",
    "FilterBitmap",
    "IndexSize",
    "MatchExample",
    "OfferingTerm",
    "OfferingWords",
    "TermCount",
    "Translation",
    "Word",
    "MatchingChange",
    "StoredSuggestions",
    # sums that triggers keep
    "LedgerCell",
    "LedgerEntry",
    "ServedChange",
    "ServedSince",
    # what a locked month was made of: on its own page
    "LockedDeal",
}
"""What the engine keeps for itself: its words and their weights."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


def make_business(division: Division, firm: Company, buyer: Company, mark: str) -> list[Model]:
    """Everything that goes on around a firm and a buyer of a district; every private name has the mark."""
    chain = make_chain(division)
    need = make_need(buyer, title_en=f"{mark} need", visibility="verified", node=make_node(chain))
    draft = make_event(name_en=f"{mark} draft event", host=division, state="draft")
    event = make_event(name_en=f"{mark} event", host=division, state="draft")
    session = make_session(event, slots=1, name_en=f"{mark} session")
    buying, selling = make_registration(event, buyer), make_registration(event, firm)
    meeting = make_meeting(buying, selling, slot=session.slots.get(), comment=f"{mark} comment")
    deal = make_deal(
        buyer,
        firm,
        title_en=f"{mark} deal",
        title_zh=f"{mark} deal",
        stage="signed",
        counting_division=division,
        counting_chain=chain,
        event=event,
    )
    match = Match.objects.create(
        need=need, supplier=firm, origin="staff", note=f"{mark} note", state="shortlisted"
    )
    return [
        firm,
        need,
        draft,
        event,
        session,
        session.slots.get(),
        selling,
        meeting,
        meeting.seats.get(registration=selling),
        deal,
        match,
        make_representative(company=firm),
        make_contact(firm, name=f"{mark} contact"),
        make_offering(firm, name_en=f"{mark} product", name_zh=f"{mark} product"),
        make_certification(firm, number=f"{mark} 1"),
        make_delegate(selling, name=f"{mark} delegate"),
        make_wish(buying, selling),
        make_invitation(event, firm, comment=f"{mark} answer"),
        TimetableRun.objects.create(event=event, asked_by=make_user(), sentence=f"{mark} sentence"),
        make_evidence(deal),
        make_double(
            deal, make_deal(buyer, firm, title_en=f"{mark} again", title_zh="", counting_chain=chain)
        ),
        make_confirmation(deal, comment=f"{mark} comment"),
        make_fulfilment(deal, note=f"{mark} fulfilment"),
        make_posting(division=division),
        make_follow_up(deal, stuck=f"{mark} stuck"),
        make_visit(firm, purpose=f"{mark} purpose"),
        make_problem(firm, text=f"{mark} problem"),
        make_alert(firm, buyer, chain=chain),
    ]


@dataclass
class World:
    city: City
    own: list[Model]
    foreign: list[Model]


@pytest.fixture
def world() -> World:
    city = make_city()
    hidden = make_company(
        name_en=f"{SECRET} Works", name_zh=f"{SECRET}厂", division=city.pingyang, verification="pending"
    )
    hidden_buyer = make_company(
        name_en=f"{SECRET} Buyer",
        name_zh=f"{SECRET}采",
        division=city.pingyang,
        buys=True,
        verification="pending",
    )
    own = make_business(city.ruian, city.firm, city.buyer, "Own")
    own += [make_rate("EUR"), make_threshold(), make_threshold(chain=city.chain)]
    foreign = make_business(city.pingyang, hidden, hidden_buyer, SECRET)
    event = next(row for row in foreign if isinstance(row, DockingEvent))
    foreign.append(make_letter(about="event", about_key=event.pk, title=f"{SECRET} letter"))
    day = timezone.localdate()
    Indicator.objects.create(
        division=city.ruian,
        name_zh="外贸",
        name_en="Trade",
        period_from=day,
        period_to=day,
        value_cny=1,
        source_zh="海关",
        source_en="Customs",
    )
    MonthlySnapshot.objects.create(month=day.replace(day=1), figures={}, locked_at=timezone.now())
    return World(city, own, foreign)


def registered() -> dict[type[Model], ScopedModelAdmin]:
    """The admin classes of the four packages."""
    return {
        model: found
        for model, found in admin.site._registry.items()
        if model._meta.app_label in PACKAGES and isinstance(found, ScopedModelAdmin)
    }


def url(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_record_has_its_place_in_the_admin() -> None:
    absent = {
        model.__name__
        for label in PACKAGES
        for model in apps.get_app_config(label).get_models()
        if not issubclass(model, Event) and model not in registered()
    }
    assert absent == UNREGISTERED


@pytest.mark.parametrize("name", ["rui", "oda", "nemo"])
def test_no_list_form_or_page_names_what_belongs_to_others(client: Client, world: World, name: str) -> None:
    client.force_login(getattr(world.city, name))
    leaks, pages = [], 0
    for model in registered():
        addresses = [url(model, "changelist"), url(model, "add"), url(model, "changelist") + "?q=zyx"]
        addresses += [url(model, "change", row.pk) for row in world.own if type(row) is model]
        addresses += [
            url(model, page, row.pk)
            for row in world.foreign
            if type(row) is model
            for page in ("change", "history", "delete")
        ]
        for address in addresses:
            answer = client.get(address)
            pages += answer.status_code == 200
            if SECRET in answer.content.decode():
                leaks.append(address)
    assert leaks == []
    assert (pages > 20) is (name != "nemo")


def test_the_walk_would_find_a_leak(client: Client, world: World) -> None:
    client.force_login(world.city.ping)
    assert SECRET in client.get(url(Company, "changelist")).content.decode()
    assert SECRET in client.get(url(Deal, "changelist")).content.decode()


def test_officials_reach_every_row_of_their_own(client: Client, world: World) -> None:
    client.force_login(world.city.rui)
    statuses = {
        type(row).__name__: client.get(url(type(row), "change", row.pk)).status_code for row in world.own
    }
    assert set(statuses.values()) == {200}, statuses


def test_no_choice_of_any_field_reaches_what_belongs_to_others(rf: RequestFactory, world: World) -> None:
    request = rf.get("/")
    request.resolver_match = None
    request.user = world.city.rui
    hidden = {(type(row), row.pk) for row in world.foreign}
    reached = []
    for model, found in registered().items():
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if not field.is_relation:
                continue
            reached += [
                (f"{model._meta.label}.{field.name}", key)
                for kind, key in hidden
                if kind is field.related_model and found.choices(request, field).filter(pk=key).exists()
            ]
    assert reached == []


@pytest.mark.parametrize("name", ["rui", "oda"])
def test_autocomplete_offers_nothing_of_others(
    client: Client, rf: RequestFactory, world: World, name: str
) -> None:
    client.force_login(getattr(world.city, name))
    request, asked = rf.get("/"), 0
    for model, found in registered().items():
        for field in found.get_autocomplete_fields(request):
            query = {
                "app_label": model._meta.app_label,
                "model_name": str(model._meta.model_name),
                "field_name": str(field),
                "term": "zyx",
            }
            answer = client.get(reverse("admin:autocomplete"), query)
            assert (answer.status_code, answer.json()["results"]) == (200, []), (model, field)
            asked += 1
    assert asked > 20


def test_no_redirect_tells_the_address_of_a_hidden_event(client: Client, world: World) -> None:
    event = next(row for row in world.foreign if isinstance(row, DockingEvent))
    kind = ContentType.objects.get_for_model(DockingEvent)
    client.force_login(world.city.rui)
    assert client.get(f"/en/admin/r/{kind.pk}/{event.pk}/", follow=True).status_code == 404


def test_organisers_work_with_events_only(client: Client, world: World) -> None:
    client.force_login(world.city.oda)
    open_to = {
        model.__name__ for model in registered() if client.get(url(model, "changelist")).status_code == 200
    }
    assert open_to == {
        "Confirmation",
        "Deal",
        "Delegate",
        "DockingEvent",
        "Double",
        "Evidence",
        "FollowUp",
        "Fulfilment",
        "Invitation",
        "Meeting",
        "MeetingWish",
        "Problem",
        "Registration",
        "Seat",
        "Session",
        "Slot",
        "TimetableRun",
    }


def test_bulk_acts_do_not_reach_rows_of_others(client: Client, world: World) -> None:
    client.force_login(world.city.rui)
    before = {row: audit_length(row) for row in world.foreign}
    for model, found in registered().items():
        keys = [str(row.pk) for row in world.foreign if type(row) is model]
        for act in found.acts:
            data = {"action": act.name, "index": "0", ACTION_CHECKBOX_NAME: keys, "reason": "A reason."}
            client.post(url(model, "changelist"), data)
    assert {row: audit_length(row) for row in world.foreign} == before


def audit_length(row: Any) -> int:
    """How often a row was written."""
    return int(row.history.count()) if hasattr(row, "history") else 0


def test_records_are_never_deleted_even_by_the_city_office(client: Client, world: World) -> None:
    client.force_login(world.city.cora)
    request = client.get(reverse("admin:index")).wsgi_request
    may = {model.__name__ for model, found in registered().items() if found.has_delete_permission(request)}
    assert may == {"ChainLink", "Contact", "Delegate"}


def test_only_the_city_office_sees_users(client: Client, world: World) -> None:
    statuses = {}
    for name in ("rui", "chen", "oda", "cora"):
        client.force_login(getattr(world.city, name))
        statuses[name] = client.get(url(User, "changelist")).status_code
    assert statuses == {"rui": 403, "chen": 403, "oda": 403, "cora": 200}


def test_organisers_outside_the_reach_stay_when_an_event_is_saved(client: Client, world: World) -> None:
    event = next(row for row in world.own if isinstance(row, DockingEvent))
    event.organisers.add(world.city.ping)
    client.force_login(world.city.rui)
    form = {
        "name_zh": event.name_zh,
        "name_en": "Renamed",
        "slug": event.slug,
        "kind": event.kind,
        "state": event.state,
        "country": "CN",
        "language": event.language,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "host": event.host_id,
        "sessions-TOTAL_FORMS": "0",
        "sessions-INITIAL_FORMS": "0",
    }
    client.post(url(DockingEvent, "change", event.pk), form)
    event.refresh_from_db()
    assert (event.name_en, list(event.organisers.all())) == ("Renamed", [world.city.ping])


def test_event_is_not_handed_to_another_district(client: Client, world: World) -> None:
    client.force_login(world.city.rui)
    form = {
        "name_zh": "会",
        "name_en": "Event",
        "slug": "event",
        "kind": "sales",
        "state": "draft",
        "country": "CN",
        "language": "zh-hans",
        "starts_on": "2026-01-01",
        "ends_on": "2026-01-01",
        "sessions-TOTAL_FORMS": "0",
        "sessions-INITIAL_FORMS": "0",
    }
    event = DockingEvent.objects.filter(host=world.city.ruian).first()
    assert event is not None
    answer = client.post(url(DockingEvent, "change", event.pk), form | {"host": world.city.pingyang.pk})
    event.refresh_from_db()
    assert (answer.status_code, event.host) == (403, world.city.ruian)


def test_deal_is_verified_from_its_page_by_somebody_else(client: Client, world: World) -> None:
    deal = next(row for row in world.own if isinstance(row, Deal))
    client.force_login(world.city.rui)
    client.post(
        url(Deal, "changelist"), {"action": "verify_deal", "index": "0", ACTION_CHECKBOX_NAME: deal.pk}
    )
    deal.refresh_from_db()
    assert deal.verified_by == world.city.rui


def test_match_is_introduced_from_its_list(client: Client, world: World) -> None:
    match = next(row for row in world.own if isinstance(row, Match))
    Company.objects.filter(pk=match.supplier_id).update(verification="verified", verified_at=timezone.now())
    client.force_login(world.city.rui)
    data = {"action": "introduce_match", "index": "0", ACTION_CHECKBOX_NAME: match.pk}
    client.post(url(Match, "changelist"), data)
    match.refresh_from_db()
    assert (match.state, match.introduced_by) == ("introduced", world.city.rui)


@pytest.mark.parametrize("model", [Deal, DockingEvent, Match, Meeting, Registration])
def test_list_asks_as_many_queries_for_three_rows_as_for_one(client: Client, model: type[Model]) -> None:
    city = make_city()
    client.force_login(city.rui)

    def more(at: int) -> None:
        make_business(
            city.ruian,
            make_company(division=city.ruian),
            make_company(division=city.ruian, buys=True),
            f"{at}",
        )

    counts = []
    for at in range(3):
        more(at)
        client.get(url(model, "changelist"))
        with CaptureQueriesContext(connection) as asked:
            client.get(url(model, "changelist"))
        counts.append(len(asked))
    assert counts == [counts[0]] * 3
