"""Who should meet whom, and what came of it."""

from matchmaking.models.match import Match
from matchmaking.models.snapshot import Indicator, MonthlySnapshot
from matchmaking.models.vector import NeedVector, OfferingTerm, OfferingVector

__all__ = ["Indicator", "Match", "MonthlySnapshot", "NeedVector", "OfferingTerm", "OfferingVector"]
