"""Finding companies and reference rows by what people type."""

from django.db.models import Q, QuerySet

from accounts.models import Viewer
from companies.credit_code import normalise
from companies.models import Company


def named_like(text: str, *prefixes: str) -> Q:
    """Rows whose Chinese or English name holds the text, or one of whose other columns begins with it."""
    condition = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
    for column in prefixes:
        condition |= Q(**{f"{column}__istartswith": text})
    return condition


def identified_by(text: str) -> Q:
    """Companies by part of a name, by the whole of a brand or of a credit code."""
    return named_like(text) | Q(credit_code=normalise(text)) | Q(brands__contains=[text])


def companies_like(viewer: Viewer, text: str) -> QuerySet[Company]:
    """Visible companies that the text identifies; all of them for an empty text."""
    visible = Company.objects.visible_to(viewer).current()
    return visible.filter(identified_by(text)) if text else visible
