"""Putting a supplier on a need's list, and taking it off."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from companies.models import Company, Offering, SourcingNeed
from matchmaking.introductions.refusals import MatchNotOpen, NeedNotOpen, NotYourDecision, SupplierNotFit
from matchmaking.models import Match

BEFORE_INTRODUCTION = (Match.State.SUGGESTED, Match.State.SHORTLISTED)


@dataclass(frozen=True)
class Finding:
    """What the engine said about a supplier when somebody chose it."""

    offering: Offering | None = None
    score: float | None = None
    rank: int | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)
    engine_version: str = ""


def check_open(need: SourcingNeed) -> None:
    """:raises NeedNotOpen: nobody is looking for suppliers any more, or not yet."""
    if not need.is_open:
        raise NeedNotOpen(_("This need is not open, so no supplier can be proposed for it."))


def check_fit(supplier: Company, need: SourcingNeed) -> None:
    """:raises SupplierNotFit: the company cannot be introduced for this need."""
    if not supplier.is_published:
        raise SupplierNotFit(_("Only verified companies can be introduced; verify this one first."))
    if not supplier.supplies:
        raise SupplierNotFit(_("This company is not registered as a supplier."))
    if supplier.pk == need.buyer_id:
        raise SupplierNotFit(_("A company cannot be introduced to itself."))


def locked_need(need: SourcingNeed) -> SourcingNeed:
    """The need's row, locked until the transaction ends."""
    return SourcingNeed.objects.select_for_update().get(pk=need.pk)


def locked_match(match: Match) -> Match:
    """The match's row, locked until the transaction ends."""
    return Match.objects.select_for_update(of=("self",)).select_related("need", "supplier").get(pk=match.pk)


def is_official_for(need: SourcingNeed, by: User) -> bool:
    """Whether the person oversees the need as an official."""
    return SourcingNeed.objects.overseen_by(by).filter(pk=need.pk).exists()


def represents(company_id: int, by: User) -> bool:
    """Whether the person acts for the company."""
    return Company.objects.current().represented_by(by).filter(pk=company_id).exists()


def propose(need: SourcingNeed, supplier: Company, *, by: User, finding: Finding, note: str = "") -> Match:
    """Put a supplier on the short list of a need; a second proposal of the same supplier changes nothing.

    Officials and the buyer's representatives may. ``note`` keeps why an official overruled the engine's rank.

    :raises NeedNotOpen: the need is not open.
    :raises SupplierNotFit: the company cannot be introduced.
    :raises NotYourDecision: the person neither oversees the need nor acts for its buyer.
    """
    with acting(by, note):
        need = locked_need(need)
        check_open(need)
        check_fit(supplier, need)
        official = is_official_for(need, by)
        if not official and not represents(need.buyer_id, by):
            raise NotYourDecision(
                _("Only the buyer and the officials of this chain choose suppliers for this need.")
            )
        chosen = finding.rank is not None
        match, _created = Match.objects.get_or_create(
            need=need,
            supplier=supplier,
            defaults={
                "offering": finding.offering,
                "score": finding.score,
                "rank": finding.rank,
                "reasons": finding.reasons,
                "engine_version": finding.engine_version,
                "origin": Match.Origin.ENGINE
                if chosen
                else Match.Origin.STAFF
                if official
                else Match.Origin.BUYER,
                "state": Match.State.SHORTLISTED,
                "note": note,
                "proposed_by": by,
            },
        )
        if match.state == Match.State.SUGGESTED:
            return shortlist(match, by=by)
        return match


def shortlist(match: Match, *, by: User) -> Match:
    """Choose a suggested supplier, or one that showed interest.

    :raises MatchNotOpen: it is past the suggestion.
    :raises NotYourDecision: the person neither oversees the need nor acts for its buyer.
    """
    with acting(by):
        match = locked_match(match)
        if match.state != Match.State.SUGGESTED:
            raise MatchNotOpen(_("This supplier has been chosen before."))
        if not is_official_for(match.need, by) and not represents(match.need.buyer_id, by):
            raise NotYourDecision(
                _("Only the buyer and the officials of this chain choose suppliers for this need.")
            )
        match.state = Match.State.SHORTLISTED
        match.proposed_by = by
        match.save(update_fields=["state", "proposed_by", "updated_at"])
        return match


def show_interest(need: SourcingNeed, supplier: Company, *, by: User, finding: Finding) -> Match:
    """A supplier raises its hand for a need: its yes is given, the buyer's or an official's is asked.

    :raises NeedNotOpen: the need is not open.
    :raises SupplierNotFit: the company is not a verified supplier.
    :raises NotYourDecision: the person does not act for the supplier.
    :raises MatchNotOpen: the supplier declined or was declined before.
    """
    with acting(by):
        need = locked_need(need)
        check_open(need)
        check_fit(supplier, need)
        if not represents(supplier.pk, by):
            raise NotYourDecision(_("Only representatives of the company can show its interest."))
        match, created = Match.objects.select_for_update().get_or_create(
            need=need,
            supplier=supplier,
            defaults={
                "offering": finding.offering,
                "score": finding.score,
                "rank": finding.rank,
                "reasons": finding.reasons,
                "engine_version": finding.engine_version,
                "origin": Match.Origin.SUPPLIER,
                "supplier_answer": Match.Answer.ACCEPTED,
                "supplier_answered_at": timezone.now(),
            },
        )
        if created or match.supplier_answer == Match.Answer.ACCEPTED:
            return match
        if match.state not in BEFORE_INTRODUCTION:
            raise MatchNotOpen(_("You have been introduced for this need: answer there."))
        match.supplier_answer = Match.Answer.ACCEPTED
        match.supplier_answered_at = timezone.now()
        match.origin = Match.Origin.SUPPLIER
        match.save(update_fields=["supplier_answer", "supplier_answered_at", "origin", "updated_at"])
        return match


def drop(match: Match, *, by: User, reason: str, note: str = "") -> Match:
    """Take a supplier off a need's list before it was introduced, with a reason that is kept.

    :raises MatchNotOpen: both sides know of it already.
    :raises NotYourDecision: the person neither oversees the need nor acts for its buyer.
    """
    with acting(by, note):
        match = locked_match(match)
        if match.state not in BEFORE_INTRODUCTION:
            raise MatchNotOpen(_("Both sides know of this introduction, so it can only be answered."))
        if not is_official_for(match.need, by) and not represents(match.need.buyer_id, by):
            raise NotYourDecision(
                _("Only the buyer and the officials of this chain choose suppliers for this need.")
            )
        match.state = Match.State.CLOSED
        match.buyer_answer = Match.Answer.DECLINED
        match.buyer_answered_at = timezone.now()
        match.buyer_reason = Match.Reason(reason)
        match.note = note or match.note
        match.save(
            update_fields=["state", "buyer_answer", "buyer_answered_at", "buyer_reason", "note", "updated_at"]
        )
        return match
