"""Words and their likes in another script, found by meaning: 奶嘴 ~ teat.

A word of a need's title stands for the words of offerings in another script whose vectors are nearest, so
that word search works across languages and can say why. New words are compared with all known ones; a word
keeps its likest translations only.
"""

from collections.abc import Iterable

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from pgvector import HalfVector

from companies.words import is_han
from matchmaking.engine.bulk import copy_in, read_vectors
from matchmaking.engine.encoder import NAME, encode
from matchmaking.engine.weights import weights
from matchmaking.models import Translation, Word

LONGEST_WORD = 40
BATCH = 1000
"""Words that are compared with all others at a time: keeps the matrix below 100 MB."""

_PRUNE = f"""
DELETE FROM {Translation._meta.db_table} AS kept
USING (SELECT word, other, row_number() OVER (PARTITION BY word ORDER BY likeness DESC, other) AS place
       FROM {Translation._meta.db_table} WHERE word = ANY(%s)) AS ranked
WHERE kept.word = ranked.word AND kept.other = ranked.other AND ranked.place > %s
"""


def learn(words: Iterable[str], *, of_needs: bool) -> int:
    """Keep words with their vectors and translations, in the caller's transaction; how many were new.

    :param of_needs: whether they stand in needs or in offerings.
    """
    wanted = {word for word in words if _has_meaning(word)}
    use = "in_needs" if of_needs else "in_offerings"
    known = Word.objects.filter(word__in=wanted, encoder=NAME, **{use: True})
    new = sorted(wanted - set(known.values_list("word", flat=True)))
    for start in range(0, len(new), BATCH):
        part = new[start : start + BATCH]
        vectors = encode(part)
        _store(part, vectors, of_needs=of_needs)
        for han in (True, False):
            rows = [i for i, word in enumerate(part) if is_han(word) is han]
            if rows:
                _translate([part[i] for i in rows], vectors[rows], of_needs=of_needs, han=han)
    return len(new)


def _has_meaning(word: str) -> bool:
    """Neither a single character nor a number, a model name or pasted data."""
    return 1 < len(word) <= LONGEST_WORD and word.isalpha()


def _store(words: list[str], vectors: NDArray[np.float32], *, of_needs: bool) -> None:
    """Insert the words, or mark them as used by needs or offerings as well."""
    Word.objects.filter(word__in=words).exclude(encoder=NAME).delete()
    known = Word.objects.filter(word__in=words)
    present = set(known.values_list("word", flat=True))
    known.update(**{"in_needs" if of_needs else "in_offerings": True})
    copy_in(
        Word,
        ["word", "is_han", "in_needs", "in_offerings", "embedding", "encoder"],
        ["varchar", "bool", "bool", "bool", "halfvec", "varchar"],
        (
            (word, is_han(word), of_needs, not of_needs, HalfVector(vector), NAME)
            for word, vector in zip(words, vectors, strict=True)
            if word not in present
        ),
    )


def _translate(words: list[str], vectors: NDArray[np.float32], *, of_needs: bool, han: bool) -> None:
    """Compare new words of one script with the other side's words in the other script; keep the likest."""
    others, other_vectors = _known_words(in_needs=not of_needs, han=not han)
    if not others:
        return
    likeness = vectors @ other_vectors.T
    pairs = _likest(words, others, likeness) if of_needs else _likest(others, words, likeness.T)
    Translation.objects.bulk_create(
        pairs, update_conflicts=True, unique_fields=["word", "other"], update_fields=["likeness"]
    )
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, [sorted({pair.word for pair in pairs}), weights().text.translations])


def _known_words(*, in_needs: bool, han: bool) -> tuple[list[str], NDArray[np.float32]]:
    use = "in_needs" if in_needs else "in_offerings"
    return read_vectors(
        f"SELECT word, embedding FROM {Word._meta.db_table} WHERE {use} AND is_han = %s AND encoder = %s",
        [han, NAME],
    )


def _likest(words: list[str], others: list[str], likeness: NDArray[np.float32]) -> list[Translation]:
    """For each word (row) the likest others (columns) above the least likeness."""
    text = weights().text
    kept = min(text.translations, len(others))
    nearest = np.argpartition(-likeness, kept - 1, axis=1)[:, :kept]
    return [
        Translation(word=word, other=others[column], likeness=float(likeness[row, column]))
        for row, word in enumerate(words)
        for column in nearest[row]
        if likeness[row, column] >= text.least_likeness
    ]
