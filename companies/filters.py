"""What the lists of companies, buyers and needs can be narrowed by."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Count, Exists, F, FloatField, Func, OuterRef, QuerySet, TextField, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from accounts.scopes import once_a_request
from accounts.small_choices import SmallChoiceFilter
from companies.models import (
    Certification,
    CertificationScheme,
    ChainNode,
    Company,
    Division,
    IndustrialChain,
    SourcingNeed,
)
from companies.models.need import SourcingNeedQuerySet
from companies.searching import Found, buyers_found, companies_found, needs_found, plain

Choices = list[tuple[str, Any]]


def _search_box(placeholder: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"type": "search", "placeholder": placeholder, "enterkeyhint": "search"})


def most_first(numbers: Mapping[int, float]) -> OrderBy:
    """The order by numbers that are known of rows, by primary key; rows without one last."""
    looked_up = Func(
        Value(json.dumps(numbers)),
        Cast(F("pk"), TextField()),
        template="(%(expressions)s)::float8",
        arg_joiner="::jsonb ->> ",
        output_field=FloatField(),
    )
    return looked_up.desc(nulls_last=True)


@dataclass(frozen=True)
class Facet:
    """One value that can be ticked, with the number of rows that it would leave."""

    name: str
    value: str
    label: str
    count: int
    is_ticked: bool


class ListFilter(django_filters.FilterSet):
    """A filter whose tick boxes show how many rows each leaves, under all the other choices."""

    @property
    def viewer(self) -> Viewer:
        """Who looks at the list; a filter of the house is always made for a request."""
        if self.request is None:
            raise ValueError("A list is filtered for a viewer: pass the request.")
        return self.request.user

    @property
    def is_searched(self) -> bool:
        """Whether the list is narrowed by what somebody typed."""
        return self.form.is_valid() and bool(plain(self.form.cleaned_data.get("q", "")))

    def searched(self, rows: QuerySet[Any], find: Callable[[], Found]) -> QuerySet[Any]:
        """Rows that were found; the facets ask again and again, and the search is made once."""
        return rows.filter(pk__in=list(self._found(find)))

    def by_relevance(self) -> OrderBy:
        """The best match first, for a list that is searched."""
        return most_first(self._found(dict))

    def _found(self, find: Callable[[], Found]) -> Found:
        """Relevance by primary key."""
        if self.request is None:
            raise ValueError("A list is filtered for a viewer: pass the request.")
        asked = self.form.cleaned_data.get("q", "")
        found: Found = once_a_request(self.request, ("found", type(self), asked), find)
        return found

    def asked_with(self, data: QueryDict) -> "ListFilter":
        """The same filter with other choices."""
        return type(self)(data, queryset=self.queryset, request=self.request)

    def facet(self, name: str, column: str, choices: Choices) -> list[Facet]:
        """The values of a multiple choice with their counts; one query. No filter multiplies rows."""
        others = cast("QueryDict", self.data or QueryDict()).copy()
        ticked = set(others.pop(name, []))
        rows = self.asked_with(others).qs if ticked else self.qs
        counts = dict(rows.order_by().values_list(column).annotate(n=Count("pk")))
        return _boxes(name, choices, counts, ticked)

    def counted(self, *groups: tuple[str, str, Choices]) -> tuple[int, list[list[Facet]]]:
        """The number of rows, and several facets: one query for all while nothing is ticked."""
        if any(name in (self.data or {}) for name, _column, _choices in groups):
            return self.qs.count(), [self.facet(*each) for each in groups]
        columns = [column for _name, column, _choices in groups]
        found = list(self.qs.order_by().values_list(*columns).annotate(n=Count("pk")))
        facets = []
        for at, (name, _column, choices) in enumerate(groups):
            counts: Counter[Any] = Counter()
            for row in found:
                counts[row[at]] += row[-1]
            facets.append(_boxes(name, choices, counts, set()))
        return sum(row[-1] for row in found), facets


def _boxes(name: str, choices: Choices, counts: Mapping[Any, int], ticked: set[str]) -> list[Facet]:
    return [Facet(name, key, str(label), counts.get(key, 0), key in ticked) for key, label in choices]


class CompanyFilter(ListFilter):
    """The directory."""

    q = django_filters.CharFilter(
        label=_("Search"), method="search", widget=_search_box(_("Company, brand, product or credit code"))
    )
    chain = SmallChoiceFilter(
        label=_("Chain"),
        queryset=IndustrialChain.objects.of_the_city(),
        to_field_name="code",
        method="on_chain",
        empty_label=_("all chains"),
    )
    node = SmallChoiceFilter(queryset=ChainNode.objects.all(), method="on_node", widget=forms.HiddenInput)
    division = SmallChoiceFilter(
        label=_("Division"),
        queryset=Division.objects.current().served(),
        to_field_name="code",
        method="in_division",
        empty_label=_("all divisions"),
    )
    certificate = SmallChoiceFilter(
        label=_("Certificate"),
        queryset=CertificationScheme.objects.all(),
        to_field_name="code",
        method="certified",
        empty_label=_("any"),
    )
    size = django_filters.MultipleChoiceFilter(
        label=_("Size class"),
        field_name="size_class",
        choices=Company.SizeClass.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    tier = django_filters.MultipleChoiceFilter(
        label=_("SRDI tier"), choices=Company.Tier.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Company
        fields: list[str] = []

    def search(self, rows: QuerySet[Company], name: str, value: str) -> QuerySet[Company]:
        """By name, brand or credit code, or by what they offer."""
        return self.searched(rows, lambda: companies_found(self.viewer, value))

    def on_chain(self, rows: QuerySet[Company], name: str, value: IndustrialChain) -> QuerySet[Company]:
        on_nodes = Company.nodes.through.objects.filter(chainnode__chain=value)
        return rows.filter(pk__in=on_nodes.values("company_id"))

    def on_node(self, rows: QuerySet[Company], name: str, value: ChainNode) -> QuerySet[Company]:
        return rows.filter(pk__in=Company.nodes.through.objects.filter(chainnode=value).values("company_id"))

    def in_division(self, rows: QuerySet[Company], name: str, value: Division) -> QuerySet[Company]:
        return rows.filter(division__path__startswith=value.path)

    def certified(self, rows: QuerySet[Company], name: str, value: CertificationScheme) -> QuerySet[Company]:
        held = Certification.objects.valid().filter(scheme=value, company=OuterRef("pk"))
        return rows.filter(Exists(held))


class BuyerFilter(ListFilter):
    """Buyers with their open needs."""

    q = django_filters.CharFilter(
        label=_("Search"), method="search", widget=_search_box(_("Buyer, product or need"))
    )
    chain = SmallChoiceFilter(
        label=_("Chain of the needs"),
        queryset=IndustrialChain.objects.of_the_city(),
        to_field_name="code",
        method="on_chain",
        empty_label=_("all chains"),
    )
    size = django_filters.MultipleChoiceFilter(
        label=_("Size class"),
        field_name="size_class",
        choices=Company.SizeClass.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Company
        fields: list[str] = []

    def search(self, rows: QuerySet[Company], name: str, value: str) -> QuerySet[Company]:
        """By name or brand, or by what their needs ask for, where buyer and need may be known together."""
        return self.searched(rows, lambda: buyers_found(self.viewer, value))

    def on_chain(self, rows: QuerySet[Company], name: str, value: IndustrialChain) -> QuerySet[Company]:
        return rows.filter(Exists(self._needs().filter(node__chain=value)))

    def _needs(self) -> QuerySet[SourcingNeed]:
        """Open needs of the row's buyer that the viewer may see under its name."""
        named = SourcingNeed.objects.naming_buyer_to(self.viewer).open()
        return named.filter(
            pk__in=SourcingNeed.objects.visible_to(self.viewer).values("pk"), buyer=OuterRef("pk")
        )


class NeedFilter(ListFilter):
    """Needs."""

    q = django_filters.CharFilter(
        label=_("Search"), method="search", widget=_search_box(_("Product, material or standard"))
    )
    chain = SmallChoiceFilter(
        label=_("Chain"),
        queryset=IndustrialChain.objects.of_the_city(),
        to_field_name="code",
        field_name="node__chain",
        empty_label=_("all chains"),
    )
    level = django_filters.MultipleChoiceFilter(
        label=_("Chain stage"),
        field_name="node__level",
        choices=ChainNode.Level.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    certificate = SmallChoiceFilter(
        label=_("Certificate asked"),
        queryset=CertificationScheme.objects.all(),
        to_field_name="code",
        field_name="required_certifications",
        empty_label=_("any"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("open", _("open")), ("past", _("past"))],
        method="in_state",
        empty_label=None,
        initial="open",
    )

    class Meta:
        model = SourcingNeed
        fields: list[str] = []

    def search(self, rows: QuerySet[SourcingNeed], name: str, value: str) -> QuerySet[SourcingNeed]:
        """By title or description, or by a buyer whom the viewer may know."""
        return self.searched(rows, lambda: needs_found(self.viewer, value))

    def in_state(self, rows: SourcingNeedQuerySet, name: str, value: str) -> SourcingNeedQuerySet:
        """Open needs, or those that have ended."""
        if value == "past":
            return rows.exclude(pk__in=SourcingNeed.objects.open().values("pk"))
        return rows.open()

    def filter_queryset(self, queryset: QuerySet[SourcingNeed]) -> QuerySet[SourcingNeed]:
        """Only open needs unless the past is asked for."""
        rows = cast("SourcingNeedQuerySet", super().filter_queryset(queryset))
        asked = self.form.cleaned_data.get("state")
        return rows if asked else self.in_state(rows, "state", "open")
