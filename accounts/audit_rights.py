"""What the role of a running application may do in the database: everything but touch the audit trail.

The tables belong to the role that migrates. The application's own role reads and writes rows; what the
triggers write about it, it can neither write nor change nor delete, and it cannot switch them off.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from psycopg import sql

NEVER_DELETED = (
    "events.Deal", "events.Evidence", "events.Confirmation", "events.Fulfilment",
    "matchmaking.MonthlySnapshot", "matchmaking.LockedDeal",
)  # fmt: skip
"""Records of the ledger: no act deletes them, so the application's role may not."""
OWN = "pghistory_context", "django_migrations"
"""Tables that the application only reads."""

_ROWS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
REVOKE CREATE ON SCHEMA public FROM {role};
"""
_WITH_OWNERS_RIGHTS = """
SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public' AND pg_has_role(p.proowner, 'MEMBER')
    AND (p.proname = '_pgh_attach_context'
        OR p.proname ~ '^pgtrigger_(insert|update|delete)_(insert|update|delete)_')
"""
_NO_WRITING = sql.SQL("REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {} FROM {}")
_NO_DELETING = sql.SQL("REVOKE DELETE, TRUNCATE ON {} FROM {}")
_NEVER_IGNORED = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
    SELECT pg_has_role(session_user, datdba, 'MEMBER')
        AND trigger_name = ANY (COALESCE(NULLIF(current_setting('pgtrigger.ignore', true), ''), '{}')::text[])
    FROM pg_database WHERE datname = current_database()
$$
"""
"""Only the owner of the database may leave triggers out, as the loading of the demo does."""


def grant(role: str) -> None:
    """Give a role what the application needs, and take from it what touches the audit trail.

    To be called by the owner of the tables after each migration; a second call changes nothing.

    :raises django.db.ProgrammingError: no such role, or the caller does not own the tables.
    """
    name = sql.Identifier(role)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL(_ROWS).format(role=name))
        for table in (*OWN, *_tables_of_the_trail()):
            cursor.execute(_NO_WRITING.format(sql.Identifier(table), name))
        for label in NEVER_DELETED:
            table = apps.get_model(label)._meta.db_table
            cursor.execute(_NO_DELETING.format(sql.Identifier(table), name))
        cursor.execute(_WITH_OWNERS_RIGHTS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")
        cursor.execute(_NEVER_IGNORED)


def _tables_of_the_trail() -> Iterator[str]:
    """The tables that the triggers write."""
    for model in apps.get_models():
        if is_of_the_trail(model):
            yield model._meta.db_table


def is_of_the_trail(model: type[Model]) -> bool:
    """Whether the model's rows are entries of the audit trail."""
    return hasattr(model, "pgh_tracked_model")
