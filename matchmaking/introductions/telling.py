"""E-mails to the representatives of both sides, each in the person's language."""

from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from companies.models import Company, Representative
from matchmaking.models import Match


def _people_of(company: Company) -> list[User]:
    representatives = Representative.objects.active().filter(company=company).select_related("user")
    return [representative.user for representative in representatives if representative.user.is_active]


def _send(person: User, subject: str, body: str) -> None:
    send_mail(subject, body, None, [person.email], fail_silently=True)


def tell_both_sides(match: Match) -> None:
    """Say that the two were introduced and that an answer is asked."""
    for company, other in ((match.need.buyer, match.supplier), (match.supplier, match.need.buyer)):
        for person in _people_of(company):
            with override(person.language):
                _send(
                    person,
                    _("Introduction: %(need)s") % {"need": match.need},
                    _(
                        "%(company)s has been introduced to you for the need “%(need)s”.\n"
                        "Sign in and open “Matches” in your portal to accept or decline."
                    )
                    % {"company": other, "need": match.need},
                )


def tell_of_answer(match: Match, side: str) -> None:
    """Say to the other side what was answered."""
    if match.introduced_at is None:
        return
    answering, told = (
        (match.need.buyer, match.supplier) if side == "buyer" else (match.supplier, match.need.buyer)
    )
    accepted = getattr(match, f"{side}_answer") == Match.Answer.ACCEPTED
    for person in _people_of(told):
        with override(person.language):
            sentence = (
                _("%(company)s accepted the introduction for “%(need)s”.")
                if accepted
                else _("%(company)s declined the introduction for “%(need)s”.")
            )
            _send(
                person,
                _("Answer: %(need)s") % {"need": match.need},
                sentence % {"company": answering, "need": match.need},
            )
