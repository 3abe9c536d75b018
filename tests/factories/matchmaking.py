"""Matches, and deals that the headline counts, for tests."""

import datetime as dt
from typing import Any

from django.utils import timezone

from companies.models import Company, SourcingNeed
from events.models import Deal
from matchmaking.engine.keeping import keep_up
from matchmaking.models import Indicator, Match
from tests.factories.accounts import make_user
from tests.factories.companies import make_company, make_division, make_need
from tests.factories.events import make_deal, make_evidence


def make_match(need: SourcingNeed | None = None, supplier: Company | None = None, **fields: Any) -> Match:
    """A supplier that an official put on the short list of an open need."""
    values: dict[str, Any] = {"origin": Match.Origin.STAFF, "state": Match.State.SHORTLISTED} | fields
    return Match.objects.create(need=need or make_need(), supplier=supplier or make_company(), **values)


def make_introduced_match(
    need: SourcingNeed | None = None, supplier: Company | None = None, **fields: Any
) -> Match:
    """Both sides know of each other, and neither has answered."""
    values: dict[str, Any] = {"state": Match.State.INTRODUCED, "introduced_at": timezone.now()} | fields
    return make_match(need, supplier, **values)


def make_accepted_match(
    need: SourcingNeed | None = None, supplier: Company | None = None, **fields: Any
) -> Match:
    """Introduced, and both said yes."""
    yes: dict[str, Any] = {
        "state": Match.State.ACCEPTED,
        "buyer_answer": Match.Answer.ACCEPTED,
        "supplier_answer": Match.Answer.ACCEPTED,
        "buyer_answered_at": timezone.now(),
        "supplier_answered_at": timezone.now(),
    }
    return make_introduced_match(need, supplier, **yes | fields)


def make_counted_deal(
    buyer: Company | None = None, supplier: Company | None = None, *, amount: int = 1_000_000, **fields: Any
) -> Deal:
    """A deal of the headline: signed, with a document, verified by another person."""
    values: dict[str, Any] = {"stage": Deal.Stage.SIGNED} | fields
    if "verified_by" not in values:
        values["verified_by"] = make_user()
    deal = make_deal(buyer, supplier, amount=amount, **values)
    make_evidence(deal)
    return deal


def make_indicator(**fields: Any) -> Indicator:
    """A published number of a city from January to October 2022."""
    values: dict[str, Any] = {
        "name_zh": "进出口总额",
        "name_en": "total foreign trade",
        "period_from": dt.date(2022, 1, 1),
        "period_to": dt.date(2022, 10, 31),
        "value_cny": 242_300_000_000,
        "source_zh": "海关",
        "source_en": "Customs",
    } | fields
    if "division" not in values:
        values["division"] = make_division()
    return Indicator.objects.create(**values)


def index() -> None:
    """Write words, vectors and suggestions of every offering and need, as the worker does."""
    keep_up()
