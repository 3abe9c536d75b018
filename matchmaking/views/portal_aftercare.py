"""What came of it, in the portal: follow-ups to answer, problems and visits, and one's own dependence."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.person import person
from accounts.refusals import Refused
from companies.models import Company
from companies.models.company_queries import CompanyQuerySet
from events.aftercare import exposure
from events.aftercare import problems as acts
from events.forms.aftercare import ProblemForm
from events.models import FollowUp, Problem, Visit
from matchmaking.figures.consistent import consistent
from matchmaking.views.desk_exposure import rows_behind

A_PAGE = 24
REFUSED = 422
SHOWN_VISITS = 20


def _own(request: HttpRequest) -> CompanyQuerySet:
    return Company.objects.current().represented_by(request.user)


@login_required
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Questions about the deals of the own companies, the open ones first."""
    rows = FollowUp.objects.filter(deal__supplier__in=_own(request).values("pk"))
    rows = rows.select_related("deal__buyer", "deal__supplier")
    ordered = rows.order_by(F("answered_at").desc(nulls_first=True), "-due_on", "-pk")
    page = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "matchmaking/my_follow_ups.html", {"page": page, "open": rows.open().count()})


@login_required
def problems(request: HttpRequest) -> HttpResponse:
    """Problems of the own companies, those that wait for the firm first, and officials' visits."""
    own = _own(request).values("pk")
    rows = Problem.objects.filter(company__in=own).select_related("company", "owner")
    waits = {Problem.State.PROPOSED: 0, Problem.State.OPEN: 1}
    ordered = sorted(
        rows.order_by("-raised_on", "-pk"), key=lambda row: waits.get(Problem.State(row.state), 2)
    )
    visits = Visit.objects.filter(company__in=own).select_related("company", "visitor")
    context = {
        "page": Paginator(ordered, A_PAGE).get_page(request.GET.get("page")),
        "visits": visits[:SHOWN_VISITS],
        "has_company": _own(request).exists(),
    }
    return render(request, "matchmaking/my_problems.html", context)


@login_required
def problem_add(request: HttpRequest) -> HttpResponse:
    """Tell the office of a problem."""
    own = _own(request).order_by("pk")
    if not own.exists():
        raise Http404
    form = ProblemForm(request.POST or None, companies=own)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = acts.raise_problem(
                given["company"], text=given["text"], subject=given["subject"], by=person(request)
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The office has your problem. You say when it is solved."))
            return redirect("problems:problem-detail", made.pk)
    context = {"form": form, "title": _("Tell the office of a problem")}
    return render(request, "matchmaking/my_problem_add.html", context, status=REFUSED if form.errors else 200)


@login_required
@consistent
def own_exposure(request: HttpRequest) -> HttpResponse:
    """How far the own companies depend on each of their buyers."""
    own = list(_own(request).suppliers().order_by("pk"))
    rows = [(company, exposure.shares_of(company)) for company in own]
    return render(request, "matchmaking/my_exposure.html", {"rows": rows})


@login_required
@consistent
def own_exposure_deals(request: HttpRequest, supplier: int, buyer: int) -> HttpResponse:
    """The deals of an own company with one buyer's group, and the late payments that it reported."""
    own = _own(request).suppliers().filter(pk=supplier)
    found = get_object_or_404(own)
    return rows_behind(request, own, found, get_object_or_404(Company, pk=buyer), for_firm=True)
