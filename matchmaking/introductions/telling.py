"""Letters to the representatives of both sides, each in the person's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import outbox
from accounts.models import User
from companies.models import Company, Representative
from matchmaking.models import Match

_INTRODUCED = _(
    "%(company)s has been introduced to you for the need “%(need)s”.\n"
    "Sign in and open “Matches” in your portal to accept or decline."
)
_INTEREST = _(
    "%(company)s says that it can supply your need “%(need)s”.\n"
    "Sign in and open “Matches” in your portal to accept or decline."
)
_ACCEPTED = _("%(company)s accepted the introduction for “%(need)s”.")
_DECLINED = _("%(company)s declined the introduction for “%(need)s”.")
_NOT_THIS_TIME = _(
    "Your interest in the need “%(need)s” was not taken up this time. "
    "You find the reason under “Matches” in your portal."
)


def tell_both_sides(match: Match) -> None:
    """Say that the two were introduced and that an answer is asked."""
    buyer, supplier = match.need.buyer, match.supplier
    for told, other in ((buyer, supplier), (supplier, buyer)):
        _tell(told, _("Introduction: %(need)s"), _INTRODUCED, match, other)


def tell_of_interest(match: Match) -> None:
    """Say to the buyer that a supplier raised its hand."""
    _tell(match.need.buyer, _("Interest in your need: %(need)s"), _INTEREST, match, match.supplier)


def tell_of_answer(match: Match, side: str) -> None:
    """Say to the other side what was answered."""
    buyer, supplier = match.need.buyer, match.supplier
    answering, told = (buyer, supplier) if side == "buyer" else (supplier, buyer)
    accepted = getattr(match, f"{side}_answer") == Match.Answer.ACCEPTED
    _tell(told, _("Answer: %(need)s"), _ACCEPTED if accepted else _DECLINED, match, answering)


def tell_of_refused_interest(match: Match) -> None:
    """Say to a supplier that raised its hand that it was not chosen; the buyer stays unnamed."""
    if match.supplier_answer == Match.Answer.ACCEPTED:
        _tell(match.supplier, _("Answer: %(need)s"), _NOT_THIS_TIME, match)


def _tell(
    told: Company, subject: str | Promise, body: str | Promise, match: Match, other: Company | None = None
) -> None:
    """One letter to each person who acts for a company."""
    representatives = Representative.objects.active().filter(company=told, user__is_active=True)
    letters = []
    for person in User.objects.filter(pk__in=representatives.values("user_id")).order_by("pk"):
        with override(person.language):
            named = {"need": match.need, "company": other}
            letters.append(
                outbox.Draft(
                    to=person.email,
                    title=str(subject) % named,
                    text=str(body) % named,
                    language=person.language,
                    kind="introduction",
                    about=("match", match.pk),
                    person=person,
                )
            )
    outbox.post(*letters)
