"""Indicators of the city on the desk: a list, a form, a sheet."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import posted
from accounts.audit_trail import trail_of
from accounts.person import person
from accounts.refusals import Refused
from accounts.scopes import visible_rows
from companies.sheets.writing import download
from matchmaking.figures import indicators as acts
from matchmaking.forms.indicator import IndicatorForm
from matchmaking.models import Indicator
from matchmaking.officials import official_required
from matchmaking.sheets import indicator_sheet

A_PAGE = 30
REFUSED = 422
LARGEST_SHEET = 5 * 1024 * 1024
SORTS = {"newest": ("-period_to", "name_en", "pk"), "name": ("name_en", "-period_to", "pk")}


@official_required
def indicators(request: HttpRequest) -> HttpResponse:
    """All indicators; a sheet of them is taken here too."""
    if request.GET.get("format") == "template":
        return download("indicators", indicator_sheet.template())
    report = None
    if request.method == "POST":
        sheet = request.FILES.get("sheet")
        try:
            if sheet is None or sheet.size is None or sheet.size > LARGEST_SHEET:
                raise Refused(_("Choose an Excel file of at most 5 MB."))
            report = indicator_sheet.load(sheet.file, by=person(request))  # type: ignore[arg-type]  # opened for bytes
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:indicators")
        if not report.errors:
            done = _("%(added)s indicators added, %(changed)s corrected.")
            messages.success(request, done % {"added": report.added, "changed": report.changed})
            return redirect("desk:indicators")
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else "newest"
    asked = posted.words(request.GET, "q", 100)
    rows = Indicator.objects.visible_to(request.user).select_related("division").order_by(*SORTS[sort])
    if asked:
        rows = rows.filter(Q(name_zh__icontains=asked) | Q(name_en__icontains=asked))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    mine = Indicator.objects.editable_by(request.user).filter(pk__in=[row.pk for row in page])
    context = {
        "page": page,
        "editable": set(mine.values_list("pk", flat=True)),
        "sorts": [("newest", _("newest first")), ("name", _("by name"))],
        "sort": sort,
        "asked": asked,
        "report": report,
        "columns": list(indicator_sheet.heads().values()),
    }
    return render(request, "matchmaking/desk_indicators.html", context, status=REFUSED if report else 200)


@official_required
def indicator_add(request: HttpRequest) -> HttpResponse:
    """Keep a published number."""
    form = IndicatorForm(request.POST or None, user=person(request))
    if request.method == "POST" and form.is_valid():
        try:
            acts.add(form.said(), by=person(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The indicator is kept."))
            return redirect("desk:indicators")
    context = {"form": form, "title": _("Add an indicator"), "room": "reports"}
    return render(request, "matchmaking/desk_form.html", context, status=REFUSED if form.errors else 200)


@official_required
def indicator_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a published number, and read what it was before."""
    user = person(request)
    row = get_object_or_404(Indicator.objects.editable_by(user).select_related("division"), pk=pk)
    form = IndicatorForm(request.POST or None, user=user, corrects=row)
    if request.method == "POST" and form.is_valid():
        try:
            acts.correct(row, form.said(), by=user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The indicator is corrected."))
            return redirect("desk:indicator", pk)
    trail = trail_of(row, lambda model: visible_rows(model, user))
    context = {"form": form, "title": _("Correct an indicator"), "room": "reports", "trail": trail}
    return render(request, "matchmaking/desk_form.html", context, status=REFUSED if form.errors else 200)
