"""A pair of deals may fall out of the list of doubles until somebody has decided about it, never afterwards."""

from django.db import migrations

STAYS = """
CREATE FUNCTION events_double_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'double %: what was decided stays', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'double_decision_stays';
END $$;
CREATE TRIGGER double_stays BEFORE DELETE ON events_double
    FOR EACH ROW WHEN (OLD.decision <> '') EXECUTE FUNCTION events_double_stays();
"""
UNDONE = "DROP FUNCTION events_double_stays() CASCADE"


class Migration(migrations.Migration):
    """The role that serves may delete pairs that resemble no more; the database keeps the decided ones."""

    dependencies = [("events", "0013_names_of_yuan_columns")]

    operations = [migrations.RunSQL(STAYS, UNDONE)]
