"""How alike the titles of two deals are, by their words and by their letters. Pure."""

from companies.words import normalise, words

ALIKE = 0.5
"""From this share of common words, or of common letter triples, two titles name the same product."""

_SAYS_NOTHING = {
    "采购", "合同", "项目", "供货", "年度", "配套", "协议", "合作", "意向", "框架", "签约", "供应",
    "订单", "有限公司", "公司", "批", "第", "年", "a", "an", "and", "agreement", "annual", "contract",
    "cooperation", "deal", "for", "framework", "intention", "of", "order", "phase", "project",
    "purchase", "sale", "supply", "the", "to", "yearly",
}  # fmt: skip


def alike(one: str, other: str) -> bool:
    """Whether two titles of one language name the same product; what every contract says is left out."""
    mine, theirs = _telling(one), _telling(other)
    if not mine or not theirs:
        return normalise(one).strip() == normalise(other).strip() != ""
    return _share(set(mine), set(theirs)) >= ALIKE or _share(_triples(mine), _triples(theirs)) >= ALIKE


def _telling(title: str) -> list[str]:
    """The words of a title that tell of the product."""
    return [word for word in words(normalise(title)) if word not in _SAYS_NOTHING and not word.isdigit()]


def _triples(telling: list[str]) -> set[str]:
    """Three letters at a time, each word with room around it, as pg_trgm cuts them."""
    padded = [f"  {word} " for word in telling]
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


def _share(mine: set[str], theirs: set[str]) -> float:
    """What both have, as a share of what either has."""
    return len(mine & theirs) / len(mine | theirs)
