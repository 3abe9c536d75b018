"""Takes the demo city down: its companies and events, and every row that hangs on them."""

from collections import defaultdict

import pgtrigger
from django.apps import apps
from django.db import connection, transaction
from django.db.models import CompositePrimaryKey, ForeignKey, Model, Q

from companies.models import Company, Posting
from events.models import DockingEvent, EventSeries
from matchmaking.demo.bulk import remove
from matchmaking.demo.calendar import SERIES
from matchmaking.demo.facts import facts
from matchmaking.models import MonthlySnapshot

Reference = tuple[type[Model], "ForeignKey[Model, Model]"]
Doomed = dict[type[Model], set[object]]
DEMO_ADDRESS = "demo.invalid"


def clear() -> None:
    """Delete what the demo made, and what people added to it since; other companies and all users stay.

    Rows are followed from table to table by their obligatory references; optional ones are emptied.
    """
    references = _references()
    doomed = _roots()
    _follow(doomed, [reference for reference in references if not reference[1].null])
    # Examples are never deleted, but for those of the demo that go with it.
    examples = pgtrigger.ignore("matchmaking.MatchExample:append_only")
    with examples, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model, field in references:
            _let_go(model, field, doomed)
        for model, keys in doomed.items():
            remove(model, keys)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _roots() -> Doomed:
    """Invented companies and those that the report names, events, the officials' postings, locked months."""
    known = [row.name_en for row in facts().companies]
    companies = Company.objects.filter(Q(is_invented=True) | Q(name_en__in=known, credit_code=None))
    series = EventSeries.objects.filter(name_en=SERIES.en)
    events = DockingEvent.objects.filter(
        Q(organisers__email__endswith=DEMO_ADDRESS) | Q(series__in=series.values("pk"))
    )
    postings = Posting.objects.filter(user__email__endswith=DEMO_ADDRESS)
    locked = MonthlySnapshot.objects.filter(month__range=(facts().since, facts().as_of))
    found: Doomed = defaultdict(set)
    for rows in (companies, events, series, postings, locked):
        found[rows.model] = set(rows.values_list("pk", flat=True))
    return found


def _references() -> list[Reference]:
    """Every reference between stored records; the rows of the audit trail are held by no constraint."""
    return [
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey)
        and getattr(field, "db_constraint", True)
        and not hasattr(model, "pgh_tracked_model")
    ]


def _follow(doomed: Doomed, obligatory: list[Reference]) -> None:
    """Add rows that cannot be without a doomed one, until nothing is added."""
    fresh: Doomed = dict(doomed)
    while fresh:
        found: Doomed = defaultdict(set)
        for model, field in obligatory:
            if (keys := fresh.get(field.related_model)) and not _has_no_key(model):
                rows = model._base_manager.filter(**{f"{field.name}__in": keys})
                found[model] |= set(rows.values_list("pk", flat=True)) - doomed[model]
        for model, keys in found.items():
            doomed[model] |= keys
        fresh = {model: keys for model, keys in found.items() if keys}


def _let_go(model: type[Model], field: "ForeignKey[Model, Model]", doomed: Doomed) -> None:
    """Empty the optional reference of rows that stay; delete rows that have no key of their own."""
    keys = doomed.get(field.related_model)
    if not keys:
        return
    rows = model._base_manager.filter(**{f"{field.name}__in": keys})
    if _has_no_key(model):
        rows._raw_delete(rows.db)
    elif field.null:
        rows.exclude(pk__in=doomed.get(model, set())).update(**{field.name: None})


def _has_no_key(model: type[Model]) -> bool:
    return isinstance(model._meta.pk, CompositePrimaryKey)
