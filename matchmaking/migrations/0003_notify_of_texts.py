from django.db import migrations

FUNCTION = """
CREATE FUNCTION notify_of_texts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('duijie_texts', '');
    RETURN NULL;
END $$
"""
TABLES = ("companies_company", "companies_offering", "companies_sourcingneed")


class Migration(migrations.Migration):
    """The engine is woken when texts change, without the lower packages knowing of it."""

    dependencies = [
        ("companies", "0001_initial"),
        ("matchmaking", "0002_words_and_vectors"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION notify_of_texts()"),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER notify_of_texts AFTER INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION notify_of_texts()",
                f"DROP TRIGGER notify_of_texts ON {table}",
            )
            for table in TABLES
        ],
    ]
