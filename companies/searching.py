"""Finding companies, needs and reference rows by what people type.

Names, brands and codes are known here. What firms offer and what buyers ask for is found by the words and
meanings that the package above keeps: it hands its finder down when the project starts
(docs/decisions/0004). Whatever is found, a list shows of it only what its viewer may see.
"""

from collections.abc import Mapping
from typing import Protocol

from django.db.models import Q, QuerySet

from accounts.models import Viewer
from companies.called import called, identified_by, named_like
from companies.models import Company, SourcingNeed

LONGEST = 200
"""Characters of a question that are read."""

IN_TITLE, IN_TEXT = 500.0, 300.0
"""Relevance of a need that holds the very words; what the finder gives lies below 200."""
BY_NEED = 350.0
"""The most that a need gives its buyer: who is called so stands first."""

Found = Mapping[int, float]
"""Relevance by primary key, above zero."""

__all__ = [
    "Found",
    "buyers_found",
    "companies_found",
    "companies_like",
    "identified_by",
    "named_like",
    "needs_found",
    "plain",
    "use",
]


class Finder(Protocol):
    """Finds by words and meaning, in Chinese and English alike; the best first, at most some thousands."""

    def suppliers(self, text: str) -> Found:
        """Companies by what they offer."""

    def needs(self, text: str) -> Found:
        """Needs by what they ask for."""


_finders: list[Finder] = []


def use(finder: Finder) -> None:
    """Search with this finder from now on."""
    _finders[:] = [finder]


def plain(text: str) -> str:
    """A question as it is searched for: one line without what a database cannot keep."""
    return " ".join(text.replace("\0", " ").split())[:LONGEST].strip()


def companies_found(viewer: Viewer, text: str) -> dict[int, float]:
    """Relevance of companies for a question: code, brand or name first, then what they offer."""
    text = plain(text)
    if not text:
        return {}
    found = dict(called(Company.objects.visible_to(viewer).current(), text))
    for finder in _finders:
        _add(found, finder.suppliers(text))
    return found


def buyers_found(viewer: Viewer, text: str) -> dict[int, float]:
    """Relevance of buyers for a question: called so, or named to the viewer by a need that asks for it."""
    text = plain(text)
    if not text:
        return {}
    found = dict(called(Company.objects.visible_to(viewer).current().buyers(), text))
    asked = {key: min(value, BY_NEED) for key, value in _by_words(viewer, text).items()}
    named = SourcingNeed.objects.naming_buyer_to(viewer).open().filter(pk__in=list(asked))
    visible = named.filter(pk__in=SourcingNeed.objects.visible_to(viewer).values("pk")).order_by()
    for need, buyer in visible.values_list("pk", "buyer_id"):
        _add(found, {buyer: asked[need]})
    return found


def needs_found(viewer: Viewer, text: str) -> dict[int, float]:
    """Relevance of needs for a question: the very words first, then the same matter in other words.

    A need whose buyer stays unnamed to the viewer is not found by its buyer.
    """
    text = plain(text)
    if not text:
        return {}
    found = _by_words(viewer, text)
    buyers = called(Company.objects.filter(buys=True), text)
    named = SourcingNeed.objects.naming_buyer_to(viewer).filter(buyer__in=list(buyers)).order_by()
    _add(found, {need: buyers[buyer] for need, buyer in named.values_list("pk", "buyer_id")})
    return found


def _by_words(viewer: Viewer, text: str) -> dict[int, float]:
    """Needs by what they ask for."""
    found: dict[int, float] = {}
    visible = SourcingNeed.objects.visible_to(viewer).order_by()
    titled = visible.filter(Q(title_zh__icontains=text) | Q(title_en__icontains=text))
    _add(found, dict.fromkeys(titled.values_list("pk", flat=True), IN_TITLE))
    described = visible.filter(text__icontains=text)
    _add(found, dict.fromkeys(described.values_list("pk", flat=True), IN_TEXT))
    for finder in _finders:
        _add(found, finder.needs(text))
    return found


def companies_like(viewer: Viewer, text: str) -> QuerySet[Company]:
    """Visible companies that the text identifies; all of them for an empty text."""
    visible = Company.objects.visible_to(viewer).current()
    return visible.filter(identified_by(text)) if text else visible


def _add(found: dict[int, float], more: Found) -> None:
    """What is found twice keeps its greater relevance, and a little of the other to tell equals apart."""
    for key, relevance in more.items():
        known = found.get(key)
        found[key] = relevance if known is None else max(known, relevance) + min(known, relevance) / 1000
