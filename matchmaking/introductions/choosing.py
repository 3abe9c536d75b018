"""Putting a supplier on a need's list, and taking it off."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from companies.models import Company, Offering, SourcingNeed
from matchmaking.introductions.refusals import (
    AnswerNeedsReason,
    MatchNotOpen,
    NeedNotOpen,
    NotYourDecision,
    SupplierNotFit,
)
from matchmaking.introductions.telling import tell_of_interest, tell_of_refused_interest
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
    return (
        Match.objects.select_for_update(of=("self",))
        .select_related("need__buyer", "supplier")
        .get(pk=match.pk)
    )


def is_official_for(need: SourcingNeed, by: User) -> bool:
    """Whether the person oversees the need as an official."""
    return SourcingNeed.objects.overseen_by(by).filter(pk=need.pk).exists()


def represents(company_id: int, by: User) -> bool:
    """Whether the person acts for the company."""
    return Company.objects.current().represented_by(by).filter(pk=company_id).exists()


def check_chooser(need: SourcingNeed, by: User) -> None:
    """:raises NotYourDecision: the person neither oversees the need nor acts for its buyer."""
    if not is_official_for(need, by) and not represents(need.buyer_id, by):
        raise NotYourDecision(
            _("Only the buyer and the officials of this chain choose suppliers for this need.")
        )


def propose(need: SourcingNeed, supplier: Company, *, by: User, finding: Finding, note: str = "") -> Match:
    """Put a supplier on the short list of a need; a second proposal of the same supplier changes nothing.

    Officials and the buyer's representatives may, also for a supplier that was taken off the list before.
    ``note`` keeps why an official overruled the engine's rank.

    :raises NeedNotOpen: the need is not open.
    :raises SupplierNotFit: the company cannot be introduced.
    :raises NotYourDecision: the person neither oversees the need nor acts for its buyer.
    :raises MatchNotOpen: one of the two declined before.
    """
    with acting(by, note):
        need = locked_need(need)
        check_open(need)
        check_fit(supplier, need)
        check_chooser(need, by)
        match, created = Match.objects.select_for_update().get_or_create(
            need=need,
            supplier=supplier,
            defaults=_found(finding)
            | {
                "rank": finding.rank,
                "origin": _origin(finding, need, by),
                "state": Match.State.SHORTLISTED,
                "note": note,
                "proposed_by": by,
            },
        )
        if created:
            return match
        if match.state == Match.State.DECLINED:
            raise MatchNotOpen(_("This introduction was declined, so it is not proposed again."))
        if match.state == Match.State.SUGGESTED or _was_taken_off(match):
            return _put_on_list(match, by, note)
        return match


def _found(finding: Finding) -> dict[str, Any]:
    """What a new match keeps of the engine's finding."""
    return {
        "offering": finding.offering,
        "score": finding.score,
        "reasons": finding.reasons,
        "engine_version": finding.engine_version,
    }


def _origin(finding: Finding, need: SourcingNeed, by: User) -> Match.Origin:
    if finding.rank is not None:
        return Match.Origin.ENGINE
    return Match.Origin.STAFF if is_official_for(need, by) else Match.Origin.BUYER


def _was_taken_off(match: Match) -> bool:
    """Whether the buyer's side dropped it before the two were introduced."""
    return match.state == Match.State.CLOSED and match.introduced_at is None


def _put_on_list(match: Match, by: User, note: str) -> Match:
    """Short-list a known match; what was said against it before stays in the audit trail."""
    match.state = Match.State.SHORTLISTED
    match.proposed_by = by
    match.note = note or match.note
    match.buyer_answer, match.buyer_answered_at, match.buyer_reason = "", None, ""
    match.save(
        update_fields=[
            "state",
            "proposed_by",
            "note",
            "buyer_answer",
            "buyer_answered_at",
            "buyer_reason",
            "updated_at",
        ]
    )
    return match


def shortlist(match: Match, *, by: User) -> Match:
    """Choose a suggested supplier, or one that showed interest.

    :raises MatchNotOpen: it is past the suggestion.
    :raises NeedNotOpen: the need is not open.
    :raises NotYourDecision: the person neither oversees the need nor acts for its buyer.
    """
    with acting(by):
        match = locked_match(match)
        check_chooser(match.need, by)
        if match.state != Match.State.SUGGESTED:
            raise MatchNotOpen(_("This supplier has been chosen before."))
        check_open(match.need)
        return _put_on_list(match, by, "")


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
            defaults=_found(finding)
            | {
                "origin": Match.Origin.SUPPLIER,
                "supplier_answer": Match.Answer.ACCEPTED,
                "supplier_answered_at": timezone.now(),
            },
        )
        if not created:
            if match.state in {Match.State.DECLINED, Match.State.CLOSED}:
                raise MatchNotOpen(_("This was decided before; the buyer is not asked again."))
            if match.supplier_answer == Match.Answer.ACCEPTED:
                return match
            if match.state not in BEFORE_INTRODUCTION:
                raise MatchNotOpen(_("You have been introduced for this need: answer under Matches."))
            match.supplier_answer = Match.Answer.ACCEPTED
            match.supplier_answered_at = timezone.now()
            match.origin = Match.Origin.SUPPLIER
            match.save(update_fields=["supplier_answer", "supplier_answered_at", "origin", "updated_at"])
        tell_of_interest(match)
        return match


def drop(match: Match, *, by: User, reason: str, note: str = "") -> Match:
    """Take a supplier off a need's list before it was introduced, with a reason that is kept.

    :raises MatchNotOpen: both sides know of it already.
    :raises AnswerNeedsReason: no reason of the list.
    :raises NotYourDecision: the person neither oversees the need nor acts for its buyer.
    """
    with acting(by, note):
        match = locked_match(match)
        check_chooser(match.need, by)
        if match.state not in BEFORE_INTRODUCTION:
            raise MatchNotOpen(_("Both sides know of this introduction, so it can only be answered."))
        if reason not in Match.Reason.values:
            raise AnswerNeedsReason(_("Say why not: it makes the next suggestion better."))
        match.state = Match.State.CLOSED
        match.buyer_answer = Match.Answer.DECLINED
        match.buyer_answered_at = timezone.now()
        match.buyer_reason = reason
        match.note = note or match.note
        match.save(
            update_fields=["state", "buyer_answer", "buyer_answered_at", "buyer_reason", "note", "updated_at"]
        )
        tell_of_refused_interest(match)
        return match
