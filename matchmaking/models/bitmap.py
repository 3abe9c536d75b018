"""Which offerings pass a filter that many pass, as the engine keeps it for a large city."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FilterBitmap(models.Model):
    """One bit for each offering by its key, the lowest first in each byte: whether it passes a filter.

    Written by the worker from time to time; who is found by it is looked at again before it is shown.
    """

    class Kind(models.TextChoices):
        SCHEME = "scheme", _("holds a certificate")
        PLACE = "place", _("in a division or below it")
        SME = "sme", _("small or medium")

    pk = models.CompositePrimaryKey("kind", "key")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.BigIntegerField(_("scheme or division; 0 where there is one filter of the kind"))
    bits = models.BinaryField()
    below = models.BigIntegerField(_("key from which on offerings came later"))
    offerings = models.PositiveIntegerField(_("offerings"))

    class Meta:
        verbose_name = _("filter bitmap")
        verbose_name_plural = _("filter bitmaps")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
