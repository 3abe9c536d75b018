"""What the page of a deal shows its viewer, and which acts it offers."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from companies.models import Contact
from companies.money import plain
from events.deals.duplicates import Asked, Likely, likely
from events.deals.following_up import may_report
from events.deals.past_versions import PastVersion, past_versions
from events.deals.rights import may_record, may_verify
from events.deals.signing import NEXT
from events.deals.trail import Line, lines
from events.forms.deals import AdvanceForm, EvidenceForm, ReportForm
from events.models import Confirmation, Deal, Double, Evidence, FollowUp, Fulfilment

Stage = Deal.Stage
ORDER = (Stage.INTENTION, Stage.FRAMEWORK, Stage.SIGNED, Stage.PERFORMING, Stage.COMPLETED)


@dataclass(frozen=True)
class Step:
    """A stage in the row of stages."""

    label: str
    state: str
    date: dt.date | None


@dataclass(frozen=True)
class Amount:
    """One of the four amounts, in the deal's currency and in yuan."""

    label: str
    value: Decimal | None
    in_yuan: Decimal | None


@dataclass(frozen=True)
class Side:
    """One side's confirmation of the present version."""

    key: str
    label: str
    company: Any
    confirmation: Confirmation | None
    address: str

    @property
    def is_answered(self) -> bool:
        return bool(self.confirmation and self.confirmation.answer)


@dataclass(frozen=True)
class DealPage:
    """Everything on the page; forms are None where the viewer may not take the act."""

    steps: list[Step]
    quantity: str
    amounts: list[Amount]
    documents: QuerySet[Evidence]
    sides: list[Side]
    fulfilments: QuerySet[Fulfilment]
    follow_ups: QuerySet[FollowUp]
    trail: list[Line]
    past: list[PastVersion]
    merged: list[Deal]
    likely: list[tuple[Likely, bool]]
    """Deals that may be this one, each with whether the viewer may open it."""
    oversees: bool
    next_steps: list[tuple[str, AdvanceForm]]
    document_form: EvidenceForm | None
    report_form: ReportForm | None
    can_amend: bool
    can_verify: bool


def page_of(
    deal: Deal,
    user: User,
    *,
    step: AdvanceForm | None = None,
    document: EvidenceForm | None = None,
    year: ReportForm | None = None,
) -> DealPage:
    """The page for a viewer; a refused form takes the place of the fresh one."""
    oversees = Deal.objects.overseen_by(user).filter(pk=deal.pk).exists()
    edits = oversees and may_record(user) and deal.merged_into_id is None
    documents = deal.evidence.select_related("added_by")
    is_open = deal.merged_into_id is None and deal.stage != Stage.TERMINATED
    ready = deal.signed_on and not deal.is_verified and is_open
    return DealPage(
        steps=_steps(deal),
        quantity="" if deal.quantity is None else f"{plain(deal.quantity)} {deal.unit}",
        amounts=_amounts(deal),
        documents=documents,
        sides=_sides(deal, oversees=oversees),
        fulfilments=deal.fulfilments.select_related("reported_by"),
        follow_ups=FollowUp.objects.visible_to(user).filter(deal=deal),
        trail=lines(deal) if oversees else [],
        past=past_versions(deal, with_comments=oversees),
        merged=list(Deal.objects.visible_to(user).filter(merged_into=deal)) if oversees else [],
        likely=_likely(deal, user) if oversees else [],
        oversees=oversees,
        next_steps=[(stage, _step_form(deal, stage, step)) for stage in NEXT[deal.stage]] if edits else [],
        document_form=(document or EvidenceForm()) if edits else None,
        report_form=(year or ReportForm(deal=deal)) if _is_reported(deal, user) else None,
        can_amend=edits,
        can_verify=bool(oversees and ready and documents and may_verify(user, deal)),
    )


def _is_reported(deal: Deal, user: User) -> bool:
    return bool(deal.signed_on) and deal.merged_into_id is None and may_report(user, deal)


def _step_form(deal: Deal, stage: str, refused: AdvanceForm | None) -> AdvanceForm:
    if refused and refused.data.get("stage") == stage:
        return refused
    known = "" if deal.intention_amount is None else f"{deal.intention_amount:,.2f}"
    return AdvanceForm(deal=deal, stage=stage, amount=known)


def _steps(deal: Deal) -> list[Step]:
    """The stages that the deal passed, stands at and has ahead; a terminated deal ends where it stopped."""
    ended = deal.stage == Stage.TERMINATED
    at = -1 if ended else ORDER.index(Stage(deal.stage))
    steps = []
    for number, stage in enumerate(ORDER):
        day = getattr(deal, f"{stage}_on")
        if ended and day is None:
            continue
        state = "now" if number == at else "done" if day else "todo"
        if number < at and day is None:
            continue
        steps.append(Step(str(stage.label), state, day))
    if ended:
        steps.append(Step(str(Stage.TERMINATED.label), "stopped", deal.terminated_on))
    return steps


def _amounts(deal: Deal) -> list[Amount]:
    names = ("intention", "signed", "ordered", "fulfilled")
    return [
        Amount(
            str(Deal._meta.get_field(f"{name}_amount").verbose_name),  # type: ignore[union-attr]  # a field of the model itself
            getattr(deal, f"{name}_amount"),
            getattr(deal, f"{name}_cny"),
        )
        for name in names
    ]


def _sides(deal: Deal, *, oversees: bool) -> list[Side]:
    """Both sides with their standing answer; addresses only for those who may send links."""
    standing = {
        row.side: row for row in Confirmation.objects.standing().filter(deal=deal).order_by("created_at")
    }
    contacts = Contact.objects.filter(company__in=[deal.buyer_id, deal.supplier_id]).exclude(email="")
    rows = contacts.order_by("-pk").values_list("company_id", "email")
    addresses = dict(rows) if oversees else {}
    return [
        Side(key, str(label), company, standing.get(key), addresses.get(company.pk, ""))
        for (key, label), company in zip(Confirmation.Side.choices, (deal.buyer, deal.supplier), strict=True)
    ]


def _likely(deal: Deal, user: User) -> list[tuple[Likely, bool]]:
    """Deals that may be this one once more, without those that somebody kept apart from it."""
    asked = Asked.of(deal)
    if asked is None or deal.merged_into_id:
        return []
    apart = Double.objects.of(deal).filter(decision=Double.Decision.APART)
    decided = {key for pair in apart.values_list("earlier_id", "later_id") for key in pair}
    found = [each for each in likely(asked, leave_out=deal) if each.deal.pk not in decided]
    visible = Deal.objects.visible_to(user).filter(pk__in=[each.deal.pk for each in found])
    keys = set(visible.values_list("pk", flat=True))
    return [(each, each.deal.pk in keys) for each in found]
