"""NaN, which PostgreSQL keeps in decimal columns, is refused by every column that people fill."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from events.models import Fulfilment
from matchmaking.models import LockedDeal, ledger
from tests.factories.companies import make_need
from tests.factories.events import make_deal

pytestmark = pytest.mark.django_db

PACKAGES = ("accounts", "companies", "events", "matchmaking")
DERIVED = {
    model._meta.db_table
    for model in apps.get_models()
    if model is LockedDeal or model.__module__ == ledger.__name__
}
"""Copied and summed from columns of deals, which refuse it."""


def test_every_decimal_column_has_a_limit_that_nan_exceeds() -> None:
    unlimited = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            is_ours = model._meta.app_label in PACKAGES and model._meta.managed and table not in DERIVED
            if not is_ours or hasattr(model, "pgh_tracked_model"):
                continue
            cursor.execute(
                "SELECT string_agg(pg_get_constraintdef(oid), ' ') FROM pg_constraint"
                " WHERE conrelid = %s::regclass AND contype = 'c'",
                [table],
            )
            rules = cursor.fetchone()[0] or ""
            unlimited += [
                f"{table}.{field.column}"
                for field in model._meta.local_fields
                if isinstance(field, models.DecimalField) and f"({field.column} <" not in rules
            ]
    assert unlimited == []


@pytest.mark.parametrize("column", ["ordered_amount", "fulfilled_amount", "new_output_amount"])
def test_a_year_of_a_deal_is_reported_in_numbers(column: str) -> None:
    row = Fulfilment.objects.create(deal=make_deal(stage="signed"), year=2025, reported_on="2025-12-31")
    with (
        pytest.raises(IntegrityError, match="fulfilment_amounts_are_finite"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE events_fulfilment SET {column} = 'NaN' WHERE id = %s", [row.pk])


def test_a_need_asks_a_price_that_is_a_number() -> None:
    need = make_need()
    with (
        pytest.raises(IntegrityError, match="need_price_is_finite"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE companies_sourcingneed SET target_price = 'NaN' WHERE id = %s", [need.pk])
