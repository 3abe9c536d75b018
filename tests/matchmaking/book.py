"""The book of a ledger, reckoned by hand: what is known of each deal, and what the figures must be."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from events.models import Deal


@dataclass
class Page:
    """What the book knows of a deal."""

    row: Deal
    recorder: str
    stage: str
    last_day: dt.date
    intention: Decimal | None = None
    signed: Decimal | None = None
    is_intended: bool = False
    is_signed: bool = False
    rate: Decimal = Decimal(1)
    version: int = 1
    documents: int = 0
    is_verified: bool = False
    links: dict[str, int] = field(default_factory=dict)
    """How many each side has had for the present version."""
    answers: dict[str, str] = field(default_factory=dict)
    merged_into: int | None = None

    def begin_version(self) -> None:
        self.version += 1
        self.is_verified = False
        self.links, self.answers = {}, {}

    @property
    def counts(self) -> bool:
        return self.is_signed and self.stage != "terminated" and self.merged_into is None

    @property
    def is_headline(self) -> bool:
        return self.counts and self.is_verified and self.documents > 0

    def yuan(self, amount: Decimal | None) -> Decimal:
        return ((amount or Decimal(0)) * self.rate).quantize(Decimal("0.01"))


def figures(pages: Iterable[Page]) -> dict[str, int | Decimal]:
    """What the figures must be, from the book alone."""
    pages = list(pages)
    headline = [page for page in pages if page.is_headline]
    unproven = [page for page in pages if page.counts and not page.is_headline]
    intended = [page for page in pages if page.is_intended and page.merged_into is None]
    both = {"buyer": "confirmed", "supplier": "confirmed"}
    confirmed = [page for page in headline if page.answers == both]
    contested = [page for page in headline if "contested" in page.answers.values()]
    nothing = Decimal(0)
    return {
        "signed_projects": len(headline),
        "order_volume_cny": sum((page.yuan(page.signed) for page in headline), nothing),
        "signed_confirmed": len(confirmed),
        "signed_confirmed_cny": sum((page.yuan(page.signed) for page in confirmed), nothing),
        "signed_contested": len(contested),
        "signed_silent": len(headline) - len(confirmed) - len(contested),
        "signed_unverified": len(unproven),
        "signed_unverified_cny": sum((page.yuan(page.signed) for page in unproven), nothing),
        "intention_projects": len(intended),
        "intention_value_cny": sum((page.yuan(page.intention) for page in intended), nothing),
    }
