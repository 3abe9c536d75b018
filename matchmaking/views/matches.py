"""A match as one viewer sees it: who the other side is, what waits, and what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Viewer
from companies.models import Company, Contact, SourcingNeed
from matchmaking.models import Match

WAY = (
    Match.State.SUGGESTED,
    Match.State.SHORTLISTED,
    Match.State.INTRODUCED,
    Match.State.ACCEPTED,
    Match.State.MET,
    Match.State.DEALT,
)


@dataclass(frozen=True)
class MatchRow:
    """One match for one viewer. ``other`` is None while the buyer stays anonymous to the viewer."""

    match: Match
    side: str
    other: Company | None
    may_answer: bool
    contacts: tuple[Contact, ...]
    steps: tuple[dict[str, Any], ...]


def rows_for(user: Viewer, matches: Iterable[Match]) -> list[MatchRow]:
    """The rows of a list; a fixed number of queries."""
    keys = [match.pk for match in matches]
    if not keys:
        return []
    found = Match.objects.filter(pk__in=keys).select_related(
        "need__buyer", "supplier", "offering", "need__node"
    )
    by_key = {match.pk: match for match in found}
    own = set(Company.objects.represented_by(user).values_list("pk", flat=True))
    named = SourcingNeed.objects.naming_buyer_to(user).filter(pk__in=[m.need_id for m in by_key.values()])
    known = set(named.values_list("pk", flat=True))
    contacts = _contacts(by_key.values())
    return [_row(by_key[key], own, known, contacts) for key in keys if key in by_key]


def rows_of_need(
    user: Viewer, matches: Iterable[Match], *, is_named: bool, represents: bool
) -> list[MatchRow]:
    """The rows of one need; each match comes with its supplier and its need with the buyer.

    :param is_named: whether the user may know the need's buyer.
    :param represents: whether the user acts for any company at all.
    """
    matches = list(matches)
    if not matches:
        return []
    own = set(Company.objects.represented_by(user).values_list("pk", flat=True)) if represents else set()
    known = {match.need_id for match in matches} if is_named else set()
    contacts = _contacts(matches)
    return [_row(match, own, known, contacts) for match in matches]


def _contacts(matches: Iterable[Match]) -> dict[int, list[Contact]]:
    """Consented contacts of both sides of the matches that both accepted."""
    agreed = [
        match for match in matches if match.buyer_answer == match.supplier_answer == Match.Answer.ACCEPTED
    ]
    if not agreed:
        return {}
    companies = {match.supplier_id for match in agreed} | {match.need.buyer_id for match in agreed}
    found: dict[int, list[Contact]] = {}
    for contact in Contact.objects.consented().filter(company__in=companies):
        found.setdefault(contact.company_id, []).append(contact)
    return found


def _row(match: Match, own: set[int], known: set[int], contacts: dict[int, list[Contact]]) -> MatchRow:
    side = "buyer" if match.need.buyer_id in own else "supplier" if match.supplier_id in own else ""
    other = match.supplier if side == "buyer" else match.need.buyer
    hidden = side != "buyer" and match.need_id not in known and match.introduced_at is None
    agreed = match.buyer_answer == match.supplier_answer == Match.Answer.ACCEPTED
    return MatchRow(
        match=match,
        side=side,
        other=None if hidden else other,
        may_answer=_may_answer(match, side),
        contacts=tuple(contacts.get(other.pk, ())) if agreed and side else (),
        steps=tuple(steps(match)),
    )


def _may_answer(match: Match, side: str) -> bool:
    if not side or getattr(match, f"{side}_answer"):
        return False
    interest = side == "buyer" and bool(match.supplier_answer)
    return match.state == Match.State.INTRODUCED or (
        interest and match.state in {Match.State.SUGGESTED, Match.State.SHORTLISTED}
    )


def steps(match: Match) -> list[dict[str, Any]]:
    """The way from suggestion to deal, and where the match stands."""
    reached = _reached(match)
    stopped = match.state in {Match.State.DECLINED, Match.State.CLOSED}
    here = "done" if stopped else "now"
    states = ["done"] * reached + [here] + ["todo"] * (len(WAY) - reached - 1)
    line = [{"label": stage.label, "state": state} for stage, state in zip(WAY, states, strict=True)]
    end = [{"label": match.get_state_display(), "state": "stopped"}]
    return line[: reached + 1] + end if stopped else line


def _reached(match: Match) -> int:
    if match.state in WAY:
        return WAY.index(Match.State(match.state))
    return WAY.index(Match.State.INTRODUCED if match.introduced_at else Match.State.SUGGESTED)


def waits_for(match: Match) -> str:
    """Whose answer an introduction waits for, in words."""
    if match.state != Match.State.INTRODUCED:
        return ""
    if not match.buyer_answer and not match.supplier_answer:
        return _("waits for both sides")
    return _("waits for the buyer") if not match.buyer_answer else _("waits for the supplier")
