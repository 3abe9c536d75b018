"""Stored suggestions keep what the engine alone knows; their reasons are said when they are shown."""

import django.contrib.postgres.fields
from django.db import migrations, models


def numbers(name: str) -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.FloatField(), size=None, verbose_name=name
    )


class Migration(migrations.Migration):
    dependencies = [("matchmaking", "0012_index_of_meaning")]

    operations = [
        # They are worked out anew within the minute.
        migrations.RunSQL("DELETE FROM matchmaking_storedsuggestions", migrations.RunSQL.noop),
        migrations.RemoveField("storedsuggestions", "details"),
        migrations.AddField(
            "storedsuggestions", "words", numbers("weight of shared words")
        ),
        migrations.AddField("storedsuggestions", "translated", numbers("weight of translated words")),
        migrations.AddField("storedsuggestions", "meanings", numbers("cosines")),
        migrations.AddField("storedsuggestions", "further", numbers("points for further offerings")),
        migrations.AddField(
            "storedsuggestions",
            "others",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), size=None, verbose_name="further offerings that fit"
            ),
        ),
        migrations.AddField(
            "storedsuggestions", "floor", models.FloatField(verbose_name="lowest cosine of its candidates")
        ),
        migrations.AddField(
            "storedsuggestions",
            "spread",
            models.FloatField(verbose_name="spread of its candidates' text scores"),
        ),
        # A list of fifty takes three kilobytes: kept in the row as it is, not packed beside it.
        migrations.RunSQL(
            "ALTER TABLE matchmaking_storedsuggestions SET (toast_tuple_target = 8000)",
            "ALTER TABLE matchmaking_storedsuggestions RESET (toast_tuple_target)",
        ),
    ]
