"""Firms that may stand for one another in a deal: the same, of one group, or under a former name."""

from typing import Any

from django.apps import apps
from django.db.models import Q

from companies.models import Company
from events.models import Double

Reason = Double.Reason


def kin_of(company: Company) -> dict[int, str]:
    """Keys of the firms that may be this one, each with the reason; the firm itself is ``SAME_PAIR``."""
    found = dict.fromkeys(_renamed(company), Reason.RENAMED.value)
    group = Q(parent=company) | Q(merged_into=company)
    if company.parent_id:
        group |= Q(pk=company.parent_id) | Q(parent=company.parent_id)
    found |= dict.fromkeys(
        Company.objects.filter(group).values_list("pk", flat=True), Reason.SAME_GROUP.value
    )
    return found | {company.pk: Reason.SAME_PAIR.value}


def _renamed(company: Company) -> set[int]:
    """Firms that bear, or once bore, a name that this one bears or once bore."""
    history: Any = apps.get_model("companies", "CompanyEvent")
    past = history.objects.filter(pgh_obj_id=company.pk).values_list("name_zh", "name_en").distinct()
    names = {name for pair in [(company.name_zh, company.name_en), *past] for name in pair if name}
    named = Q()
    for name in names:
        named |= Q(name_zh__iexact=name) | Q(name_en__iexact=name)
    if not named:
        return set()
    today = Company.objects.filter(named).values_list("pk", flat=True)
    once = history.objects.filter(Q(name_zh__in=names) | Q(name_en__in=names)).values_list(
        "pgh_obj_id", flat=True
    )
    return {key for key in (*today, *once) if key is not None}
