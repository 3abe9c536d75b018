from django.db import migrations, models

# As BM25 weighs it: saturation 1.2, share of the length 0.75.
MEASURE = """
UPDATE matchmaking_offeringterm AS t
SET impact = t.times / (t.times + 0.3 + 0.9 * t.length * size.offerings / greatest(size.terms, 1)::float8)
FROM matchmaking_indexsize AS size
"""


class Migration(migrations.Migration):
    """Posting lists stand with their heaviest entries first, so that of a long one only a part is read."""

    dependencies = [
        ("matchmaking", "0008_locked_deals"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='offeringterm',
            name='offering_postings',
        ),
        migrations.AddField(
            model_name='offeringterm',
            name='impact',
            field=models.FloatField(default=0, help_text='What the term counts here as measured when it was written, 0 to 1.', verbose_name='impact'),
            preserve_default=False,
        ),
        migrations.RunSQL(MEASURE, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='offeringterm',
            index=models.Index(models.F('term'), models.OrderBy(models.F('impact'), descending=True), include=('offering', 'times', 'length'), name='offering_postings_by_impact'),
        ),
    ]
