import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

FUNCTION = """
CREATE FUNCTION note_for_matching() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format('INSERT INTO matchmaking_matchingchange (%I) SELECT DISTINCT %I FROM fresh'
                       ' WHERE %I IS NOT NULL', TG_ARGV[0], TG_ARGV[1], TG_ARGV[1]);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format('INSERT INTO matchmaking_matchingchange (%I) SELECT DISTINCT %I FROM gone'
                       ' WHERE %I IS NOT NULL', TG_ARGV[0], TG_ARGV[1], TG_ARGV[1]);
    END IF;
    PERFORM pg_notify('duijie_texts', '');
    RETURN NULL;
END $$
"""
WATCHED = [
    ("companies_company", "company_id", "id"),
    ("companies_offering", "company_id", "company_id"),
    ("companies_certification", "company_id", "company_id"),
    ("companies_company_nodes", "company_id", "company_id"),
    ("events_deal", "company_id", "supplier_id"),
    ("companies_sourcingneed", "need_id", "id"),
    ("companies_sourcingneed_required_certifications", "need_id", "sourcingneed_id"),
]
ROWS = {
    "insert": "REFERENCING NEW TABLE AS fresh",
    "update": "REFERENCING NEW TABLE AS fresh OLD TABLE AS gone",
    "delete": "REFERENCING OLD TABLE AS gone",
}


def trigger(table: str, kept: str, column: str, act: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER note_{act}_for_matching AFTER {act.upper()} ON {table} {ROWS[act]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION note_for_matching('{kept}', '{column}')",
        f"DROP TRIGGER note_{act}_for_matching ON {table}",
    )


class Migration(migrations.Migration):
    """Stored suggestions, and triggers that note what they no longer hold for."""

    dependencies = [
        ("companies", "0002_chain_nodes_of_support"),
        ("events", "0002_deal_recording_digest"),
        ("matchmaking", "0005_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name='MatchingChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('need_id', models.BigIntegerField(null=True)),
                ('company_id', models.BigIntegerField(null=True)),
            ],
            options={
                'verbose_name': 'change for matching',
                'verbose_name_plural': 'changes for matching',
                'indexes': [
                    models.Index(fields=['company_id'], name='change_by_company'),
                    models.Index(fields=['need_id'], name='change_by_need'),
                ],
            },
        ),
        migrations.CreateModel(
            name='StoredSuggestions',
            fields=[
                ('need', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='companies.sourcingneed')),
                ('companies', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name='suppliers, best first')),
                ('offerings', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name='best offering of each')),
                ('scores', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None, verbose_name='scores')),
                ('details', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='JSON, one text a supplier.', size=None, verbose_name='reasons and remarks')),
                ('considered', models.PositiveIntegerField(verbose_name='suppliers that came into question')),
                ('left_out', models.JSONField(default=dict, verbose_name='left out, by required scheme')),
                ('left_out_in_all', models.PositiveIntegerField(verbose_name='left out in all')),
                ('engine_version', models.CharField(max_length=40, verbose_name='engine version')),
                ('made_on', models.DateField(verbose_name='made on')),
            ],
            options={
                'verbose_name': 'stored suggestions',
                'verbose_name_plural': 'stored suggestions',
            },
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION note_for_matching()"),
        *[trigger(*watched, act) for watched in WATCHED for act in ROWS],
    ]
