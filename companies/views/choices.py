"""Answers for fields that search while one types: ``{"results": [{"value", "text", "sub"}]}``."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from accounts import posted
from companies.models import (
    CertificationScheme,
    ChainNode,
    Company,
    Division,
    HSHeading,
    IndustrialChain,
    Sector,
)
from companies.searching import companies_like, named_like

LONGEST = 20


def _answer(rows: Iterable[Model], sub: Callable[[Any], object]) -> JsonResponse:
    return JsonResponse(
        {"results": [{"value": r.pk, "text": str(r), "sub": str(sub(r) or "")} for r in rows]}
    )


def _asked(request: HttpRequest) -> str:
    return posted.words(request.GET, "q", 100)


def _companies(request: HttpRequest, rows: QuerySet[Company]) -> JsonResponse:
    return _answer(rows.select_related("division")[:LONGEST], lambda company: company.division)


@require_safe
def suppliers(request: HttpRequest) -> JsonResponse:
    """Suppliers that the viewer may see."""
    return _companies(request, companies_like(request.user, _asked(request)).filter(supplies=True))


@require_safe
def buyers(request: HttpRequest) -> JsonResponse:
    """Buyers that the viewer may see."""
    return _companies(request, companies_like(request.user, _asked(request)).filter(buys=True))


@require_safe
def companies(request: HttpRequest) -> JsonResponse:
    """Companies that the viewer may see."""
    return _companies(request, companies_like(request.user, _asked(request)))


@require_safe
def sectors(request: HttpRequest) -> JsonResponse:
    """Sectors that may be chosen, finest level first."""
    rows = Sector.objects.enabled().filter(named_like(_asked(request), "code")).order_by("-level", "code")
    return _answer(rows[:LONGEST], lambda sector: sector.get_level_display())


@require_safe
def nodes(request: HttpRequest) -> JsonResponse:
    """Nodes of the chains."""
    rows = ChainNode.objects.filter(named_like(_asked(request))).select_related("chain")
    return _answer(rows[:LONGEST], lambda node: node.chain)


@require_safe
def headings(request: HttpRequest) -> JsonResponse:
    """Headings of the Harmonized System."""
    return _answer(HSHeading.objects.filter(named_like(_asked(request), "code"))[:LONGEST], lambda _row: "")


@require_safe
def divisions(request: HttpRequest) -> JsonResponse:
    """Divisions that exist today."""
    rows = Division.objects.current().filter(named_like(_asked(request), "code")).select_related("parent")
    return _answer(rows[:LONGEST], lambda division: division.parent)


@require_safe
def schemes(request: HttpRequest) -> JsonResponse:
    """Certification schemes."""
    return _answer(
        CertificationScheme.objects.filter(named_like(_asked(request), "code"))[:LONGEST],
        lambda row: row.code,
    )


@require_safe
def chains(request: HttpRequest) -> JsonResponse:
    """Industrial chains."""
    rows = IndustrialChain.objects.filter(named_like(_asked(request))).select_related("owner")
    return _answer(rows[:LONGEST], lambda chain: chain.owner)
