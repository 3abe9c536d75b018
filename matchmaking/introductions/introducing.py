"""Introducing a supplier to a buyer, and what becomes of it."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from matchmaking.introductions.choosing import (
    BEFORE_INTRODUCTION,
    check_fit,
    check_open,
    is_official_for,
    locked_match,
)
from matchmaking.introductions.examples import keep_examples
from matchmaking.introductions.refusals import MatchNotOpen, NotYourDecision
from matchmaking.introductions.telling import tell_both_sides
from matchmaking.models import Match


def introduce(match: Match, *, by: User) -> Match:
    """Tell both sides of each other; a supplier that had shown interest has answered already.

    :raises MatchNotOpen: it was introduced or closed before.
    :raises NeedNotOpen: the need has ended meanwhile.
    :raises SupplierNotFit: the company cannot be introduced.
    :raises NotYourDecision: only officials who oversee the need introduce.
    """
    with acting(by):
        match = locked_match(match)
        if not is_official_for(match.need, by):
            raise NotYourDecision(
                _("Only officials of this chain or division introduce suppliers for this need.")
            )
        if match.state not in BEFORE_INTRODUCTION:
            raise MatchNotOpen(_("This supplier has been introduced or taken off the list before."))
        check_open(match.need)
        check_fit(match.supplier, match.need)
        match.state = Match.State.INTRODUCED
        match.introduced_by = by
        match.introduced_at = timezone.now()
        match.save(update_fields=["state", "introduced_by", "introduced_at", "updated_at"])
        keep_examples(match)
        tell_both_sides(match)
        return match


def mark_met(match: Match, *, by: User) -> Match:
    """The two firms met; a match that has already become a deal stays one."""
    with acting(by):
        match = locked_match(match)
        if match.introduced_at and match.state in {Match.State.INTRODUCED, Match.State.ACCEPTED}:
            match.state = Match.State.MET
            match.save(update_fields=["state", "updated_at"])
            keep_examples(match)
        return match


def mark_dealt(match: Match, *, by: User) -> Match:
    """The introduction became a deal; a match that was never introduced keeps its state."""
    with acting(by):
        match = locked_match(match)
        if match.introduced_at and match.state != Match.State.DEALT:
            match.state = Match.State.DEALT
            match.save(update_fields=["state", "updated_at"])
            keep_examples(match)
        return match
