"""What a side of a deal is shown when it is asked to confirm, and what is kept as shown."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from accounts.language import in_reader_language, reads_chinese
from companies.money import in_words, plain
from events.models import Confirmation, Deal


def values_of(deal: Deal) -> dict[str, Any]:
    """The values in both languages, for JSON; amounts and quantities as decimal text."""
    amount = deal.signed_amount if deal.signed_on else deal.intention_amount
    stage = Deal.Stage.SIGNED if deal.signed_on else Deal.Stage(deal.stage)
    day = deal.signed_on or deal.framework_on or deal.intention_on
    return {
        "buyer_zh": deal.buyer.name_zh,
        "buyer_en": deal.buyer.name_en,
        "supplier_zh": deal.supplier.name_zh,
        "supplier_en": deal.supplier.name_en,
        "title_zh": deal.title_zh,
        "title_en": deal.title_en,
        "stage": stage.value,
        "on": day.isoformat() if day else "",
        "amount": None if amount is None else f"{amount:.2f}",
        "currency": deal.currency,
        "quantity": None if deal.quantity is None else f"{deal.quantity:f}",
        "unit": deal.unit,
    }


@dataclass(frozen=True)
class Shown:
    """The kept values in the reader's language."""

    buyer: str
    supplier: str
    title: str
    stage: str
    on: dt.date | None
    amount: str
    digits: str
    quantity: str

    @classmethod
    def of(cls, confirmation: Confirmation) -> Self:
        """What the confirmation's person sees, from the stored values and never from the deal."""
        kept = confirmation.shown
        amount = Decimal(kept["amount"]) if kept["amount"] else None
        quantity = Decimal(kept["quantity"]) if kept["quantity"] else None
        return cls(
            buyer=in_reader_language(kept["buyer_zh"], kept["buyer_en"]),
            supplier=in_reader_language(kept["supplier_zh"], kept["supplier_en"]),
            title=in_reader_language(kept["title_zh"], kept["title_en"]),
            stage=str(Deal.Stage(kept["stage"]).label),
            on=dt.date.fromisoformat(kept["on"]) if kept["on"] else None,
            amount="" if amount is None else in_words(amount, kept["currency"], chinese=reads_chinese()),
            digits="" if amount is None else f"{amount:,.2f} {kept['currency']}",
            quantity="" if quantity is None else f"{plain(quantity)} {kept['unit']}",
        )
