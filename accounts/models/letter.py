"""The outbox: every e-mail that an act wrote, and what became of it."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User, Viewer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self) -> "Self":
        """Waiting, and their time has come; the oldest first."""
        return self.filter(state=Letter.State.WAITING, send_at__lte=timezone.now()).order_by("send_at", "pk")

    def about(self, subject: str, keys: "Iterable[int] | models.QuerySet[models.Model]") -> "Self":
        """Letters about rows of one kind ("event", "deal", "match"), by their keys or a query of them."""
        found = keys.values("pk") if isinstance(keys, models.QuerySet) else list(keys)
        return self.filter(about=subject, about_key__in=found)

    def naming(self, words: str) -> "Self":
        """Letters whose address, reader or subject has the words."""
        return self.filter(
            Q(to__icontains=words) | Q(title__icontains=words) | Q(person__name__icontains=words)
        )

    def visible_to(self, user: Viewer) -> "Self":
        """All for the city office, one's own for everybody; the packages above add what they oversee."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(person_id=user.pk)

    def editable_by(self, user: Viewer) -> "Self":
        """Nobody rewrites a letter; it is sent anew by an act."""
        return self.none()


class Letter(models.Model):
    """One e-mail to one address: written in the transaction of its act, sent by the worker after it.

    ``secret`` is what only the reader may know (a link); the text has ``PLACE`` where it stands. It is
    wiped when the letter has left, so that whoever looks into the outbox cannot answer in the reader's name.
    """

    PLACE = "[…]"

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")
        DROPPED = "dropped", _("no longer needed")

    kind = models.CharField(_("kind"), max_length=30)
    about = models.CharField(_("row that it is about"), max_length=12, blank=True)
    about_key = models.BigIntegerField(null=True, blank=True, editable=False)
    key = models.CharField(max_length=100, null=True, blank=True, unique=True, editable=False)
    person = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reader")
    )
    to = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=10, choices=User.Language)
    title = models.CharField(_("subject line"), max_length=300)
    text = models.TextField(_("text"))
    secret = models.TextField(blank=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("last error"), blank=True)
    send_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="letter_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(secret=""), name="letter_sent_keeps_no_secret"
            ),
            models.CheckConstraint(
                condition=Q(about="", about_key=None) | (~Q(about="") & Q(about_key__isnull=False)),
                name="letter_about_has_its_key",
            ),
        ]
        indexes = [
            models.Index(fields=["send_at"], condition=Q(state="waiting"), name="letter_due"),
            models.Index(fields=["about", "about_key", "-id"], name="letter_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.title}"
