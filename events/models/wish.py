"""Wishes to meet: what one registered firm says about another."""

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Viewer
from companies.models.reach import reach_of
from events.models.event import event_overseen_by
from events.models.registration import Registration

if TYPE_CHECKING:
    from typing import Self


class MeetingWishQuerySet(models.QuerySet["MeetingWish"]):
    def between(self, one: int, other: int) -> "Self":
        """What two registrations, by their keys, say about each other."""
        return self.filter(Q(wished_by=one, other=other) | Q(wished_by=other, other=one))

    def refusals(self) -> "Self":
        return self.filter(strength=MeetingWish.Strength.NO)

    def with_answer(self) -> "Self":
        """Each wish with ``answer``: what the other firm says, empty where it has said nothing."""
        back = MeetingWish.objects.filter(wished_by=OuterRef("other"), other=OuterRef("wished_by"))
        return self.annotate(answer=Coalesce(Subquery(back.values("strength")[:1]), Value("")))

    def requests(self) -> "Self":
        """Wishes to meet that the other firm has not answered."""
        return self.with_answer().exclude(strength=MeetingWish.Strength.NO).filter(answer="")

    def overdue(self) -> "Self":
        """Requests whose time to be answered has passed, whether or not the task has seen to them."""
        return self.requests().filter(expires_at__lte=timezone.now())

    def counting(self) -> "Self":
        """What a timetable is made from: every no, and every wish that has not expired."""
        return self.exclude(pk__in=self.model.objects.overdue().values("pk"))

    def visible_to(self, user: Viewer) -> "Self":
        """The own wishes, and those at events that the user oversees."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(wished_by__company__in=reach_of(user).companies) | event_overseen_by(user, "wished_by__event")
        )

    def editable_by(self, user: Viewer) -> "Self":
        return self.visible_to(user)


@pghistory.track()
class MeetingWish(models.Model):
    """What one registered company says about meeting another."""

    class Strength(models.TextChoices):
        MUST = "must", _("must meet")
        MEET = "meet", _("meet")
        NO = "no", pgettext_lazy("answer to a wish to meet", "no")

    wished_by = models.ForeignKey(
        Registration, models.CASCADE, related_name="wishes", verbose_name=_("wished by")
    )
    other = models.ForeignKey(
        Registration, models.CASCADE, related_name="wishes_of_others", verbose_name=_("about")
    )
    strength = models.CharField(_("strength"), max_length=4, choices=Strength, default=Strength.MEET)
    expires_at = models.DateTimeField(
        _("to be answered by"), null=True, blank=True, help_text=_("Empty: it counts without an answer.")
    )
    expired_at = models.DateTimeField(_("expired at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = MeetingWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting wish")
        verbose_name_plural = _("meeting wishes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["wished_by", "other"], name="wish_once_a_pair"),
            models.CheckConstraint(condition=~Q(wished_by=F("other")), name="wish_not_about_oneself"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="wish_by_expiry")]

    def __str__(self) -> str:
        return f"{self.wished_by.company} → {self.other.company}: {self.get_strength_display()}"
