"""Which rows the admin shows and lets change, for every model and person."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest


def visible_rows(model: type[Model], user: Any) -> QuerySet[Any]:
    """What the person may see of a model; of models without a rule superusers see all, others nothing."""
    manager = model._default_manager
    if hasattr(manager, "visible_to"):
        rows: QuerySet[Any] = manager.visible_to(user)
        return rows
    return manager.all() if user.is_superuser else manager.none()


def editable_rows(model: type[Model], user: Any) -> QuerySet[Any]:
    """What the person may change of a model; of models without a rule superusers all, others nothing."""
    manager = model._default_manager
    if hasattr(manager, "editable_by"):
        rows: QuerySet[Any] = manager.editable_by(user)
        return rows
    return manager.all() if user.is_superuser else manager.none()


def scope_of(model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    """What the admin shows the person of a model: the scope of its registered class, where it has one.

    Its rules are put together once a request: they are long, and a form asks for them with every relation.
    """
    rows: QuerySet[Any] = once_a_request(request, ("scope", model), lambda: _find_scope(model, request))
    return rows.all()


def _find_scope(model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    registered = admin.site._registry.get(model)
    if registered is not None and hasattr(registered, "scope"):
        rows: QuerySet[Any] = registered.scope(request)
        return rows
    return visible_rows(model, request.user)


def once_a_request(request: HttpRequest, key: object, find: Callable[[], Any]) -> Any:
    """The answer of ``find``, asked for only once in a request."""
    known = request.__dict__.setdefault("_scoped_answers", {})
    if key not in known:
        known[key] = find()
    return known[key]
