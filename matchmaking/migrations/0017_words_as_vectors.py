"""All terms of an offering as one vector too, for weighing it at once."""

import django.db.models.deletion
import pgvector.django.sparsevec
from django.db import migrations, models

WRITE = """
INSERT INTO matchmaking_offeringwords (offering_id, words)
SELECT offering_id, ('{' || string_agg(number || ':' || part, ',') || '}/536870912')::sparsevec FROM (
    SELECT offering_id, (hashtext(term) & 536870911) + 1 AS number, sum(impact)::real AS part
    FROM matchmaking_offeringterm GROUP BY 1, 2) AS numbered
GROUP BY offering_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0006_finite_numbers"),
        ("matchmaking", "0016_entries_by_what_is_done"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfferingWords",
            fields=[
                (
                    "offering",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="companies.offering",
                    ),
                ),
                ("words", pgvector.django.sparsevec.SparseVectorField(dimensions=2**29)),
            ],
            options={"verbose_name": "words of an offering", "verbose_name_plural": "words of offerings"},
        ),
        migrations.RunSQL(WRITE, migrations.RunSQL.noop),
    ]
