"""Entries of the ledger tell who took part, when an intention was signed and when a project was fulfilled."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

BEFORE = import_module("matchmaking.migrations.0010_narrowest_cells").REFRESH
FIRST = import_module("matchmaking.migrations.0005_ledger").FIRST
REPLACE = ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
COLUMNS = ("event_id", "buyer_id", "supplier_id", "done_on", "undone_on", "going_on")
KIND = "COALESCE(e.kind, 'none') AS kind\n"
MORE = """COALESCE(e.kind, 'none') AS kind,
            CASE WHEN f.fact = 'signed' THEN d.event_id END AS event_id,
            CASE WHEN f.fact = 'signed' THEN d.buyer_id END AS buyer_id,
            CASE WHEN f.fact = 'signed' THEN d.supplier_id END AS supplier_id,
            CASE WHEN f.fact = 'intention' AND v.is_verified THEN d.signed_on
                WHEN f.fact = 'signed' THEN LEAST(d.completed_on, (
                    SELECT MIN(r.reported_on) FROM events_fulfilment r
                    WHERE r.deal_id = d.id AND r.fulfilled_amount > 0
                )) END AS done_on,
            CASE WHEN f.fact = 'intention' AND v.is_verified AND d.signed_on IS NOT NULL
                THEN d.terminated_on END AS undone_on,
            CASE WHEN f.fact = 'signed' THEN LEAST(d.completed_on, CASE
                WHEN d.stage IN ('performing', 'completed') THEN d.performing_on END) END AS going_on
"""
AFTER = BEFORE.replace(KIND, MORE)
for prefix in ("w.", "e.", ""):
    listed = f"{prefix}is_confirmed, {prefix}is_contested"
    AFTER = AFTER.replace(listed, ", ".join([listed, *(f"{prefix}{column}" for column in COLUMNS)]))
assert AFTER.count("going_on") == 7  # once computed, twice compared, once inserted
AGAIN = [
    "DELETE FROM matchmaking_ledgerentry",
    "DELETE FROM matchmaking_ledgercell",
    FIRST,
]


class Migration(migrations.Migration):
    """The triggers keep six more columns; what is there already is written again once."""

    dependencies = [("matchmaking", "0014_companies_served")]

    operations = [
        *(
            migrations.AddField("ledgerentry", name, models.BigIntegerField(null=True))
            for name in ("event_id", "buyer_id", "supplier_id")
        ),
        *(
            migrations.AddField("ledgerentry", name, models.DateField(null=True))
            for name in ("done_on", "undone_on", "going_on")
        ),
        migrations.RunSQL([AFTER.replace(*REPLACE), *AGAIN], [BEFORE.replace(*REPLACE)]),
        *(
            migrations.AddIndex(
                "ledgerentry",
                models.Index(
                    fields=[f"{name}_id"], condition=Q(**{f"{name}_id__isnull": False}), name=f"entry_by_{name}"
                ),
            )
            for name in ("event", "buyer", "supplier")
        ),
    ]
