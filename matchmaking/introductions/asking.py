"""Asking a firm that a need's requirements leave out for what it lacks."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import outbox
from accounts.audit import acting
from accounts.models import Letter, User
from accounts.refusals import Refused
from companies.models import CertificationScheme, Company, Representative, SourcingNeed
from matchmaking.introductions.choosing import check_chooser, check_fit, check_open, locked_need

KIND = "certificate asked"

_ASKED = _(
    "A buyer looks for “%(need)s”, and what %(company)s offers would fit. "
    "The need demands a certificate that your profile does not show: %(schemes)s.\n"
    "If you hold it, sign in, add it to your company's certificates with a scan, and you come into question."
)


class NobodyToAsk(Refused):
    """No person acts for the company."""


class AskedBefore(Refused):
    """Everybody who acts for the company was asked for this need before."""


def ask_for_certificates(
    need: SourcingNeed, supplier: Company, schemes: Iterable[CertificationScheme], *, by: User
) -> int:
    """Write to everybody who acts for the supplier, once a need; the buyer is not named. How many were asked.

    :raises NeedNotOpen, SupplierNotFit, NotYourDecision: as for proposing the supplier.
    :raises NobodyToAsk, AskedBefore: see their names.
    """
    with acting(by):
        need = locked_need(need)
        check_open(need)
        check_fit(supplier, need)
        check_chooser(need, by)
        acting_for = Representative.objects.active().filter(company=supplier, user__is_active=True)
        people = list(User.objects.filter(pk__in=acting_for.values("user_id")).order_by("pk"))
        if not people:
            raise NobodyToAsk(_("Nobody acts for this company here yet, so nobody can be asked."))
        asked = list(schemes)
        letters = outbox.post(*(_letter(person, need, supplier, asked) for person in people))
        if not letters:
            raise AskedBefore(_("This company was asked for this need before."))
        return len(letters)


def asked_for(need: SourcingNeed) -> set[int]:
    """Companies that were asked, by primary key."""
    letters = Letter.objects.filter(kind=KIND).about("need", [need.pk]).exclude(key=None)
    return {int(str(key).split(":")[2]) for key in letters.values_list("key", flat=True)}


def _letter(
    person: User, need: SourcingNeed, supplier: Company, schemes: list[CertificationScheme]
) -> outbox.Draft:
    with override(person.language):
        # Translators: what stands between the items of a list
        listed = str(_(", ")).join(str(scheme) for scheme in schemes)
        return outbox.Draft(
            to=person.email,
            title=str(_("A certificate is asked: %(need)s")) % {"need": need},
            text=str(_ASKED) % {"need": need, "company": supplier, "schemes": listed},
            language=person.language,
            kind=KIND,
            about=("need", need.pk),
            person=person,
            key=f"certificate:{need.pk}:{supplier.pk}:{person.pk}",
        )
