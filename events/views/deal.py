"""One deal: what is known of it, and the acts that the viewer may take."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from events.deals import confirming, evidence
from events.deals.amending import Amendment, amend
from events.deals.following_up import report
from events.deals.signing import NEXT, advance
from events.deals.verifying import verify
from events.forms.deals import AdvanceForm, AmendForm, EvidenceForm, InviteForm, ReportForm
from events.models import Confirmation, Deal, Evidence
from events.qr import as_image
from events.views.deal_page import page_of
from events.views.lookups import REFUSED, edited_deal, visible_deal


@login_required
@require_safe
def deal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A deal for its parties and the officials who oversee it."""
    deal = visible_deal(request, pk)
    return render(request, "events/deal.html", {"page": page_of(deal, person(request)), "deal": deal})


def _act(request: HttpRequest, deal: Deal, act: Callable[[], object], done: str) -> HttpResponse:
    """Take an act and return to the deal's page with a word about it."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("deals:deal-detail", deal.pk)


def _show_refused(request: HttpRequest, deal: Deal, **forms: Any) -> HttpResponse:
    """The deal's page with a form that was refused."""
    page = page_of(visible_deal(request, deal.pk), person(request), **forms)
    return render(request, "events/deal.html", {"page": page, "deal": deal}, status=REFUSED)


@login_required
@require_POST
def deal_advance(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the deal to a later stage."""
    deal = edited_deal(request, pk)
    stage = request.POST.get("stage", "")
    if stage not in NEXT[deal.stage]:
        messages.error(request, _("The deal has another stage by now: look at it again."))
        return redirect("deals:deal-detail", pk)
    form = AdvanceForm(request.POST, deal=deal, stage=stage)
    if not form.is_valid():
        return _show_refused(request, deal, step=form)
    given = form.cleaned_data
    return _act(
        request,
        deal,
        lambda: advance(
            deal,
            stage,
            by=person(request),
            on=given["on"],
            amount=given["amount"],
            contract_reference=given.get("contract_reference", ""),
            reason=given.get("reason", ""),
        ),
        _("The deal is now “%(stage)s”.") % {"stage": Deal.Stage(stage).label},
    )


@login_required
def deal_amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what was recorded."""
    deal = edited_deal(request, pk)
    form = AmendForm(request.POST or None, instance=deal)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        names = [name for name in form.fields if name != "version"]
        changes = Amendment(**{name: given[name] for name in names})  # type: ignore[typeddict-item]  # the names are the form's own
        try:
            changed = amend(deal, by=person(request), version=given["version"], **changes)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = _("Saved as version %(number)s: both sides and the verification are asked anew.")
            is_new = changed.version != given["version"]
            messages.success(request, said % {"number": changed.version} if is_new else _("Saved."))
            return redirect("deals:deal-detail", pk)
    context = {"deal": deal, "form": form}
    return render(request, "events/deal_amend.html", context, status=REFUSED if form.errors else 200)


@login_required
@require_POST
def deal_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify the deal against its documents."""
    deal = edited_deal(request, pk)
    version = posted.key(request.POST, "version") or None
    return _act(
        request, deal, lambda: verify(deal, by=person(request), version=version), _("The deal is verified.")
    )


@login_required
@require_POST
def deal_evidence_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a supporting document."""
    deal = edited_deal(request, pk)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_refused(request, deal, document=form)
    return _act(
        request,
        deal,
        lambda: evidence.add(deal, form.cleaned_data["file"], by=person(request)),
        _("The document is kept."),
    )


@login_required
@require_safe
def deal_evidence(request: HttpRequest, pk: int, evidence_pk: int) -> FileResponse:
    """A document, as a download under a plain name, to whoever may see the deal."""
    row = get_object_or_404(Evidence.objects.visible_to(request.user), pk=evidence_pk, deal=pk)
    ending = str(row.file.name).rpartition(".")[2]
    response = FileResponse(
        row.file.open("rb"),
        as_attachment=True,
        filename=f"deal-{pk}-document-{row.pk}.{ending}",
        content_type=row.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def deal_confirmation_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one side its link, or show it as a QR code."""
    deal = edited_deal(request, pk)
    form = InviteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the e-mail address of the person who confirms."))
        return redirect("deals:deal-detail", pk)
    given = form.cleaned_data
    channel = given["channel"] or Confirmation.Channel.EMAIL
    try:
        invitation = confirming.invite(
            deal,
            given["side"],
            channel=channel,
            by=person(request),
            site=request.build_absolute_uri("/"),
            to=given["to"],
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("deals:deal-detail", pk)
    if channel == Confirmation.Channel.EMAIL:
        messages.success(request, _("The link is sent to %(address)s.") % {"address": given["to"]})
        return redirect("deals:deal-detail", pk)
    context = {"deal": deal, "invitation": invitation, "image": as_image(invitation.link)}
    response = render(request, "events/confirmation_qr.html", context)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def deal_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report what came of the deal in a year: officials, and the supplier's representatives."""
    deal = visible_deal(request, pk)
    form = ReportForm(request.POST, deal=deal)
    if not form.is_valid():
        return _show_refused(request, deal, year=form)
    given = form.cleaned_data
    response = _act(
        request,
        deal,
        lambda: report(deal, by=person(request), **given),
        _("The report on %(year)s is kept.") % {"year": given["year"]},
    )
    response["Location"] = reverse("deals:deal-detail", args=[pk]) + "#fulfilment"
    return response
