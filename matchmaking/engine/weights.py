"""The weights of the scorer, read from weights.json: one set for all languages and sources."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class TextWeights:
    """Weights of the text features, tuned on real needs."""

    word: float
    """Of a word of the need, anywhere in it."""
    title_word: float
    """More for a word of its title."""
    translated_word: float
    """Of a word in another script, before its likeness."""
    meaning: float
    """Of the cosine."""
    points_per_spread: float
    """Points for one standard deviation of the candidates' raw text scores."""
    further: float
    """How far below the best offering, in spreads, further ones still count."""
    least_likeness: float
    """Cosine above which a word counts as a translation of another."""
    translations: int
    """Translations kept for a word."""
    saturation: float
    """k1 of BM25."""
    length_share: float
    """b of BM25."""


@dataclass(frozen=True, slots=True)
class StructureWeights:
    """Points of the structured features, set by hand; each is zero where the data are unknown."""

    same_class: float
    same_group: float
    same_division: float
    same_node: float
    supplying_node: float
    hs_heading: float
    verified_certificate: float
    capacity: float
    place: float
    trade_format: float
    record: float
    record_half: float
    """Kept deals that give half of the record's points."""
    fresh: float
    fresh_months: float
    """Months after which a confirmed profile gives nothing more."""


@dataclass(frozen=True, slots=True)
class Weights:
    version: str
    text: TextWeights
    structure: StructureWeights


@cache
def weights() -> Weights:
    """The weights in force.

    :raises TypeError: if the file lacks a weight or has an unknown one.
    """
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return Weights(read["version"], TextWeights(**read["text"]), StructureWeights(**read["structure"]))
