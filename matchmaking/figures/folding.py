"""What writers have appended, taken up: keeps reading quick, changes no figure.

Cells of the ledger that bear the same name are merged into one; first days of companies served are kept.
"""

from django.db import connection, transaction

from matchmaking.figures import serving

LOCK = 0x666F6C64
"""Key of the advisory lock that lets one process fold while others pass: "fold" in ASCII."""

NAME = "breakdown, fact, month, chain_id, division_id, kind"
SUMMED = (
    "entries",
    "with_amount",
    "amount",
    "with_fulfilled",
    "fulfilled",
    "confirmed",
    "confirmed_with_amount",
    "confirmed_amount",
    "contested",
)
_SUMS = ", ".join(f"SUM({column})" for column in SUMMED)
_EMPTY = " AND ".join(f"SUM({column}) = 0" for column in SUMMED)

# One statement, so that whoever reads meanwhile sees the cells as they were or as they are, never both.
FOLD = f"""
WITH many AS (
    SELECT {NAME} FROM matchmaking_ledgercell GROUP BY {NAME} HAVING COUNT(*) > 1 OR ({_EMPTY})
), gone AS (
    DELETE FROM matchmaking_ledgercell cell USING many
    WHERE (cell.breakdown, cell.fact, cell.month, cell.chain_id, cell.division_id, cell.kind)
        = (many.breakdown, many.fact, many.month, many.chain_id, many.division_id, many.kind)
    RETURNING cell.*
), merged AS (
    INSERT INTO matchmaking_ledgercell ({NAME}, {", ".join(SUMMED)})
    SELECT {NAME}, {_SUMS} FROM gone GROUP BY {NAME} HAVING NOT ({_EMPTY})
)
SELECT COUNT(*) FROM gone
"""  # noqa: S608  # our own column names


def fold() -> int:
    """Merge cells of the same name and drop empty ones; how many were taken up. Keep first days.

    Does nothing while another process folds. Writers go on: they only append.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        serving.fold()
        cursor.execute(FOLD)
        return int(cursor.fetchone()[0])
