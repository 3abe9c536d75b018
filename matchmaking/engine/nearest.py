"""The index of vectors: made when the city has grown, and how far it is searched.

Below ``EXACT_UP_TO`` offerings a look at every vector is as fast, exact, and needs no index to be kept.
"""

from django.db import connection

from accounts.prepared import read_prepared

INDEX = "matchmaking_offering_meaning"
DEFINITION = "ON matchmaking_offeringvector USING hnsw (reduced halfvec_ip_ops) WITH (ef_construction = 200)"
EXACT_UP_TO = 30_000
"""Offerings up to which every vector is looked at; docs/benchmarks.md has what was measured."""
LEAST_REACH, REACH_SHARE = 200, 1 / 1400
"""Vectors that a search of the index gives, of which the nearest are taken: so many and this share of all."""
MOST_EFFORT = 1000
"""Vectors that a search keeps in hand at most (ef_search); it goes on until it has given enough."""
LONGEST_SEARCH = 20_000
"""Vectors after which a search through a filter ends."""
BYTES = 1000
"""Of a vector in the index while it is built: building in memory is many times faster than beside it."""
MOST_ROOM = 4096
"""Megabytes that a build may take."""

_REACH = f"""
SELECT (SELECT 100 * round(({LEAST_REACH} + offerings * {REACH_SHARE}) / 100)::int FROM matchmaking_indexsize
        WHERE offerings > %(least)s AND EXISTS (
            SELECT FROM pg_index WHERE indexrelid = to_regclass('{INDEX}') AND indisvalid)) AS reach
"""
_IN_USE = f"""
SELECT reach, set_config('hnsw.ef_search', least(reach, {MOST_EFFORT})::text, false),
       set_config('hnsw.iterative_scan', 'relaxed_order', false),
       set_config('hnsw.max_scan_tuples', '{LONGEST_SEARCH}', false)
FROM ({_REACH}) AS index WHERE reach > 0
"""
_IS_OWNER = """
SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'matchmaking_offeringvector'::regclass
"""


def reach() -> int:
    """How many vectors a search of the index is to give, in whole hundreds; the session is set up for it.

    0 where the city is small or its index not there, so that every vector is looked at.
    """
    found = read_prepared(_IN_USE, {"least": EXACT_UP_TO})
    return int(found[0][0]) if found else 0


def is_used() -> bool:
    """Whether the city is large and its index there."""
    return reach() > 0


def forget() -> None:
    """Drop the index, whose vectors are to change; by the tables' owner."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")


def build() -> bool:
    """Make the index where the city has grown and it is not there; whether it was made.

    Outside any transaction. Readers and writers go on meanwhile; what a killed build left is made anew. The
    role that serves owns no table: a function of the owner makes the index for it, while vectors wait.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT offerings FROM matchmaking_indexsize), 0),"
            " (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s))",
            [INDEX],
        )
        offerings, is_valid = cursor.fetchone()
        if is_valid or offerings <= EXACT_UP_TO:
            return False
        room = f"{min(max(offerings * BYTES // 2**20, 128), MOST_ROOM)}MB"
        cursor.execute(_IS_OWNER)
        if not cursor.fetchone()[0]:
            cursor.execute("SELECT matchmaking_make_index_of_meaning(%s)", [room])
            return True
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, false)", [room])
        cursor.execute(f"CREATE INDEX CONCURRENTLY {INDEX} {DEFINITION}")
        cursor.execute("RESET maintenance_work_mem")
    return True
