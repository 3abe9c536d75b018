"""From a suggestion to two firms that talk: the acts on a match."""

from matchmaking.introductions.answering import Side, answer, side_of
from matchmaking.introductions.choosing import Finding, drop, propose, shortlist, show_interest
from matchmaking.introductions.introducing import introduce, mark_dealt, mark_met
from matchmaking.introductions.refusals import (
    AlreadyAnswered,
    AnswerNeedsReason,
    MatchNotOpen,
    NeedNotOpen,
    NotYourDecision,
    SupplierNotFit,
)

__all__ = [
    "AlreadyAnswered",
    "AnswerNeedsReason",
    "Finding",
    "MatchNotOpen",
    "NeedNotOpen",
    "NotYourDecision",
    "Side",
    "SupplierNotFit",
    "answer",
    "drop",
    "introduce",
    "mark_dealt",
    "mark_met",
    "propose",
    "shortlist",
    "show_interest",
    "side_of",
]
