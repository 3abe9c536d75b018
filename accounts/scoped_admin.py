"""An admin in which everybody sees and changes exactly what the querysets give them.

Lists, forms, choices, filters, autocomplete and history start at ``visible_to``; changes at ``editable_by``.
Nobody sets up groups: who is let in follows from ``admits``, which the packages above define by duties.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.admin_acts import AdminAct, action_of
from accounts.audit_trail import trail_of
from accounts.models import User
from accounts.scoped_filters import ScopedRelatedFilter
from accounts.scopes import editable_rows, once_a_request, scope_of, visible_rows

if TYPE_CHECKING:
    _BaseModelAdmin = BaseModelAdmin[Any]
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _BaseModelAdmin, _ModelAdmin, _TabularInline = object, admin.ModelAdmin, admin.TabularInline


def _is_choosing(request: HttpRequest) -> bool:
    """Whether a field of a form asks for its choices."""
    return request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"


class ScopedFields(_BaseModelAdmin):
    """Choices of foreign keys and many-to-many fields within the person's reach."""

    own_fields: Sequence[str] = ()
    """Foreign keys to rows that the person must be able to change, not only to see."""

    def view_on_site(self, obj: Any) -> str | None:
        """The row's own address; the admin's redirect to it asks nobody who they are."""
        find = getattr(obj, "get_absolute_url", None)
        return str(find()) if find else None

    def choices(self, request: HttpRequest, field: "Field[Any, Any]") -> QuerySet[Any]:
        """The rows that the person may put into a relation; forms refuse all others."""
        related: type[Model] = field.related_model  # type: ignore[assignment]  # only relations come here
        if field.name in self.own_fields:
            return editable_rows(related, request.user)
        return scope_of(related, request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices(request, db_field)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices(request, db_field)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ScopedModelAdmin(ScopedFields, _ModelAdmin):
    """Base of every admin class of the project."""

    may_add = True
    may_change = True
    may_delete = False
    private_fields: Sequence[str] = ()
    """Fields that only those see who may change the row."""
    party_fields: Sequence[str] = ()
    """Foreign keys that every reader of the row may know, although not the related row by itself."""
    acts: Sequence[AdminAct] = ()
    list_per_page = 50
    show_full_result_count = False

    def admits(self, request: HttpRequest) -> bool:
        """Whether the person works with this table at all; superusers always do."""
        return bool(request.user.is_superuser)

    def scope(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows that the person sees."""
        return visible_rows(self.model, request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = self._asked_choices(request) if _is_choosing(request) else self.scope(request)
        return rows.order_by(*(self.get_ordering(request) or self.opts.ordering or ()))

    def _asked_choices(self, request: HttpRequest) -> QuerySet[Any]:
        """What the field may hold for which autocomplete asks; the asking view has checked its name."""
        source = apps.get_model(request.GET["app_label"], request.GET["model_name"])
        asking = admin.site._registry.get(source)
        if isinstance(asking, ScopedModelAdmin):
            return asking.choices(request, source._meta.get_field(request.GET["field_name"]))
        return self.scope(request)

    # Who may do what. Objects are looked up once a request.

    def _sees(self, request: HttpRequest, obj: Model) -> bool:
        key = ("sees", self.model, obj.pk)
        return bool(once_a_request(request, key, lambda: self.scope(request).filter(pk=obj.pk).exists()))

    def _edits(self, request: HttpRequest, obj: Model) -> bool:
        key = ("edits", self.model, obj.pk)
        return bool(
            once_a_request(
                request, key, lambda: editable_rows(self.model, request.user).filter(pk=obj.pk).exists()
            )
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admits(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if _is_choosing(request):
            return True
        return self.admits(request) and (obj is None or self._sees(request, obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self.admits(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        may = self.may_change and self.admits(request)
        return may and (obj is None or self._edits(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and self.has_change_permission(request, obj)

    # What forms and lists show.

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        hidden = self._hidden_names(request, obj)
        groups = [
            (title, {**options, "fields": list(_without(options["fields"], hidden))})
            for title, options in super().get_fieldsets(request, obj)
        ]
        return [group for group in groups if group[1]["fields"]]

    def _hidden_names(self, request: HttpRequest, obj: Model | None) -> set[str]:
        """Fields left out of this row's form: private ones, and relations to rows outside the reach.

        What is left out keeps its value.
        """
        if obj is None or request.user.is_superuser:
            return set()
        return once_a_request(  # type: ignore[no-any-return]  # remembered for any question
            request, ("hidden", self.model, obj.pk), lambda: set(self._find_hidden(request, obj))
        )

    def _find_hidden(self, request: HttpRequest, obj: Model) -> Iterable[str]:
        if not self._edits(request, obj):
            yield from self.private_fields
        for field in obj._meta.local_fields:
            if not isinstance(field, ForeignKey) or field.related_model is User:
                continue
            key = getattr(obj, field.attname)
            if field.name in self.party_fields or key is None:
                continue
            if not scope_of(field.related_model, request).filter(pk=key).exists():
                yield field.name

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [self._scoped(each) for each in super().get_list_filter(request)]

    def _scoped(self, each: Any) -> Any:
        is_relation = isinstance(each, str) and get_fields_from_path(self.model, each)[-1].is_relation
        return (each, ScopedRelatedFilter) if is_relation else each

    # Saving.

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        unseen = self._unseen(request, form) if change else {}
        super().save_related(request, form, formsets, change)
        for name, rows in unseen.items():
            getattr(form.instance, name).add(*rows)
        self.after_save(request, form.instance, change)
        if not editable_rows(self.model, request.user).filter(pk=form.instance.pk).exists():
            raise PermissionDenied  # the transaction of the whole form is rolled back

    def after_save(self, request: HttpRequest, obj: Any, change: bool) -> None:
        """What follows when a row and its relations are written."""

    def _unseen(self, request: HttpRequest, form: Any) -> dict[str, list[Any]]:
        """Rows of many-to-many fields that the person does not see and so cannot have taken out."""
        fields = [f for f in self.opts.local_many_to_many if f.name in form.cleaned_data]
        return {
            field.name: list(
                getattr(form.instance, field.name).exclude(pk__in=self.choices(request, field).values("pk"))
            )
            for field in fields
        }

    # Acts, as actions of the list and as buttons of a row.

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if self.admits(request):
            actions |= {act.name: (action_of(act), act.name, act.label) for act in self.acts}
        return actions

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        obj = context.get("original")
        if obj is not None and self.admits(request) and self._edits(request, obj):
            context["act_buttons"] = [act for act in self.acts if act.fits(obj)]
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The audit trail of a row, for those who may change it."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return,attr-defined]  # Django's own, untyped
        if not (request.user.is_superuser or (self.admits(request) and self._edits(request, obj))):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %s") % obj,
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": obj,
            "opts": self.opts,
            "trail": trail_of(obj, lambda model: scope_of(model, request)),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/audit_trail.html", context)


class ScopedInline(ScopedFields, _TabularInline):  # type: ignore[misc]  # the stubs take view_on_site for a flag
    """Rows of another table on a row's page; they may be changed by those who may change the page's row."""

    extra = 0
    may_add = True
    may_change = True
    may_delete = False
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = visible_rows(self.model, request.user)
        return rows.order_by(*(self.get_ordering(request) or self.opts.ordering or ()))

    def _edits_parent(self, request: HttpRequest, obj: Model | None) -> bool:
        registered = admin.site._registry[self.parent_model]
        return bool(registered.has_change_permission(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        registered = admin.site._registry[self.parent_model]
        return bool(registered.has_view_permission(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_add and self._edits_parent(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change and self._edits_parent(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and self._edits_parent(request, obj)


def _without(names: Iterable[Any], hidden: set[str]) -> Iterable[Any]:
    """The names of a form's fields, single or in lines, without those hidden."""
    for name in names:
        if isinstance(name, str):
            if name not in hidden:
                yield name
        elif line := tuple(part for part in name if part not in hidden):
            yield line
