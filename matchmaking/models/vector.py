"""What retrieval reads: the words and the meaning of offerings and needs, written in the background."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, SparseVectorField

from companies.models import Offering, SourcingNeed
from companies.words import LONGEST_TERM

DIMENSIONS = 512
"""Of the encoder's vectors; half precision keeps a vector inside its row (1 KB)."""

REDUCED = 192
"""Dimensions of the reduced vectors, which the index of a large city holds; ``engine/reducing.py``."""

NUMBERS = 2**29
"""Different numbers of terms: of a million terms one in a thousand shares its number, and counts as one."""


def number_of(term: str) -> str:
    """SQL for the number of a term, given as SQL."""
    return f"((hashtext({term}) & {NUMBERS - 1}) + 1)"


class OfferingVector(models.Model):
    """Meaning of an offering that may be suggested, with the hash of the text that it was made from."""

    offering = models.OneToOneField(Offering, models.CASCADE, primary_key=True, related_name="+")
    embedding = HalfVectorField(dimensions=DIMENSIONS)
    reduced = HalfVectorField(dimensions=REDUCED)
    length = models.PositiveSmallIntegerField(_("length in terms"))
    text_hash = models.CharField(max_length=32)
    encoder = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("offering vector")
        verbose_name_plural = _("offering vectors")

    def __str__(self) -> str:
        return f"{self.offering_id}"


class OfferingTerm(models.Model):
    """How often a term stands in an offering: a posting list when read by term."""

    pk = models.CompositePrimaryKey("offering", "term")
    offering = models.ForeignKey(Offering, models.CASCADE, related_name="+", db_index=False)
    term = models.CharField(max_length=LONGEST_TERM, db_collation="C")
    times = models.PositiveSmallIntegerField(_("times"))
    length = models.PositiveSmallIntegerField(_("length of the offering in terms"))
    impact = models.FloatField(
        _("impact"), help_text=_("What the term counts here as measured when it was written, 0 to 1.")
    )

    class Meta:
        verbose_name = _("offering term")
        verbose_name_plural = _("offering terms")
        indexes = [
            # Everything that BM25 needs, so that a posting list is read from the index alone; where it is
            # long, only its heaviest part.
            models.Index(
                models.F("term"),
                models.F("impact").desc(),
                include=["offering", "times", "length"],
                name="offering_postings_by_impact",
            )
        ]

    def __str__(self) -> str:
        return f"{self.term} · {self.offering_id}"


class OfferingWords(models.Model):
    """All terms of an offering in one value: what each counts there, by the term's number.

    Says the same as its ``OfferingTerm`` rows. Those find; this weighs what was found, ten times as quickly.
    """

    offering = models.OneToOneField(Offering, models.CASCADE, primary_key=True, related_name="+")
    words = SparseVectorField(dimensions=NUMBERS)

    class Meta:
        verbose_name = _("words of an offering")
        verbose_name_plural = _("words of offerings")

    def __str__(self) -> str:
        return f"{self.offering_id}"


class TermCount(models.Model):
    """In how many offerings a term stands: how rare it is."""

    term = models.CharField(max_length=LONGEST_TERM, primary_key=True, db_collation="C")
    offerings = models.PositiveIntegerField(_("offerings"))

    class Meta:
        verbose_name = _("term count")
        verbose_name_plural = _("term counts")

    def __str__(self) -> str:
        return f"{self.term} · {self.offerings}"


class NeedVector(models.Model):
    """Meaning and terms of a need, with the hash of the text that they were made from."""

    need = models.OneToOneField(SourcingNeed, models.CASCADE, primary_key=True, related_name="+")
    embedding = HalfVectorField(dimensions=DIMENSIONS)
    reduced = HalfVectorField(dimensions=REDUCED)
    terms = ArrayField(models.CharField(max_length=LONGEST_TERM), default=list)
    title_terms = ArrayField(models.CharField(max_length=LONGEST_TERM), default=list)
    floor = models.FloatField(
        _("lowest cosine of its candidates"),
        null=True,
        help_text=_("Empty until its candidates are measured."),
    )
    spread = models.FloatField(_("spread of its candidates' text scores"), null=True)
    text_hash = models.CharField(max_length=32)
    encoder = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("need vector")
        verbose_name_plural = _("need vectors")

    def __str__(self) -> str:
        return f"{self.need_id}"


class Word(models.Model):
    """A word of the needs or the offerings with its meaning, to find its like in another script."""

    word = models.CharField(max_length=LONGEST_TERM, primary_key=True, db_collation="C")
    is_han = models.BooleanField(_("Chinese"))
    in_offerings = models.BooleanField(_("used by offerings"), default=False)
    in_needs = models.BooleanField(_("used by needs"), default=False)
    embedding = HalfVectorField(dimensions=DIMENSIONS)
    encoder = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")

    def __str__(self) -> str:
        return self.word


class Translation(models.Model):
    """A word of the needs and one of the offerings in another script that mean much the same."""

    pk = models.CompositePrimaryKey("word", "other")
    word = models.CharField(max_length=LONGEST_TERM, db_collation="C")
    other = models.CharField(max_length=LONGEST_TERM, db_collation="C")
    likeness = models.FloatField(_("likeness"), help_text=_("Cosine of the two words, 0 to 1."))

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")

    def __str__(self) -> str:
        return f"{self.word} ~ {self.other}"


class IndexSize(models.Model):
    """How much is indexed, in one row: what BM25 compares a term and a length with; and since when."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offerings = models.PositiveIntegerField(_("offerings"), default=0)
    terms = models.PositiveBigIntegerField(_("terms"), default=0)
    bitmaps_made_at = models.DateTimeField(_("bitmaps of filters made at"), null=True)
    bitmaps_are_due = models.BooleanField(_("bitmaps of filters are due"), db_default=False)

    class Meta:
        verbose_name = _("index size")
        verbose_name_plural = _("index sizes")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="index_size_is_one_row")]

    def __str__(self) -> str:
        return f"{self.offerings} / {self.terms}"
