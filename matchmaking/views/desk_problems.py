"""Problems and visits on the desk: lists, and noting new ones."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from events.aftercare import problems as acts
from events.aftercare import visiting
from events.forms.aftercare import OfficeProblemForm, VisitForm
from events.models import Problem, Visit
from matchmaking.officials import official_required

A_PAGE = 30
REFUSED = 422
PROBLEM_SORTS = {"deadline": ("deadline", "pk"), "newest": ("-raised_on", "-pk")}
VISIT_SORTS = {"newest": ("-visited_on", "-pk"), "oldest": ("visited_on", "pk")}
State = Problem.State


def waiting(request: HttpRequest) -> QuerySet[Problem]:
    """Problems that wait for the office, among those that the official may solve."""
    return Problem.objects.editable_by(request.user).at_the_office()


@official_required
def problems(request: HttpRequest) -> HttpResponse:
    """Problems by state, overdue ones and those that climbed to the reader in lists of their own."""
    mine = Problem.objects.editable_by(request.user)
    tabs: dict[str, tuple[str, QuerySet[Problem]]] = {
        "": (_("with the office"), mine.at_the_office()),
        "overdue": (_("overdue"), mine.overdue()),
        "climbed": (_("climbed to me"), mine.at_the_office().filter(climbed_to=person(request))),
        "proposed": (_("with the firm"), mine.filter(state=State.PROPOSED)),
        "solved": (_("solved"), mine.filter(state=State.SOLVED)),
        "all": (_("all"), mine),
    }
    tab = request.GET.get("state", "")
    tab = tab if tab in tabs else ""
    sort = request.GET.get("sort", "")
    sort = sort if sort in PROBLEM_SORTS else "deadline"
    asked = posted.words(request.GET, "q", 100)
    found = _like(tabs[tab][1], asked, "text") if asked else tabs[tab][1]
    found = found.select_related("company", "chain", "owner", "climbed_to").order_by(*PROBLEM_SORTS[sort])
    context = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "tab": tab,
        "tabs": [(key, label, rows.count()) for key, (label, rows) in tabs.items()],
        "sorts": [("deadline", _("deadline first")), ("newest", _("newest first"))],
        "sort": sort,
        "asked": asked,
    }
    return render(request, "matchmaking/desk_problems.html", context)


def _like(rows: QuerySet[Any], asked: str, column: str) -> QuerySet[Any]:
    """By a word of the text or by the company's name."""
    named = Q(company__name_zh__icontains=asked) | Q(company__name_en__icontains=asked)
    return rows.filter(named | Q(**{f"{column}__icontains": asked}))


@official_required
def problem_add(request: HttpRequest) -> HttpResponse:
    """Note a problem for a firm, of a visit where the address names one."""
    user = person(request)
    key = posted.key(request.GET, "visit")
    visit = Visit.objects.editable_by(user).filter(pk=key).first() if key else None
    first = {"company": visit.company_id if visit else request.GET.get("company", "")}
    form = OfficeProblemForm(request.POST or None, user=user, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        fits = visit and visit.company_id == given["company"].pk
        try:
            made = acts.raise_problem(by=user, origin=acts.Origin(visit=visit if fits else None), **given)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The problem is noted."))
            return redirect("problems:problem-detail", made.pk)
    context = {"form": form, "title": _("Note a problem of a firm"), "room": "problems"}
    return render(request, "matchmaking/desk_form.html", context, status=REFUSED if form.errors else 200)


@official_required
def visits(request: HttpRequest) -> HttpResponse:
    """Visits to the firms of the official's chains and divisions."""
    rows = Visit.objects.editable_by(request.user)
    sort = request.GET.get("sort", "")
    sort = sort if sort in VISIT_SORTS else "newest"
    asked = posted.words(request.GET, "q", 100)
    found = _like(rows, asked, "purpose") if asked else rows
    found = found.select_related("company", "chain", "visitor").annotate(raised=Count("problems"))
    context = {
        "page": Paginator(found.order_by(*VISIT_SORTS[sort]), A_PAGE).get_page(request.GET.get("page")),
        "sorts": [("newest", _("newest first")), ("oldest", _("oldest first"))],
        "sort": sort,
        "asked": asked,
    }
    return render(request, "matchmaking/desk_visits.html", context)


@official_required
def visit_add(request: HttpRequest) -> HttpResponse:
    """Record a visit."""
    user = person(request)
    first = {"company": request.GET.get("company", "")}
    form = VisitForm(request.POST or None, user=user, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = visiting.record_visit(
                given["company"],
                by=user,
                on=given["visited_on"],
                visitor=given["visitor"],
                purpose=given["purpose"],
                note=given["note"],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The visit is recorded."))
            return redirect("desk:visit", made.pk)
    context = {"form": form, "title": _("Record a visit"), "room": "problems"}
    return render(request, "matchmaking/desk_form.html", context, status=REFUSED if form.errors else 200)


@official_required
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit with its note and the problems that were raised there."""
    user = person(request)
    rows = Visit.objects.editable_by(user).select_related("company", "chain", "visitor", "recorded_by")
    found = get_object_or_404(rows, pk=pk)
    form = VisitForm(request.POST or None, user=user, instance=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            visiting.note_visit(found, by=user, purpose=given["purpose"], note=given["note"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:visit", pk)
    raised = Problem.objects.visible_to(user).filter(visit=found).select_related("company")
    context = {"visit": found, "form": form, "problems": raised}
    return render(request, "matchmaking/desk_visit.html", context, status=REFUSED if form.errors else 200)
