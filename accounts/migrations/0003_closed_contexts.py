from django.db import migrations

CLOSED = """
CREATE FUNCTION pghistory_context_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.created_at < now() - interval '15 minutes' THEN
        RAISE EXCEPTION 'who acted and why is written with the act, and not changed later'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'context_is_closed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER context_closed BEFORE UPDATE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION pghistory_context_closed();
CREATE FUNCTION pghistory_context_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'who acted and why is never deleted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'context_stays';
END $$;
CREATE TRIGGER context_stays BEFORE DELETE ON pghistory_context
    FOR EACH ROW EXECUTE FUNCTION pghistory_context_stays();
"""
OPEN = """
DROP TRIGGER context_stays ON pghistory_context;
DROP FUNCTION pghistory_context_stays();
DROP TRIGGER context_closed ON pghistory_context;
DROP FUNCTION pghistory_context_closed();
"""


class Migration(migrations.Migration):
    """The audit trail's "who and why" is closed a quarter of an hour after the act began.

    One request may take several acts and tells each one's reason, so a fresh context is still written to.
    """

    dependencies = [("accounts", "0002_outbox"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [migrations.RunSQL(CLOSED, OPEN)]
