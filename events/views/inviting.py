"""Who is asked to an event: choose, look, send, follow; and the firm's own page behind the link."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from companies.models import Company
from companies.sheets.writing import download, workbook
from events import inviting
from events.filters import InviteFilter
from events.models import DockingEvent, Invitation
from events.models.invitation import InvitationQuerySet
from events.views.link_pages import link_page
from events.views.lookups import REFUSED, as_excel, run_event, site_of, wants_excel

A_PAGE = 50


def _stages() -> list[tuple[str, str]]:
    return [
        ("sent", _("not seen yet")),
        ("seen", _("seen, not answered")),
        ("registered", _("registered")),
        ("declined", _("declined")),
        ("no_address", _("no address known")),
    ]


@login_required
@require_safe
def invitation_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every invitation with what became of it."""
    event = run_event(request, slug)
    stage, words = request.GET.get("stage", ""), posted.words(request.GET, "q", 100)
    everything = Invitation.objects.filter(event=event)
    rows = everything.at_stage(stage)
    if words:
        rows = rows.naming(words)
    rows = rows.select_related("company__division", "invited_by").order_by("-invited_at", "-pk")
    if wants_excel(request):
        return download(f"{slug}-invitations", workbook(_("Invitations"), _heads(), _lines(rows)))
    context = {
        "event": event,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "stages": [(key, label, everything.at_stage(key).count()) for key, label in _stages()],
        "stage": stage,
        "words": words,
        "exports": [(as_excel(request), _("Excel"))],
        "to_remind": everything.to_remind().count() if event.is_open else 0,
    }
    return render(request, "events/invitations.html", context)


def _heads() -> list[str]:
    return [
        _("Company"),
        _("Division"),
        _("Origin"),
        _("Invited at"),
        _("Invited by"),
        _("Delivery"),
        _("Reminded at"),
        _("Seen at"),
        _("Answer"),
        _("Answered at"),
        _("Reason"),
        _("Comment"),
    ]


def _lines(rows: InvitationQuerySet) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            str(row.company),
            str(row.company.division or ""),
            row.get_origin_display(),
            row.invited_at,
            str(row.invited_by),
            row.get_delivery_display(),
            row.reminded_at,
            row.seen_at,
            row.get_answer_display(),
            row.answered_at,
            row.get_reason_display(),
            row.comment,
        ]


@login_required
@vary_on_headers("HX-Request")
def invitation_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose firms by filter, see how many a letter would reach, send."""
    event = run_event(request, slug)
    found, chosen = _chosen(request, event)
    if request.method == "POST":
        return _send(request, event, chosen)
    rows = inviting.invitable(event, person(request)).filter(pk__in=chosen.values("pk"))
    context = {
        "event": event,
        "filter": found,
        "facets": [
            (found.form.fields[name].label, [each for each in facet if each.count or each.is_ticked])
            for name, facet in (
                ("size", found.facet("size", "size_class", Company.SizeClass.choices)),
                ("tier", found.facet("tier", "tier", Company.Tier.choices)),
            )
        ],
        "page": Paginator(rows.select_related("division").order_by("pk"), A_PAGE).get_page(
            request.GET.get("page")
        ),
        "preview": inviting.preview(event, chosen, by=person(request)),
        "most": inviting.MOST,
        "query": request.GET.urlencode(),
    }
    htmx: Any = request.htmx  # type: ignore[attr-defined]  # set by the library's middleware
    alone = htmx and htmx.target == "results"
    return render(request, "events/_invite_results.html" if alone else "events/invite.html", context)


def _chosen(request: HttpRequest, event: DockingEvent) -> tuple[InviteFilter, QuerySet[Company]]:
    """The filter, and the firms that it leaves among those that the person sees."""
    seen = Company.objects.current().visible_to(request.user)
    found = InviteFilter(request.GET, event=event, queryset=seen, request=request)
    return found, found.qs


def _send(request: HttpRequest, event: DockingEvent, chosen: QuerySet[Company]) -> HttpResponse:
    """Invite what the filter of the address leaves, if it is as many as the person saw."""
    if "only_ticked" in request.POST:
        chosen = chosen.filter(pk__in=posted.keys(request.POST, "firm"))
        expected = None
    elif ticked := posted.keys(request.POST, "firm"):
        said = ngettext(
            "%(count)s firm is ticked: take the tick away to invite all, or invite only those ticked.",
            "%(count)s firms are ticked: take the ticks away to invite all, or invite only those ticked.",
            len(ticked),
        )
        messages.error(request, said % {"count": len(ticked)})
        return redirect(request.get_full_path())
    else:
        expected = posted.key(request.POST, "expected")
    try:
        sent = inviting.invite(
            event,
            chosen,
            by=person(request),
            site=site_of(request),
            note=posted.words(request.POST, "note", 1000),
            expected=expected,
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(request.get_full_path())
    said = ngettext("%(count)s firm is invited.", "%(count)s firms are invited.", len(sent))
    messages.success(request, said % {"count": len(sent)})
    return redirect("events:invitation-list", event.slug)


@login_required
@require_POST
def invitation_remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Write once more to who has not answered."""
    event = run_event(request, slug)
    try:
        count = inviting.remind(event, by=person(request), site=site_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = ngettext("%(count)s firm is reminded.", "%(count)s firms are reminded.", count)
        messages.success(request, said % {"count": count})
    return redirect("events:invitation-list", slug)


@link_page
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The firm's page behind the link: what the event is, register or decline."""
    try:
        invitation = inviting.find(token)
    except Refused:
        raise Http404 from None
    if request.method == "POST":
        try:
            inviting.decline(
                token,
                reason=request.POST.get("reason", ""),
                comment=posted.words(request.POST, "comment", 1000),
            )
        except Refused as refused:
            return _show_invited(request, invitation, str(refused), REFUSED)
        messages.success(request, _("Thank you: the organiser sees your answer."))
        return redirect(request.path)
    inviting.note_seen(invitation)
    return _show_invited(request, invitation)


def _show_invited(
    request: HttpRequest, invitation: Invitation, refused: str = "", status: int = 200
) -> HttpResponse:
    event = invitation.event
    own = Company.objects.represented_by(request.user).filter(pk=invitation.company_id)
    register = reverse("events:event-register", args=[event.slug])
    context = {
        "invitation": invitation,
        "event": event,
        "refused": refused,
        "acts_for_it": own.exists(),
        "register": f"{register}?company={invitation.company_id}",
        "sign_in": reverse("account_login"),
        "sign_up": reverse("account_signup"),
        "claim": reverse("portal:company-claim"),
        "next": request.path,
        "reasons": Invitation.Reason.choices,
        "guests": event.registrations.confirmed().count(),
        "counts": event.registrations.confirmed().values("side").annotate(n=Count("pk")),
    }
    return render(request, "events/invited.html", context, status=status)
