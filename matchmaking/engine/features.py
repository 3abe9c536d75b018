"""What the scorer reads: one need, and one offering of one supplier. Pure."""

import math
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NeedFeatures:
    """A need as far as ranking is concerned. Empty means that the buyer did not say."""

    sector_code: str = ""
    """GB/T 4754 with its section letter, such as C3670."""
    node: int | None = None
    supplying_nodes: frozenset[int] = frozenset()
    """Chain nodes that supply the need's node."""
    hs_heading: str = ""
    required_certifications: tuple[str, ...] = ()
    """Codes of schemes, sorted: who lacks one is left out."""
    quantity: Decimal | None = None
    unit: str = ""
    place: str = ""
    """Path of division codes from the root, "100000/330000/330300/"."""
    crosses_border: bool = False
    """The buyer sits in another country than the city's firms."""
    deliver_by: date | None = None
    has_target_price: bool = False


@dataclass(frozen=True, slots=True)
class CandidateFeatures:
    """One offering of one supplier beside a need. Empty means unknown and gives no points."""

    offering: int
    company: int
    words: float = 0.0
    """BM25 of the shared words, those of the title weighed more."""
    translated: float = 0.0
    """BM25 of words that mean the same in another script, times their likeness squared."""
    meaning: float = 0.0
    """Cosine of the two texts' vectors, -1 to 1."""
    sector_code: str = ""
    is_company_sector: bool = False
    """The offering has no sector of its own, so its company's main one is taken."""
    nodes: frozenset[int] = frozenset()
    hs_heading: str = ""
    certifications: frozenset[str] = frozenset()
    """Schemes with a valid certificate."""
    verified_certifications: frozenset[str] = frozenset()
    spare_capacity: Decimal | None = None
    minimum_order: Decimal | None = None
    unit: str = ""
    lead_time_days: int | None = None
    place: str = ""
    trade_formats: frozenset[str] = frozenset()
    kept_deals: int = 0
    """Deals that were signed and not terminated."""
    months_since_confirmed: float | None = None
    """Since the firm confirmed its profile."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How a need's candidates are spread, so that points mean the same for a short and a long need."""

    floor: float = 0.0
    """The lowest cosine among the candidates: meaning counts above it."""
    spread: float = 1.0
    """Standard deviation of the candidates' raw text scores."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One named part of a score."""

    code: str
    """A value of ``matchmaking.engine.scoring.Code``."""
    value: str | int | float | tuple[str, ...]
    points: float


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of its reasons, the largest first."""

    reasons: tuple[Reason, ...] = field(default=())

    @property
    def total(self) -> float:
        return math.fsum(reason.points for reason in self.reasons)

    def has(self, code: str) -> bool:
        """Whether a reason of that code is among them."""
        return any(reason.code == code for reason in self.reasons)
