"""Which words an offering shares with a need: looked up for the few suggestions that are shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from matchmaking.engine.features import Score
from matchmaking.engine.scoring import Code

SHOWN = 6
"""Words a reason names."""

_SHARED = """
SELECT p.offering_id, p.term FROM matchmaking_needvector AS v
JOIN matchmaking_offeringterm AS p ON p.offering_id = ANY(%s) AND p.term = ANY(v.terms)
WHERE v.need_id = %s
ORDER BY p.term = ANY(v.title_terms) DESC, length(p.term) DESC, p.term
"""
_TRANSLATED = """
SELECT p.offering_id, l.word, l.other FROM matchmaking_needvector AS v
JOIN matchmaking_translation AS l ON l.word = ANY(v.terms) AND l.other <> ALL(v.terms)
JOIN matchmaking_offeringterm AS p ON p.offering_id = ANY(%s) AND p.term = l.other
WHERE v.need_id = %s
ORDER BY l.likeness DESC, l.word, l.other
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words by offering, the telling ones first: those of the title, then the longer."""

    shared: dict[int, tuple[str, ...]]
    translated: dict[int, tuple[str, ...]]
    """As "奶嘴 ~ teat"."""

    def named(self, offering: int, score: Score) -> Score:
        """The score with these words as values of its word reasons."""
        words = {
            Code.WORDS: self.shared.get(offering, ()),
            Code.TRANSLATED: self.translated.get(offering, ()),
        }
        return Score(
            tuple(
                replace(reason, value=words[Code(reason.code)]) if reason.code in words else reason
                for reason in score.reasons
            )
        )


def evidence(need: int, offerings: Sequence[int]) -> Evidence:
    """The words that these offerings share with an indexed need, in two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [list(offerings), need])
        shared = _grouped(cursor.fetchall())
        cursor.execute(_TRANSLATED, [list(offerings), need])
        pairs = _grouped((offering, f"{word} ~ {other}") for offering, word, other in cursor.fetchall())
    return Evidence(
        {offering: tuple(_telling(words)[:SHOWN]) for offering, words in shared.items()},
        {offering: tuple(words[:SHOWN]) for offering, words in pairs.items()},
    )


def _grouped(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for offering, word in rows:
        found[offering].append(word)
    return dict(found)


def _telling(words: list[str]) -> list[str]:
    """Without single characters and without parts of longer words in the list."""
    longer = [word for word in words if len(word) > 1]
    return [word for word in longer if not any(word != other and word in other for other in longer)]
