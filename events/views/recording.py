"""Record a deal at the desk; upper packages open the same page from their own records."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import posted
from accounts.language import reads_chinese
from accounts.models import User
from accounts.person import person
from accounts.refusals import Refused
from companies.models import Company, SourcingNeed
from companies.money import in_words
from events.deals import evidence
from events.deals.duplicates import likely
from events.deals.recording import record
from events.deals.rights import may_record
from events.forms.amounts import read
from events.forms.recording import DealForm, DeskDealForm
from events.models import Deal, DockingEvent
from events.views.lookups import REFUSED


@login_required
def deal_add(request: HttpRequest) -> HttpResponse:
    """Record a deal, from ?need=, ?event=, ?supplier=, or bare."""
    return recording_page(request, initial=_from_query(request))


def recording_page(
    request: HttpRequest, *, initial: dict[str, Any], and_then: Callable[[Deal], object] | None = None
) -> HttpResponse:
    """The page that records a deal, its fields filled with ``initial``.

    ``and_then`` is called in the transaction of the recording: an upper package moves its own records there.
    """
    user = person(request)
    if not may_record(user):
        raise Http404
    form = DeskDealForm(request.POST or None, request.FILES or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        deal = save(request, form, by=user, and_then=and_then)
        if deal:
            return redirect("deals:deal-detail", deal.pk)
    return render(
        request,
        "events/deal_form.html",
        {"form": form, "likely": shown_likely(form, user)},
        status=REFUSED if form.errors else 200,
    )


def save(
    request: HttpRequest,
    form: DealForm,
    *,
    by: User,
    and_then: Callable[[Deal], object] | None = None,
    **more: Any,
) -> Deal | None:
    """Record what a valid form says and keep its document; None where the act was refused."""
    try:
        deal, unkept = keep(form, by=by, and_then=and_then, **more)
    except Refused as refused:
        form.add_error(None, str(refused))
        return None
    if unkept:
        messages.warning(request, unkept)
    messages.success(request, said(deal))
    return deal


def keep(
    form: DealForm, *, by: User, and_then: Callable[[Deal], object] | None = None, **more: Any
) -> tuple[Deal, str]:
    """Record what a valid form says and keep its document; with a sentence why the document was not kept.

    :raises Refused: the act refused the deal.
    """
    deal = record(by=by, and_then=and_then, **form.values() | more)
    file = form.cleaned_data["document"]
    try:
        if file:
            evidence.add(deal, file, by=by)
    except Refused as refused:
        return deal, str(refused)
    return deal, ""


def said(deal: Deal) -> str:
    """That a deal is recorded, with title, stage and amount."""
    return _("Recorded: %(deal)s") % {"deal": _line(deal)}


def _line(deal: Deal) -> str:
    """Title, stage and amount of a deal in one line."""
    amount = deal.signed_amount if deal.signed_on else deal.intention_amount
    worth = "" if amount is None else f", {in_words(amount, deal.currency, chinese=reads_chinese())}"
    return f"{deal}, {deal.get_stage_display()}{worth}"


@login_required
@require_safe
def likely_now(request: HttpRequest) -> HttpResponse:
    """Deals that may be the one that is being typed; the page asks while one types."""
    user = person(request)
    if not may_record(user):
        raise Http404
    form = DeskDealForm(_typed(request), user=user)
    form.is_valid()
    form.likely = []
    given = form.cleaned_data
    if all(given.get(name) for name in ("buyer", "supplier", "on")):
        form.likely = likely(form.asked(given))
    context = {"form": form, "likely": shown_likely(form, user)}
    return render(request, "events/_likely.html", context)


def _typed(request: HttpRequest) -> QueryDict:
    """What stands in the form, with today where no day was chosen yet."""
    typed = request.GET.copy()
    typed.setdefault("on", timezone.localdate().isoformat())
    return typed


def shown_likely(form: DealForm, user: User) -> list[tuple[Any, bool]]:
    """Deals that may be the same, each with whether the person may open it."""
    keys = [each.deal.pk for each in form.likely]
    visible = set(Deal.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [(each, each.deal.pk in visible) for each in form.likely]


def _from_query(request: HttpRequest) -> dict[str, Any]:
    """First values from rows that the person may see; what is unknown is left out."""
    initial: dict[str, Any] = {"stage": Deal.Stage.INTENTION}
    wanted = {name: key for name in ("need", "event", "supplier") if (key := posted.key(request.GET, name))}
    if "need" in wanted:
        need = SourcingNeed.objects.visible_to(request.user).filter(pk=wanted["need"]).first()
        named = SourcingNeed.objects.naming_buyer_to(request.user)
        if need and named.filter(pk=need.pk).exists():
            initial |= {"need": need.pk, "buyer": need.buyer_id, "title": str(need)}
            initial |= {"quantity": need.quantity, "unit": need.unit}
    if "event" in wanted:
        event = DockingEvent.objects.visible_to(request.user).filter(pk=wanted["event"]).first()
        initial |= {"event": event.pk} if event else {}
    if "supplier" in wanted:
        supplier = Company.objects.visible_to(request.user).filter(pk=wanted["supplier"]).first()
        initial |= {"supplier": supplier.pk} if supplier else {}
    return initial


@login_required
@require_safe
def amount_in_words(request: HttpRequest) -> HttpResponse:
    """What was typed as an amount, said back; the page asks while one types."""
    text = request.GET.get("amount", "")
    said, wrong = "", ""
    if text.strip():
        try:
            money = read(text, request.GET.get("amount_unit", ""))
            said = (
                f"{in_words(money.amount, money.currency, chinese=reads_chinese())} = {_digits(money.amount)}"
            )
        except forms.ValidationError as refused:
            wrong = " ".join(refused.messages)
    return render(request, "events/_amount_in_words.html", {"said": said, "wrong": wrong})


def _digits(amount: Decimal) -> str:
    return f"{amount:,.2f}"
