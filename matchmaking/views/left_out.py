"""The firms that a need's requirements leave out: what each lacks, and the way to ask."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import posted
from accounts.person import person
from companies.called import named_like
from companies.models import Certification, CertificationScheme, Company, Offering, SourcingNeed
from matchmaking.engine.leaving_out import LeftOutFirm, left_out_of
from matchmaking.engine.words_and_vectors import is_indexed, refresh_needs
from matchmaking.introductions.asking import ask_for_certificates, asked_for
from matchmaking.views.desk import try_act

A_PAGE = 24


@dataclass(frozen=True)
class Shown:
    """One line of the list."""

    company: Company
    offering: Offering
    percent: float
    lacks: tuple[CertificationScheme, ...]
    ran_out: tuple[Certification, ...]
    """Certificates of the lacking schemes that it held."""
    was_asked: bool


def _need(request: HttpRequest, pk: int) -> SourcingNeed:
    """An open need whose suppliers the viewer may choose; 404 for others."""
    return get_object_or_404(SourcingNeed.objects.editable_by(request.user).open(), pk=pk)


def _firms(need: SourcingNeed) -> tuple[LeftOutFirm, ...]:
    if not is_indexed(need):
        refresh_needs([need.pk])
    return left_out_of(need)


@login_required
def left_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Firms left out, by what they lack; the best fitting first."""
    need = _need(request, pk)
    firms = _firms(need)
    schemes = {scheme.code: scheme for scheme in need.required_certifications.all()}
    counts = {code: sum(code in firm.lacks for firm in firms) for code in schemes}
    code = next((code for code in schemes if code == request.GET.get("scheme")), "")
    wanted = posted.words(request.GET, "q", 100)
    rows = [firm for firm in firms if not code or code in firm.lacks]
    if wanted:
        named = Company.objects.filter(named_like(wanted), pk__in=[firm.company for firm in rows])
        keys = set(named.values_list("pk", flat=True))
        rows = [firm for firm in rows if firm.company in keys]
    if request.GET.get("sort") == "least":
        rows.sort(key=lambda firm: len(firm.lacks))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "need": need,
        "page": page,
        "rows": _shown(need, list(page.object_list), schemes),
        "tabs": [("", _("all"), len(firms)), *((c, schemes[c], n) for c, n in sorted(counts.items()))],
        "tab": code,
        "q": wanted,
        "sorts": [("", _("best match first")), ("least", _("fewest missing first"))],
        "sort": request.GET.get("sort", ""),
    }
    return render(request, "matchmaking/left_out.html", context)


def _shown(
    need: SourcingNeed, firms: list[LeftOutFirm], schemes: dict[str, CertificationScheme]
) -> list[Shown]:
    offerings = Offering.objects.select_related("company__division").in_bulk([f.offering for f in firms])
    ran_out: dict[int, list[Certification]] = {}
    held = Certification.objects.filter(company__in=[f.company for f in firms], scheme__code__in=schemes)
    for certification in held.select_related("scheme").order_by("scheme__code", "pk"):
        if not certification.is_valid:
            ran_out.setdefault(certification.company_id, []).append(certification)
    asked = asked_for(need)
    return [
        Shown(
            company=offerings[firm.offering].company,
            offering=offerings[firm.offering],
            percent=min(100.0, max(0.0, firm.score.total)),
            lacks=tuple(schemes[code] for code in firm.lacks),
            ran_out=tuple(c for c in ran_out.get(firm.company, ()) if c.scheme.code in firm.lacks),
            was_asked=firm.company in asked,
        )
        for firm in firms
    ]


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one of the firms for what it lacks."""
    need = _need(request, pk)
    key = posted.key(request.POST, "supplier")
    firm = next((firm for firm in _firms(need) if firm.company == key), None)
    supplier = get_object_or_404(Company.objects.published(), pk=firm.company if firm else 0)
    schemes = need.required_certifications.filter(code__in=firm.lacks if firm else ())
    by = person(request)
    try_act(
        request,
        lambda: ask_for_certificates(need, supplier, schemes, by=by),
        _("%(company)s has been asked.") % {"company": supplier},
    )
    return redirect("needs:need-left-out", pk)
