"""Plans of introductions for a chain or an event: worked out, reviewed, and put on the short lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.person import person
from companies.models import Company, IndustrialChain, SourcingNeed
from companies.models.company_queries import CompanyQuerySet
from events.models import DockingEvent, Registration
from matchmaking.engine.planning import (
    Field,
    Limits,
    Plan,
    chain_field,
    event_field,
    plan,
    said_of,
    soonest,
)
from matchmaking.introductions.allotting import Choice, short_list
from matchmaking.models import Match
from matchmaking.officials import official_required
from matchmaking.views.shown_suggestion import ShownSuggestion, finding_of_score, shown

A_PAGE = 30


class LimitsForm(forms.Form):
    """What a plan keeps to."""

    each = forms.IntegerField(
        label=gettext_lazy("introductions a supplier at most"), min_value=1, max_value=20, initial=3
    )
    least = forms.IntegerField(
        label=gettext_lazy("suppliers a need at least"), min_value=0, max_value=10, initial=3
    )
    most = forms.IntegerField(
        label=gettext_lazy("suppliers a need at most"), min_value=1, max_value=20, initial=5
    )
    share = forms.IntegerField(
        label=gettext_lazy("share of firms never introduced before (%)"),
        min_value=0,
        max_value=100,
        initial=30,
    )

    def clean(self) -> None:
        least, most = self.cleaned_data.get("least"), self.cleaned_data.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", _("At most cannot be less than at least."))

    @property
    def limits(self) -> Limits:
        data = self.cleaned_data
        return Limits(data["each"], data["least"], data["most"], data["share"] / 100)


@official_required
def plans(request: HttpRequest) -> HttpResponse:
    """The chains and the coming events for which the official may plan introductions."""
    user = person(request)
    chains = IndustrialChain.objects.editable_by(user).select_related("owner")
    open_needs = SourcingNeed.objects.overseen_by(user).open().filter(node__chain=OuterRef("pk"))
    number = open_needs.order_by().values("node__chain").annotate(n=Count("pk")).values("n")
    rows = chains.annotate(open_needs=Coalesce(Subquery(number), 0)).filter(open_needs__gt=0)
    coming = DockingEvent.objects.overseen_by(user).upcoming()
    registered = Registration.objects.active().filter(event=OuterRef("pk")).order_by().values("event")
    events = coming.annotate(firms=Coalesce(Subquery(registered.annotate(n=Count("pk")).values("n")), 0))
    context = {
        "chains": rows.order_by("-open_needs", "code"),
        "events": events.filter(firms__gt=0).order_by("starts_on", "pk"),
    }
    return render(request, "matchmaking/plans.html", context)


@dataclass(frozen=True)
class Group:
    """The chosen suppliers of one need."""

    need: SourcingNeed
    items: tuple[ShownSuggestion, ...]


def _chain(request: HttpRequest, code: str) -> IndustrialChain:
    chains = IndustrialChain.objects.editable_by(request.user).select_related("owner")
    return get_object_or_404(chains, code=code)


def _event(request: HttpRequest, slug: str) -> DockingEvent:
    return get_object_or_404(DockingEvent.objects.overseen_by(request.user), slug=slug)


def _chain_needs(request: HttpRequest, chain: IndustrialChain) -> tuple[list[SourcingNeed], int]:
    return soonest(SourcingNeed.objects.overseen_by(request.user).filter(node__chain=chain))


def _event_needs(request: HttpRequest, event: DockingEvent) -> tuple[list[SourcingNeed], int]:
    """Open needs of the registered buyers that the official oversees."""
    buyers = _registered(event, Registration.Side.BUYER)
    return soonest(SourcingNeed.objects.overseen_by(request.user).filter(buyer__in=buyers))


def _registered(event: DockingEvent, side: str) -> list[int]:
    rows = Registration.objects.active().filter(event=event, side=side)
    return list(rows.values_list("company_id", flat=True))


def _field_of_event(needs: Iterable[SourcingNeed], event: DockingEvent) -> Field:
    there = Company.objects.published().suppliers()
    return event_field(
        needs, there.filter(pk__in=_registered(event, Registration.Side.SUPPLIER)).order_by("pk")
    )


@official_required
def chain(request: HttpRequest, code: str) -> HttpResponse:
    """Plan the introductions of a chain's open needs."""
    row = _chain(request, code)
    needs, later = _chain_needs(request, row)
    on_nodes = Company.nodes.through.objects.filter(chainnode__chain=row).values("company_id")
    suppliers = Company.objects.published().suppliers().filter(pk__in=on_nodes)
    return _show(
        request,
        row,
        needs,
        lambda: plan(chain_field(needs), _limits(request), left_for_later=later),
        suppliers,
    )


@official_required
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan the introductions of those who come to an event."""
    row = _event(request, slug)
    needs, later = _event_needs(request, row)
    there = Company.objects.filter(pk__in=_registered(row, Registration.Side.SUPPLIER))
    return _show(
        request,
        row,
        needs,
        lambda: plan(_field_of_event(needs, row), _limits(request), left_for_later=later),
        there,
    )


def _limits(request: HttpRequest) -> Limits:
    form = LimitsForm(request.GET)
    return form.limits if form.is_valid() else Limits()


def _show(
    request: HttpRequest,
    subject: IndustrialChain | DockingEvent,
    needs: list[SourcingNeed],
    work_out: Callable[[], Plan],
    suppliers: CompanyQuerySet,
) -> HttpResponse:
    is_asked = "each" in request.GET
    form = LimitsForm(request.GET) if is_asked else LimitsForm()
    found = work_out() if is_asked and form.is_valid() else None
    never = suppliers.exclude(pk__in=Match.objects.introduced().values("supplier_id"))
    page = Paginator(never.order_by("pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "subject": subject,
        "is_event": isinstance(subject, DockingEvent),
        "form": form,
        "needs": len(needs),
        "plan": found,
        "groups": _groups(found) if found else (),
        "page": page,
    }
    return render(request, "matchmaking/allotment.html", context)


def _groups(found: Plan) -> tuple[Group, ...]:
    items: dict[int, list[ShownSuggestion]] = {}
    for item in shown(found.suggestions):
        items.setdefault(item.need.pk, []).append(item)
    return tuple(Group(need, tuple(items[need.pk])) for need in found.needs if need.pk in items)


@official_required
@require_POST
def chain_short_list(request: HttpRequest, code: str) -> HttpResponse:
    """Put the ticked pairs of a chain's plan on the short lists."""
    row = _chain(request, code)
    needs, _later = _chain_needs(request, row)
    wanted = _ticked(request)
    _short_list(request, wanted, chain_field(need for need in needs if need.pk in {n for n, _ in wanted}))
    return redirect("desk:matches")


@official_required
@require_POST
def event_short_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the ticked pairs of an event's plan on the short lists."""
    row = _event(request, slug)
    needs, _later = _event_needs(request, row)
    wanted = _ticked(request)
    chosen = [need for need in needs if need.pk in {n for n, _ in wanted}]
    _short_list(request, wanted, _field_of_event(chosen, row))
    return redirect("desk:matches")


def _ticked(request: HttpRequest) -> list[tuple[int, int]]:
    """Pairs of need and supplier as they were ticked; what is no pair of keys is passed over."""
    pairs = []
    for value in request.POST.getlist("pair")[:1000]:
        need, _colon, supplier = value.partition(":")
        if need.isdecimal() and supplier.isdecimal() and len(value) < 30:
            pairs.append((int(need), int(supplier)))
    return list(dict.fromkeys(pairs))


def _short_list(request: HttpRequest, wanted: list[tuple[int, int]], field: Field) -> None:
    """Only who comes into question for an overseen need is put on its list."""
    choices = [
        Choice(one.need, one.company, finding_of_score(one.score, one.offering, one.place or None))
        for one in said_of(field, wanted)
    ]
    listed = short_list(choices, by=person(request))
    for choice, reason in listed.refused:
        messages.warning(request, f"{choice.supplier}: {reason}")
    number = len(listed.matches)
    said = ngettext(
        "%(number)d supplier is on a short list now; decide here whom to introduce.",
        "%(number)d suppliers are on short lists now; decide here whom to introduce.",
        number,
    )
    messages.success(request, said % {"number": number})
