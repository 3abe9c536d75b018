"""What stands behind a deal: its document, both sides' confirmations, and what came of it."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import Decimal
from random import Random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from events.deals.shown import values_of
from events.models import Confirmation, Deal, Evidence, Fulfilment
from matchmaking.demo import amounts
from matchmaking.demo.facts import facts
from matchmaking.demo.ledger import ASSUMED, Entry
from matchmaking.demo.names import any_person
from matchmaking.demo.papers import Paper, paper

CONFIRMED = 155
"""Of the 221 signed deals: confirmed by both sides."""
CONTESTED = 2
HALF = 24
"""Confirmed by one side; the other is silent."""
OBJECTION = "签约金额应为含税价 The signed amount should include tax."


def make_evidence(entries: Sequence[Entry]) -> list[Evidence]:
    """One document a deal, its file written; unsaved."""
    made = []
    for entry in entries:
        deal, document = entry.deal, _paper_of(entry.deal)
        if not default_storage.exists(document.name):
            default_storage.save(document.name, ContentFile(document.content))
        made.append(
            Evidence(
                deal=deal,
                file=document.name,
                sha256=document.sha256,
                content_type="application/pdf",
                size=len(document.content),
                added_by=deal.recorded_by,
            )
        )
    return made


def make_confirmations(rng: Random, entries: Sequence[Entry]) -> list[Confirmation]:
    """Links sent to both sides of signed deals: about 70 % confirmed by both, two contested, the rest silent.

    No answer is put into the mouth of a firm that exists.
    """
    entries = [e for e in entries if e.deal.buyer.is_invented and e.deal.supplier.is_invented]
    both, contested, half = Confirmation.Answer.CONFIRMED, Confirmation.Answer.CONTESTED, ""
    answers: list[tuple[str, str]] = [(both, both)] * CONFIRMED
    answers += [(contested, both), (both, contested)][:CONTESTED]
    answers += [(both, half) if rng.random() < 0.5 else (half, both) for _ in range(HALF)]
    answers += [(half, half)] * (len(entries) - len(answers))
    rng.shuffle(answers)
    return [
        _confirmation(rng, entry.deal, side, answer)
        for entry, pair in zip(entries, answers, strict=True)
        for side, answer in zip((Confirmation.Side.BUYER, Confirmation.Side.SUPPLIER), pair, strict=True)
    ]


def make_fulfilments(rng: Random, entries: Sequence[Entry]) -> list[Fulfilment]:
    """Reports for 2022 of deals that are being performed, and the published one of Qiaoluming."""
    said = facts().qiaoluming
    made = []
    for entry in entries:
        deal = entry.deal
        if entry.contract.supplier.company.name_en.startswith("Qiaoluming"):
            made.append(
                Fulfilment(
                    deal=deal,
                    year=said["year"],
                    new_output_amount=Decimal(said["new_output_value_cny"]),
                    reported_by_name=said["reported_by"],
                    reported_on=facts().as_of,
                )
            )
        elif deal.fulfilled_amount is not None and rng.random() < 0.8:
            person = any_person(rng)
            made.append(
                Fulfilment(
                    deal=deal,
                    year=2022,
                    ordered_amount=deal.ordered_amount,
                    fulfilled_amount=deal.fulfilled_amount,
                    new_output_amount=_new_output(rng, deal),
                    reported_by_name=f"{person.zh} {person.en}",
                    reported_on=facts().as_of - dt.timedelta(days=rng.randrange(25)),
                )
            )
    return made


def _new_output(rng: Random, deal: Deal) -> Decimal | None:
    """What the supplier calls new because of the deal: a part of what it delivered; some do not say."""
    if deal.fulfilled_amount is None or rng.random() < 0.35:
        return None
    return (deal.fulfilled_amount * Decimal(str(round(rng.uniform(0.4, 0.95), 3)))).quantize(amounts.FEN)


def _paper_of(deal: Deal) -> Paper:
    amount = f"{deal.signed_amount:,.2f} {deal.currency}" if deal.signed_amount else "-"
    return paper(
        [
            f"Reference: {deal.contract_reference}",
            f"Buyer: {deal.buyer.name_en or '-'}",
            f"买方：{deal.buyer.name_zh or '-'}",
            f"Supplier: {deal.supplier.name_en or '-'}",
            f"供方：{deal.supplier.name_zh or '-'}",
            f"Subject: {deal.title_en}",
            f"标的：{deal.title_zh}",
            f"Amount: {amount}",
            f"Signed on: {deal.signed_on or '-'}",
            *(["The amount is an assumption of the demonstration."] if deal.note == ASSUMED else []),
        ]
    )


def _confirmation(rng: Random, deal: Deal, side: str, answer: str) -> Confirmation:
    sent = deal.recorded_at + dt.timedelta(hours=rng.randrange(1, 30))
    token = rng.getrandbits(256).to_bytes(32, "big")
    return Confirmation(
        deal=deal,
        side=side,
        version=deal.version,
        token_hash=hashlib.sha256(token).hexdigest(),
        expires_at=sent + dt.timedelta(days=14),
        channel=Confirmation.Channel.EMAIL,
        sent_to=f"{side}.{deal.contract_reference.lower()}@demo.invalid",
        delivery=Confirmation.Delivery.SENT,
        answer=answer,
        answered_at=sent + dt.timedelta(hours=rng.randrange(1, 200)) if answer else None,
        comment=OBJECTION if answer == Confirmation.Answer.CONTESTED else "",
        shown=values_of(deal),
    )
