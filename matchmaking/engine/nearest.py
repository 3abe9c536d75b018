"""The index of vectors: made when the city has grown, and the word whether it is used.

Below ``EXACT_UP_TO`` offerings a look at every vector is as fast, exact, and needs no index to be kept.
"""

from django.db import connection

from accounts.prepared import read_prepared

INDEX = "matchmaking_offering_meaning"
DEFINITION = "ON matchmaking_offeringvector USING hnsw (embedding halfvec_ip_ops)"
EXACT_UP_TO = 50_000
"""Offerings up to which every vector is looked at; docs/benchmarks.md has what was measured."""
EFFORT = 1000
"""Vectors that a search of the index keeps in hand (ef_search)."""
LONGEST_SEARCH = 20_000
"""Vectors after which a search through a filter ends."""
BYTES = 1600
"""Of a vector in the index while it is built: building in memory is many times faster than beside it."""
MOST_ROOM = 4096
"""Megabytes that a build may take."""

_IS_USED = f"""
SELECT (SELECT offerings > %(least)s FROM matchmaking_indexsize)
       AND EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('{INDEX}') AND indisvalid),
       set_config('hnsw.ef_search', '{EFFORT}', false),
       set_config('hnsw.iterative_scan', 'strict_order', false),
       set_config('hnsw.max_scan_tuples', '{LONGEST_SEARCH}', false)
"""
_IS_OWNER = """
SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'matchmaking_offeringvector'::regclass
"""


def is_used() -> bool:
    """Whether the city is large and its index there; the session is then set up for it."""
    return bool(read_prepared(_IS_USED, {"least": EXACT_UP_TO})[0][0])


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
