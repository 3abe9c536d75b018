"""Merging two companies from their list: which one stays, and why."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_acts import change_url
from accounts.person import person
from accounts.refusals import Refused
from companies.merging import merge
from companies.models import Company


class CompanyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only for the checker
    """A company with the code by which two of one name are told apart."""

    def label_from_instance(self, obj: Company) -> str:
        return f"{obj} · {obj.credit_code or obj.registration_number}"


class MergeForm(forms.Form):
    """Which of the two stays, and why they are one."""

    stays = CompanyChoice(
        Company.objects.none(),
        label=gettext_lazy("The record that stays"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, companies: QuerySet[Company], data: Any = None) -> None:
        super().__init__(data)
        self.fields["stays"].queryset = companies  # type: ignore[attr-defined]  # a field of choices


@admin.action(description=gettext_lazy("Merge two records of one company"))
def merge_companies(
    model_admin: "admin.ModelAdmin[Company]", request: HttpRequest, companies: QuerySet[Company]
) -> HttpResponse | None:
    """Ask which of the two selected stays, then merge them."""
    if companies.count() != 2:
        model_admin.message_user(request, _("Select exactly two companies to merge."), messages.ERROR)
        return None
    form = MergeForm(companies, request.POST if "reason" in request.POST else None)
    if form.is_valid():
        into = form.cleaned_data["stays"]
        source = companies.exclude(pk=into.pk).get()
        try:
            merge(source, into, by=person(request), reason=form.cleaned_data["reason"])
        except Refused as refused:
            model_admin.message_user(request, str(refused), messages.ERROR)
            return None
        told = _("%(source)s was merged into %(into)s.") % {"source": source, "into": into}
        model_admin.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(change_url(Company, into.pk))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Merge two records of one company"),
        "opts": model_admin.opts,
        "form": form,
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
    }
    return TemplateResponse(request, "admin/companies/merge.html", context)
