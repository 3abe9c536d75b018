"""Events, registrations, meetings, deals and what belongs to them, for tests.

Every function fills what the database demands with unique values; keywords override any field.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from companies.models import Company, IndustrialChain, SourcingNeed
from events.models import (
    Confirmation,
    Deal,
    Delegate,
    DockingEvent,
    Double,
    EventSeries,
    Evidence,
    ExchangeRate,
    Fulfilment,
    Invitation,
    Meeting,
    MeetingWish,
    Registration,
    Seat,
    Session,
    Slot,
)
from tests.factories.accounts import make_user
from tests.factories.companies import make_buyer, make_chain, make_company, make_division

_numbers = count(1)

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
"""The smallest content that passes as a PDF."""


def make_series(**fields: Any) -> EventSeries:
    number = next(_numbers)
    values: dict[str, Any] = {"name_zh": f"第{number}系列", "name_en": f"Series {number}"} | fields
    if "host" not in values:
        values["host"] = make_division()
    return EventSeries.objects.create(**values)


def make_event(
    *, chains: Iterable[IndustrialChain] = (), organisers: Iterable[User] = (), **fields: Any
) -> DockingEvent:
    """An announced event of two days that begins today, without limit of places."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"event-{number}",
        "kind": DockingEvent.Kind.OEM_PARTS,
        "name_zh": f"第{number}对接会",
        "name_en": f"Docking event {number}",
        "starts_on": timezone.localdate(),
        "state": DockingEvent.State.PUBLISHED,
    } | fields
    values.setdefault("ends_on", values["starts_on"] + dt.timedelta(days=1))
    if "host" not in values:
        values["host"] = make_division()
    event = DockingEvent.objects.create(**values)
    event.chains.set(chains)
    event.organisers.set(organisers)
    return event


def make_registration(
    event: DockingEvent | None = None,
    company: Company | None = None,
    *,
    needs: Iterable[SourcingNeed] = (),
    **fields: Any,
) -> Registration:
    """A confirmed registration; the side follows from what the company does."""
    company = company or make_company()
    side = Registration.Side.SUPPLIER if company.supplies else Registration.Side.BUYER
    values: dict[str, Any] = {"side": side, "registered_at": timezone.now()} | fields
    registration = Registration.objects.create(event=event or make_event(), company=company, **values)
    registration.needs.set(needs)
    return registration


def make_delegate(registration: Registration | None = None, **fields: Any) -> Delegate:
    number = next(_numbers)
    values = {"name": f"Delegate {number}", "email": f"delegate{number}@example.test"} | fields
    return Delegate.objects.create(registration=registration or make_registration(), **values)


def make_invitation(
    event: DockingEvent | None = None, company: Company | None = None, **fields: Any
) -> Invitation:
    """A firm that was written to and has not looked."""
    values: dict[str, Any] = {"invited_at": timezone.now(), "delivery": Invitation.Delivery.SENT} | fields
    if "invited_by" not in values:
        values["invited_by"] = make_user()
    return Invitation.objects.create(event=event or make_event(), company=company or make_company(), **values)


def make_session(event: DockingEvent | None = None, *, slots: int = 0, **fields: Any) -> Session:
    """A session with so many slots of 30 minutes, from nine o'clock of the event's first day."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "name_zh": f"第{number}场",
        "name_en": f"Session {number}",
        "tables": 2,
    } | fields
    session = Session.objects.create(event=event or make_event(), **values)
    for at in range(slots):
        make_slot(session, at)
    return session


def make_slot(session: Session | None = None, at: int = 0, **fields: Any) -> Slot:
    """The slot at that place of the day: 0 begins at nine, 1 at half past nine."""
    session = session or make_session()
    nine = dt.datetime.combine(session.event.starts_on, dt.time(9), timezone.get_default_timezone())
    values: dict[str, Any] = {"starts_at": nine + dt.timedelta(minutes=30 * at)} | fields
    values.setdefault("ends_at", values["starts_at"] + dt.timedelta(minutes=30))
    return Slot.objects.create(session=session, **values)


def make_wish(wished_by: Registration, other: Registration, **fields: Any) -> MeetingWish:
    return MeetingWish.objects.create(wished_by=wished_by, other=other, **fields)


def make_meeting(
    buyer: Registration | None = None,
    supplier: Registration | None = None,
    *,
    slot: Slot | None = None,
    table: int | None = None,
    **fields: Any,
) -> Meeting:
    """A published meeting of two registrations of one event; with a slot it has its two seats."""
    event = fields.pop("event", None)
    event = event or next((each.event for each in (buyer, supplier) if each), None)
    event = event or (slot.session.event if slot else make_event())
    buyer = buyer or make_registration(event, make_buyer())
    supplier = supplier or make_registration(event, make_company())
    values: dict[str, Any] = {"state": Meeting.State.PUBLISHED} | fields
    if slot and table is None:
        table = 1
    meeting = Meeting.objects.create(
        event=event, buyer=buyer, supplier=supplier, slot=slot, table=table, **values
    )
    if slot and meeting.state != Meeting.State.CANCELLED:
        for registration in (buyer, supplier):
            Seat.objects.create(meeting=meeting, registration=registration, slot=slot)
    return meeting


def make_deal(
    buyer: Company | None = None,
    supplier: Company | None = None,
    *,
    amount: Decimal | int | None = 1_000_000,
    on: dt.date | None = None,
    **fields: Any,
) -> Deal:
    """An intention in yuan recorded today; ``stage`` makes another one with the dates that it needs.

    ``amount`` is the signed amount of a deal that was signed, the intention amount of any other.
    ``verified_by`` alone sets the time as well.
    """
    number = next(_numbers)
    on = on or timezone.localdate()
    values: dict[str, Any] = {
        "title_zh": f"第{number}项目",
        "title_en": f"Deal {number}",
        "stage": Deal.Stage.INTENTION,
        "rate_date": on,
        "recorded_at": timezone.now(),
    } | fields
    stage = str(values["stage"])
    values.setdefault(f"{stage}_on", on)
    if stage in {"performing", "completed"}:
        values.setdefault("signed_on", on)
    values.setdefault("signed_amount" if values.get("signed_on") else "intention_amount", amount)
    if stage == "terminated":
        values.setdefault("termination_reason", "The project was given up.")
    if values.get("verified_by"):
        values.setdefault("verified_at", timezone.now())
    for name, make in (
        ("counting_chain", make_chain),
        ("counting_division", make_division),
        ("recorded_by", make_user),
    ):
        if name not in values:
            values[name] = make()
    deal = Deal.objects.create(buyer=buyer or make_buyer(), supplier=supplier or make_company(), **values)
    deal.refresh_from_db()
    return deal


def make_double(one: Deal | None = None, other: Deal | None = None, **fields: Any) -> Double:
    """Two deals that may be one, not decided yet."""
    earlier, later = sorted((one or make_deal(), other or make_deal()), key=lambda deal: deal.pk)
    values: dict[str, Any] = {"reasons": ["same_pair"], "found_at": timezone.now()} | fields
    return Double.objects.create(earlier=earlier, later=later, **values)


def make_evidence(deal: Deal | None = None, *, content: bytes | None = None, **fields: Any) -> Evidence:
    """A PDF that no other call made; ``content`` gives its bytes."""
    content = PDF + str(next(_numbers)).encode() if content is None else content
    values: dict[str, Any] = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "content_type": "application/pdf",
        "size": len(content),
    } | fields
    if "added_by" not in values:
        values["added_by"] = make_user()
    return Evidence.objects.create(
        deal=deal or make_deal(stage=Deal.Stage.SIGNED), file=ContentFile(content, "scan.pdf"), **values
    )


def make_confirmation(deal: Deal | None = None, *, token: str = "", **fields: Any) -> Confirmation:
    """An open question to the buyer about the present version; ``answer`` alone sets its time as well."""
    deal = deal or make_deal()
    token = token or f"token-{next(_numbers)}"
    values: dict[str, Any] = {
        "side": Confirmation.Side.BUYER,
        "version": deal.version,
        "token_hash": hashlib.sha256(token.encode()).hexdigest(),
        "expires_at": timezone.now() + dt.timedelta(days=14),
        "channel": Confirmation.Channel.QR,
        "shown": {},
    } | fields
    if values.get("answer"):
        values.setdefault("answered_at", timezone.now())
    return Confirmation.objects.create(deal=deal, **values)


def make_fulfilment(deal: Deal | None = None, **fields: Any) -> Fulfilment:
    today = timezone.localdate()
    values: dict[str, Any] = {"year": today.year, "reported_on": today} | fields
    return Fulfilment.objects.create(deal=deal or make_deal(stage=Deal.Stage.SIGNED), **values)


def make_rate(currency: str = "USD", rate: str = "7.1", **fields: Any) -> ExchangeRate:
    """Yuan a unit on the first day of the year 2000, so that it holds for every later day."""
    values: dict[str, Any] = {"date": dt.date(2000, 1, 1), "source": "Test"} | fields
    return ExchangeRate.objects.create(currency=currency, cny_per_unit=Decimal(rate), **values)
