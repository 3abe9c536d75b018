"""What the ledger can be narrowed by."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.small_choices import SmallChoiceFilter
from companies.models import Division, IndustrialChain
from events.models import Deal, DockingEvent

PROOF = [("verified", _("verified")), ("unverified", _("not verified"))]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DealFilter(django_filters.FilterSet):
    """Deals of the ledger."""

    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Deal, company or contract reference")}
        ),
    )
    stage = django_filters.ChoiceFilter(
        label=_("Stage"), choices=Deal.Stage.choices, empty_label=_("all stages")
    )
    proof = django_filters.ChoiceFilter(
        label=_("Verification"), choices=PROOF, method="proven", empty_label=_("all")
    )
    chain = SmallChoiceFilter(
        label=_("Counting chain"),
        field_name="counting_chain",
        queryset=IndustrialChain.objects.select_related("owner"),
        to_field_name="code",
        empty_label=_("all chains"),
    )
    division = SmallChoiceFilter(
        label=_("Counting division"),
        queryset=Division.objects.current().served(),
        to_field_name="code",
        method="in_division",
        empty_label=_("all divisions"),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind of event"),
        field_name="event__kind",
        choices=DockingEvent.Kind.choices,
        empty_label=_("all kinds"),
    )
    signed_from = django_filters.DateFilter(
        label=_("Signed from"), field_name="signed_on", lookup_expr="gte", widget=_day()
    )
    signed_to = django_filters.DateFilter(
        label=_("Signed to"), field_name="signed_on", lookup_expr="lte", widget=_day()
    )

    class Meta:
        model = Deal
        fields: list[str] = []

    def search(self, rows: QuerySet[Deal], name: str, value: str) -> QuerySet[Deal]:
        """By title, by a party's name or by the contract reference."""
        condition = Q(contract_reference__icontains=value)
        for column in ("title", "buyer__name", "supplier__name"):
            condition |= Q(**{f"{column}_zh__icontains": value}) | Q(**{f"{column}_en__icontains": value})
        return rows.filter(condition)

    def proven(self, rows: QuerySet[Deal], name: str, value: str) -> QuerySet[Deal]:
        return rows.filter(verified_at__isnull=value != "verified")

    def in_division(self, rows: QuerySet[Deal], name: str, value: Division) -> QuerySet[Deal]:
        return rows.filter(counting_division__path__startswith=value.path)
