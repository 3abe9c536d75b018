"""Bitmaps of the filters that many pass: a search at scale asks them of thousands of offerings in turn.

A bit costs a tenth of a microsecond where the records behind it take five. They are written anew every night
and, after changes, every two minutes; an offering that came after them is asked of its records, and so is
everything that is found in the end. So a firm that has gained a certificate can be missed for two minutes in
a large city, and none is shown that does not pass.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.prepared import read_prepared
from companies.models import Company, Division, Offering
from matchmaking.engine import branches, nearest
from matchmaking.engine.bulk import Ints, elements
from matchmaking.models import FilterBitmap, IndexSize

EVERY = timedelta(minutes=2)
"""How often changes are taken up, at most."""

_HOLDERS = """
SELECT k.scheme_id, array_send(array_agg(DISTINCT o.id))
FROM companies_certification AS k JOIN companies_offering AS o ON o.company_id = k.company_id
WHERE o.archived_at IS NULL AND (k.valid_until IS NULL OR k.valid_until >= %(today)s) GROUP BY 1
"""
_PLACED = """
SELECT c.division_id, array_send(array_agg(o.id))
FROM companies_offering AS o JOIN companies_company AS c ON c.id = o.company_id
WHERE o.archived_at IS NULL AND c.division_id IS NOT NULL GROUP BY 1
"""
_SMES = """
SELECT 0, array_send(array_agg(o.id))
FROM companies_offering AS o JOIN companies_company AS c ON c.id = o.company_id
WHERE o.archived_at IS NULL AND c.size_class = ANY(%(sizes)s) HAVING count(*) > 0
"""


def keep(*, has_changed: bool) -> bool:
    """Write the bitmaps of a large city where none were yet or changes have waited; whether it was due.

    Changes that came too soon after the last time are remembered.
    """
    state = IndexSize.objects.first()
    if state is None or not nearest.is_used():
        return False
    if has_changed and not state.bitmaps_are_due:
        IndexSize.objects.update(bitmaps_are_due=True)
    is_due = has_changed or state.bitmaps_are_due
    made_at = state.bitmaps_made_at
    if made_at and not (is_due and timezone.now() - made_at >= EVERY):
        return False
    write()
    return True


def write() -> None:
    """Write every bitmap anew; who writes them too waits."""
    with transaction.atomic():
        IndexSize.objects.update(bitmaps_made_at=timezone.now(), bitmaps_are_due=False)
        below = (Offering.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        made = [
            FilterBitmap(kind=kind, key=key, bits=_bits(keys, below), below=below, offerings=len(keys))
            for kind, key, keys in _passing()
            if len(keys) > branches.FEW
        ]
        FilterBitmap.objects.all().delete()
        FilterBitmap.objects.bulk_create(made, batch_size=20)


def _passing() -> Iterator[tuple[FilterBitmap.Kind, int, Ints]]:
    """Each filter with the keys of the offerings that pass it."""
    for scheme, keys in _groups(_HOLDERS, today=timezone.localdate()):
        yield FilterBitmap.Kind.SCHEME, scheme, keys
    for division, keys in _with_those_below(dict(_groups(_PLACED))):
        yield FilterBitmap.Kind.PLACE, division, keys
    for key, keys in _groups(_SMES, sizes=[size.value for size in Company.SME_CLASSES]):
        yield FilterBitmap.Kind.SME, key, keys


def _groups(statement: str, **parameters: object) -> Iterator[tuple[int, Ints]]:
    for key, raw in read_prepared(statement, parameters, binary=True):
        yield key, elements(raw, ">i8").astype(np.int64)


def _with_those_below(own: dict[int, Ints]) -> Iterator[tuple[int, Ints]]:
    """Divisions with the offerings of firms there and in all divisions below."""
    paths = dict(Division.objects.values_list("pk", "path"))
    divisions = {path: division for division, path in paths.items()}
    inside: defaultdict[int, list[Ints]] = defaultdict(list)
    for division, keys in own.items():
        parts = paths[division].rstrip("/").split("/")
        for depth in range(1, len(parts) + 1):
            if above := divisions.get("/".join(parts[:depth]) + "/"):
                inside[above].append(keys)
    for division, parts_of in inside.items():
        yield division, np.concatenate(parts_of)


def _bits(keys: Ints, below: int) -> bytes:
    """As many as the keys go, however many of them are used."""
    passes = np.zeros(below, bool)
    passes[keys[keys < below]] = True
    return np.packbits(passes, bitorder="little").tobytes()
