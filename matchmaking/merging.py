"""How matches move when two companies become one (see companies.merging)."""

from companies.merging import Merge, rule
from matchmaking.models import Match

_PROGRESS = [
    Match.State.SUGGESTED,
    Match.State.SHORTLISTED,
    Match.State.CLOSED,
    Match.State.DECLINED,
    Match.State.INTRODUCED,
    Match.State.ACCEPTED,
    Match.State.MET,
    Match.State.DEALT,
]


@rule("matchmaking.Match.supplier")
def move_matches(act: Merge) -> None:
    """Where both are on a need's list, the match that got further stays and takes over the other's yes.

    A match of the firm with its own need falls away. The audit trail keeps the rows that do.
    """
    both = [act.source, act.into]
    Match.objects.filter(need__buyer__in=both, supplier__in=both).delete()
    held = {m.need_id: m for m in Match.objects.select_for_update().filter(supplier=act.into)}
    for match in Match.objects.select_for_update().filter(supplier=act.source):
        other = held.get(match.need_id)
        if other is not None:
            kept, double = sorted([other, match], key=_progress, reverse=True)
            double.delete()
            _take_over(double, kept)
    Match.objects.filter(supplier=act.source).update(supplier=act.into)


def _progress(match: Match) -> int:
    return _PROGRESS.index(Match.State(match.state))


def _take_over(double: Match, kept: Match) -> None:
    if double.introduced_at and (kept.introduced_at is None or double.introduced_at < kept.introduced_at):
        kept.introduced_at, kept.introduced_by_id = double.introduced_at, double.introduced_by_id
    for side in ("buyer", "supplier"):
        said_yes = getattr(double, f"{side}_answer") == Match.Answer.ACCEPTED
        if kept.introduced_at and said_yes and not getattr(kept, f"{side}_answer"):
            setattr(kept, f"{side}_answer", Match.Answer.ACCEPTED)
            setattr(kept, f"{side}_answered_at", getattr(double, f"{side}_answered_at"))
    answers = {kept.buyer_answer, kept.supplier_answer}
    if kept.state == Match.State.INTRODUCED and answers == {Match.Answer.ACCEPTED}:
        kept.state = Match.State.ACCEPTED
    kept.note = "\n".join(filter(None, [kept.note, double.note]))
    kept.comment = "\n".join(filter(None, [kept.comment, double.comment]))
    kept.save()
