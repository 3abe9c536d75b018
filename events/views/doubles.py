"""Deals that may be recorded twice: listed with the reason, merged or kept apart."""

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, Func, IntegerField, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from companies.filters import ListFilter
from events.deals import doubles
from events.deals.rights import may_record
from events.models import Deal, Double

A_PAGE = 20
SORTS = {
    "strongest": ("-strength", "-found_at", "-pk"),
    "newest": ("-found_at", "-pk"),
    "amount": (F("earlier__signed_cny").desc(nulls_last=True), "-pk"),
}
PARTIES = ("buyer", "supplier", "counting_chain", "counting_division", "event")


class DoubleFilter(ListFilter):
    """What the list can be narrowed by."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Deal or company")}),
    )
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("whether two deals are one", "Decision"),
        choices=Double.Decision.choices,
        field_name="decision",
        empty_label=gettext_lazy("not decided yet"),
    )
    reason = django_filters.ChoiceFilter(
        label=gettext_lazy("Reason"),
        choices=Double.Reason.choices,
        method="with_reason",
        empty_label=gettext_lazy("every reason"),
    )
    deal = django_filters.NumberFilter(method="of_deal", widget=forms.HiddenInput)

    class Meta:
        model = Double
        fields: list[str] = []

    def search(self, rows: QuerySet[Double], name: str, value: str) -> QuerySet[Double]:
        """By title or party of a deal that the viewer oversees: others stay unknown to a search, too."""
        found = Q()
        for column in ("title", "buyer__name", "supplier__name"):
            found |= Q(**{f"{column}_zh__icontains": value}) | Q(**{f"{column}_en__icontains": value})
        overseen = Deal.objects.overseen_by(self.viewer).filter(found).values("pk")
        return rows.filter(Q(earlier__in=overseen) | Q(later__in=overseen))

    def with_reason(self, rows: QuerySet[Double], name: str, value: str) -> QuerySet[Double]:
        return rows.filter(reasons__contains=[value])

    def of_deal(self, rows: QuerySet[Double], name: str, value: int) -> QuerySet[Double]:
        return rows.filter(Q(earlier=value) | Q(later=value))


@login_required
@require_safe
def double_list(request: HttpRequest) -> HttpResponse:
    """Pairs of deals, of which the viewer oversees at least one; of the other only that it exists."""
    user = person(request)
    if not may_record(user):
        raise Http404
    rows = Double.objects.listed_to(user)
    rows = rows if request.GET.get("state") else rows.undecided()
    found = DoubleFilter(request.GET, queryset=rows, request=request)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "strongest"
    strength = Func(F("reasons"), function="cardinality", output_field=IntegerField())
    related = [f"{side}__{name}" for side in ("earlier", "later") for name in PARTIES]
    pairs = found.qs.annotate(strength=strength).select_related("decided_by", *related).order_by(*SORTS[sort])
    page = Paginator(pairs, A_PAGE).get_page(request.GET.get("page"))
    keys = {key for row in page for key in (row.earlier_id, row.later_id)}
    context = {
        "filter": found,
        "page": page,
        "sort": sort,
        "sorts": [
            ("strongest", _("most reasons first")),
            ("newest", _("newest first")),
            ("amount", _("largest amount first")),
        ],
        "known": set(Deal.objects.overseen_by(user).filter(pk__in=keys).values_list("pk", flat=True)),
    }
    return render(request, "events/doubles.html", context)


@login_required
@require_POST
def double_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge the two deals, or keep them apart."""
    user = person(request)
    if not may_record(user):
        raise Http404
    double = get_object_or_404(Double.objects.editable_by(user), pk=pk)
    reason = posted.words(request.POST, "reason")
    kept = {"keep_earlier": double.earlier, "keep_later": double.later}
    chosen = next((deal for name, deal in kept.items() if name in request.POST), None)
    try:
        if chosen:
            doubles.merge(double, kept=chosen, by=user, reason=reason)
            messages.success(request, _("The two are one now: only “%(deal)s” counts.") % {"deal": chosen})
        else:
            doubles.keep_apart(double, by=user, reason=reason)
            messages.success(request, _("The two stay apart and are not listed again."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(reverse("deals:doubles"))
