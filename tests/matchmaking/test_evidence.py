"""The words that a reason names."""

import pytest

from matchmaking.engine.evidence import evidence
from tests.factories.companies import make_company, make_need, make_offering
from tests.factories.matchmaking import index

pytestmark = pytest.mark.django_db


def test_a_reason_names_words_that_tell_something() -> None:
    need = make_need(title_zh="水泵，阀门", title_en="Pumps and valves for 2022, of any kind")
    offering = make_offering(
        make_company(), name_zh="水泵，阀门", name_en="Pumps and valves for 2022, of any size"
    )
    index()
    pair = need.pk, offering.pk
    assert evidence([pair]).shared[pair] == ("valve", "pump", "水泵", "阀门")


def test_a_reason_names_no_halves_of_two_words() -> None:
    need, offering = make_need(title_zh="硅整流发电机"), make_offering(make_company(), name_zh="硅整流发电机")
    index()
    pair = need.pk, offering.pk
    assert evidence([pair]).shared[pair] == ("发电机", "整流")
