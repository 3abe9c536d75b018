"""What the forms of this package share: how days and numbers are asked, and what a name must be."""

from django import forms
from django.utils.translation import gettext_lazy as _

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def check_named(form: forms.BaseForm, *names: str) -> None:
    """Put an error at the first of two names when neither is given."""
    if not any(form.cleaned_data.get(name) or name in form.errors for name in names):
        form.add_error(names[0], _("Give a name, in Chinese or in English."))


def check_supplies_or_buys(form: forms.BaseForm) -> None:
    if not (form.cleaned_data.get("supplies") or form.cleaned_data.get("buys")):
        form.add_error("supplies", _("Say whether the company supplies, buys, or both."))
