"""Keeps stored suggestions true: all of them as one batch, or only those that a change touches.

A change touches a need that changed or whose buyer did, a need on whose list a changed company stands, and
a need on whose list it would now stand. Everything is written in one transaction: whoever reads meanwhile, or
after a crash, finds the old lists whole. Slow drift, such as of how rare a word is, is taken up every night.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from companies.models import Company, SourcingNeed
from matchmaking.engine import bitmaps
from matchmaking.engine.batch import Found, work_out
from matchmaking.engine.binary import (
    as_array,
    as_bigint,
    as_date,
    as_float,
    as_integer,
    as_jsonb,
    copy_binary,
)
from matchmaking.engine.needs import WITH_RELATIONS, need_features
from matchmaking.engine.reverse import ranked_needs
from matchmaking.engine.stored import COLUMNS, KEPT, REPLACE, needs_with, wait_alone
from matchmaking.engine.weights import weights
from matchmaking.engine.words_and_vectors import refresh
from matchmaking.models import MatchingChange, StoredSuggestions

MANY = 20
"""Changed companies above which every list is worked out anew: asking for each where it fits takes longer."""

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""

_DRAFT = """
CREATE TEMP TABLE matchmaking_draft ON COMMIT DROP AS
SELECT * FROM matchmaking_storedsuggestions WITH NO DATA
"""
_REPLACE = f"""
INSERT INTO matchmaking_storedsuggestions ({", ".join(COLUMNS)})
SELECT {", ".join(COLUMNS)} FROM matchmaking_draft
{REPLACE}
"""
_SCALES = """
UPDATE matchmaking_needvector AS v SET floor = d.floor, spread = d.spread
FROM matchmaking_draft AS d WHERE v.need_id = d.need_id
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """What has been noted as changed: keys of the notes, of needs and of companies."""

    notes: frozenset[int]
    needs: frozenset[int]
    companies: frozenset[int]


def keep_up(progress: Progress | None = None) -> int:
    """Words, vectors, bitmaps and stored suggestions up to date after whatever changed; how many lists.

    The notes are read before the words are, so that a change in between is still noted afterwards.
    """
    changes = noted()
    refresh(progress)
    bitmaps.keep(has_changed=bool(changes.companies))
    return follow(changes, progress)


def noted() -> Changes:
    """Changes that no list has taken up yet."""
    rows = list(MatchingChange.objects.values_list("pk", "need_id", "company_id"))
    return Changes(
        frozenset(pk for pk, _, _ in rows),
        frozenset(need for _, need, _ in rows if need),
        frozenset(company for _, _, company in rows if company),
    )


def follow(changes: Changes, progress: Progress | None = None) -> int:
    """Write the lists that the changes touch and those that are missing or old; how many.

    Words and vectors have to be up to date with the changes.
    """
    with transaction.atomic():
        wait_alone()
        wanted = touched(changes)
        _write(wanted, progress)
        _forget_ended()
        MatchingChange.objects.filter(pk__in=changes.notes).delete()
    return len(wanted)


def work_out_all(progress: Progress | None = None) -> int:
    """Write every open need's list anew; how many. What had changed is taken up."""
    with transaction.atomic():
        wait_alone()
        changes = noted()
        wanted = sorted(SourcingNeed.objects.open().values_list("pk", flat=True))
        _write(wanted, progress)
        _forget_ended()
        MatchingChange.objects.filter(pk__in=changes.notes).delete()
    return len(wanted)


def touched(changes: Changes) -> list[int]:
    """Open needs whose list is missing, of another day or version, or may differ by the changes."""
    open_needs = SourcingNeed.objects.open()
    everything = set(open_needs.values_list("pk", flat=True))
    current = StoredSuggestions.objects.filter(engine_version=weights().version, made_on=timezone.localdate())
    wanted = everything - set(current.values_list("pk", flat=True))
    if len(changes.companies) > MANY:
        return sorted(everything)
    wanted |= changes.needs
    if changes.companies:
        wanted |= set(open_needs.filter(buyer__in=changes.companies).values_list("pk", flat=True))
        wanted |= set(needs_with(sorted(changes.companies)))
        wanted |= _would_enter(changes.companies, everything - wanted)
    return sorted(wanted & everything)


def _would_enter(companies: Iterable[int], needs: set[int]) -> set[int]:
    """Needs among whose best a company would now stand, by the scale of their other candidates."""
    last = {
        need: scores[-1] if len(scores) >= KEPT else float("-inf")
        for need, scores in StoredSuggestions.objects.filter(pk__in=needs).values_list("pk", "scores")
    }
    features = need_features(SourcingNeed.objects.filter(pk__in=last).select_related(*WITH_RELATIONS))
    return {
        need
        for company in Company.objects.published().suppliers().filter(pk__in=companies)
        for need, ranked in (ranked_needs(company, features) if features else ())
        if ranked.score.total >= last[need]
    }


def _write(needs: Sequence[int], progress: Progress | None) -> None:
    """Work out and replace the lists of needs and the scales of their candidates."""
    if not needs:
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS matchmaking_draft")
        cursor.execute(_DRAFT)
        with _uncollected():
            rows = _rows(work_out(needs), len(needs), progress)
            copy_binary("matchmaking_draft", COLUMNS, rows)
        cursor.execute(_REPLACE)
        cursor.execute(_SCALES)


def _rows(found: Iterable[Found], total: int, progress: Progress | None) -> Iterator[Sequence[bytes]]:
    """The lists as the columns of a binary COPY."""
    version, today = weights().version.encode(), timezone.localdate()
    for done, one in enumerate(found, start=1):
        yield (
            as_bigint(one.need),
            *map(as_array, one.columns),
            as_float(one.scale.floor),
            as_float(one.scale.spread),
            as_integer(one.considered),
            as_jsonb(one.left_out),
            as_integer(one.left_out_in_all),
            version,
            as_date(today),
        )
        if progress:
            progress(done, total)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: among a hundred thousand small objects it takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _forget_ended() -> None:
    """A need that is open no more has no list."""
    StoredSuggestions.objects.exclude(need__state=SourcingNeed.State.OPEN).delete()
