"""Links that a newer one took the place of, so that their pages can say so."""

from django.db import models


class ReplacedLink(models.Model):
    """The SHA-256 of a token that opens nothing any more; whose it was is not kept."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    replaced_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.token_hash[:8]
