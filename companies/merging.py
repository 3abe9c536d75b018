"""Act: two records of one firm become one.

Every table that points at companies has a rule here or, for tables of higher packages, in their own
``merging`` module. Those modules register their rules when their application starts, so that the imports
run one way. ``fields_without_rule`` names what nobody thought of; a test keeps it empty.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pghistory.models import Event

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company
from companies.verification import CompanyArchived, NotOverseen, reason_given


class SameCompany(Refused):
    """A company cannot be merged into itself."""


@dataclass(frozen=True)
class Merge:
    """What a rule is told: everything of ``source`` becomes ``into``'s. Both rows are locked."""

    source: Company
    into: Company
    by: User
    reason: str


Rule = Callable[[Merge], None]

_rules: dict[Rule, tuple[str, ...]] = {}


def rule(*fields: str) -> Callable[[Rule], Rule]:
    """Register a function that moves the rows of these fields, such as "companies.Offering.company".

    No rule may depend on another having run before it. A rule that cannot move raises Refused.
    """

    def register(function: Rule) -> Rule:
        _rules[function] = fields
        return function

    return register


def merge(source: Company, into: Company, *, by: User, reason: str) -> Company:
    """Move everything of ``source`` to ``into`` and archive ``source``, which then points to ``into``.

    :returns: the company that stays.
    :raises SameCompany, NotOverseen, CompanyArchived, ReasonMissing: see their names.
    :raises Refused: a rule of a higher package forbids it, such as a deal between the two.
    """
    if source.pk == into.pk:
        raise SameCompany(_("Choose two different companies."))
    with acting(by, reason):
        act = Merge(*_lock_both(source, into, by=by), by=by, reason=reason_given(reason))
        for function in _rules:
            function(act)
        act.source.archived_at = timezone.now()
        act.source.merged_into = act.into
        act.source.save()
        act.into.save()
        return act.into


def fields_without_rule() -> list[str]:
    """Foreign keys and many-to-many fields to or of companies that no rule moves."""
    known = {name for names in _rules.values() for name in names}
    return sorted(set(_fields_to_companies()) - known)


def _fields_to_companies() -> Iterator[str]:
    for model in apps.get_models():
        if issubclass(model, Event):
            continue  # the audit trail keeps what was
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            of_company = isinstance(field, models.ManyToManyField) and model is Company
            if field.related_model is Company or of_company:
                yield f"{model._meta.label}.{field.name}"


def _lock_both(source: Company, into: Company, *, by: User) -> tuple[Company, Company]:
    """Both rows, locked in the order of their keys so that two merges never wait for each other."""
    keys = [source.pk, into.pk]
    rows = {row.pk: row for row in Company.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if Company.objects.overseen_by(by).filter(pk__in=keys).count() != len(keys):
        raise NotOverseen(_("You must answer for both companies to merge them."))
    if any(row.archived_at for row in rows.values()):
        raise CompanyArchived(_("One of these companies was archived or merged before."))
    return rows[source.pk], rows[into.pk]
