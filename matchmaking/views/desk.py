"""The desk of officials: the chain's work, one list for each thing to decide."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from accounts.sorting import Sort, by_text, chosen, falling, offered, rising
from companies import representing, sourcing, verification
from companies.models import Company, IndustrialChain, Representative, SourcingNeed
from companies.models.company_queries import CompanyQuerySet
from companies.models.need import SourcingNeedQuerySet
from companies.models.representative import RepresentativeQuerySet
from events.models import Deal, ExposureAlert, FollowUp, Problem
from matchmaking.figures import chain_map, tables
from matchmaking.figures.consistent import consistent
from matchmaking.figures.scope import whole_city
from matchmaking.models import Match
from matchmaking.models.match import MatchQuerySet
from matchmaking.officials import official_required

A_PAGE = 30
NEED_SORTS = (
    rising("introductions", gettext_lazy("fewest introductions"), "introductions"),
    rising("soonest", gettext_lazy("answer soonest"), "answer_by"),
    falling("newest", gettext_lazy("newest first"), "opened_at"),
)
MATCH_SORTS = (
    falling("changed", gettext_lazy("changed last"), "updated_at"),
    falling("score", gettext_lazy("best score"), "score"),
)
COMPANY_SORTS = (
    rising("oldest", gettext_lazy("waiting longest"), "created_at"),
    Sort("name", gettext_lazy("by name"), lambda: by_text("name_zh", "name_en")),
)
MOST_CHAINS = 6
MOST_GAPS = 5


@official_required
@consistent
def home(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, and the chains that the official answers for."""
    user = person(request)
    city = IndustrialChain.objects.of_the_city()
    led = city if user.is_superuser else IndustrialChain.objects.led_by(user)
    chains = list(led.select_related("owner").order_by("code")[:MOST_CHAINS])
    on_nodes = chain_map.node_counts(chains)
    scope = whole_city()
    lines = {line.key: line for line in tables.by_chain(scope)}
    problems = Problem.objects.editable_by(user)
    return render(
        request,
        "matchmaking/desk.html",
        {
            "counts": {
                "submitted": _overseen_needs(request).filter(state=SourcingNeed.State.SUBMITTED).count(),
                "without_supplier": _without_supplier(request).count(),
                "matches": _to_decide(request).count(),
                "deals": Deal.objects.overseen_by(user).to_verify().count(),
                "follow_ups": FollowUp.objects.editable_by(user).open().count(),
                "problems": problems.at_the_office().count(),
                "overdue": problems.overdue().count(),
                "exposed": ExposureAlert.objects.visible_to(user).standing().count(),
                "companies": _companies_to_verify(request).count(),
                "representatives": _asking(request).count(),
            },
            "scope": scope,
            "chains": [
                (
                    chain,
                    [count for count in on_nodes[chain.pk] if count.is_gap][:MOST_GAPS],
                    lines.get(chain.code),
                )
                for chain in chains
            ],
        },
    )


def _overseen_needs(request: HttpRequest) -> SourcingNeedQuerySet:
    return SourcingNeed.objects.overseen_by(request.user).select_related("buyer", "node__chain")


def _without_supplier(request: HttpRequest) -> SourcingNeedQuerySet:
    """Open needs for which nobody has been introduced."""
    introduced = Match.objects.introduced().values("need_id")
    return _overseen_needs(request).open().exclude(pk__in=introduced)


@official_required
def needs(request: HttpRequest) -> HttpResponse:
    """Needs to open, then open needs, those without supplier first."""
    tab = request.GET.get("state", "")
    rows = _overseen_needs(request)
    if tab == SourcingNeed.State.SUBMITTED:
        rows = rows.filter(state=SourcingNeed.State.SUBMITTED)
    elif tab == "without_supplier":
        rows = _without_supplier(request)
    else:
        rows = rows.open()
    introduced = Match.objects.introduced().filter(need=OuterRef("pk")).order_by().values("need")
    rows = rows.annotate(introductions=Coalesce(Subquery(introduced.annotate(n=Count("pk")).values("n")), 0))
    ordered = rows.order_by(chosen(request, NEED_SORTS).order(), F("answer_by").asc(nulls_last=True), "pk")
    page = Paginator(ordered, A_PAGE)
    tabs = [("", _("open")), ("without_supplier", _("without supplier")), ("submitted", _("to open"))]
    context = {"page": page.get_page(request.GET.get("page")), "tab": tab, "tabs": tabs}
    context |= offered(request, NEED_SORTS)
    return render(request, "matchmaking/desk_needs.html", context)


def _to_decide(request: HttpRequest) -> MatchQuerySet:
    """Short-listed suppliers and suppliers' interest, not introduced yet, on the official's open needs."""
    waiting = Q(state=Match.State.SHORTLISTED) | Q(
        state=Match.State.SUGGESTED, supplier_answer=Match.Answer.ACCEPTED
    )
    return Match.objects.filter(waiting, need__in=SourcingNeed.objects.overseen_by(request.user).open())


@official_required
def matches(request: HttpRequest) -> HttpResponse:
    """Matches to decide, and those on their way."""
    tabs = [
        ("", _("to decide")),
        *[(value, label) for value, label in Match.State.choices if value != Match.State.SUGGESTED],
    ]
    tab = next((value for value, _label in tabs if value == request.GET.get("state")), "")
    rows = Match.objects.overseen_by(request.user).filter(state=tab) if tab else _to_decide(request)
    rows = rows.select_related("need__buyer", "supplier", "offering")
    rows = rows.order_by(chosen(request, MATCH_SORTS).order(), "-pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    needs = [match.need_id for match in page]
    overseen = SourcingNeed.objects.overseen_by(request.user).filter(pk__in=needs)
    named = SourcingNeed.objects.naming_buyer_to(request.user).filter(pk__in=needs)
    context = {
        "page": page,
        "tab": tab,
        "tabs": tabs,
        "overseen": set(overseen.values_list("pk", flat=True)),
        "named": set(named.values_list("pk", flat=True)),
        "reasons": Match.Reason.choices,
        **offered(request, MATCH_SORTS),
    }
    return render(request, "matchmaking/desk_matches.html", context)


def _companies_to_verify(request: HttpRequest) -> CompanyQuerySet:
    pending = Company.objects.current().filter(verification=Company.Verification.PENDING)
    return pending.overseen_by(request.user)


def _asking(request: HttpRequest) -> RepresentativeQuerySet:
    """Requests to represent a company that wait for the official."""
    asked = Representative.objects.filter(state=Representative.State.ASKED)
    return asked.editable_by(request.user).select_related("user", "company")


@official_required
def companies_to_verify(request: HttpRequest) -> HttpResponse:
    """Companies that wait for verification, and people who want to act for one."""
    rows = _companies_to_verify(request).select_related("division", "main_sector")
    rows = rows.order_by(chosen(request, COMPANY_SORTS).order(), "pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "asking": _asking(request)[:A_PAGE], **offered(request, COMPANY_SORTS)}
    return render(request, "matchmaking/desk_companies.html", context)


def try_act(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Do an act and say what came of it."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


@official_required
@require_POST
def need_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a submitted need, or send it back with a reason."""
    need = get_object_or_404(_overseen_needs(request), pk=pk)
    by, reason = person(request), posted.words(request.POST, "reason")
    if "send_back" in request.POST:
        try_act(
            request, lambda: sourcing.send_back(need, by=by, reason=reason), _("The buyer can correct it.")
        )
    else:
        try_act(request, lambda: sourcing.publish(need, by=by), _("The need is open to suppliers."))
    return redirect("desk:needs")


@official_required
@require_POST
def company_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify a company, or refuse it with a reason."""
    company = get_object_or_404(_companies_to_verify(request), pk=pk)
    by, reason = person(request), posted.words(request.POST, "reason")
    if "refuse" in request.POST:
        try_act(
            request, lambda: verification.refuse(company, by=by, reason=reason), _("The company is refused.")
        )
    else:
        try_act(
            request, lambda: verification.verify(company, by=by, reason=reason), _("The company is verified.")
        )
    return redirect("desk:companies-to-verify")


@official_required
@require_POST
def representative_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person act for a company, or decline."""
    asked = get_object_or_404(_asking(request), pk=pk)
    by = person(request)
    if "decline" in request.POST:
        reason = posted.words(request.POST, "reason")
        try_act(request, lambda: representing.end(asked, by=by, reason=reason), _("The request is declined."))
    else:
        try_act(
            request, lambda: representing.approve(asked, by=by), _("The person acts for the company now.")
        )
    return redirect("desk:companies-to-verify")
