"""Text to words: what word search counts and what word matching compares.

Pure. Latin, Cyrillic and other spaced scripts give lower-case words (English plurals lose their ending);
Chinese gives dictionary words and every pair of neighbouring characters, so that a part of a compound is
found; other scripts without spaces (kana, Thai, Khmer, Lao, Burmese) give pairs of characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise

import rjieba

LONGEST_TERM = 80
"""Characters of a term that are kept; longer ones are serial numbers or pasted data."""

_HAN = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003134f"
_UNSPACED = "぀-ヿ฀-໿က-႟ក-៿"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<unspaced>[{_UNSPACED}]+)|(?P<word>[^\W_{_HAN}{_UNSPACED}]+)")
_HAN_CHARACTER = re.compile(rf"[{_HAN}]")


class Script(StrEnum):
    """The script that most of a text is written in."""

    HAN = "han"
    OTHER = "other"
    NONE = "none"
    """No letter at all: empty, digits, emoji."""


def normalise(text: str) -> str:
    """NFKC (full-width letters become plain ones) and lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def words(text: str) -> list[str]:
    """Words in their order, with repeats: dictionary words of two or more characters where Chinese."""
    return [word for word, is_word in _pieces(text) if is_word]


def terms(text: str) -> list[str]:
    """What an index counts, with repeats: the words and the character pairs of unspaced scripts.

    A Chinese word of two characters counts twice, as a word and as a pair: a word of the dictionary is
    better evidence than two characters that happen to stand together.
    """
    return [term for term, _ in _pieces(text)]


def word_pairs(text: str) -> list[str]:
    """Pairs of neighbouring words, joined by a space: "steel casting"."""
    return [f"{left} {right}"[:LONGEST_TERM] for left, right in pairwise(words(text))]


def script_of(text: str) -> Script:
    """Han where at least a third of the letters are Han: Chinese texts are full of Latin model names."""
    letters = sum(character.isalpha() for character in text)
    if not letters:
        return Script.NONE
    han = len(_HAN_CHARACTER.findall(text))
    return Script.HAN if 3 * han >= letters else Script.OTHER


def is_han(word: str) -> bool:
    """Whether a word begins with a Han character."""
    return bool(_HAN_CHARACTER.match(word))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Every term with whether it is a word (or else a pair of characters)."""
    for run in _RUN.finditer(normalise(text)):
        found = run.group()
        if run.lastgroup == "han":
            yield from ((word[:LONGEST_TERM], True) for word in rjieba.cut(found) if len(word) > 1)
            yield from ((pair, False) for pair in _character_pairs(found))
        elif run.lastgroup == "unspaced":
            yield from ((pair, True) for pair in _character_pairs(found))
        else:
            yield singular(found)[:LONGEST_TERM], True


def _character_pairs(run: str) -> list[str]:
    """Neighbouring characters of a run; a run of one character is its own."""
    return [left + right for left, right in pairwise(run)] or [run]


def singular(word: str) -> str:
    """An English word without its plural ending: bearings, batteries, boxes; glass and lens stay."""
    if len(word) <= 3 or not (word.isascii() and word.isalpha()) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith(("ss", "us", "is", "lens")):
        return word
    return word[:-1]
