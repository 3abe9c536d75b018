"""Which matches of a need a viewer sees: the same as the general rule, for everybody and every need."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Viewer
from companies.models.need_rights import need_rights
from matchmaking.models import Match
from tests.admin_scenes import City, make_city
from tests.factories.companies import make_company, make_need, make_representative
from tests.factories.matchmaking import make_introduced_match, make_match

pytestmark = pytest.mark.django_db


def everybody(city: City) -> list[Viewer]:
    own = make_representative(company=city.buyer).user
    supplier = make_representative(company=city.public).user
    return [city.rui, city.ping, city.chen, city.oda, city.nemo, city.cora, own, supplier, AnonymousUser()]


def test_matches_of_a_need_are_those_of_the_general_rule() -> None:
    city = make_city()
    buyers = (city.buyer, make_company(verification="verified"))
    needs = [make_need(buyer=buyer, node=node) for buyer in buyers for node in (city.node, None)]
    for need in needs:
        make_match(need, city.public)
        make_introduced_match(need, make_company(verification="verified"))
        make_match(need, make_company(verification="verified"), origin=Match.Origin.SUPPLIER)
    seen, allowed = [], []
    for viewer in everybody(city):
        for need in needs:
            rights = need_rights(viewer, need.pk)
            assert rights is not None
            found = Match.objects.of_need(need, viewer, may_edit=rights.may_edit)
            seen.append(set(found.values_list("pk", flat=True)))
            general = Match.objects.visible_to(viewer).filter(need=need)
            allowed.append(set(general.values_list("pk", flat=True)))
    assert seen == allowed
    assert {0, 3} <= {len(keys) for keys in seen}
