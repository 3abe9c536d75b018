"""Cells by chain, division and kind of event at once, on which is decided what the public may see.

And a mark for every write, by which is known whether that was decided for the present ledger.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

UNMERGED = import_module("matchmaking.migrations.0008_locked_deals").UNMERGED
PAIRS = "(chain_id, division_id), (chain_id, kind), (division_id, kind)"
NARROWEST = UNMERGED.replace(PAIRS, f"{PAIRS}, (chain_id, division_id, kind)")
END = """
    );
END $$"""
MARKS = """
    )
    UNION ALL
    SELECT 'w', fact, '0001-01-01', 0, 0, '', 1, 0, ((random() - 0.5) * 1e18)::numeric(26, 2), 0, 0, 0, 0, 0, 0
    FROM moved GROUP BY fact;
END $$"""
REFRESH = NARROWEST.replace(END, MARKS)
assert UNMERGED != NARROWEST != REFRESH
REPLACE = ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
FIRST = """
INSERT INTO matchmaking_ledgercell (
    breakdown, fact, month, chain_id, division_id, kind, entries, with_amount, amount, with_fulfilled,
    fulfilled, confirmed, confirmed_with_amount, confirmed_amount, contested
)
SELECT 'cdk', fact, date_trunc('month', day::timestamp)::date, chain_id, division_id, kind,
    COUNT(*), COUNT(amount), COALESCE(SUM(amount), 0), COUNT(fulfilled), COALESCE(SUM(fulfilled), 0),
    COUNT(*) FILTER (WHERE is_confirmed), COUNT(amount) FILTER (WHERE is_confirmed),
    COALESCE(SUM(amount) FILTER (WHERE is_confirmed), 0), COUNT(*) FILTER (WHERE is_contested)
FROM matchmaking_ledgerentry WHERE ended_on IS NULL AND known_from IS NULL
GROUP BY 2, 3, 4, 5, 6
"""
NO_MORE = "DELETE FROM matchmaking_ledgercell WHERE breakdown IN ('cdk', 'w')"


class Migration(migrations.Migration):
    """The triggers keep one more breakdown; what is there already is summed once."""

    dependencies = [("matchmaking", "0009_postings_by_impact")]

    operations = [
        migrations.AlterField(
            model_name="ledgercell",
            name="breakdown",
            field=models.CharField(
                choices=[
                    ("c", "Chain"),
                    ("d", "Division"),
                    ("k", "Kind"),
                    ("cd", "Chain Division"),
                    ("ck", "Chain Kind"),
                    ("dk", "Division Kind"),
                    ("cdk", "All"),
                    ("w", "Writes"),
                ],
                max_length=3,
            ),
        ),
        migrations.RunSQL([REFRESH.replace(*REPLACE), FIRST], [UNMERGED.replace(*REPLACE), NO_MORE]),
        migrations.AddIndex(
            model_name="ledgercell",
            index=models.Index(
                fields=["fact", "month", "chain", "division", "kind"],
                include=["with_amount"],
                condition=Q(breakdown="cdk"),
                name="cell_of_all",
            ),
        ),
    ]
