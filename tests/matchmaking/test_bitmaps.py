"""Bitmaps of filters: what they say, when they are written, and that nothing is shown on their word alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from companies.models import CertificationScheme, Company, Division, Offering, SourcingNeed
from matchmaking.engine import bitmaps, branches, nearest, retrieval
from matchmaking.engine.keeping import keep_up
from matchmaking.engine.narrowing import Narrowing
from matchmaking.engine.suggestions import suggest_among
from matchmaking.engine.words_and_vectors import refresh
from matchmaking.models import FilterBitmap, IndexSize
from tests.factories.companies import (
    make_certification,
    make_company,
    make_division,
    make_need,
    make_offering,
    make_scheme,
)

pytestmark = pytest.mark.django_db

FIRMS = 30


@pytest.fixture
def scheme() -> CertificationScheme:
    return make_scheme()


@pytest.fixture
def districts() -> list[Division]:
    city = make_division()
    return [make_division(city), make_division(city)]


@pytest.fixture
def firms(scheme: CertificationScheme, districts: list[Division]) -> list[Company]:
    """Every third holds the scheme, every second is in the second district, every fifth is large."""
    made = []
    for number in range(FIRMS):
        size = Company.SizeClass.LARGE if number % 5 == 0 else Company.SizeClass.SMALL
        firm = make_company(division=districts[number % 2])
        Company.objects.filter(pk=firm.pk).update(size_class=size)  # a save derives it from the figures
        make_offering(firm, name_zh="", name_en=f"Water pump {number}")
        if number % 3 == 0:
            make_certification(firm, scheme)
        made.append(firm)
    return made


@pytest.fixture
def need(firms: list[Company], monkeypatch: pytest.MonkeyPatch) -> SourcingNeed:
    """In a large city, where everything that passes a filter is sought and not listed."""
    made = make_need(title_zh="", title_en="Water pump")
    refresh()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"CREATE INDEX {nearest.INDEX} {nearest.DEFINITION}")
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 0)
    monkeypatch.setattr(branches, "FEW", 0)
    return made


def found(need: SourcingNeed, among: Narrowing) -> set[int]:
    return {row.company for row in retrieval.candidates(need, {}, among=among)}


def narrowings(scheme: CertificationScheme, districts: list[Division]) -> dict[str, Narrowing]:
    city = districts[0].parent
    assert city is not None
    return {
        "scheme": Narrowing(schemes=(scheme.pk,)),
        "district": Narrowing(divisions=(districts[1].pk,)),
        "city": Narrowing(divisions=Narrowing.within(city)),
        "sme": Narrowing(sme_only=True),
        "two": Narrowing(schemes=(scheme.pk,), sme_only=True),
        "three": Narrowing(schemes=(scheme.pk,), sme_only=True, divisions=(districts[1].pk,)),
    }


def test_with_bitmaps_and_without_the_same_are_found(
    need: SourcingNeed, firms: list[Company], scheme: CertificationScheme, districts: list[Division]
) -> None:
    asked = narrowings(scheme, districts)
    without = {name: found(need, among) for name, among in asked.items()}
    bitmaps.write()
    kinds = sorted(FilterBitmap.objects.values_list("kind", flat=True))
    assert kinds == ["place", "place", "place", "scheme", "sme"]
    assert {name: found(need, among) for name, among in asked.items()} == without
    assert without["three"] == {firms[n].pk for n in range(FIRMS) if n % 3 == 0 and n % 2 == 1 and n % 5}
    assert without["city"] == {firm.pk for firm in firms}


def test_bits_stand_at_the_keys_of_the_offerings(
    need: SourcingNeed, firms: list[Company], scheme: CertificationScheme
) -> None:
    bitmaps.write()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.company_id FROM companies_offering AS o, matchmaking_filterbitmap AS b"
            " WHERE b.kind = 'scheme' AND b.key = %s AND o.id < b.below"
            " AND get_bit(b.bits, o.id) = 1",
            [scheme.pk],
        )
        told = {row[0] for row in cursor.fetchall()}
    assert told == {firms[n].pk for n in range(0, FIRMS, 3)}
    assert FilterBitmap.objects.get(kind="scheme").offerings == len(told)


def test_a_firm_that_came_after_the_bitmaps_is_found(
    need: SourcingNeed, scheme: CertificationScheme, districts: list[Division]
) -> None:
    bitmaps.write()
    firm = make_company(division=districts[1])
    Company.objects.filter(pk=firm.pk).update(size_class=Company.SizeClass.SMALL)
    make_offering(firm, name_zh="", name_en="Water pump anew")
    make_certification(firm, scheme)
    refresh()
    assert all(firm.pk in found(need, among) for among in narrowings(scheme, districts).values())


def test_nobody_is_shown_who_passed_only_when_the_bitmaps_were_written(
    need: SourcingNeed, firms: list[Company], scheme: CertificationScheme, districts: list[Division]
) -> None:
    bitmaps.write()
    gone = firms[3]
    gone.certifications.update(valid_until=timezone.localdate() - timedelta(days=1))
    Company.objects.filter(pk=gone.pk).update(division=districts[0], size_class=Company.SizeClass.LARGE)
    asked = narrowings(scheme, districts)
    assert not any(gone.pk in found(need, asked[name]) for name in ("scheme", "district", "sme", "two"))
    assert gone.pk in found(need, asked["city"])
    shown = suggest_among(need, asked["scheme"], limit=FIRMS)
    assert gone not in [item.company for item in shown.items]


def test_holders_of_all_that_a_need_requires_are_found_by_the_bitmap_of_the_first(
    need: SourcingNeed, firms: list[Company], scheme: CertificationScheme
) -> None:
    other = make_scheme()
    for firm in firms[::2]:
        make_certification(firm, other)
    bitmaps.write()
    both = {scheme.pk: scheme.code, other.pk: other.code}
    rows = retrieval.candidates(need, both)
    held = {row.company for row in rows if row.certifications >= set(both.values())}
    assert held == {firms[n].pk for n in range(0, FIRMS, 6)}


def test_they_are_written_when_missing_and_after_changes_have_waited(need: SourcingNeed) -> None:
    assert bitmaps.keep(has_changed=False)
    assert not bitmaps.keep(has_changed=False)
    assert not bitmaps.keep(has_changed=True)  # too soon, but remembered
    assert not bitmaps.keep(has_changed=False)
    age()
    assert bitmaps.keep(has_changed=False)
    age()
    assert not bitmaps.keep(has_changed=False)
    assert bitmaps.keep(has_changed=True)


def age() -> None:
    IndexSize.objects.update(bitmaps_made_at=timezone.now() - bitmaps.EVERY)


def test_a_certificate_that_came_too_soon_after_the_last_time_is_taken_up(
    need: SourcingNeed, firms: list[Company], scheme: CertificationScheme
) -> None:
    keep_up()
    make_certification(firms[1], scheme)
    keep_up()
    among = Narrowing(schemes=(scheme.pk,))
    assert firms[1].pk not in found(need, among)
    age()
    keep_up()
    assert firms[1].pk in found(need, among)


@pytest.mark.parametrize("few", [0, 2000])
def test_further_certificates_capacity_and_what_the_need_requires_are_asked_of_the_records(
    need: SourcingNeed,
    firms: list[Company],
    few: int,
    monkeypatch: pytest.MonkeyPatch,
    scheme: CertificationScheme,
) -> None:
    other = make_scheme()
    for firm in firms[::2]:
        make_certification(firm, other)
    Offering.objects.filter(company__in=firms[::4]).update(spare_capacity=50, unit="pcs")
    asked = {
        "two schemes": (Narrowing(schemes=(scheme.pk, other.pk)), {}, 6),
        "capacity": (Narrowing(quantity=Decimal(50), unit="pcs"), {}, 4),
        "capacity and scheme": (Narrowing(quantity=Decimal(50), unit="pcs", schemes=(scheme.pk,)), {}, 12),
        "required and scheme": (Narrowing(schemes=(scheme.pk,)), {other.pk: other.code}, 6),
    }
    monkeypatch.setattr(branches, "FEW", 0)
    bitmaps.write()
    monkeypatch.setattr(branches, "FEW", few)
    for name, (among, required, every) in asked.items():
        rows = retrieval.candidates(need, required, among=among, reach=2)
        told = {row.company for row in rows if row.certifications >= set(required.values())}
        assert told == {firms[n].pk for n in range(0, FIRMS, every)}, name


def test_a_small_city_has_none(firms: list[Company]) -> None:
    refresh()
    assert not bitmaps.keep(has_changed=True)
    assert not FilterBitmap.objects.exists()


def test_what_few_pass_has_no_bitmap(need: SourcingNeed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches, "FEW", 12)
    bitmaps.write()
    kinds = sorted(FilterBitmap.objects.values_list("kind", flat=True))
    assert kinds == ["place", "place", "place", "sme"]
