"""Follow-ups, visits, problems and exposure, for tests."""

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

from django.utils import timezone

from companies.models import Company
from events.models import Deal, ExposureAlert, ExposureThreshold, FollowUp, Problem, Visit
from tests.factories.accounts import make_user
from tests.factories.companies import make_buyer, make_chain, make_company
from tests.factories.events import make_deal


def make_follow_up(deal: Deal | None = None, *, token: str = "", **fields: Any) -> FollowUp:
    """An unanswered follow-up that is due today; ``token`` makes its link, ``source`` answers it."""
    deal = deal or make_deal(stage=Deal.Stage.SIGNED)
    values: dict[str, Any] = {"days": 30, "due_on": timezone.localdate()} | fields
    if token:
        values |= {
            "token_hash": hashlib.sha256(token.encode()).hexdigest(),
            "asked_at": timezone.now(),
            "expires_at": timezone.now() + dt.timedelta(days=30),
            "links": 1,
        }
    if values.get("source"):
        values.setdefault("answered_at", timezone.now())
    if "owner" not in values:
        values["owner"] = make_user()
    return FollowUp.objects.create(deal=deal, **values)


def make_visit(company: Company | None = None, **fields: Any) -> Visit:
    values: dict[str, Any] = {
        "visited_on": timezone.localdate(),
        "purpose": "To look at the new line",
    } | fields
    for name in ("visitor", "recorded_by"):
        if name not in values:
            values[name] = make_user()
    return Visit.objects.create(company=company or make_company(), **values)


def make_problem(company: Company | None = None, *, token: str = "", **fields: Any) -> Problem:
    """A problem that waits for the office until in two weeks; ``token`` makes the firm's link."""
    today = timezone.localdate()
    values: dict[str, Any] = {
        "text": "The customs clearance takes too long.",
        "source": Problem.Source.PORTAL,
        "raised_on": today,
        "deadline": today + dt.timedelta(days=14),
    } | fields
    if values.get("state") in {"proposed", "solved"}:
        values.setdefault("proposal", "A green lane was agreed with the customs.")
    if values.get("state") == "solved":
        values.setdefault("solved_on", today)
    if token:
        values |= {
            "token_hash": hashlib.sha256(token.encode()).hexdigest(),
            "expires_at": timezone.now() + dt.timedelta(days=30),
        }
    return Problem.objects.create(company=company or make_company(), **values)


def make_threshold(**fields: Any) -> ExposureThreshold:
    """The rule for every chain that has none: half, from nothing on."""
    values: dict[str, Any] = {"share": Decimal("0.5"), "least_cny": Decimal(0)} | fields
    rule, _made = ExposureThreshold.objects.update_or_create(chain=values.pop("chain", None), defaults=values)
    return rule


def make_alert(supplier: Company | None = None, buyer: Company | None = None, **fields: Any) -> ExposureAlert:
    values: dict[str, Any] = {
        "share": Decimal("0.8"),
        "value_cny": Decimal(5_000_000),
        "begun_on": timezone.localdate(),
    } | fields
    if "chain" not in values:
        values["chain"] = make_chain()
    return ExposureAlert.objects.create(
        supplier=supplier or make_company(), buyer=buyer or make_buyer(), **values
    )
