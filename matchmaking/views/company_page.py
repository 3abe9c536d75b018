"""A company as others see it: what it offers and holds, what it looks for, and its record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import Viewer
from companies.models import Certification, Company, Contact, Offering, SourcingNeed
from events.models import Deal, DockingEvent, Registration
from matchmaking.models import Match


def contacts_shown_to(user: Viewer, company: Company) -> list[Contact]:
    """Contacts for a counterpart after both accepted, and for those who look after the company."""
    consented = company.contacts.consented()
    if Company.objects.editable_by(user).filter(pk=company.pk).exists():
        return list(company.contacts.all())
    if not user.is_authenticated:
        return []
    own = Company.objects.represented_by(user).values("pk")
    agreed = Match.objects.accepted_by_both()
    together = agreed.filter(supplier=company, need__buyer__in=own) | agreed.filter(
        need__buyer=company, supplier__in=own
    )
    return list(consented) if together.exists() else []


def track_record(company: Company) -> dict[str, int]:
    """What the ledger says of a company, in numbers that name no counterpart."""
    deals = Deal.objects.of(company)
    came = Registration.objects.active().filter(company=company, event__state=DockingEvent.State.HELD)
    return {
        "signed": deals.signed().verified().count(),
        "completed": deals.filter(stage=Deal.Stage.COMPLETED).count(),
        "terminated": deals.filter(stage=Deal.Stage.TERMINATED).count(),
        "events": came.count(),
    }


def company_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One company of the directory."""
    companies = Company.objects.visible_to(request.user).select_related(
        "division", "main_sector", "parent", "merged_into"
    )
    company = get_object_or_404(companies, pk=pk)
    needs = SourcingNeed.objects.visible_to(request.user).open().filter(buyer=company)
    named = SourcingNeed.objects.naming_buyer_to(request.user)
    context = {
        "company": company,
        "offerings": Offering.objects.visible_to(request.user)
        .filter(company=company, archived_at=None)
        .select_related("node__chain", "sector"),
        "certifications": Certification.objects.visible_to(request.user)
        .filter(company=company)
        .select_related("scheme"),
        "nodes": company.nodes.select_related("chain").order_by("chain__code", "order"),
        "needs": needs.filter(pk__in=named.values("pk")).order_by("answer_by"),
        "contacts": contacts_shown_to(request.user, company),
        "record": track_record(company),
        "may_edit": Company.objects.editable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "matchmaking/company.html", context)
