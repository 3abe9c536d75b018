"""Record a deal: an intention, a framework agreement or a signed contract."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company, Division, IndustrialChain, SourcingNeed
from companies.money import problem_of
from events.deals.counting import chain_of, division_of
from events.deals.doubles import list_doubles
from events.deals.rates import rate_on
from events.deals.rights import require_oversight, require_recorder
from events.models import Deal, DockingEvent, Meeting

RECORDED_STAGES = (Deal.Stage.INTENTION, Deal.Stage.FRAMEWORK, Deal.Stage.SIGNED)


class DealNotComplete(Refused):
    """Something that every deal needs is missing or contradicts another value."""


class KeyAlreadyUsed(Refused):
    """The key of the recording was used before, with other content; ``deal`` is what was recorded then."""

    def __init__(self, sentence: str | Promise, deal: Deal) -> None:
        super().__init__(sentence)
        self.deal = deal


def record(
    *,
    by: User,
    buyer: Company,
    supplier: Company,
    stage: str,
    on: dt.date,
    amount: Decimal | None = None,
    currency: str = "CNY",
    title_zh: str = "",
    title_en: str = "",
    quantity: Decimal | None = None,
    unit: str = "",
    need: SourcingNeed | None = None,
    event: DockingEvent | None = None,
    meeting: Meeting | None = None,
    counting_chain: IndustrialChain | None = None,
    counting_division: Division | None = None,
    contract_reference: str = "",
    note: str = "",
    key: uuid.UUID | None = None,
    and_then: Callable[[Deal], object] | None = None,
) -> Deal:
    """Record a deal once.

    The amount is the signed amount of a signed deal, otherwise the intention amount, in ``currency``;
    the rate of the day is stored with it. Event and need follow from the meeting, chain and division from
    ``counting``. The same key with the same content returns the deal of the first time. ``and_then`` runs
    in the same transaction, only when the deal is new: an upper package moves its own records with it.

    :raises NotAllowed: no permission, or a deal of no chain, division or event of the person.
    :raises DealNotComplete, NoCountingChain, NoCountingDivision, NoRate: what is missing, as a sentence.
    :raises KeyAlreadyUsed: the key came with other content or from another person.
    """
    require_recorder(by)
    values: dict[str, Any] = {
        "buyer": buyer,
        "supplier": supplier,
        "stage": Deal.Stage(stage),
        "title_zh": title_zh.strip(),
        "title_en": title_en.strip(),
        "quantity": quantity,
        "unit": unit.strip(),
        "need": need or (meeting.need if meeting else None),
        "event": event or (meeting.event if meeting else None),
        "meeting": meeting,
        "currency": currency,
        "contract_reference": contract_reference.strip(),
        "note": note.strip(),
    }
    asked = {"by": by, "on": on, "amount": amount, "chain": counting_chain, "division": counting_division}
    digest = _digest(values | asked)
    with acting(by):
        if key and (before := _recorded_before(key, digest)):
            return before
        _check(values, amount, on)
        values["counting_chain"] = counting_chain or chain_of(supplier, values["need"], values["event"])
        values["counting_division"] = counting_division or division_of(supplier, buyer, values["event"])
        values |= _amount_and_day(values["stage"], amount, currency, on)
        values |= {"recorded_by": by, "recorded_at": timezone.now()}
        try:
            with transaction.atomic():
                deal = Deal.objects.create(**values, idempotency_key=key, recording_digest=digest)
        except IntegrityError:
            # The same key arrived twice at once: the other one has just been committed.
            if key and (before := _recorded_before(key, digest)):
                return before
            raise
        require_oversight(by, deal)
        list_doubles(deal)
        if and_then:
            and_then(deal)
    return deal


def _recorded_before(key: uuid.UUID, digest: str) -> Deal | None:
    """The deal of an earlier recording with this key.

    :raises KeyAlreadyUsed: it had other content.
    """
    deal = Deal.objects.filter(idempotency_key=key).first()
    if deal and deal.recording_digest != digest:
        raise KeyAlreadyUsed(
            _("This form was already sent with other values: look at the deal of the first time."), deal
        )
    return deal


def _digest(content: dict[str, Any]) -> str:
    """SHA-256 of what was sent: rows by key, numbers without idle zeros."""

    def plain(value: Any) -> str:
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        return str(getattr(value, "pk", value))

    text = json.dumps({name: plain(value) for name, value in content.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _amount_and_day(stage: Deal.Stage, amount: Decimal | None, currency: str, on: dt.date) -> dict[str, Any]:
    """The columns of the stage's day, of its amount and of the day's rate."""
    column = "signed_amount" if stage == Deal.Stage.SIGNED else "intention_amount"
    rate = rate_on(currency, on)
    return {
        f"{stage}_on": on,
        column: amount,
        "rate_to_cny": rate.cny_per_unit,
        "rate_date": rate.date,
    }


def _check(values: dict[str, Any], amount: Decimal | None, on: dt.date) -> None:
    """:raises DealNotComplete: the first thing that is wrong, as a sentence."""
    buyer, supplier, need, meeting = (values[name] for name in ("buyer", "supplier", "need", "meeting"))
    wrong = (
        (
            values["stage"] not in RECORDED_STAGES,
            _("A deal begins as intention, framework agreement or signed."),
        ),
        (buyer == supplier, _("Buyer and supplier cannot be the same company.")),
        (buyer.archived_at or supplier.archived_at, _("An archived company makes no new deals.")),
        (
            not (values["title_zh"] or values["title_en"]),
            _("Give the deal a title, in Chinese or in English."),
        ),
        (on > timezone.localdate(), _("The day of the deal lies in the future.")),
        (
            values["stage"] == Deal.Stage.SIGNED and not amount,
            _("A signed deal has an amount greater than zero."),
        ),
        (problem_of(amount) is not None, _("An amount is not negative and has at most two decimals.")),
        (
            values["quantity"] is not None and not values["unit"],
            _("Say the unit of the quantity, such as pieces or tonnes."),
        ),
        (need and need.buyer_id != buyer.pk, _("The need belongs to another buyer.")),
        (
            meeting and {meeting.buyer.company_id, meeting.supplier.company_id} != {buyer.pk, supplier.pk},
            _("Another buyer or supplier sat in this meeting."),
        ),
        (
            meeting and values["event"].pk != meeting.event_id,
            _("The meeting took place at another event."),
        ),
    )
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise DealNotComplete(sentence)
