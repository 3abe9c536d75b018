"""Acts in the admin: an action of the list and a button on a row's page, both calling the same function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import posted
from accounts.models import User
from accounts.person import person
from accounts.refusals import Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHOWN = 20
"""So many rows are named on the page that asks for a reason."""


def _always(_row: Any) -> bool:
    return True


@dataclass(frozen=True)
class AdminAct:
    """An act that the admin offers; ``run`` gets the row, who acts and the reason, and may raise Refused."""

    name: str
    label: "str | _StrPromise"
    run: Callable[[Any, User, str], object]
    asks_reason: bool = False
    fits: Callable[[Any], bool] = _always
    """Whether the act suits a row at all, for the button on its page."""


Action = Callable[["ModelAdmin[Any]", HttpRequest, QuerySet[Any]], HttpResponseBase | None]


def action_of(act: AdminAct) -> Action:
    """The act as an action of a list. One that needs a reason asks for it on a page of its own."""

    def action(
        model_admin: "ModelAdmin[Any]", request: HttpRequest, rows: QuerySet[Any]
    ) -> HttpResponseBase | None:
        reason = posted.words(request.POST, "reason")
        if act.asks_reason and not reason:
            return ask_reason(model_admin, request, rows, act)
        perform(model_admin, request, rows, act, reason)
        return back(model_admin, request)

    return action


def ask_reason(
    model_admin: "ModelAdmin[Any]", request: HttpRequest, rows: QuerySet[Any], act: AdminAct
) -> HttpResponseBase:
    """The page that asks why, and comes back to the same action."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": act.label,
        "opts": model_admin.opts,
        "act": act,
        "rows": rows[:SHOWN],
        "further": max(0, rows.count() - SHOWN),
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "is_missing": "reason" in request.POST,
    }
    return TemplateResponse(request, "admin/act.html", context)


def perform(
    model_admin: "ModelAdmin[Any]", request: HttpRequest, rows: QuerySet[Any], act: AdminAct, reason: str
) -> None:
    """Run the act on every row, each in its own transaction, and tell what came of it."""
    by = person(request)
    done = 0
    for row in rows:
        try:
            act.run(row, by, reason)
            done += 1
        except Refused as refused:
            told = _("%(record)s: %(sentence)s") % {"record": row, "sentence": refused}
            model_admin.message_user(request, told, messages.ERROR)
    if done:
        told = ngettext("%(act)s: done for %(count)d record.", "%(act)s: done for %(count)d records.", done)
        model_admin.message_user(request, told % {"act": act.label, "count": done}, messages.SUCCESS)


def back(model_admin: "ModelAdmin[Any]", request: HttpRequest) -> HttpResponseBase | None:
    """To the row from whose page the act was called, otherwise to the list."""
    selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
    if "from_page" not in request.POST or len(selected) != 1:
        return None
    return HttpResponseRedirect(change_url(model_admin.model, selected[0]))


def change_url(model: type[Model], key: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])
