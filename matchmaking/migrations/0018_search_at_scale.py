"""Vectors in fewer dimensions, the index of vectors over these, and bitmaps of filters."""

from typing import Any

import pgvector.django.halfvec
from django.db import migrations, models

from matchmaking.engine.reducing import reduce_again

FUNCTION = """
CREATE OR REPLACE FUNCTION matchmaking_make_index_of_meaning(room text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DROP INDEX IF EXISTS matchmaking_offering_meaning;
    PERFORM set_config('maintenance_work_mem', room, true);
    CREATE INDEX matchmaking_offering_meaning ON matchmaking_offeringvector
        USING hnsw (%s);
END $$;
"""
MAKES = FUNCTION % "reduced halfvec_ip_ops) WITH (ef_construction = 200"
MADE = FUNCTION % "embedding halfvec_ip_ops"
DROP_INDEX = "DROP INDEX IF EXISTS matchmaking_offering_meaning"


def fill(apps: Any, schema_editor: Any) -> None:
    """From the full vectors: no text has to be encoded again."""
    reduce_again()


def column(**options: bool) -> Any:
    return pgvector.django.halfvec.HalfVectorField(dimensions=192, **options)


class Migration(migrations.Migration):
    """A large city counts as small until its index is there again: the worker makes it within a minute or so.

    Both tables of vectors are held until all is written: web processes wait, and the old ones cannot write.
    """

    dependencies = [("matchmaking", "0017_words_as_vectors")]

    operations = [
        migrations.RunSQL(DROP_INDEX, DROP_INDEX),
        migrations.AddField("offeringvector", "reduced", column(null=True)),
        migrations.AddField("needvector", "reduced", column(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("offeringvector", "reduced", column()),
        migrations.AlterField("needvector", "reduced", column()),
        migrations.RunSQL(MAKES, MADE),
        migrations.CreateModel(
            name="FilterBitmap",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("scheme", "holds a certificate"),
                            ("place", "in a division or below it"),
                            ("sme", "small or medium"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "key",
                    models.BigIntegerField(
                        verbose_name="scheme or division; 0 where there is one filter of the kind"
                    ),
                ),
                ("bits", models.BinaryField()),
                ("below", models.BigIntegerField(verbose_name="key from which on offerings came later")),
                ("offerings", models.PositiveIntegerField(verbose_name="offerings")),
            ],
            options={"verbose_name": "filter bitmap", "verbose_name_plural": "filter bitmaps"},
        ),
        migrations.AddField(
            "indexsize",
            "bitmaps_made_at",
            models.DateTimeField(null=True, verbose_name="bitmaps of filters made at"),
        ),
        migrations.AddField(
            "indexsize",
            "bitmaps_are_due",
            models.BooleanField(db_default=False, verbose_name="bitmaps of filters are due"),
        ),
        # Random bits do not shrink, and are read as a whole.
        migrations.RunSQL(
            "ALTER TABLE matchmaking_filterbitmap ALTER bits SET STORAGE EXTERNAL", migrations.RunSQL.noop
        ),
    ]
