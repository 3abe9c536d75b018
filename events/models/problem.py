"""Problems of firms: the office proposes a solution, the firm alone closes."""

import datetime as dt
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models import Company, IndustrialChain
from companies.models.company_queries import company_overseen_by
from companies.models.reach import NONE, reach_of
from events.models.confirmation import Confirmation
from events.models.deal import Deal
from events.models.event import event_overseen_by
from events.models.follow_up import FollowUp
from events.models.meeting import Meeting
from events.models.visit import Visit

if TYPE_CHECKING:
    from typing import Self


def _solved_by(user: User) -> Q:
    """Problems that the user owns or that climbed to them, while they hold a posting as an official."""
    return Q(owner_id=user.pk) | Q(climbed_to_id=user.pk) if reach_of(user).is_official else NONE


class ProblemQuerySet(models.QuerySet["Problem"]):
    def at_the_office(self) -> "Self":
        """Waiting for the office."""
        return self.filter(state=Problem.State.OPEN)

    def overdue(self, on: dt.date | None = None) -> "Self":
        """Waiting for the office although the deadline has passed."""
        return self.at_the_office().filter(deadline__lt=on or timezone.localdate())

    def visible_to(self, user: Viewer) -> "Self":
        """Those of the own and of overseen companies, those to solve, those noted at events that one runs."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        noted = Q(raised_by_id=user.pk, source=Problem.Source.MEETING)
        noted &= event_overseen_by(user, "meeting__event")
        own = Q(company__in=reach_of(user).companies)
        return self.filter(_solved_by(user) | noted | own | company_overseen_by(user, "company"))

    def editable_by(self, user: Viewer) -> "Self":
        """The owner, whoever it climbed to, and officials who oversee the company; the firm closes."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(_solved_by(user) | company_overseen_by(user, "company"))


@pghistory.track()
class Problem(models.Model):
    """What keeps a firm from its business, with an owner and a deadline.

    ``solved_on`` is the day on which the firm accepted the solution. Only the SHA-256 of the link is kept by
    which a firm without an account answers.
    """

    class Source(models.TextChoices):
        PORTAL = "portal", _("the firm's portal")
        MEETING = "meeting", _("a meeting")
        FOLLOW_UP = "follow_up", _("a follow-up")
        VISIT = "visit", _("a visit")
        OFFICE = "office", _("the office")

    class Subject(models.TextChoices):
        ORDERS = "orders", _("orders and markets")
        PAYMENT = "payment", _("payment")
        FINANCE = "finance", _("finance")
        PEOPLE = "people", _("staff and skills")
        LAND = "land", _("land and buildings")
        ENERGY = "energy", _("energy and materials")
        LOGISTICS = "logistics", _("logistics and customs")
        TECHNOLOGY = "technology", _("technology and certificates")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        OPEN = "open", _("with the office")
        PROPOSED = "proposed", _("with the firm")
        SOLVED = "solved", _("solved")
        WITHDRAWN = "withdrawn", _("withdrawn by the firm")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    chain = models.ForeignKey(
        IndustrialChain, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chain")
    )
    subject = models.CharField(_("subject"), max_length=12, choices=Subject, default=Subject.OTHER)
    text = models.TextField(_("the problem"), max_length=2000)
    source = models.CharField(_("raised in"), max_length=10, choices=Source)
    raised_on = models.DateField(_("raised on"))
    raised_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("raised by")
    )
    deal = models.ForeignKey(
        Deal, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("deal")
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("meeting")
    )
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("visit")
    )
    follow_up = models.ForeignKey(
        FollowUp, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("follow-up")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    deadline = models.DateField(_("deadline"))
    proposal = models.TextField(_("solution"), blank=True, max_length=2000)
    proposed_at = models.DateTimeField(_("proposed at"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    comment = models.TextField(_("what the firm says"), blank=True, max_length=2000)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    solved_on = models.DateField(_("solved on"), null=True, blank=True)
    climbed_at = models.DateTimeField(_("climbed at"), null=True, blank=True)
    climbed_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("climbed to")
    )
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    sent_to = models.EmailField(_("sent to"), blank=True)
    delivery = models.CharField(
        _("delivery"),
        max_length=8,
        choices=Confirmation.Delivery,
        default=Confirmation.Delivery.NOT_SENT,
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ["-raised_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="problem_has_a_text"),
            models.CheckConstraint(
                condition=Q(state="solved", solved_on__isnull=False)
                | (~Q(state="solved") & Q(solved_on=None)),
                name="problem_solved_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["proposed", "solved"]) | ~Q(proposal=""),
                name="problem_is_solved_by_a_proposal",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "deadline"], name="problem_by_deadline"),
            models.Index(fields=["solved_on"], name="problem_by_day_solved"),
            models.Index(fields=["raised_on"], name="problem_by_day_raised"),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.get_subject_display()}"

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.OPEN and self.deadline < timezone.localdate()

    @property
    def is_ended(self) -> bool:
        return self.state in {self.State.SOLVED, self.State.WITHDRAWN}
