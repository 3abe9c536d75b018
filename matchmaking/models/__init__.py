"""Who should meet whom, and what came of it."""

from matchmaking.models.bitmap import FilterBitmap
from matchmaking.models.example import MatchExample
from matchmaking.models.ledger import NO_KIND, Fact, LedgerCell, LedgerEntry
from matchmaking.models.match import Match
from matchmaking.models.served import ServedChange, ServedSince
from matchmaking.models.snapshot import Indicator, LockedDeal, MonthlySnapshot
from matchmaking.models.stored import MatchingChange, StoredSuggestions
from matchmaking.models.vector import (
    IndexSize,
    NeedVector,
    OfferingTerm,
    OfferingVector,
    OfferingWords,
    TermCount,
    Translation,
    Word,
)

__all__ = [
    "NO_KIND",
    "Fact",
    "FilterBitmap",
    "IndexSize",
    "Indicator",
    "LedgerCell",
    "LedgerEntry",
    "LockedDeal",
    "Match",
    "MatchExample",
    "MatchingChange",
    "MonthlySnapshot",
    "NeedVector",
    "OfferingTerm",
    "OfferingVector",
    "OfferingWords",
    "ServedChange",
    "ServedSince",
    "StoredSuggestions",
    "TermCount",
    "Translation",
    "Word",
]
