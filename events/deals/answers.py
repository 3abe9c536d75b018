"""What both sides of a deal have said of its present values: confirmed, contested or silent."""

from django.db.models import OuterRef, QuerySet, Subquery, TextChoices
from django.utils.translation import gettext_lazy as _

from events.models import Confirmation, Deal

Answer = Confirmation.Answer


class Standing(TextChoices):
    """Both sides together."""

    CONFIRMED = "confirmed", _("confirmed by both")
    CONTESTED = "contested", _("contested")
    SILENT = "silent", _("a side is silent")


def with_answers(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """The deals with ``buyer_answer`` and ``supplier_answer``: the standing ones, None where nobody asked."""

    def said(side: str) -> Subquery:
        standing = Confirmation.objects.filter(
            deal=OuterRef("pk"), version=OuterRef("version"), side=side, voided_at=None
        )
        return Subquery(standing.values("answer")[:1])

    return deals.annotate(buyer_answer=said("buyer"), supplier_answer=said("supplier"))


def standing_of(deal: Deal) -> Standing:
    """What the sides of a deal of ``with_answers`` said; whoever is not the right person is silent."""
    answers = {deal.buyer_answer, deal.supplier_answer}  # type: ignore[attr-defined]  # annotations
    if Answer.CONTESTED in answers:
        return Standing.CONTESTED
    return Standing.CONFIRMED if answers == {Answer.CONFIRMED} else Standing.SILENT
