"""What the calendar of docking events can be narrowed by."""

import datetime as dt
from contextlib import suppress
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import posted
from accounts.small_choices import SmallChoiceFilter
from companies.filters import CompanyFilter, ListFilter
from companies.models import ChainNode, Company, IndustrialChain
from events.models import DockingEvent


def _months() -> list[tuple[str, str]]:
    """Months in which a published event begins, newest first."""
    begun = DockingEvent.objects.published().dates("starts_on", "month", order="DESC")
    return [(f"{day:%Y-%m}", f"{day:%Y-%m}") for day in begun]


class EventFilter(ListFilter):
    """The calendar."""

    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Event or place"), "enterkeyhint": "search"}
        ),
    )
    when = django_filters.ChoiceFilter(
        label=_("When"),
        choices=[("upcoming", _("upcoming")), ("past", _("past"))],
        method="at_time",
        empty_label=_("upcoming and past"),
    )
    month = django_filters.ChoiceFilter(
        label=_("Month"), choices=_months, method="in_month", empty_label=_("all months")
    )
    chain = SmallChoiceFilter(
        label=_("Chain"),
        queryset=IndustrialChain.objects.of_the_city(),
        to_field_name="code",
        method="of_chain",
        empty_label=_("all chains"),
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"), choices=DockingEvent.Kind.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = DockingEvent
        fields: list[str] = []

    def search(self, rows: QuerySet[DockingEvent], name: str, value: str) -> QuerySet[DockingEvent]:
        """By name or venue in either language."""
        found = Q()
        for column in ("name_zh", "name_en", "venue_zh", "venue_en"):
            found |= Q(**{f"{column}__icontains": value})
        return rows.filter(found)

    def at_time(self, rows: QuerySet[DockingEvent], name: str, value: str) -> QuerySet[DockingEvent]:
        """Events that have not ended, or those that have."""
        today = timezone.localdate()
        return rows.filter(ends_on__gte=today) if value == "upcoming" else rows.filter(ends_on__lt=today)

    def in_month(self, rows: QuerySet[DockingEvent], name: str, value: str) -> QuerySet[DockingEvent]:
        """Events that begin in the month ("2022-07")."""
        with suppress(ValueError):
            first = dt.date.fromisoformat(f"{value}-01")
            return rows.filter(starts_on__year=first.year, starts_on__month=first.month)
        return rows.none()

    def of_chain(self, rows: QuerySet[DockingEvent], name: str, value: IndustrialChain) -> QuerySet[Any]:
        links = DockingEvent.chains.through.objects.filter(industrialchain=value)
        return rows.filter(pk__in=links.values("dockingevent_id"))


OF_THE_EVENT, OF_ALL = "event", "all"
"""Stand for the chains of the event to which firms are invited, and for every firm, on a chain or not."""


class InviteFilter(CompanyFilter):
    """Firms to invite; at first those on the chains of the event."""

    chain = django_filters.ChoiceFilter(  # type: ignore[assignment]  # of codes, not of rows
        label=_("Chain"), method="on_chains", empty_label=_("all chains")
    )
    side = django_filters.ChoiceFilter(
        label=_("Side"),
        choices=[("supplies", _("suppliers")), ("buys", _("buyers"))],
        method="on_side",
        empty_label=_("suppliers and buyers"),
    )
    node = SmallChoiceFilter(
        label=_("Chain node"), method="on_node", empty_label=_("all nodes (choose a chain first)")
    )

    def __init__(self, data: QueryDict, *, event: DockingEvent, **kwargs: Any) -> None:
        self.event = event
        self.own = list(event.chains.select_related("owner").order_by("code"))
        if self.own and not data.get("chain"):
            data = data.copy()
            data["chain"] = OF_THE_EVENT
        super().__init__(data, **kwargs)
        of_the_event = _("of this event: %(chains)s") % {"chains": ", ".join(map(str, self.own))}
        city = IndustrialChain.objects.of_the_city().order_by("code")
        chains = [(chain.code, str(chain)) for chain in city]
        if self.own:  # nothing said means the event's chains: all of them need a word of their own
            chains = [(OF_THE_EVENT, str(of_the_event)), (OF_ALL, str(_("all chains"))), *chains]
            self.filters["chain"].extra["empty_label"] = None
        self.filters["chain"].extra["choices"] = chains
        node: Any = self.filters["node"]
        node.queryset = _nodes(self._chains(posted.words(data, "chain", 100)))

    def asked_with(self, data: QueryDict) -> "InviteFilter":
        return type(self)(data, event=self.event, queryset=self.queryset, request=self.request)

    def on_chains(self, rows: QuerySet[Company], name: str, value: str) -> QuerySet[Company]:
        """On a node of the chosen chain, or of any chain of the event."""
        if value == OF_ALL:
            return rows
        places = Company.nodes.through.objects.filter(chainnode__in=_nodes(self._chains(value)).values("pk"))
        return rows.filter(pk__in=places.values("company_id"))

    def _chains(self, code: str) -> QuerySet[IndustrialChain]:
        if code == OF_THE_EVENT:
            return IndustrialChain.objects.filter(pk__in=[chain.pk for chain in self.own])
        return IndustrialChain.objects.filter(code=code) if code else IndustrialChain.objects.none()

    def on_side(self, rows: QuerySet[Company], name: str, value: str) -> QuerySet[Company]:
        return rows.filter(buys=True) if value == "buys" else rows.filter(supplies=True)


def _nodes(chains: QuerySet[IndustrialChain]) -> QuerySet[ChainNode]:
    """The nodes of chains; a chain of a district has those of the city's chain that it is based on."""
    return ChainNode.objects.filter(
        Q(chain__in=chains.values("pk")) | Q(chain__in=chains.values("based_on"))
    ).order_by("pk")
