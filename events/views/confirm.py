"""The page behind a confirmation link: shows the values, takes one answer, reveals nothing else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.refusals import Refused
from events.deals.confirming import LinkNotOpen, UnknownLink, answer, find, why_closed
from events.deals.shown import Shown
from events.forms.deals import AnswerForm
from events.views.link_pages import link_page
from events.views.lookups import REFUSED


@link_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm or contest the values of a deal, without signing in."""
    try:
        confirmation = find(token)
    except UnknownLink:
        raise Http404 from None
    closed = why_closed(confirmation)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and not closed and form.is_valid():
        try:
            answer(token, form.cleaned_data["answer"], comment=form.cleaned_data["comment"])
        except LinkNotOpen:
            return redirect(request.path)
        except Refused as refused:
            form.add_error("comment", str(refused))
        else:
            return redirect(request.path)
    context = {
        "confirmation": confirmation,
        "closed": closed,
        "form": form,
        "shown": None if closed else Shown.of(confirmation),
    }
    status = REFUSED if form.errors and not closed else 200
    return render(request, "events/confirm.html", context, status=status)
