"""Putting the chosen pairs of a plan on the short lists, where people decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company, SourcingNeed
from matchmaking.introductions.choosing import Finding, propose
from matchmaking.models import Match


@dataclass(frozen=True)
class Choice:
    """One supplier for one need, with what the engine says of it."""

    need: SourcingNeed
    supplier: Company
    finding: Finding


@dataclass(frozen=True)
class Listed:
    """What became of the choices."""

    matches: tuple[Match, ...]
    refused: tuple[tuple[Choice, str], ...]
    """Choices that were overtaken meanwhile, each with the reason."""


def short_list(choices: Sequence[Choice], *, by: User) -> Listed:
    """Short-list the choices in one transaction; one that is refused does not hold back the others.

    Nobody is told: an official introduces, or takes off the list, each of them.
    """
    matches, refused = [], []
    with acting(by, _("By a plan of introductions")):
        for choice in choices:
            try:
                with transaction.atomic():
                    matches.append(propose(choice.need, choice.supplier, by=by, finding=choice.finding))
            except Refused as refusal:
                refused.append((choice, str(refusal)))
    return Listed(tuple(matches), tuple(refused))
