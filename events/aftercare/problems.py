"""Problems of firms: raised, given an owner and a deadline, answered by the office, closed by the firm."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.duties import is_official
from companies.models import Company, Representative
from events.aftercare import links
from events.aftercare.people import caretaker_of, chain_of
from events.deals.rights import NotAllowed
from events.models import DockingEvent, FollowUp, Meeting, Problem, Visit

DAYS_TO_SOLVE = 14
"""The deadline of a problem for which nobody sets another."""
State = Problem.State
Source = Problem.Source


class ProblemNotPossible(Refused):
    """Something is missing, or the step does not follow the problem's present state."""


@dataclass(frozen=True)
class Origin:
    """Where a problem was raised; nothing set means the office or the firm's portal."""

    meeting: Meeting | None = None
    visit: Visit | None = None


def raise_problem(
    company: Company,
    *,
    text: str,
    by: User,
    subject: str = Problem.Subject.OTHER,
    origin: Origin | None = None,
    owner: User | None = None,
    deadline: dt.date | None = None,
    on: dt.date | None = None,
) -> Problem:
    """Note a problem of a firm: the firm itself, an official who oversees it, or an organiser at a meeting.

    Without an owner the chain's office gets it, else the division's officer; without a deadline it is due in
    two weeks.

    :raises NotAllowed: the person has nothing to do with the firm.
    :raises ProblemNotPossible: no text, a day ahead, a deadline in the past, or an owner who is no official.
    """
    origin = origin or Origin()
    source = _source(company, by, origin)
    today = timezone.localdate()
    on = on or today
    deadline = deadline or today + dt.timedelta(days=DAYS_TO_SOLVE)
    _check(text, on, deadline, owner)
    chain = chain_of(company)
    with acting(by):
        Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)
        said = {"company": company, "text": text.strip(), "source": source, "raised_on": on, "raised_by": by}
        if same := Problem.objects.filter(state=State.OPEN, **said).first():  # sent twice
            return same
        return Problem.objects.create(
            company=company,
            chain=chain,
            subject=_subject(subject),
            text=text.strip(),
            source=source,
            raised_on=on,
            raised_by=by,
            meeting=origin.meeting,
            visit=origin.visit,
            owner=owner or caretaker_of(company, chain),
            deadline=deadline,
        )


def note_from_follow_up(follow_up: FollowUp, *, by: User | None) -> Problem:
    """The problem that an answer names, within the act that keeps it; its owner is the follow-up's."""
    deal, today = follow_up.deal, timezone.localdate()
    late = follow_up.payment == FollowUp.Payment.LATE
    return Problem.objects.create(
        company=deal.supplier,
        chain=deal.counting_chain,
        subject=Problem.Subject.PAYMENT if late else Problem.Subject.ORDERS,
        text=follow_up.stuck,
        source=Source.FOLLOW_UP,
        raised_on=today,
        raised_by=by,
        deal=deal,
        follow_up=follow_up,
        owner=follow_up.owner,
        deadline=today + dt.timedelta(days=DAYS_TO_SOLVE),
    )


def assign(problem: Problem, *, owner: User, deadline: dt.date, by: User) -> Problem:
    """Give the problem to an official until a day; what had climbed climbs again only when that day passes.

    :raises NotAllowed: the person neither owns the problem nor oversees the firm.
    :raises ProblemNotPossible: ended, a deadline in the past, or an owner who is no official.
    """
    require_editor(problem, by)
    with acting(by):
        row = locked_problem(problem)
        require_state(row, State.OPEN, State.PROPOSED)
        _check("-", row.raised_on, deadline, owner)
        if (owner.pk, deadline) != (row.owner_id, row.deadline):
            row.owner, row.deadline = owner, deadline
            row.climbed_at, row.climbed_to = None, None
            row.save(update_fields=["owner", "deadline", "climbed_at", "climbed_to"])
    return row


def propose(problem: Problem, *, text: str, by: User) -> Problem:
    """Say how the problem is solved, and hand it to the firm.

    :raises NotAllowed: the person neither owns the problem nor oversees the firm.
    :raises ProblemNotPossible: no text, or the problem is not with the office.
    """
    require_editor(problem, by)
    if not text.strip():
        raise ProblemNotPossible(_("Say what was done, so that the firm can judge it."))
    with acting(by):
        row = locked_problem(problem)
        require_state(row, State.OPEN)
        row.state, row.proposal = State.PROPOSED, text.strip()
        row.proposed_at, row.proposed_by = timezone.now(), by
        links.replace(row.token_hash)
        row.token_hash = row.expires_at = None
        row.save()
    return row


def answer(problem: Problem, *, by: User, accept: bool, comment: str = "") -> Problem:
    """A representative of the firm accepts the solution, or reopens the problem and says why.

    :raises NotAllowed: the person does not act for the firm; the office never closes a problem.
    :raises ProblemNotPossible: nothing was proposed, or reopened without a word.
    """
    _require_firm(problem, by)
    with acting(by):
        row = locked_problem(problem)
        require_state(row, State.PROPOSED)
        return close_or_reopen(row, accept=accept, comment=comment)


def withdraw(problem: Problem, *, by: User) -> Problem:
    """The firm takes its problem back; it is not counted as solved.

    :raises NotAllowed: the person does not act for the firm.
    :raises ProblemNotPossible: the problem has ended.
    """
    _require_firm(problem, by)
    with acting(by):
        row = locked_problem(problem)
        require_state(row, State.OPEN, State.PROPOSED)
        row.state = State.WITHDRAWN
        row.save(update_fields=["state"])
    return row


def may_answer(user: User, problem: Problem) -> bool:
    """Whether the person acts for the firm whose problem it is."""
    return Company.objects.represented_by(user).filter(pk=problem.company_id).exists()


def close_or_reopen(row: Problem, *, accept: bool, comment: str) -> Problem:
    if not accept and not comment.strip():
        raise ProblemNotPossible(_("Say what is still open, so that the office can go on."))
    today = timezone.localdate()
    row.comment = comment.strip()
    if accept:
        row.state, row.solved_on = State.SOLVED, today
    else:
        row.state, row.reopened = State.OPEN, row.reopened + 1
        row.deadline = max(row.deadline, today + dt.timedelta(days=DAYS_TO_SOLVE))
        row.climbed_at, row.climbed_to = None, None
    row.save()
    return row


def _source(company: Company, by: User, origin: Origin) -> str:
    """:raises NotAllowed: the person has nothing to do with the firm or with where it was raised."""
    oversees = Company.objects.overseen_by(by).filter(pk=company.pk).exists()
    meeting, visit = origin.meeting, origin.visit
    if meeting is not None:
        runs = DockingEvent.objects.overseen_by(by).filter(pk=meeting.event_id).exists()
        parties = {meeting.buyer.company_id, meeting.supplier.company_id}
        if (runs or oversees) and company.pk in parties:
            return Source.MEETING
    elif visit is not None:
        mine = Visit.objects.editable_by(by).filter(pk=visit.pk, company=company).exists()
        if mine:
            return Source.VISIT
    elif Representative.objects.active().filter(user=by, company=company).exists():
        return Source.PORTAL
    elif oversees and is_official(by):
        return Source.OFFICE
    raise NotAllowed(_("You have nothing to do with this company."))


def _subject(subject: str) -> str:
    return subject if subject in Problem.Subject.values else Problem.Subject.OTHER


def _check(text: str, on: dt.date, deadline: dt.date, owner: User | None) -> None:
    """:raises ProblemNotPossible: the first thing that is wrong, as a sentence."""
    today = timezone.localdate()
    wrong = (
        (not text.strip(), _("Say in a sentence what the problem is.")),
        (on > today, _("The day lies in the future.")),
        (deadline < today, _("The deadline lies in the past.")),
        (owner is not None and not is_official(owner), _("Only an official solves problems.")),
    )
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise ProblemNotPossible(sentence)


def require_editor(problem: Problem, by: User) -> None:
    if not Problem.objects.editable_by(by).filter(pk=problem.pk).exists():
        raise NotAllowed(_("This problem belongs to no chain or division of yours."))


def _require_firm(problem: Problem, by: User) -> None:
    if not may_answer(by, problem):
        raise NotAllowed(_("Only the firm closes its problem, not the office."))


def locked_problem(problem: Problem) -> Problem:
    return Problem.objects.select_for_update(of=("self",)).select_related("company").get(pk=problem.pk)


def require_state(problem: Problem, *states: str) -> None:
    """:raises ProblemNotPossible: the problem has another state by now."""
    if problem.state not in states:
        raise ProblemNotPossible(
            _("The problem is now “%(state)s”: look at it again.") % {"state": problem.get_state_display()}
        )
