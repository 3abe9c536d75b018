"""What everybody sees: the home page, the published figures and the chains."""

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from companies.models import Division, IndustrialChain, SourcingNeed
from events.models import DockingEvent
from events.totals import FEW
from matchmaking.figures import chain_map, listing, published, snapshots, tables
from matchmaking.figures.consistent import consistent
from matchmaking.figures.counts import FIGURES
from matchmaking.figures.course import course
from matchmaking.figures.measuring import Reading, dollar_rate
from matchmaking.figures.officials_counts import OFFICIALS
from matchmaking.figures.scope import Scope, whole_city
from matchmaking.figures.wording import Shown, shown, shown_to_officials, sides_said, unit_choices
from matchmaking.models import Indicator
from matchmaking.rooms import may_see_amounts
from matchmaking.views.asked_scope import scope_of

HEADLINE = ("signed_projects", "order_volume_cny", "docking_activities", "companies_served", "sme_share")
BESIDE = ("order_volume_usd", "intention_value_cny", "chiefs", "new_output_cny")
OF_A_CHAIN = ("signed_projects", "signed_took_part", "docking_activities", "companies_served", "open_needs")
ROWS_A_PAGE = 50


@consistent
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the headline with its date, open needs, next events."""
    scope = whole_city()
    with_few = may_see_amounts(request.user)
    reading, hidden = Reading(scope), None if with_few else published.Hidden()
    needs = SourcingNeed.objects.visible_to(request.user).open().select_related("buyer", "node__chain")
    events = DockingEvent.objects.visible_to(request.user).upcoming().select_related("host")
    named = SourcingNeed.objects.naming_buyer_to(request.user)
    newest = list(needs.order_by("-opened_at")[:6])
    return render(
        request,
        "matchmaking/home.html",
        {
            "scope": scope,
            "headline": shown(scope, *HEADLINE, with_few=with_few, hidden=hidden, reading=reading),
            "beside": shown(scope, *BESIDE, with_few=with_few, hidden=hidden, reading=reading),
            "said": sides_said(reading),
            "rate": reading.dollar_rate,
            "needs": newest,
            "named": set(named.filter(pk__in=[need.pk for need in newest]).values_list("pk", flat=True)),
            "need_count": needs.count(),
            "events": events.order_by("starts_on")[:4],
            "chains": IndustrialChain.objects.of_the_city().order_by("tier", "code"),
            "indicators": Indicator.objects.visible_to(request.user)[:3],
        },
    )


@consistent
def figures(request: HttpRequest) -> HttpResponse:
    """The published figures with their counting rules, by chain, division, month and kind of event."""
    scope = scope_of(request)
    with_few = may_see_amounts(request.user)
    reading, hidden = Reading(scope), None if with_few else published.Hidden()
    months = _lines("month", reading, hidden)
    years = tables.by_year(months, are_public=hidden is not None)
    newest = years[-1].key if years else ""
    return render(
        request,
        "matchmaking/figures.html",
        {
            "scope": scope,
            "figures": shown(
                scope,
                with_few=with_few,
                written_in=request.GET.get("unit", ""),
                hidden=hidden,
                reading=reading,
            ),
            "said": sides_said(reading),
            "unit": request.GET.get("unit", ""),
            "units": unit_choices(),
            "rate": reading.dollar_rate,
            "by_chain": _lines("chain", reading, hidden),
            "by_division": _lines("division", reading, hidden),
            "by_kind": _lines("kind", reading, hidden),
            "years": years,
            "months": [line for line in months if line.key.startswith(newest)],
            "course": course(months, years, name="months"),
            "chains": IndustrialChain.objects.select_related("owner"),
            "divisions": Division.objects.current().served(),
            "indicators": Indicator.objects.visible_to(request.user),
            "locked": snapshots.compared(with_few=with_few),
            "few": FEW,
            "all_amounts": with_few,
        },
    )


def _lines(by: str, reading: Reading, hidden: published.Hidden | None) -> list[tables.Line]:
    """A table; the public sees no amount that tells of few deals, by itself or by subtraction."""
    table = {"month": tables.by_month, "chain": tables.by_chain, "division": tables.by_division}
    scope = reading.scope
    found = table[by](scope) if by in table else tables.by_kind(scope, reading.by_kind)
    return published.lines(found, by, scope, hidden) if hidden else found


@consistent
def figure_rows(request: HttpRequest, figure: str) -> HttpResponse:
    """All rows that a figure counts, each only as far as the reader may know it."""
    scope = scope_of(request)
    found = _shown(figure, scope, request)
    rows = found.figure.rows(scope)
    page = Paginator(listing.ordered(rows), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "matchmaking/figure_rows.html",
        {
            "shown": found,
            "scope": scope,
            "kind": tables.kind_label(scope.kind),
            "heads": listing.heads(rows.model),
            "lines": listing.lines(page.object_list, request.user),  # type: ignore[arg-type]  # a page is a sequence
            "page": page,
            "rate": dollar_rate(scope),
        },
    )


def _shown(key: str, scope: Scope, request: HttpRequest) -> Shown:
    """The figure of an address; :raises Http404: there is none, or it is for officials only."""
    with_few = may_see_amounts(request.user)
    if key in FIGURES:
        return shown(scope, key, with_few=with_few)[0]
    if key in OFFICIALS and with_few:
        return shown_to_officials(OFFICIALS[key], scope)
    raise Http404


@consistent
def chains(request: HttpRequest) -> HttpResponse:
    """The chains of the city, and those of its districts and zones."""
    everyone = IndustrialChain.objects.visible_to(request.user).select_related("owner", "based_on")
    city = [chain for chain in everyone if chain.owner.kind == Division.Kind.PREFECTURE]
    return render(
        request,
        "matchmaking/chains.html",
        {
            "tiers": [
                (label, [chain for chain in city if chain.tier == tier])
                for tier, label in IndustrialChain.Tier.choices
            ],
            "district_chains": [c for c in everyone if c.owner.kind != Division.Kind.PREFECTURE],
        },
    )


@consistent
def chain(request: HttpRequest, code: str) -> HttpResponse:
    """The map of one chain, who leads it, its figures and its gaps."""
    found = get_object_or_404(
        IndustrialChain.objects.visible_to(request.user).select_related("owner", "based_on"), code=code
    )
    counts = chain_map.node_counts([found])[found.pk]
    scope = replace(whole_city(), chain=found)
    return render(
        request,
        "matchmaking/chain.html",
        {
            "chain": found,
            "map": chain_map.drawn(found, counts),
            "table": chain_map.table(counts),
            "gaps": [(count, chain_map.firms_url(found, count.node)) for count in counts if count.is_gap],
            "postings": found.postings.active().select_related("user").order_by("role", "since"),
            "figures": shown(scope, *OF_A_CHAIN, with_few=False),
            "scope": scope,
        },
    )
