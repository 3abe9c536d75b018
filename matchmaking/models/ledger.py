"""The ledger ready to be summed: kept by triggers in the transaction of the deal itself, never by hand.

What a figure counts is defined in ``matchmaking/figures/rows.py``; ``migrations/0005_ledger.py`` holds the
same in SQL, and a test compares both on random ledgers.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models import Division, IndustrialChain
from events.models import Deal

NO_KIND = "none"
"""In place of a kind of event: what was agreed outside events."""


ALL = 0
"""In place of a chain or division: of all of them; an empty kind means the same."""


class Fact(models.TextChoices):
    """What a deal adds to the figures; for programs only, no page shows it."""

    SIGNED = "signed"
    UNVERIFIED = "unverified"
    FRAMEWORK = "framework"
    INTENTION = "intention"
    OUTPUT = "output"


class LedgerEntry(models.Model):
    """One fact of one deal: what it adds, in which chain, division and kind of event, and from when to when.

    It counts by its ``day`` on every day of the ledger from ``known_from`` (where that is later than ``day``)
    to before ``ended_on``. Amounts in yuan at the deal's own rate.
    """

    id = models.BigAutoField(primary_key=True)
    # No constraints: the triggers on deals make and remove entries, and nothing is cleared through them.
    deal = models.ForeignKey(Deal, models.DO_NOTHING, related_name="+", db_constraint=False)
    fact = models.CharField(max_length=10, choices=Fact)
    part = models.PositiveSmallIntegerField(default=0)
    """The year of a report; a deal has one entry of every other fact."""
    day = models.DateField()
    known_from = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    chain = models.ForeignKey(
        IndustrialChain, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    division = models.ForeignKey(
        Division, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    fulfilled = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    is_confirmed = models.BooleanField(default=False)
    is_contested = models.BooleanField(default=False)
    event_id = models.BigIntegerField(null=True)
    """Of signed projects, as the two sides are: whose chains and divisions took part, wherever it counts."""
    buyer_id = models.BigIntegerField(null=True)
    supplier_id = models.BigIntegerField(null=True)
    done_on = models.DateField(null=True)
    """When an intention was signed, if that is verified; when a signed project was first fulfilled."""
    undone_on = models.DateField(null=True)
    """When the signature that made an intention done was terminated."""
    going_on = models.DateField(null=True)
    """Since when a signed project is being performed or is completed."""

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        indexes = [
            models.Index(fields=["day"], name="entry_by_day"),
            models.Index(fields=["chain", "day"], name="entry_by_chain"),
            models.Index(fields=["division", "day"], name="entry_by_division"),
            models.Index(fields=["ended_on"], condition=Q(ended_on__isnull=False), name="entry_ended"),
            models.Index(fields=["known_from"], condition=Q(known_from__isnull=False), name="entry_late"),
            models.Index(fields=["done_on"], condition=Q(done_on__isnull=False), name="entry_done"),
            models.Index(fields=["event_id"], condition=Q(event_id__isnull=False), name="entry_by_event"),
            models.Index(fields=["buyer_id"], condition=Q(buyer_id__isnull=False), name="entry_by_buyer"),
            models.Index(
                fields=["supplier_id"], condition=Q(supplier_id__isnull=False), name="entry_by_supplier"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.deal_id}"


class LedgerCell(models.Model):
    """Entries of one month without an end, summed; several cells of the same name are added up.

    Every deal appends its own, so that no two writers wait for each other; ``fold`` merges them later.
    ``chain``, ``division`` and ``kind`` hold a value only where the cells of ``breakdown`` are apart by it.
    """

    class Breakdown(models.TextChoices):
        """By what the cells are apart, beside the month and the fact."""

        CHAIN = "c"
        DIVISION = "d"
        KIND = "k"
        CHAIN_DIVISION = "cd"
        CHAIN_KIND = "ck"
        DIVISION_KIND = "dk"
        ALL = "cdk"
        WRITES = "w"
        """Not sums: a number drawn by chance as ``amount`` for every write, and how many there were."""

    id = models.BigAutoField(primary_key=True)
    breakdown = models.CharField(max_length=3, choices=Breakdown)
    fact = models.CharField(max_length=10, choices=Fact)
    month = models.DateField()
    chain = models.ForeignKey(
        IndustrialChain, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    division = models.ForeignKey(
        Division, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=20, blank=True)
    entries = models.IntegerField()
    with_amount = models.IntegerField()
    amount = models.DecimalField(max_digits=26, decimal_places=2)
    with_fulfilled = models.IntegerField()
    fulfilled = models.DecimalField(max_digits=26, decimal_places=2)
    confirmed = models.IntegerField()
    confirmed_with_amount = models.IntegerField()
    confirmed_amount = models.DecimalField(max_digits=26, decimal_places=2)
    contested = models.IntegerField()

    class Meta:
        verbose_name = _("ledger cell")
        verbose_name_plural = _("ledger cells")
        indexes = [
            models.Index(fields=["breakdown", "month"], name="cell_by_month"),
            models.Index(fields=["breakdown", "chain", "month"], name="cell_by_chain"),
            models.Index(
                fields=["breakdown", "division", "month"],
                name="cell_by_division",
            ),
            # What the public may see is decided on these, so that they are read from the index alone.
            models.Index(
                fields=["fact", "month", "chain", "division", "kind"],
                include=["with_amount"],
                condition=Q(breakdown="cdk"),
                name="cell_of_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.month:%Y-%m}"
