"""What an event leaves open on its evening, and whose it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from events.models import Confirmation, Deal, DockingEvent, Evidence, Meeting, Registration
from events.models.deal import DealQuerySet
from events.timetable.hall import published


class Gap(StrEnum):
    """Why something is open; in the order in which a report lists it."""

    NO_EVIDENCE = "no_evidence"
    UNVERIFIED = "unverified"
    CONTESTED = "contested"
    UNCONFIRMED = "unconfirmed"
    FOLLOW_UP = "follow_up"
    NO_OUTCOME = "no_outcome"
    NO_SHOW = "no_show"
    NOT_ARRIVED = "not_arrived"


TITLES: dict[Gap, Promise] = {
    Gap.NO_EVIDENCE: gettext_lazy("Signed deals without a supporting document"),
    Gap.UNVERIFIED: gettext_lazy("Signed deals that nobody has verified"),
    Gap.CONTESTED: gettext_lazy("Deals that a side contests"),
    Gap.UNCONFIRMED: gettext_lazy("Deals that a side has not confirmed"),
    Gap.FOLLOW_UP: gettext_lazy("Meetings to be followed up"),
    Gap.NO_OUTCOME: gettext_lazy("Meetings without outcome"),
    Gap.NO_SHOW: gettext_lazy("Meetings to which somebody did not come"),
    Gap.NOT_ARRIVED: gettext_lazy("Registered firms that did not come"),
}


@dataclass(frozen=True)
class Open:
    """One thing that is open: what it is about, whose it is, and the row it leads to."""

    gap: Gap
    about: str
    whose: str
    deal: Deal | None = None
    meeting: Meeting | None = None

    @property
    def title(self) -> Promise:
        return TITLES[self.gap]


def open_things(event: DockingEvent) -> list[Open]:
    """Everything that the event leaves open, by gap: nine queries, however much it is."""
    organisers = _listed(event.organisers.all()) or str(event.host)
    found = [*_of_deals(event), *_of_meetings(event, organisers), *_of_firms(event, organisers)]
    order = list(Gap)
    return sorted(found, key=lambda thing: order.index(thing.gap))


def _deals(event: DockingEvent) -> DealQuerySet:
    rows = Deal.objects.filter(event=event).exclude(stage=Deal.Stage.TERMINATED)
    return rows.select_related("buyer", "supplier", "recorded_by", "counting_division").order_by("pk")


def _of_deals(event: DockingEvent) -> Iterator[Open]:
    rows = _deals(event)
    proven = Exists(Evidence.objects.filter(deal=OuterRef("pk")))
    for deal in rows.signed().filter(~proven):
        yield Open(Gap.NO_EVIDENCE, _about(deal), str(deal.recorded_by), deal)
    for deal in rows.to_verify().filter(proven):
        whose = _("a second official of %(division)s, not %(person)s") % {
            "division": deal.counting_division,
            "person": deal.recorded_by,
        }
        yield Open(Gap.UNVERIFIED, _about(deal), whose, deal)
    standing = Confirmation.objects.standing().filter(deal=OuterRef("pk"))
    contested = standing.filter(answer__in=[Confirmation.Answer.CONTESTED, Confirmation.Answer.NOT_ME])
    for deal in rows.filter(Exists(contested)):
        yield Open(Gap.CONTESTED, _about(deal), str(deal.recorded_by), deal)
    for side in Confirmation.Side.values:
        answered = standing.filter(side=side).exclude(answer="")
        for deal in rows.filter(~Exists(answered)):
            yield Open(Gap.UNCONFIRMED, _about(deal), str(getattr(deal, side)), deal)


def _of_meetings(event: DockingEvent, organisers: str) -> Iterator[Open]:
    rows = published(event)
    over = Q(slot__ends_at__lt=timezone.now()) | Q(event__ends_on__lt=timezone.localdate())
    for meeting in rows.filter(over, state=Meeting.State.PUBLISHED):
        yield Open(Gap.NO_OUTCOME, _at(meeting), organisers, meeting=meeting)
    for meeting in rows.filter(state=Meeting.State.NO_SHOW):
        yield Open(Gap.NO_SHOW, _at(meeting), organisers, meeting=meeting)
    later = (Meeting.Outcome.FOLLOW_UP, Meeting.Outcome.SAMPLE)
    for meeting in rows.filter(state=Meeting.State.HELD, outcome__in=later):
        about = f"{_at(meeting)}: {meeting.comment or meeting.get_outcome_display()}"
        whose = _listed([meeting.supplier.company, meeting.buyer.company])
        yield Open(Gap.FOLLOW_UP, about, whose, meeting=meeting)


def _of_firms(event: DockingEvent, organisers: str) -> Iterable[Open]:
    if event.starts_on > timezone.localdate():
        return []
    rows = Registration.objects.confirmed().filter(event=event, checked_in_at=None)
    rows = rows.select_related("company").order_by("company_id")
    return [Open(Gap.NOT_ARRIVED, str(row.company), organisers) for row in rows]


def _listed(names: Iterable[object]) -> str:
    return pgettext("between names in a list", ", ").join(map(str, names))


def _about(deal: Deal) -> str:
    """Title and parties; a title that a meeting gave is the parties."""
    parties = f"{deal.buyer} × {deal.supplier}"
    return parties if str(deal) == parties else f"{deal}: {parties}"


def _at(meeting: Meeting) -> str:
    slot = timezone.localtime(meeting.slot.starts_at).strftime("%m-%d %H:%M ") if meeting.slot else ""
    return f"{slot}{meeting}"
