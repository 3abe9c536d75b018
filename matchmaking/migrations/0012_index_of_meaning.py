"""The serving role, which owns no table, may have the index of vectors made, and nothing else."""

from django.db import migrations

# Not concurrently, which no function can: only the worker that asks for it writes vectors meanwhile.
MAKES = """
CREATE FUNCTION matchmaking_make_index_of_meaning(room text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DROP INDEX IF EXISTS matchmaking_offering_meaning;
    PERFORM set_config('maintenance_work_mem', room, true);
    CREATE INDEX matchmaking_offering_meaning
        ON matchmaking_offeringvector USING hnsw (embedding halfvec_ip_ops);
END $$;
REVOKE EXECUTE ON FUNCTION matchmaking_make_index_of_meaning(text) FROM PUBLIC;
"""
UNDONE = "DROP FUNCTION matchmaking_make_index_of_meaning(text)"


class Migration(migrations.Migration):
    """What ``engine/nearest.py`` calls where it is not the owner."""

    dependencies = [("matchmaking", "0011_finite_numbers")]

    operations = [migrations.RunSQL(MAKES, UNDONE)]
