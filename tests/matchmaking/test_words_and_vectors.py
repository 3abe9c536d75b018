"""The index follows the texts."""

import pytest
from django.db.models import Count

from companies.models import Company, Offering, SourcingNeed
from matchmaking.engine.words_and_vectors import Refreshed, is_indexed, refresh
from matchmaking.models import (
    IndexSize,
    NeedVector,
    OfferingTerm,
    OfferingVector,
    TermCount,
    Translation,
    Word,
)
from tests.factories.companies import make_company, make_need, make_offering

pytestmark = pytest.mark.django_db


def pump() -> Offering:
    return make_offering(name_zh="水泵", name_en="Water pumps", text="Cast iron pump housing")


def test_a_new_offering_gets_its_terms_and_its_vector() -> None:
    offering = pump()
    assert refresh() == Refreshed(offerings=1, needs=0, removed=0)
    assert OfferingTerm.objects.get(offering=offering, term="pump").times == 2
    assert len(OfferingVector.objects.get(offering=offering).embedding) == 512


def test_a_second_run_finds_nothing_to_do() -> None:
    pump()
    make_need()
    refresh()
    assert refresh() == Refreshed(0, 0, 0)


def test_a_changed_text_replaces_the_old_terms() -> None:
    offering = pump()
    refresh()
    offering.text = "Bronze valve"
    offering.save()
    assert refresh() == Refreshed(1, 0, 0)
    assert set(OfferingTerm.objects.filter(offering=offering).values_list("term", flat=True)) == {
        "水泵",
        "water",
        "pump",
        "bronze",
        "valve",
    }


def test_what_another_encoder_made_is_made_anew() -> None:
    pump()
    refresh()
    OfferingVector.objects.update(encoder="an older one")
    assert refresh() == Refreshed(1, 0, 0)


@pytest.mark.parametrize("verification", ["pending", "refused"])
def test_a_firm_that_is_not_verified_is_not_indexed(verification: str) -> None:
    make_offering(make_company(verification=verification))
    assert refresh() == Refreshed(0, 0, 0)


def test_an_archived_offering_leaves_the_index() -> None:
    offering = pump()
    refresh()
    Offering.objects.filter(pk=offering.pk).update(archived_at="2022-11-27T00:00Z")
    assert refresh() == Refreshed(0, 0, 1)
    assert (OfferingTerm.objects.count(), OfferingVector.objects.count()) == (0, 0)


def test_an_archived_firm_leaves_the_index_with_all_it_offers() -> None:
    company = make_company()
    make_offering(company)
    make_offering(company)
    refresh()
    Company.objects.filter(pk=company.pk).update(archived_at="2022-11-27T00:00Z")
    assert refresh() == Refreshed(0, 0, 2)


def test_the_size_of_the_index_is_kept() -> None:
    make_offering(name_zh="", name_en="Pump housing", text="")
    make_offering(name_zh="", name_en="Valve", text="")
    refresh()
    assert IndexSize.objects.values_list("offerings", "terms").get() == (2, 3)


def test_a_need_keeps_the_terms_of_its_title_apart() -> None:
    need = make_need(title_zh="", title_en="Water pumps", text="Cast iron")
    refresh()
    vector = NeedVector.objects.get(need=need)
    assert (vector.title_terms, vector.terms) == (["pump", "water"], ["cast", "iron", "pump", "water"])


def test_drafts_are_not_indexed() -> None:
    make_need(state=SourcingNeed.State.DRAFT)
    assert refresh() == Refreshed(0, 0, 0)


def test_a_need_is_indexed_until_its_text_changes() -> None:
    need = make_need(title_zh="", title_en="Water pumps")
    refresh()
    before = is_indexed(need)
    SourcingNeed.objects.filter(pk=need.pk).update(text="of bronze")
    assert (before, is_indexed(need)) == (True, False)


def test_a_word_of_a_need_finds_its_like_in_the_other_language() -> None:
    make_offering(name_zh="", name_en="battery", text="")
    make_need(title_zh="电池", title_en="")
    refresh()
    assert Translation.objects.values_list("word", "other").get() == ("电池", "battery")


def test_a_new_offering_is_compared_with_the_words_of_older_needs() -> None:
    make_need(title_zh="电池", title_en="")
    refresh()
    make_offering(name_zh="", name_en="battery", text="")
    refresh()
    assert Translation.objects.values_list("word", "other").get() == ("电池", "battery")


def test_numbers_and_model_names_have_no_meaning_of_their_own() -> None:
    make_offering(name_zh="", name_en="Valve DN50 16949", text="")
    refresh()
    assert list(Word.objects.values_list("word", flat=True)) == ["valve"]


def test_progress_reaches_what_there_is_to_do() -> None:
    pump()
    make_need()
    calls: list[tuple[int, int]] = []
    refresh(lambda done, total: calls.append((done, total)))
    assert calls == [(1, 2), (2, 2)]


@pytest.mark.parametrize("text", ["", "🚁🔧", "x" * 10_000, "锅"])
def test_any_text_can_be_indexed(text: str) -> None:
    make_offering(text=text)
    make_need(text=text)
    assert refresh() == Refreshed(1, 1, 0)


def test_counts_of_terms_follow_every_change() -> None:
    first, second = pump(), make_offering(name_zh="", name_en="Pump valve")
    refresh()
    second.name_en = "Valve"
    second.save()
    refresh()
    Offering.objects.filter(pk=first.pk).update(archived_at="2022-11-27T00:00Z")
    refresh()
    counted = dict(TermCount.objects.exclude(offerings=0).values_list("term", "offerings"))
    assert counted == dict(
        OfferingTerm.objects.values("term").annotate(number=Count("offering")).values_list("term", "number")
    )
