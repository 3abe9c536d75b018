"""Companies served, ready to be counted: from which day on each counts, and what has changed since.

What counts is defined in ``matchmaking/figures/rows.py``; ``migrations/0014_companies_served.py`` holds the
same in SQL, and a test compares both on random ledgers.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ServedSince(models.Model):
    """The first day on which a company is served: at all, in a chain, or at a kind of event.

    Only ``folding`` writes it, for the companies that ``ServedChange`` tells of; for these it does not count.
    ``chain_id`` and ``kind`` hold a value only where the line is about them.
    """

    class Breakdown(models.TextChoices):
        """What the day is about; for programs only, as the cells of the ledger are called."""

        ALL = "", "at all"
        CHAIN = "c", "in a chain"
        KIND = "k", "at a kind of event"

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    breakdown = models.CharField(max_length=1, choices=Breakdown, blank=True)
    chain_id = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=20, blank=True)
    day = models.DateField()

    class Meta:
        verbose_name = _("company served")
        verbose_name_plural = _("companies served")
        indexes = [
            models.Index(fields=["company_id"], name="served_by_company"),
            models.Index(
                fields=["chain_id", "day"],
                include=["company_id"],
                condition=Q(breakdown="c"),
                name="served_in_chain",
            ),
            models.Index(
                fields=["kind", "day"],
                include=["company_id"],
                condition=Q(breakdown="k"),
                name="served_at_kind",
            ),
            models.Index(
                fields=["day"], include=["company_id"], condition=Q(breakdown=""), name="served_at_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.day}"


class ServedChange(models.Model):
    """Something changed that may serve companies; appended by triggers, committed with the change itself.

    ``about`` is company, registration, event, need or node, of which ``key`` is the key. Which companies that
    are is found when it is read: another writer may commit a registration for an event while it is cancelled.
    """

    id = models.BigAutoField(primary_key=True)
    about = models.CharField(max_length=12)
    key = models.BigIntegerField()

    class Meta:
        verbose_name = _("change of companies served")
        verbose_name_plural = _("changes of companies served")

    def __str__(self) -> str:
        return f"{self.about} {self.key}"
