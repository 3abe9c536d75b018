"""Two records of one firm become one, through every table of the project."""

import pytest
from django.apps import apps
from django.utils import timezone

from companies.merging import SameCompany, fields_without_rule, merge
from companies.models import Certification, Company, Representative
from companies.verification import CompanyArchived, NotOverseen, ReasonMissing
from events.merging import DealBetweenThem
from events.models import Deal, Meeting, MeetingWish, Registration, Seat
from matchmaking.models import Match
from tests.admin_scenes import City, make_city
from tests.factories.accounts import make_user
from tests.factories.aftercare import make_alert, make_problem, make_visit
from tests.factories.companies import (
    make_certification,
    make_company,
    make_contact,
    make_need,
    make_node,
    make_offering,
    make_representative,
    make_scheme,
    make_sector,
)
from tests.factories.events import (
    make_deal,
    make_delegate,
    make_event,
    make_meeting,
    make_registration,
    make_session,
    make_wish,
)

pytestmark = pytest.mark.django_db
REASON = "Same licence."


@pytest.fixture
def city() -> City:
    return make_city()


@pytest.fixture
def source(city: City) -> Company:
    return make_company(division=city.ruian, buys=True, name_en="Double")


@pytest.fixture
def into(city: City) -> Company:
    return make_company(division=city.ruian, buys=True, name_en="Kept")


def make_match(supplier: Company, need: object = None, **fields: object) -> Match:
    values = {"origin": Match.Origin.STAFF} | fields
    return Match.objects.create(need=need or make_need(), supplier=supplier, **values)  # type: ignore[misc]  # whatever a test gives


def test_every_field_that_points_at_companies_has_a_rule() -> None:
    assert fields_without_rule() == []


def test_a_field_without_a_rule_would_be_named() -> None:
    from companies import merging

    known = dict(merging._rules)
    try:
        merging._rules.clear()
        assert "events.Deal.buyer" in fields_without_rule()
        assert "companies.Company.nodes" in fields_without_rule()
    finally:
        merging._rules.update(known)


def test_nothing_points_at_the_merged_record_any_more(city: City, source: Company, into: Company) -> None:
    source.nodes.add(city.node)
    source.other_sectors.add(make_sector())
    for make in (make_offering, make_certification, make_contact, make_need):
        make(source)
    make_representative(company=source)
    make_company(parent=source)
    make_company(archived_at=timezone.now(), merged_into=source)
    make_deal(source)
    make_deal(supplier=source)
    make_registration(company=source)
    make_match(source)
    make_problem(source)
    make_visit(source)
    make_alert(source)
    make_alert(buyer=source)
    merge(source, into, by=city.rui, reason=REASON)
    left = {}
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if field.related_model is Company and not hasattr(model, "pgh_obj"):
                left[f"{model._meta.label}.{field.name}"] = model._default_manager.filter(
                    **{field.name: source}
                ).count()
    assert {name for name, count in left.items() if count} == set()
    source.refresh_from_db()
    assert (source.merged_into, source.archived_at is None) == (into, False)


def test_the_kept_record_takes_what_only_the_other_said(city: City) -> None:
    sector = make_sector()
    source = make_company(
        division=city.ruian, main_sector=sector, brands=["A", "B"], nodes=[make_node()], employees=3
    )
    into = make_company(
        division=city.ruian, brands=["B", "C"], name_en="Kept", website="https://kept.example/"
    )
    kept = merge(source, into, by=city.rui, reason=REASON)
    assert (kept.name_en, kept.main_sector, kept.brands, kept.website, kept.employees) == (
        "Kept",
        sector,
        ["B", "C", "A"],
        "https://kept.example/",
        3,
    )
    assert kept.nodes.count() == 1


def test_code_that_only_the_other_had_is_found_at_the_kept_record(city: City) -> None:
    source, into = make_company(division=city.ruian), make_company(division=city.ruian, credit_code=None)
    code = source.credit_code
    merge(source, into, by=city.rui, reason=REASON)
    assert Company.objects.get(credit_code=code) == into


def test_the_merging_official_answers_for_both(city: City, source: Company) -> None:
    with pytest.raises(NotOverseen):
        merge(source, city.public, by=city.rui, reason=REASON)
    merge(source, city.public, by=city.cora, reason=REASON)


def test_merging_is_refused_without_reason_twice_or_into_itself(
    city: City, source: Company, into: Company
) -> None:
    with pytest.raises(SameCompany):
        merge(source, source, by=city.rui, reason=REASON)
    with pytest.raises(ReasonMissing):
        merge(source, into, by=city.rui, reason="")
    merge(source, into, by=city.rui, reason=REASON)
    with pytest.raises(CompanyArchived):
        merge(source, into, by=city.rui, reason=REASON)


def test_parent_merged_into_its_subsidiary_leaves_no_circle(
    city: City, source: Company, into: Company
) -> None:
    top = make_company()
    Company.objects.filter(pk=source.pk).update(parent=top)
    Company.objects.filter(pk=into.pk).update(parent=make_company(parent=source))
    kept = merge(source, into, by=city.rui, reason=REASON)
    assert kept.parent == top


def test_certificate_of_both_stays_once_with_the_later_date(
    city: City, source: Company, into: Company
) -> None:
    scheme, today = make_scheme(), timezone.localdate()
    make_certification(source, scheme, number="1", valid_until=today.replace(year=today.year + 2, day=1))
    make_certification(into, scheme, number="1", valid_until=today.replace(year=today.year + 1, day=1))
    merge(source, into, by=city.rui, reason=REASON)
    assert [(c.company, c.valid_until and c.valid_until.year) for c in Certification.objects.all()] == [
        (into, today.year + 2)
    ]


def test_person_of_both_acts_once_and_an_approval_holds(city: City, source: Company, into: Company) -> None:
    person = make_user()
    make_representative(person, source)
    make_representative(person, into, state="asked")
    merge(source, into, by=city.rui, reason=REASON)
    assert sorted(Representative.objects.filter(user=person).values_list("company", "state")) == [
        (into.pk, "approved"),
        (into.pk, "ended"),
    ]


def test_every_deal_is_kept(city: City, source: Company, into: Company) -> None:
    deals = [make_deal(source), make_deal(supplier=source), make_deal(into)]
    merge(source, into, by=city.rui, reason=REASON)
    assert set(Deal.objects.of(into)) == set(deals)


def test_firms_with_a_deal_between_them_are_not_merged(city: City, source: Company, into: Company) -> None:
    make_deal(source, into)
    with pytest.raises(DealBetweenThem):
        merge(source, into, by=city.rui, reason=REASON)
    source.refresh_from_db()
    assert source.archived_at is None


def test_both_at_one_event_keep_one_active_registration(city: City, source: Company, into: Company) -> None:
    event = make_event()
    need = make_need(source)
    double = make_registration(event, source, needs=[need], checked_in_at=timezone.now())
    other = make_registration(event, into)
    delegate = make_delegate(other)
    merge(source, into, by=city.rui, reason=REASON)
    rows = {r.pk: (r.company, r.state) for r in Registration.objects.filter(event=event)}
    assert rows == {double.pk: (into, "confirmed"), other.pk: (into, "withdrawn")}
    delegate.refresh_from_db()
    assert (delegate.registration, list(double.needs.all())) == (double, [need])


def test_wishes_of_both_become_one_and_the_stronger_stays(city: City, source: Company, into: Company) -> None:
    event = make_event()
    buyer = make_registration(event)
    double, kept = make_registration(event, source), make_registration(event, into)
    make_wish(double, buyer, strength="must")
    make_wish(kept, buyer, strength="meet")
    make_wish(buyer, double)
    make_wish(double, kept)
    merge(source, into, by=city.rui, reason=REASON)
    assert sorted(MeetingWish.objects.values_list("wished_by", "other", "strength")) == sorted(
        [(kept.pk, buyer.pk, "must"), (buyer.pk, kept.pk, "meet")]
    )


def test_meeting_in_a_slot_where_the_firm_sits_already_is_cancelled(
    city: City, source: Company, into: Company
) -> None:
    event = make_event()
    session = make_session(event, slots=2)
    first, second = session.slots.order_by("starts_at")
    double, kept = make_registration(event, source), make_registration(event, into)
    make_meeting(supplier=kept, slot=first, table=1)
    clash = make_meeting(supplier=double, slot=first, table=2)
    free = make_meeting(supplier=double, slot=second)
    merge(source, into, by=city.rui, reason=REASON)
    assert [
        (m.supplier, m.state) for m in Meeting.objects.filter(pk__in=[clash.pk, free.pk]).order_by("pk")
    ] == [
        (kept, "cancelled"),
        (kept, "published"),
    ]
    assert sorted(Seat.objects.filter(registration=kept).values_list("slot", flat=True)) == sorted(
        [first.pk, second.pk]
    )
    assert Seat.objects.filter(registration=double).count() == 0


def test_of_two_matches_of_a_need_the_further_one_stays(city: City, source: Company, into: Company) -> None:
    need = make_need()
    further = make_match(
        source, need, state="introduced", introduced_at=timezone.now(), supplier_answer="accepted"
    )
    make_match(into, need, state="shortlisted", note="Good samples.")
    merge(source, into, by=city.rui, reason=REASON)
    row = Match.objects.get(need=need)
    assert (row.pk, row.supplier, row.state, row.supplier_answer, row.note) == (
        further.pk,
        into,
        "introduced",
        "accepted",
        "Good samples.",
    )


def test_match_with_the_own_need_falls_away(city: City, source: Company, into: Company) -> None:
    make_match(source, make_need(into))
    other = make_match(source)
    merge(source, into, by=city.rui, reason=REASON)
    assert list(Match.objects.values_list("pk", "supplier")) == [(other.pk, into.pk)]
