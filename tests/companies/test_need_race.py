"""One form sent several times at once, on real transactions; fresh keys are the control."""

import uuid

import pytest

from companies.models import SourcingNeed
from tests.factories.companies import make_buyer, make_representative
from tests.pages import post
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NEED = {"title_en": "Calipers", "currency": "CNY", "visibility": "public"}


def sent_at_once(keys: list[uuid.UUID]) -> set[str]:
    """Where the answers lead."""
    purchaser = make_representative(company=make_buyer()).user
    acts = [lambda key=key: post(purchaser, "portal:need-add", **NEED, form_key=str(key)) for key in keys]
    return {response.url for response in at_once(acts)}


def test_a_form_sent_by_four_at_once_is_one_need() -> None:
    places = sent_at_once([uuid.uuid4()] * 4)
    assert (SourcingNeed.objects.count(), len(places)) == (1, 1)


def test_four_forms_sent_at_once_are_four_needs() -> None:
    places = sent_at_once([uuid.uuid4() for _each in range(4)])
    assert (SourcingNeed.objects.count(), len(places)) == (4, 4)
