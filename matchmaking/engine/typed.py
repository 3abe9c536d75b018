"""What a person typed into a search box as the index knows it: its words, their parts and their likes.

Each word of the question stands with everything that counts as it: the word itself, the beginning of a longer
Latin word (one may still be typing), terms with a single Chinese character, every pair of characters of a
longer Chinese word (the index may have cut it differently), and words of the other script that mean the same.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db import connection

from companies.words import Script, is_han, script_of, terms, words
from matchmaking.engine.encoder import NAME, encode
from matchmaking.engine.weights import weights
from matchmaking.models import IndexSize, TermCount, Word

MOST_WORDS = 12
"""Words of a question that are looked up."""
LIKES = 5
"""Words of the other script that may stand for one."""
BEGINNINGS = 12
BEGUN = 0.8
"""What a longer word counts that begins with the typed one."""
SHORTEST_BEGINNING = 3

_LIKES = """
WITH asked AS MATERIALIZED (
    SELECT word, embedding::halfvec AS meaning FROM unnest(%s::text[], %s::text[]) AS a (word, embedding))
SELECT asked.word, near.word, near.likeness FROM asked, LATERAL (
    SELECT w.word, -(w.embedding <#> asked.meaning) AS likeness FROM matchmaking_word AS w
    WHERE w.is_han = %s AND w.encoder = %s ORDER BY w.embedding <#> asked.meaning LIMIT %s) AS near
WHERE near.likeness >= %s
"""
_LONGER = """
SELECT term FROM matchmaking_termcount WHERE term LIKE %s AND term <> %s
ORDER BY offerings DESC, term LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the index that counts as the typed word of that number."""

    term: str
    word: int
    credit: float
    """How much it counts, 0 to 1; parts of a word count together."""
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """A question in the index's terms."""

    terms: tuple[Term, ...]
    weights: tuple[float, ...]
    """How rare each typed word is, by its number."""
    vector: tuple[float, ...]
    """Its meaning."""


def read(text: str) -> Typed:
    """The question's words with their likes and weights; loads the encoder unless all words are known."""
    asked = list(dict.fromkeys(words(text) or terms(text)))[:MOST_WORDS]
    vectors = _vectors([text, *asked])
    likes = _likes(asked, vectors)
    found = [term for number, word in enumerate(asked) for term in _terms(number, word, likes.get(word, []))]
    return Typed(tuple(found), _weights(len(asked), found), vectors[text])


def _terms(number: int, word: str, likes: list[tuple[str, float]]) -> Iterable[Term]:
    yield Term(word, number, 1.0, is_whole=True)
    if is_han(word) and len(word) > 2:
        pairs = sorted({left + right for left, right in pairwise(word)})
        yield from (Term(pair, number, 1 / len(pairs), is_whole=False) for pair in pairs)
    elif is_han(word) and len(word) == 1:
        yield from (Term(longer, number, BEGUN, is_whole=True) for longer in _like(f"%{word}%", word))
    elif word.isalpha() and not is_han(word) and len(word) >= SHORTEST_BEGINNING:
        yield from (Term(longer, number, BEGUN, is_whole=True) for longer in _like(f"{word}_%", word))
    yield from (Term(like, number, likeness**2, is_whole=True) for like, likeness in likes)


def _like(pattern: str, word: str) -> list[str]:
    """Longer terms of the index that begin with the word or hold the character, the most frequent."""
    with connection.cursor() as cursor:
        cursor.execute(_LONGER, [pattern, word, BEGINNINGS])
        return [row[0] for row in cursor.fetchall()]


def _weights(number: int, found: Sequence[Term]) -> tuple[float, ...]:
    """Rarity of each typed word: that of its most frequent term; zero where the index knows none of them."""
    counts = dict(TermCount.objects.filter(term__in={t.term for t in found}).values_list("term", "offerings"))
    size = IndexSize.objects.values_list("offerings", flat=True).first() or 0
    frequent = [0] * number
    for term in found:
        if term.is_whole:
            frequent[term.word] = max(frequent[term.word], counts.get(term.term, 0))
    parts = {term.word for term in found if not term.is_whole and counts.get(term.term)}
    return tuple(
        math.log1p((max(size - n, 0) + 0.5) / (n + 0.5)) if n or word in parts or not any(frequent) else 0.0
        for word, n in enumerate(frequent)
    )


def as_sent(vector: Iterable[float]) -> str:
    """A vector as pgvector reads it."""
    return "[" + ",".join(f"{x:.5f}" for x in vector) + "]"


def _vectors(texts: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Meaning of each text; those of known words are read, so that most questions need no encoder."""
    stored = Word.objects.filter(word__in=texts, encoder=NAME).values_list("word", "embedding")
    known: dict[str, Iterable[float]] = dict(stored)
    unknown = [text for text in dict.fromkeys(texts) if text not in known]
    known |= zip(unknown, encode(unknown), strict=True)
    return {text: tuple(map(float, known[text])) for text in texts}


def _likes(
    asked: Sequence[str], vectors: Mapping[str, Iterable[float]]
) -> dict[str, list[tuple[str, float]]]:
    """Words of the other script that mean much the same, by typed word."""
    likes: dict[str, list[tuple[str, float]]] = {}
    able = [word for word in asked if len(word) > 1 and word.isalpha()]
    for script in Script.HAN, Script.OTHER:
        wanted = [word for word in able if script_of(word) == script]
        if not wanted:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                _LIKES,
                [wanted, [as_sent(vectors[word]) for word in wanted], script == Script.OTHER, NAME, LIKES,
                 weights().text.least_likeness],
            )  # fmt: skip
            for word, like, likeness in cursor.fetchall():
                likes.setdefault(word, []).append((like, likeness))
    return likes
