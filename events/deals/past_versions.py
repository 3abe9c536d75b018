"""The versions that a deal had before: what was recorded, until when it held, and who had confirmed it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from accounts.language import in_reader_language, reads_chinese
from companies.models import Company
from companies.money import in_words, plain
from events.models import Confirmation, Deal


@dataclass(frozen=True)
class PastVersion:
    """One version as it last stood; ``facts`` are labels with values, ``answers`` what the sides had said."""

    number: int
    until: dt.datetime
    facts: list[tuple[str, str]]
    answers: list[str]
    was_verified: bool


def past_versions(deal: Deal, *, with_comments: bool) -> list[PastVersion]:
    """The versions before the present one, newest first, from the audit trail.

    What a side wrote beside its answer is for officials, not for the other side.
    """
    if deal.version == 1:
        return []
    history: Any = apps.get_model("events", "DealEvent")
    last: dict[int, Any] = {}
    ended: dict[int, dt.datetime] = {}
    for row in history.objects.filter(pgh_obj_id=deal.pk).order_by("pgh_id"):
        if row.version not in last and row.version - 1 in last:
            ended[row.version - 1] = row.pgh_created_at
        last[row.version] = row
    firms = Company.objects.in_bulk({key for row in last.values() for key in (row.buyer_id, row.supplier_id)})
    said = _answers(deal, with_comments=with_comments)
    return [
        PastVersion(
            number, ended[number], _facts(row, firms), said.get(number, []), row.verified_at is not None
        )
        for number, row in sorted(last.items(), reverse=True)
        if number in ended
    ]


def _answers(deal: Deal, *, with_comments: bool) -> dict[int, list[str]]:
    """What the sides answered, by version."""
    found: dict[int, list[str]] = {}
    for row in Confirmation.objects.filter(deal=deal, version__lt=deal.version).exclude(answer=""):
        text = f"{row.get_side_display()}: {row.get_answer_display()}"
        text += f" ({row.comment})" if row.comment and with_comments else ""
        found.setdefault(row.version, []).append(text)
    return found


def _facts(row: Any, firms: dict[int, Company]) -> list[tuple[str, str]]:
    def words(amount: Decimal | None) -> str:
        return "" if amount is None else in_words(amount, row.currency, chinese=reads_chinese())

    told = [
        (_("Project"), in_reader_language(row.title_zh, row.title_en)),
        (_("Buyer"), str(firms.get(row.buyer_id, ""))),
        (_("Supplier"), str(firms.get(row.supplier_id, ""))),
        (_("Stage"), str(Deal.Stage(row.stage).label)),
        (_("Quantity"), "" if row.quantity is None else f"{plain(row.quantity)} {row.unit}"),
        (_("Intention amount"), words(row.intention_amount)),
        (_("Signed amount"), words(row.signed_amount)),
        (_("Intention on"), f"{row.intention_on or ''}"),
        (_("Signed on"), f"{row.signed_on or ''}"),
        (
            _("Rate"),
            ""
            if row.currency == "CNY"
            else f"1 {row.currency} = {row.rate_to_cny.normalize():f} CNY ({row.rate_date})",
        ),
    ]
    return [(label, value) for label, value in told if value]
