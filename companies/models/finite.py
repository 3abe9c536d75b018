"""Numbers that are numbers: PostgreSQL keeps NaN in a decimal column and sorts it above all others."""

from django.db import models
from django.db.models import Q


def finite(*columns: str, below: int, name: str) -> models.CheckConstraint:
    """Each column is empty or lies from 0 to below the limit, which NaN does not.

    ``below`` is a power of ten that every value which the column has room for lies below.
    """
    rules = [Q(**{column: None}) | Q(**{f"{column}__gte": 0, f"{column}__lt": below}) for column in columns]
    return models.CheckConstraint(condition=Q(*rules), name=name)
