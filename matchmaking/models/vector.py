"""What retrieval reads: the words and the meaning of offerings and needs, written in the background."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from companies.models import Offering, SourcingNeed

DIMENSIONS = 512


class OfferingVector(models.Model):
    """Meaning of an offering, with the hash of the text that it was made from."""

    offering = models.OneToOneField(Offering, models.CASCADE, primary_key=True, related_name="+")
    embedding = VectorField(dimensions=DIMENSIONS)
    length = models.PositiveSmallIntegerField(_("length in terms"))
    text_hash = models.CharField(max_length=32)
    encoder = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("offering vector")
        verbose_name_plural = _("offering vectors")

    def __str__(self) -> str:
        return f"{self.offering_id}"


class OfferingTerm(models.Model):
    """One term of an offering with its weight: a posting list when read by term.

    ``weight`` is the part of BM25 that depends on the offering alone; how rare a term is, the query finds.
    """

    pk = models.CompositePrimaryKey("term", "offering")
    term = models.CharField(max_length=80)
    offering = models.ForeignKey(Offering, models.CASCADE, related_name="+", db_index=True)
    weight = models.FloatField()

    class Meta:
        verbose_name = _("offering term")
        verbose_name_plural = _("offering terms")

    def __str__(self) -> str:
        return f"{self.term} · {self.offering_id}"


class NeedVector(models.Model):
    """Meaning and terms of a need, with the hash of the text that they were made from."""

    need = models.OneToOneField(SourcingNeed, models.CASCADE, primary_key=True, related_name="+")
    embedding = VectorField(dimensions=DIMENSIONS)
    title_embedding = VectorField(dimensions=DIMENSIONS)
    terms = ArrayField(models.CharField(max_length=80), default=list)
    text_hash = models.CharField(max_length=32)
    encoder = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("need vector")
        verbose_name_plural = _("need vectors")

    def __str__(self) -> str:
        return f"{self.need_id}"
