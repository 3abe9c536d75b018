"""A company's own pages: what it is, offers and holds, and whom one may call."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.audit import acting
from accounts.person import person
from accounts.refusals import Refused
from companies import representing, verification
from companies.forms import (
    CertificationForm,
    ClaimForm,
    ContactForm,
    NewCompanyForm,
    OfferingForm,
    ProfileForm,
)
from companies.models import Certification, Company, Contact, Offering, Representative

REFUSED = 422


def own_company(request: HttpRequest, pk: int) -> Company:
    """A company that the user may change; 404 for a stranger."""
    return get_object_or_404(Company.objects.current().editable_by(request.user), pk=pk)


def show_form(request: HttpRequest, form: Any, title: str, back: str, **more: Any) -> HttpResponse:
    """A page with one form; 422 where it was refused."""
    context = {"form": form, "title": title, "back": back} | more
    return render(request, "companies/form.html", context, status=REFUSED if form.errors else 200)


def _company_page(company: Company) -> str:
    return reverse("portal:company-edit", args=[company.pk])


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The profile, with what belongs to it."""
    company = own_company(request, pk)
    form = ProfileForm(request.POST or None, instance=company)
    if request.method == "POST" and form.is_valid():
        with acting(person(request)):
            form.save()
        messages.success(request, _("The profile is saved and confirmed as of today."))
        return redirect(_company_page(company))
    context = {
        "company": company,
        "form": form,
        "offerings": company.offerings.current().select_related("node"),
        "certifications": company.certifications.select_related("scheme"),
        "contacts": company.contacts.all(),
        "representatives": company.representatives.exclude(state="ended").select_related("user"),
    }
    return render(request, "companies/profile.html", context, status=REFUSED if form.errors else 200)


def _edit_part(
    request: HttpRequest, company: Company, form: "ModelForm[Any]", title: str, done: str
) -> HttpResponse:
    """Save one row that belongs to a company, then return to its page."""
    if request.method == "POST" and form.is_valid():
        form.instance.company = company
        with acting(person(request)):
            form.save()
        messages.success(request, done)
        return redirect(_company_page(company))
    return show_form(request, form, title, _company_page(company))


@login_required
def offering_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new offering of a company."""
    company = own_company(request, pk)
    form = OfferingForm(request.POST or None, instance=Offering(company=company))
    return _edit_part(request, company, form, _("New offering"), _("The offering is published."))


@login_required
def offering_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An offering."""
    offering = get_object_or_404(Offering.objects.current().editable_by(request.user), pk=pk)
    form = OfferingForm(request.POST or None, instance=offering)
    return _edit_part(request, offering.company, form, str(offering), _("The offering is saved."))


@login_required
@require_POST
def offering_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an offering back; it stays in the records."""
    offering = get_object_or_404(Offering.objects.current().editable_by(request.user), pk=pk)
    offering.archived_at = timezone.now()
    with acting(person(request)):
        offering.save(update_fields=["archived_at", "updated_at"])
    messages.success(request, _("The offering is no longer shown."))
    return redirect(_company_page(offering.company))


def _certification_form(request: HttpRequest, certification: Certification) -> CertificationForm:
    return CertificationForm(request.POST or None, request.FILES or None, instance=certification)


@login_required
def certification_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new certificate of a company."""
    company = own_company(request, pk)
    form = _certification_form(request, Certification(company=company))
    return _edit_part(request, company, form, _("New certificate"), _("The certificate is recorded."))


@login_required
def certification_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A certificate; a change takes its verification back."""
    found = get_object_or_404(Certification.objects.editable_by(request.user), pk=pk)
    form = _certification_form(request, found)
    if form.is_bound and form.has_changed():
        form.instance.verified_by = form.instance.verified_at = None
    return _edit_part(request, found.company, form, str(found.scheme), _("The certificate is saved."))


@login_required
def contact_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new contact of a company."""
    company = own_company(request, pk)
    form = ContactForm(request.POST or None, instance=Contact(company=company))
    return _edit_part(request, company, form, _("New contact"), _("The contact is saved."))


@login_required
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact."""
    contact = get_object_or_404(Contact.objects.editable_by(request.user), pk=pk)
    form = ContactForm(request.POST or None, instance=contact)
    return _edit_part(request, contact.company, form, contact.name, _("The contact is saved."))


@login_required
def claim(request: HttpRequest) -> HttpResponse:
    """Ask to act for a company of the directory."""
    companies = Company.objects.visible_to(request.user).current().order_by("pk")
    form = ClaimForm(request.POST or None, companies=companies)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            representing.ask(asked["company"], by=person(request), role=asked["role"], reason=asked["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The office has your request; the company appears here once it agrees.")
            )
            return redirect("portal:home")
    title = _("Represent a company")
    return show_form(request, form, title, reverse("portal:home"), other_url=reverse("portal:company-add"))


@login_required
def company_add(request: HttpRequest) -> HttpResponse:
    """Register a company that is not in the directory; officials verify it and its first representative."""
    form = NewCompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with acting(person(request)):
            company = form.save()
            representing.ask(company, by=person(request), role=Representative.Role.OWNER)
        messages.success(request, _("The company is registered and waits for the office to verify it."))
        return redirect("portal:home")
    return show_form(request, form, _("Register a company"), reverse("portal:home"))


@login_required
@require_POST
def verification_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a new look after a refusal."""
    company = own_company(request, pk)
    try:
        verification.submit_again(company, by=person(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The office will look at the company again."))
    return redirect(_company_page(company))
