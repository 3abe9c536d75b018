"""Doubles: pairs of deals that may be one project are listed, then merged or kept apart with a reason."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company
from events.deals.duplicates import LOOKED_AT, Asked, Likely, likely
from events.deals.rights import NotAllowed, require_recorder
from events.models import Confirmation, Deal, Double


class DecisionNotPossible(Refused):
    """The pair was decided before, a deal of it was merged elsewhere, or the reason is missing."""


def list_doubles(deal: Deal) -> list[Double]:
    """List every deal that this one resembles for review; a pair that was decided stays as decided.

    A pair whose reasons have changed is brought up to date while nobody has decided it; one that resembles
    no more falls out of the list.
    """
    asked = Asked.of(deal)
    is_standing = deal.merged_into_id is None and deal.stage != Deal.Stage.TERMINATED
    found = likely(asked, leave_out=deal, most=LOOKED_AT) if asked and is_standing else []
    pairs = {_pair(deal, each): each for each in found}
    listed = {(row.earlier_id, row.later_id): row for row in Double.objects.of(deal)}
    fresh = [
        Double(earlier_id=key[0], later_id=key[1], reasons=list(each.reasons), found_at=timezone.now())
        for key, each in pairs.items()
        if key not in listed
    ]
    Double.objects.bulk_create(fresh, ignore_conflicts=True)
    for key, row in listed.items():
        if row.decision or (key in pairs and row.reasons == list(pairs[key].reasons)):
            continue
        if key in pairs:
            Double.objects.filter(pk=row.pk).update(reasons=list(pairs[key].reasons))
        else:
            row.delete()
    return fresh


def list_all_doubles(deals: Iterable[Deal]) -> int:
    """List what resembles each of the deals; how many pairs are new."""
    return sum(len(list_doubles(deal)) for deal in deals)


def list_doubles_of(company: Company) -> int:
    """Look again at the deals of a firm that was merged, renamed or got a parent."""
    return list_all_doubles(Deal.objects.of(company).unmerged().select_related("buyer", "supplier"))


def _pair(deal: Deal, each: Likely) -> tuple[int, int]:
    first, second = sorted((deal.pk, each.deal.pk))
    return first, second


def merge(double: Double, *, kept: Deal, by: User, reason: str) -> Double:
    """The two are one project: ``kept`` counts, the other stays readable, counts nowhere and is closed.

    :raises NotAllowed: no permission to record, or one of the deals is none of the person's.
    :raises DecisionNotPossible: no reason, decided before, merged elsewhere, or a third deal as ``kept``.
    """
    require_recorder(by)
    with acting(by, reason):
        double, deals = _locked(double, by)
        other = next((deal for deal in deals if deal.pk != kept.pk), None)
        if other is None or kept.pk not in {deal.pk for deal in deals}:
            raise DecisionNotPossible(_("Choose which of the two deals stays."))
        _check(double, deals, reason)
        Confirmation.objects.filter(deal=other, voided_at=None, answer="").update(voided_at=timezone.now())
        Deal.objects.filter(Q(pk=other.pk) | Q(merged_into=other)).update(merged_into=kept)
        _decide(double, Double.Decision.MERGED, by, reason)
    return double


def keep_apart(double: Double, *, by: User, reason: str) -> Double:
    """The two are different projects: they are not listed again; a merge of them is taken back.

    :raises NotAllowed, DecisionNotPossible: as for ``merge``.
    """
    require_recorder(by)
    with acting(by, reason):
        double, deals = _locked(double, by)
        keys = {deal.pk for deal in deals}
        merged = [deal for deal in deals if deal.merged_into_id in keys]
        if double.decision == Double.Decision.MERGED and merged:
            Deal.objects.filter(pk__in=[deal.pk for deal in merged]).update(merged_into=None)
        else:
            _check(double, deals, reason)
        _decide(double, Double.Decision.APART, by, reason)
    return double


def _locked(double: Double, by: User) -> tuple[Double, list[Deal]]:
    """The pair and its deals, locked in the order of their keys.

    :raises NotAllowed: one of the deals is none of the person's.
    """
    row = Double.objects.select_for_update().get(pk=double.pk)
    keys = [row.earlier_id, row.later_id]
    deals = list(Deal.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    if Deal.objects.overseen_by(by).filter(pk__in=keys).count() != len(keys):
        raise NotAllowed(_("Only who answers for both deals decides whether they are one."))
    return row, deals


def _check(double: Double, deals: list[Deal], reason: str) -> None:
    """:raises DecisionNotPossible: the first thing that is wrong, as a sentence."""
    wrong = (
        (not reason.strip(), _("Say why, so that others can follow the decision.")),
        (bool(double.decision), _("Somebody has decided this already.")),
        (
            any(deal.merged_into_id for deal in deals),
            _("One of the two deals was merged into another meanwhile."),
        ),
    )
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise DecisionNotPossible(sentence)


def _decide(double: Double, decision: str, by: User, reason: str) -> None:
    if not reason.strip():
        raise DecisionNotPossible(_("Say why, so that others can follow the decision."))
    double.decision, double.why = decision, reason.strip()
    double.decided_by, double.decided_at = by, timezone.now()
    double.save()
