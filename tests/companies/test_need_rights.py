"""What a viewer may do with one need: the same as the querysets say, for everybody and every need."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Viewer
from companies.models import Posting, SourcingNeed
from companies.models.need_rights import NeedRights, need_rights
from tests.admin_scenes import City, make_city
from tests.factories.companies import make_company, make_need, make_node, make_representative

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    return make_city()


def everybody(city: City) -> list[Viewer]:
    """The people of the scene, a representative of the firm, a verified supplier's, and nobody."""
    own = make_representative(company=city.firm).user
    supplier = make_representative(company=make_company(verification="verified")).user
    return [city.rui, city.ping, city.chen, city.oda, city.nemo, city.cora, own, supplier, AnonymousUser()]


def needs(city: City) -> list[SourcingNeed]:
    """Of a firm in Ruian and of one elsewhere, on the chain and on none, in every state and visibility."""
    elsewhere, on_chain = make_company(verification="verified"), make_node(chain=city.chain)
    return [
        make_need(buyer=buyer, node=node, state=state, visibility=visibility)
        for buyer in (city.firm, elsewhere)
        for node in (on_chain, None)
        for state in (SourcingNeed.State.DRAFT, SourcingNeed.State.SUBMITTED, SourcingNeed.State.OPEN)
        for visibility in SourcingNeed.Visibility.values
    ]


def as_the_querysets_say(viewer: Viewer, need: SourcingNeed) -> NeedRights | None:
    one = SourcingNeed.objects.filter(pk=need.pk)
    if not one.visible_to(viewer).exists():
        return None
    return NeedRights(
        one.editable_by(viewer).exists(),
        one.naming_buyer_to(viewer).exists(),
        one.overseen_by(viewer).exists(),
    )


def test_everybodys_rights_are_those_of_the_querysets(city: City) -> None:
    pairs = [(viewer, need) for need in needs(city) for viewer in everybody(city)]
    said = [need_rights(viewer, need.pk) for viewer, need in pairs]
    assert said == [as_the_querysets_say(viewer, need) for viewer, need in pairs]
    assert {None, NeedRights(True, True, True), NeedRights(False, True, False)} <= set(said)


def test_rights_end_with_the_posting(city: City) -> None:
    need = make_need(buyer=city.firm, state=SourcingNeed.State.SUBMITTED)
    before = need_rights(city.rui, need.pk)
    Posting.objects.filter(user=city.rui).update(until=timezone.localdate() - dt.timedelta(days=1))
    assert (before, need_rights(city.rui, need.pk)) == (NeedRights(True, True, True), None)
