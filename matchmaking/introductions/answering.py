"""The two answers to an introduction."""

from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from matchmaking.introductions.choosing import (
    BEFORE_INTRODUCTION,
    check_fit,
    check_open,
    locked_match,
    represents,
)
from matchmaking.introductions.examples import keep_examples
from matchmaking.introductions.refusals import (
    AlreadyAnswered,
    AnswerNeedsReason,
    MatchNotOpen,
    NotYourDecision,
)
from matchmaking.introductions.telling import tell_of_answer, tell_of_refused_interest
from matchmaking.models import Match


class Side(StrEnum):
    """Who answers."""

    BUYER = "buyer"
    SUPPLIER = "supplier"


def side_of(match: Match, by: User) -> Side | None:
    """The side for which the person acts; the buyer's where it is both."""
    if represents(match.need.buyer_id, by):
        return Side.BUYER
    return Side.SUPPLIER if represents(match.supplier_id, by) else None


def answer(match: Match, *, by: User, accept: bool, reason: str = "", comment: str = "") -> Match:
    """Accept or decline an introduction for the side that the person represents.

    A buyer who accepts a supplier's interest introduces the two by it.

    :raises NotYourDecision: the person acts for neither side.
    :raises MatchNotOpen: nothing was introduced, or the match has gone on.
    :raises AlreadyAnswered: this side has answered.
    :raises NeedNotOpen, SupplierNotFit: a supplier's interest is accepted for a need that has ended
        meanwhile, or for a company that is no longer in the directory.
    :raises AnswerNeedsReason: a no without a reason.
    """
    with acting(by, comment):
        match = locked_match(match)
        side = side_of(match, by)
        if side is None:
            raise NotYourDecision(_("Only representatives of the two companies answer an introduction."))
        _check_can_answer(match, side)
        if accept and match.introduced_at is None:
            check_open(match.need)
            check_fit(match.supplier, match.need)
        if not accept and reason not in Match.Reason.values:
            raise AnswerNeedsReason(_("Say why not: it makes the next suggestion better."))
        verdict = Match.Answer.ACCEPTED if accept else Match.Answer.DECLINED
        setattr(match, f"{side}_answer", verdict)
        setattr(match, f"{side}_answered_at", timezone.now())
        setattr(match, f"{side}_reason", "" if accept else reason)
        match.comment = "\n".join(said for said in (match.comment, comment) if said)
        if accept and match.introduced_at is None:
            match.introduced_at = timezone.now()
            match.introduced_by = by
        match.state = _state_after(match)
        match.save()
        keep_examples(match)
        if match.introduced_at:
            tell_of_answer(match, side)
        else:
            tell_of_refused_interest(match)
        return match


def _check_can_answer(match: Match, side: Side) -> None:
    if getattr(match, f"{side}_answer"):
        raise AlreadyAnswered(_("Your side has answered this introduction before."))
    interest = side is Side.BUYER and match.supplier_answer and match.state in BEFORE_INTRODUCTION
    if not interest and match.state != Match.State.INTRODUCED:
        raise MatchNotOpen(_("This introduction can no longer be answered."))


def _state_after(match: Match) -> Match.State:
    answers = {match.buyer_answer, match.supplier_answer}
    if Match.Answer.DECLINED in answers:
        return Match.State.DECLINED
    return Match.State.ACCEPTED if answers == {Match.Answer.ACCEPTED} else Match.State.INTRODUCED
