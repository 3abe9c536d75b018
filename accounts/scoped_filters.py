"""List filters of the admin that name only what the person may see."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.http import HttpRequest

from accounts.scopes import scope_of


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """Offers the related rows that occur in the person's own list and that they may see by themselves."""

    def field_choices(
        self,
        field: Any,
        request: HttpRequest,
        model_admin: "ModelAdmin[Any]",
    ) -> list[tuple[str, Any]]:
        occurring = model_admin.get_queryset(request).order_by().values(self.field_path)
        rows = scope_of(field.related_model, request).filter(pk__in=occurring)
        return [(str(row.pk), str(row)) for row in rows]
