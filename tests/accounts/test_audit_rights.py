"""The audit trail is out of reach of the role with which the application runs, raw SQL included."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, transaction

from accounts.audit import acting
from accounts.audit_rights import NEVER_DELETED, grant, is_of_the_trail
from events.deals.trail import lines
from events.models import Deal
from matchmaking.private_postgres import APPLICATION
from tests.factories.accounts import make_user
from tests.factories.events import make_deal

pytestmark = pytest.mark.django_db

FORBIDDEN = "42501"
"""SQLSTATE of insufficient_privilege."""
TRAIL = sorted(model._meta.db_table for model in apps.get_models() if is_of_the_trail(model))


@pytest.fixture
def deal(db: None) -> Deal:
    """A deal with its entry in the trail, as the owner of the tables left it."""
    return make_deal(title_en="Brake discs")


@pytest.fixture
def application(deal: Deal) -> Iterator[None]:
    """The rest of the test has the rights of the application's role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [APPLICATION])
        if cursor.rowcount == 0:
            pytest.skip(f"this server has no role {APPLICATION}")
        grant(APPLICATION)
        cursor.execute(f"SET LOCAL ROLE {APPLICATION}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def refused(statement: str) -> str:
    """The SQLSTATE with which the database refuses; empty where it does not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except Exception as error:  # noqa: BLE001  # whatever refuses it is named
        return str(getattr(error.__cause__, "sqlstate", error))
    return ""


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("how", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_no_entry_is_changed_deleted_or_emptied(how: str) -> None:
    assert {table: refused(how.format(table)) for table in TRAIL} == dict.fromkeys(TRAIL, FORBIDDEN)


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pghistory_context SET metadata = '{}'",
        "DELETE FROM pghistory_context",
        "INSERT INTO events_dealevent (pgh_label, pgh_created_at) VALUES ('insert', now())",
        "ALTER TABLE events_deal DISABLE TRIGGER ALL",
        "DROP TRIGGER deal_lawful ON events_deal",
        "SET session_replication_role = replica",
        "CREATE TABLE hidden ()",
    ],
)
def test_nothing_is_forged_or_switched_off(statement: str) -> None:
    assert refused(statement) == FORBIDDEN


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("label", NEVER_DELETED)
def test_records_of_the_ledger_are_not_deleted(label: str) -> None:
    assert refused(f"DELETE FROM {apps.get_model(label)._meta.db_table}") == FORBIDDEN


@pytest.mark.usefixtures("application")
def test_raw_sql_is_in_the_trail_with_before_and_after(deal: Deal) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{events_deal:update_update}', true)")
        cursor.execute("UPDATE events_deal SET note = 'raw' WHERE id = %s", [deal.pk])
    newest = lines(deal)[0]
    assert (newest.who, newest.changes) == ("somebody in the database itself", ["note: – → raw"])


@pytest.mark.usefixtures("application")
def test_the_application_itself_writes_as_before(deal: Deal) -> None:
    with acting(make_user(name="Officer Wang"), "It was wrong."):
        Deal.objects.filter(pk=deal.pk).update(note="bulk")
    assert [(line.who, line.changes) for line in lines(deal)[:1]] == [("Officer Wang", ["note: – → bulk"])]


def test_who_acted_is_not_rewritten_later() -> None:
    with acting(make_user(name="Officer Lin")):
        make_deal()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pghistory_context DISABLE TRIGGER context_closed")
        cursor.execute("UPDATE pghistory_context SET created_at = now() - interval '1 hour'")
        cursor.execute("ALTER TABLE pghistory_context ENABLE TRIGGER context_closed")
    assert refused("""UPDATE pghistory_context SET metadata = '{"user": 1}'""") == "23514"
    assert refused("DELETE FROM pghistory_context") == "23514"
