"""What a deal hangs on is not deleted, on whatever route one tries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, ProtectedError
from django.urls import reverse

from events.models import Deal
from tests.events.pages import signed_in
from tests.factories.accounts import make_superuser, make_user
from tests.factories.companies import make_company
from tests.factories.events import make_deal, make_event, make_evidence

pytestmark = pytest.mark.django_db

OF_A_DEAL: dict[str, Callable[[Deal], Model]] = {
    "buyer": lambda deal: deal.buyer,
    "supplier": lambda deal: deal.supplier,
    "recorder": lambda deal: deal.recorded_by,
    "verifier": lambda deal: deal.verified_by or deal.recorded_by,
    "event": lambda deal: deal.event or deal.buyer,
    "chain": lambda deal: deal.counting_chain,
    "division": lambda deal: deal.counting_division,
    "deal": lambda deal: deal,
}
each = pytest.mark.parametrize("what", OF_A_DEAL)


@pytest.fixture
def deal() -> Deal:
    deal = make_deal(supplier=make_company(), stage="signed", verified_by=make_user(), event=make_event())
    make_evidence(deal)
    return deal


def thing(deal: Deal, what: str) -> Any:
    return OF_A_DEAL[what](deal)


@each
def test_one_by_one_and_in_bulk_is_refused_by_the_models(deal: Deal, what: str) -> None:
    row = thing(deal, what)
    with pytest.raises(ProtectedError):
        row.delete()
    with pytest.raises(ProtectedError):
        type(row)._default_manager.filter(pk=row.pk).delete()


@each
def test_raw_sql_is_refused_by_the_database(deal: Deal, what: str) -> None:
    row = thing(deal, what)
    statement = f"DELETE FROM {row._meta.db_table} WHERE id = {row.pk}; SET CONSTRAINTS ALL IMMEDIATE"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@each
def test_the_admin_deletes_neither_one_nor_many(deal: Deal, what: str) -> None:
    row = thing(deal, what)
    office = signed_in(make_superuser())
    name = f"{row._meta.app_label}_{row._meta.model_name}"
    one = reverse(f"admin:{name}_delete", args=[row.pk])
    many = reverse(f"admin:{name}_changelist")
    office.post(one, {"post": "yes"})
    office.post(many, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert type(row)._default_manager.filter(pk=row.pk).exists()
