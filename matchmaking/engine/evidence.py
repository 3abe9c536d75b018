"""Which words an offering shares with a need: looked up for the few suggestions that are shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts.prepared import read_prepared
from matchmaking.engine.features import Score
from matchmaking.engine.scoring import Code

SHOWN = 6
"""Words a reason names."""

_SHARED = """
SELECT v.need_id, p.offering_id, p.term FROM unnest(%s::bigint[], %s::bigint[]) AS pair (need_id, offering_id)
JOIN matchmaking_needvector AS v USING (need_id)
JOIN matchmaking_offeringterm AS p ON p.offering_id = pair.offering_id AND p.term = ANY(v.terms)
ORDER BY p.term = ANY(v.title_terms) DESC, length(p.term) DESC, p.term
"""
_TRANSLATED = """
WITH pair AS MATERIALIZED (
    SELECT need_id, offering_id FROM unnest(%s::bigint[], %s::bigint[]) AS given (need_id, offering_id)),
likes AS MATERIALIZED (
    SELECT v.need_id, l.word, l.other, l.likeness
    FROM matchmaking_needvector AS v, unnest(v.title_terms) AS t (term)
    JOIN matchmaking_translation AS l ON l.word = t.term
    WHERE v.need_id IN (SELECT need_id FROM pair) AND l.other <> ALL(v.terms))
SELECT pair.need_id, p.offering_id, likes.word, likes.other
FROM pair JOIN matchmaking_offeringterm AS p USING (offering_id)
JOIN likes ON likes.need_id = pair.need_id AND likes.other = p.term
ORDER BY likes.likeness DESC, likes.word, likes.other
"""

Pair = tuple[int, int]
"""Primary keys of a need and an offering."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words by pair, the telling ones first: those of the title, then the longer."""

    shared: dict[Pair, tuple[str, ...]]
    translated: dict[Pair, tuple[str, ...]]
    """As "奶嘴 ~ teat"."""

    def named(self, pair: Pair, score: Score) -> Score:
        """The score with these words as values of its word reasons."""
        words = {Code.WORDS: self.shared.get(pair, ()), Code.TRANSLATED: self.translated.get(pair, ())}
        return Score(
            tuple(
                replace(reason, value=words[Code(reason.code)]) if reason.code in words else reason
                for reason in score.reasons
            )
        )


def evidence(pairs: Sequence[Pair]) -> Evidence:
    """The words that each need shares with the offering beside it, in two queries for all."""
    needs, offerings = [need for need, _ in pairs], [offering for _, offering in pairs]
    shared = _grouped(read_prepared(_SHARED, [needs, offerings]))
    translated = read_prepared(_TRANSLATED, [needs, offerings])
    likes = _grouped((need, offering, f"{a} ~ {b}") for need, offering, a, b in translated)
    return Evidence(
        {pair: tuple(_telling(words)[:SHOWN]) for pair, words in shared.items()},
        {pair: tuple(words[:SHOWN]) for pair, words in likes.items()},
    )


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[Pair, list[str]]:
    found: defaultdict[Pair, list[str]] = defaultdict(list)
    for need, offering, word in rows:
        found[need, offering].append(word)
    return dict(found)


def _telling(words: list[str]) -> list[str]:
    """Without single characters and without parts of longer words in the list."""
    longer = [word for word in words if len(word) > 1]
    return [word for word in longer if not any(word != other and word in other for other in longer)]
