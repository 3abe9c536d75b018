"""Follow-ups: the page behind a firm's link, the page for those who sign in, and sending the link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.person import person
from accounts.refusals import Refused
from events.aftercare import following
from events.aftercare.links import LinkReplaced, LinkUnknown
from events.forms.aftercare import AskForm, FollowUpForm
from events.models import FollowUp
from events.qr import as_image
from events.views.link_pages import link_page
from events.views.lookups import REFUSED

RELATED = ("deal__buyer", "deal__supplier", "owner", "answered_by")


@link_page
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Say what came of a deal, without signing in."""
    try:
        follow_up = following.find(token)
    except LinkReplaced:
        return replaced(request)
    except LinkUnknown:
        raise Http404 from None
    closed = following.why_closed(follow_up)
    form = FollowUpForm(request.POST or None, deal=follow_up.deal, initial={"year": follow_up.due_on.year})
    if request.method == "POST" and not closed and form.is_valid():
        try:
            following.answer_by_link(token, form.said())
        except following.FollowUpClosed:
            return redirect(request.path)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(request.path)
    context = {"follow_up": follow_up, "deal": follow_up.deal, "closed": closed, "form": form}
    status = REFUSED if form.errors and not closed else 200
    return render(request, "events/follow_up_link.html", context, status=status)


@login_required
def signed_in(request: HttpRequest, pk: int) -> HttpResponse:
    """One follow-up: what was said, or the form for the firm and for officials who record for it."""
    rows = FollowUp.objects.visible_to(request.user).select_related(*RELATED)
    follow_up = get_object_or_404(rows, pk=pk)
    source = following.source_for(person(request), follow_up)
    form = FollowUpForm(request.POST or None, deal=follow_up.deal, initial={"year": follow_up.due_on.year})
    if request.method == "POST" and form.is_valid():
        try:
            following.answer_signed_in(follow_up, form.said(), by=person(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The answer is kept. Thank you."))
            return redirect("deals:follow-up", pk)
    context = {
        "follow_up": follow_up,
        "deal": follow_up.deal,
        "form": None if follow_up.answered_at else form,
        "for_the_firm": source == FollowUp.Source.OFFICE,
    }
    return render(request, "events/follow_up.html", context, status=REFUSED if form.errors else 200)


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the firm its link, or show it as a QR code."""
    rows = FollowUp.objects.editable_by(request.user).select_related(*RELATED)
    follow_up = get_object_or_404(rows, pk=pk)
    form = AskForm(request.POST)
    back = reverse("desk:follow-ups")
    if not form.is_valid():
        messages.error(request, _("This is not an e-mail address."))
        return redirect(back)
    given = form.cleaned_data
    try:
        asked = following.ask(
            follow_up,
            by=person(request),
            site=request.build_absolute_uri("/"),
            to=given["to"],
            on_the_spot=given["on_the_spot"],
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    if not given["on_the_spot"]:
        messages.success(request, _("The link is sent to %(address)s.") % {"address": given["to"]})
        return redirect(back)
    return shown_as_code(request, asked.link, until=asked.follow_up.expires_at, back=back)


def replaced(request: HttpRequest) -> HttpResponse:
    """What an older link opens: that there is a newer one, and nothing of what it is about."""
    return render(request, "events/link_replaced.html")


def shown_as_code(request: HttpRequest, link: str, *, until: object, back: str) -> HttpResponse:
    """A link as a QR code, shown once."""
    context = {"image": as_image(link), "until": until, "back": back}
    response = render(request, "events/link_qr.html", context)
    response["Cache-Control"] = "no-store"
    return response
