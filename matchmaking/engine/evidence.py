"""Which words an offering shares with a need: looked up for the few suggestions that are shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts.prepared import read_prepared
from companies.words import is_han, words
from matchmaking.engine.features import Score
from matchmaking.engine.scoring import Code

SHOWN = 6
"""Words a reason names."""
COMMON, COMMON_SHARE = 50, 0.03
"""Offerings, and share of all, above which a word that stands in so many tells nothing of a pair."""
_ENGLISH = """
a all also an and any are as at be been but by can do for from had has have if in into is it its may more must
no not of on or other our out per shall should so such than that the their them then there these they this
those to under up via was we were when which who will with would you your
"""
_CHINESE = "以及 及其 并且 或者 可以 进行 其他 相关 要求 需要 我们 贵方"
FUNCTION_WORDS = frozenset(f"{_ENGLISH} {_CHINESE}".split())
"""Words that no reason names, however rare they are in a small city."""

_SHARED = """
SELECT v.need_id, p.offering_id, p.term FROM unnest(%s::bigint[], %s::bigint[]) AS pair (need_id, offering_id)
JOIN matchmaking_needvector AS v USING (need_id)
JOIN matchmaking_offeringterm AS p ON p.offering_id = pair.offering_id AND p.term = ANY(v.terms)
JOIN matchmaking_termcount AS t ON t.term = p.term
WHERE t.offerings <= (SELECT greatest(%s, %s * offerings) FROM matchmaking_indexsize)
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

_SAID = """
SELECT id, concat_ws(' ', title_zh, title_en, text) FROM companies_sourcingneed WHERE id = ANY(%s::bigint[])
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
        named = {Code.WORDS: self.shared.get(pair, ()), Code.TRANSLATED: self.translated.get(pair, ())}
        return Score(
            tuple(
                replace(reason, value=named[Code(reason.code)]) if reason.code in named else reason
                for reason in score.reasons
            )
        )


def evidence(pairs: Sequence[Pair], *, across: Sequence[Pair] | None = None) -> Evidence:
    """The words that each need shares with the offering beside it, in three queries for all.

    :param across: the pairs whose words of the same meaning in another language are looked up; None for all.
    """
    needs, offerings = [need for need, _ in pairs], [offering for _, offering in pairs]
    shared = _grouped(read_prepared(_SHARED, [needs, offerings, COMMON, COMMON_SHARE]))
    asked = pairs if across is None else across
    translated = read_prepared(_TRANSLATED, [*map(list, zip(*asked, strict=True))]) if asked else []
    likes = _grouped(
        (need, offering, f"{a} ~ {b}") for need, offering, a, b in translated if not {a, b} & FUNCTION_WORDS
    )
    said = {need: frozenset(words(text)) for need, text in read_prepared(_SAID, [sorted(set(needs))])}
    return Evidence(
        {pair: tuple(_telling(found, said[pair[0]])[:SHOWN]) for pair, found in shared.items()},
        {pair: tuple(found[:SHOWN]) for pair, found in likes.items()},
    )


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[Pair, list[str]]:
    found: defaultdict[Pair, list[str]] = defaultdict(list)
    for need, offering, word in rows:
        found[need, offering].append(word)
    return dict(found)


def _telling(found: list[str], said: frozenset[str]) -> list[str]:
    """Without single characters, numbers, pairs of characters that are no word, and parts of longer words.

    :param said: the words of the need. The index counts every pair of Chinese characters, and those of two
        different words say nothing.
    """
    longer = [
        word
        for word in found
        if len(word) > 1
        and word not in FUNCTION_WORDS
        and not word.isdigit()
        and (word in said or not is_han(word))
    ]
    return [word for word in longer if not any(word != other and word in other for other in longer)]
