"""The stages of a deal: intention, framework agreement, signed, performing, completed, or terminated."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.money import problem_of
from events.deals.doubles import list_doubles
from events.deals.rights import require_oversight, require_recorder
from events.deals.versions import begin_version, locked
from events.models import Deal

Stage = Deal.Stage

NEXT: dict[str, tuple[str, ...]] = {
    Stage.INTENTION: (Stage.FRAMEWORK, Stage.SIGNED, Stage.TERMINATED),
    Stage.FRAMEWORK: (Stage.SIGNED, Stage.TERMINATED),
    Stage.SIGNED: (Stage.PERFORMING, Stage.COMPLETED, Stage.TERMINATED),
    Stage.PERFORMING: (Stage.COMPLETED, Stage.TERMINATED),
    Stage.COMPLETED: (),
    Stage.TERMINATED: (),
}
"""The stages that may follow each stage."""


class StageNotPossible(Refused):
    """The step does not follow the deal's present stage, or lacks what the step needs."""


def advance(
    deal: Deal,
    stage: str,
    *,
    by: User,
    on: dt.date,
    amount: Decimal | None = None,
    contract_reference: str = "",
    reason: str = "",
) -> Deal:
    """Move a deal to a later stage, dated.

    ``amount`` is in the deal's currency, at the rate that was stored when it was recorded: signing needs it,
    a framework agreement may change the intention amount. Both are a new version, to be confirmed anew;
    the later stages change no value. Terminating needs the reason.

    :raises NotAllowed: no permission to record, or a deal of others.
    :raises StageNotPossible: the stage may not follow, the day precedes an earlier stage or lies ahead,
        or amount or reason is missing.
    """
    require_recorder(by)
    require_oversight(by, deal)
    stage = Stage(stage)
    with acting(by):
        deal = locked(deal)
        _check(deal, stage, on, amount, reason)
        setattr(deal, f"{stage}_on", on)
        deal.stage = stage
        if stage in {Stage.FRAMEWORK, Stage.SIGNED}:
            begin_version(deal)
            if amount is not None:
                setattr(deal, "signed_amount" if stage == Stage.SIGNED else "intention_amount", amount)
            deal.contract_reference = contract_reference.strip() or deal.contract_reference
        deal.termination_reason = reason.strip() if stage == Stage.TERMINATED else ""
        deal.save()
        list_doubles(deal)
    deal.refresh_from_db()
    return deal


def sign(deal: Deal, *, by: User, on: dt.date, amount: Decimal, contract_reference: str = "") -> Deal:
    """The contract was signed for this amount; see ``advance``."""
    return advance(deal, Stage.SIGNED, by=by, on=on, amount=amount, contract_reference=contract_reference)


def terminate(deal: Deal, *, by: User, on: dt.date, reason: str) -> Deal:
    """The deal came to an end before it was completed; see ``advance``."""
    return advance(deal, Stage.TERMINATED, by=by, on=on, reason=reason)


def _check(deal: Deal, stage: Stage, on: dt.date, amount: Decimal | None, reason: str) -> None:
    """:raises StageNotPossible: the first thing that is wrong, as a sentence."""
    earlier = [day for each in Stage.values if (day := getattr(deal, f"{each}_on"))]
    wrong = (
        (
            stage not in NEXT[deal.stage],
            _("A deal that is “%(now)s” cannot become “%(then)s”.")
            % {"now": deal.get_stage_display(), "then": stage.label},
        ),
        (on > timezone.localdate(), _("The day of the step lies in the future.")),
        (on < max(earlier, default=on), _("The day lies before an earlier stage of the deal.")),
        (stage == Stage.SIGNED and not amount, _("A signed deal has an amount greater than zero.")),
        (problem_of(amount) is not None, _("An amount is not negative and has at most two decimals.")),
        (stage == Stage.TERMINATED and not reason.strip(), _("Say why the deal was terminated.")),
    )
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise StageNotPossible(sentence)
