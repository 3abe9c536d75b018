"""A buyer's own needs: write, hand in, close."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import posted
from accounts.audit import acting
from accounts.person import person
from accounts.refusals import Refused
from accounts.sorting import Sort, by_text, chosen, falling, offered, rising
from companies import sourcing
from companies.forms import NeedForm
from companies.models import Company, SourcingNeed
from companies.models.need import SourcingNeedQuerySet
from companies.views.profile import show_form

A_PAGE = 24
SORTS = (
    falling("newest", gettext_lazy("newest first"), "created_at"),
    rising("soonest", gettext_lazy("answer soonest"), "answer_by"),
    Sort("name", gettext_lazy("by name"), lambda: by_text("title_zh", "title_en")),
)


def own_needs(request: HttpRequest) -> SourcingNeedQuerySet:
    """Needs of the companies for which the user acts."""
    own = Company.objects.represented_by(request.user)
    return SourcingNeed.objects.filter(buyer__in=own.values("pk"))


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The needs of the own companies, newest first unless asked otherwise."""
    order = chosen(request, SORTS).order()
    needs = own_needs(request).select_related("buyer", "node__chain").order_by(order, "-pk")
    state = request.GET.get("state", "")
    if state in SourcingNeed.State.values:
        needs = needs.filter(state=state)
    page = Paginator(needs, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "states": SourcingNeed.State.choices, "state": state}
    return render(request, "companies/my_needs.html", context | offered(request, SORTS))


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new need; saved as a draft, or handed in at once."""
    buyers = Company.objects.current().represented_by(request.user).buyers()
    asked = posted.key(request.POST, "buyer") or posted.key(request.GET, "buyer")
    buyer = (buyers.filter(pk=asked) if asked else buyers.order_by("pk")).first()
    if buyer is None:
        messages.info(request, _("To post a need, represent a company that buys."))
        return redirect("portal:company-claim")
    key = posted.uuid(request.POST, "form_key") or uuid.uuid4()
    if before := _posted_before(request, key):
        return before
    need = SourcingNeed(buyer=buyer, created_by=person(request), form_key=key)
    form = NeedForm(request.POST or None, instance=need)
    choices = list(buyers.order_by("pk"))
    return _edit(request, form, _("Post a need"), choices if len(choices) > 1 else [])


def _posted_before(request: HttpRequest, key: uuid.UUID | None) -> HttpResponse | None:
    """The need that the same form has made already, as after a double click."""
    before = own_needs(request).filter(form_key=key).first() if key and request.method == "POST" else None
    if before is None:
        return None
    messages.info(request, _("This form was sent already: here is its need."))
    return redirect("needs:need-detail", before.pk)


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A need of the own company, while it is not ended."""
    need = get_object_or_404(SourcingNeed.objects.editable_by(request.user), pk=pk)
    if need.state not in {SourcingNeed.State.DRAFT, SourcingNeed.State.SUBMITTED, SourcingNeed.State.OPEN}:
        messages.info(request, _("This need has ended; open it again to change it."))
        return redirect("needs:need-detail", pk)
    return _edit(request, NeedForm(request.POST or None, instance=need), str(need), [])


def _edit(request: HttpRequest, form: NeedForm, title: str, buyers: list[Company]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            with acting(person(request)):
                need = form.save()
        except IntegrityError:
            # The same form arrived twice at once: the other one has just been saved.
            if not form.instance.pk and (before := _posted_before(request, form.instance.form_key)):
                return before
            raise
        if "hand_in" in request.POST:
            _hand_in(request, need)
        else:
            messages.success(request, _("The need is saved."))
        return redirect("needs:need-detail", need.pk)
    is_draft = form.instance.state == SourcingNeed.State.DRAFT
    return show_form(request, form, title, reverse("portal:need-list"), buyers=buyers, can_hand_in=is_draft)


def _try(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Do an act and say what came of it."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


def _hand_in(request: HttpRequest, need: SourcingNeed) -> None:
    """Open a verified buyer's need at once; those of others wait for an official."""
    if need.buyer.is_published:
        done = _("The need is open to suppliers.")
        _try(request, lambda: sourcing.publish(need, by=person(request)), done)
    else:
        done = _("The need is with the office, which opens it to suppliers.")
        _try(request, lambda: sourcing.submit(need, by=person(request)), done)


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a need to suppliers, or hand it to the office where the buyer is not verified yet."""
    need = get_object_or_404(SourcingNeed.objects.editable_by(request.user).select_related("buyer"), pk=pk)
    _hand_in(request, need)
    return redirect("needs:need-detail", pk)


@login_required
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an ended need again."""
    need = get_object_or_404(SourcingNeed.objects.editable_by(request.user), pk=pk)
    _try(request, lambda: sourcing.reopen(need, by=person(request)), _("The need is open to suppliers."))
    return redirect("needs:need-detail", pk)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a need: filled, or closed with a reason."""
    need = get_object_or_404(SourcingNeed.objects.editable_by(request.user), pk=pk)
    reason, by = posted.words(request.POST, "reason"), person(request)
    if "filled" in request.POST:
        _try(request, lambda: sourcing.fill(need, by=by, reason=reason), _("The need is filled."))
    else:
        _try(request, lambda: sourcing.close(need, by=by, reason=reason), _("The need is closed."))
    return redirect("needs:need-detail", pk)
