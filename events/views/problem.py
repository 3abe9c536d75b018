"""One problem: for the firm, for the officials who solve it, and behind the firm's link."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.person import person
from accounts.refusals import Refused
from companies.models import Company
from events.aftercare import problem_links, problems
from events.aftercare.links import LinkReplaced, LinkUnknown, address_of
from events.aftercare.problem_trail import lines
from events.forms.aftercare import AskForm, AssignForm, ClosingForm, ProblemForm, ProposalForm
from events.models import Meeting, Problem
from events.views.follow_up import replaced, shown_as_code
from events.views.link_pages import link_page
from events.views.lookups import REFUSED, run_event

RELATED = ("company", "chain", "owner", "climbed_to", "raised_by", "deal", "visit", "meeting__event")


@login_required
@require_safe
def problem_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A problem with what was said about it, and the acts that the viewer may take."""
    rows = Problem.objects.visible_to(request.user).select_related(*RELATED)
    problem = get_object_or_404(rows, pk=pk)
    user = person(request)
    solves = Problem.objects.editable_by(user).filter(pk=pk).exists()
    answers = problems.may_answer(user, problem)
    with_office, with_firm = problem.state == "open", problem.state == "proposed"
    context = {
        "problem": problem,
        "solves": solves,
        "answers": answers,
        "trail": lines(problem),
        "proposal_form": ProposalForm() if solves and with_office else None,
        "assign_form": _assigning(problem) if solves and not problem.is_ended else None,
        "closing_form": ClosingForm() if answers and with_firm else None,
        "address": address_of(problem.company) if solves and with_firm else "",
    }
    return render(request, "events/problem.html", context)


def _assigning(problem: Problem) -> AssignForm:
    return AssignForm(initial={"owner": problem.owner_id, "deadline": problem.deadline})


def _act(request: HttpRequest, pk: int, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("problems:problem-detail", pk)


def _edited(request: HttpRequest, pk: int) -> Problem:
    return get_object_or_404(Problem.objects.editable_by(request.user).select_related("company"), pk=pk)


def _own(request: HttpRequest, pk: int) -> Problem:
    own = Company.objects.represented_by(request.user).values("pk")
    return get_object_or_404(Problem.objects.filter(company__in=own), pk=pk)


@login_required
@require_POST
def problem_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a solution to the firm."""
    problem = _edited(request, pk)
    form = ProposalForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    return _act(
        request,
        pk,
        lambda: problems.propose(problem, text=text, by=person(request)),
        _("The firm is asked whether this solves its problem."),
    )


@login_required
@require_POST
def problem_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Change owner or deadline."""
    problem = _edited(request, pk)
    form = AssignForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an official and a day."))
        return redirect("problems:problem-detail", pk)
    given = form.cleaned_data
    return _act(
        request,
        pk,
        lambda: problems.assign(problem, by=person(request), **given),
        _("The problem is assigned."),
    )


@login_required
@require_POST
def problem_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the firm the link by which it closes or reopens."""
    problem = _edited(request, pk)
    form = AskForm(request.POST)
    back = reverse("problems:problem-detail", args=[pk])
    if not form.is_valid():
        messages.error(request, _("This is not an e-mail address."))
        return redirect(back)
    given = form.cleaned_data
    try:
        site = request.build_absolute_uri("/")
        link = problem_links.send_link(problem, by=person(request), site=site, **given)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    if not given["on_the_spot"]:
        messages.success(request, _("The link is sent to %(address)s.") % {"address": given["to"]})
        return redirect(back)
    problem.refresh_from_db()
    return shown_as_code(request, link, until=problem.expires_at, back=back)


@login_required
@require_POST
def problem_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The firm closes its problem or reopens it."""
    problem = _own(request, pk)
    form = ClosingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the answers."))
        return redirect("problems:problem-detail", pk)
    accept = form.cleaned_data["answer"] == "accept"
    comment = form.cleaned_data["comment"]
    return _act(
        request,
        pk,
        lambda: problems.answer(problem, by=person(request), accept=accept, comment=comment),
        _("The problem is solved. Thank you.") if accept else _("The office goes on with it."),
    )


@login_required
@require_POST
def problem_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The firm takes its problem back."""
    problem = _own(request, pk)
    return _act(
        request, pk, lambda: problems.withdraw(problem, by=person(request)), _("The problem is withdrawn.")
    )


@link_page
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The firm closes or reopens, without signing in."""
    try:
        problem = problem_links.find(token)
    except LinkReplaced:
        return replaced(request)
    except LinkUnknown:
        raise Http404 from None
    closed = problem_links.why_closed(problem)
    form = ClosingForm(request.POST or None)
    if request.method == "POST" and not closed and form.is_valid():
        accept = form.cleaned_data["answer"] == "accept"
        try:
            problem_links.answer_by_link(token, accept=accept, comment=form.cleaned_data["comment"])
        except Refused as refused:
            form.add_error("comment", str(refused))
        else:
            return redirect(request.path)
    context = {"problem": problem, "closed": closed, "form": form}
    status = REFUSED if form.errors and not closed else 200
    return render(request, "events/problem_link.html", context, status=status)


@login_required
def from_meeting(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """An organiser notes a problem that a firm raises at a meeting."""
    event = run_event(request, slug)
    meetings = Meeting.objects.filter(event=event).select_related("buyer__company", "supplier__company")
    meeting = get_object_or_404(meetings, pk=pk)
    parties = [meeting.supplier.company_id, meeting.buyer.company_id]
    form = ProblemForm(request.POST or None, companies=Company.objects.filter(pk__in=parties))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            problems.raise_problem(
                given["company"],
                text=given["text"],
                subject=given["subject"],
                by=person(request),
                origin=problems.Origin(meeting=meeting),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The problem is noted; an official takes care of it."))
            return redirect("floor:meeting-outcome", slug, pk)
    context = {"event": event, "meeting": meeting, "form": form}
    return render(request, "events/floor/problem.html", context, status=REFUSED if form.errors else 200)
