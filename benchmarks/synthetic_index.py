"""Terms and vectors of a synthetic city, written as binary COPY that numpy puts together.

A million companies have some ninety million terms: row by row they take an hour, this way minutes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection, models
from numpy.typing import NDArray
from psycopg import sql

from benchmarks.pool import Pool
from matchmaking.engine.binary import COPY_HEAD, COPY_TAIL
from matchmaking.engine.bulk import DIMENSIONS_READ, VECTOR_BYTES, copy_in
from matchmaking.engine.encoder import NAME
from matchmaking.engine.reducing import reduced
from matchmaking.engine.weights import weights
from matchmaking.models import IndexSize, OfferingTerm, OfferingVector, TermCount
from matchmaking.models.vector import REDUCED

TAIL = 200_000
"""Different model names."""
OWN_SHARE, NOISE = 0.7, 0.25
FROM_MOTHER, FROM_FATHER = 0.9, 0.3
"""Shares of the parents' terms."""
BATCH = 4000

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

_VECTOR = np.dtype(
    [
        ("fields", ">i2"), ("key bytes", ">i4"), ("key", ">i8"),
        ("vector bytes", ">i4"), ("dimensions", ">i2"), ("unused", ">i2"), ("vector", ">f2", DIMENSIONS_READ),
        ("short bytes", ">i4"), ("kept", ">i2"), ("unused too", ">i2"), ("short", ">f2", REDUCED),
        ("length bytes", ">i4"), ("length", ">i2"), ("hash bytes", ">i4"),
        ("name bytes", ">i4"), ("name", f"S{len(NAME)}"),
    ]
)  # fmt: skip
_BEFORE_TERM = np.dtype([("fields", ">i2"), ("key bytes", ">i4"), ("key", ">i8"), ("term bytes", ">i4")])
_AFTER_TERM = np.dtype(
    [
        ("times bytes", ">i4"), ("times", ">i2"), ("length bytes", ">i4"), ("length", ">i2"),
        ("impact bytes", ">i4"), ("impact", ">f8"),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """The terms of the pool by number, model names after them, as bytes; and each offering's terms."""

    text: Bytes
    start: Ints
    size: Ints
    first: Ints
    """Where the terms of a pool's offering begin, one more than there are offerings."""
    number: Ints
    times: Ints
    names_from: int

    @property
    def words(self) -> list[str]:
        raw = self.text.tobytes()
        return [raw[a : a + n].decode() for a, n in zip(self.start.tolist(), self.size.tolist(), strict=True)]


@dataclass(frozen=True)
class Terms:
    """Rows of some offerings, in their order."""

    row: Ints
    number: Ints
    times: Ints
    length: Ints
    """Of each offering."""


def write_index(pool: Pool, offerings: Sequence[int], rng: np.random.Generator) -> None:
    """Terms, vectors and counts of all offerings."""
    vocabulary = _vocabulary(pool)
    keys = np.asarray(offerings, np.int64)
    parents = rng.integers(0, len(pool.vectors), (len(keys), 2))
    names = np.minimum(rng.zipf(1.3, len(keys)), TAIL) - 1
    of_pool = float(np.mean([sum(times for _, times in terms) for terms in pool.terms]))
    usual = of_pool * (FROM_MOTHER + FROM_FATHER) + 1
    counts = np.zeros(len(vocabulary.start), np.int64)
    lengths = np.zeros(len(keys), np.int64)

    def rows() -> Iterator[bytes]:
        for start in range(0, len(keys), BATCH):
            part = slice(start, start + BATCH)
            terms = _draw(vocabulary, parents[part], names[part], rng)
            lengths[part] = terms.length
            np.add.at(counts, terms.number, 1)
            yield _term_rows(vocabulary, keys[part], terms, usual)

    def vectors() -> Iterator[bytes]:
        for start in range(0, len(keys), BATCH):
            part = slice(start, start + BATCH)
            mother, father = pool.vectors[parents[part, 0]], pool.vectors[parents[part, 1]]
            made = mixed(OWN_SHARE * mother + (1 - OWN_SHARE) * father, rng)
            yield _vector_rows(keys[part], made, lengths[part])

    _copy(OfferingTerm, ["offering_id", "term", "times", "length", "impact"], rows())
    _copy(
        OfferingVector, ["offering_id", "embedding", "reduced", "length", "text_hash", "encoder"], vectors()
    )
    words = vocabulary.words
    found = np.flatnonzero(counts).tolist()
    copy_in(
        TermCount, ["term", "offerings"], ["varchar", "int4"], ((words[i], int(counts[i])) for i in found)
    )
    size = {"offerings": len(keys), "terms": int(lengths.sum())}
    IndexSize.objects.update_or_create(id=1, defaults=size)


def mixed(vectors: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Vectors with noise, of length 1 again."""
    noise = rng.standard_normal(vectors.shape, np.float32) * np.float32(NOISE / vectors.shape[1] ** 0.5)
    noisy = vectors + noise
    made: NDArray[np.float32] = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
    return made


def _vocabulary(pool: Pool) -> Vocabulary:
    known: dict[str, int] = {}
    number = [known.setdefault(term, len(known)) for terms in pool.terms for term, _ in terms]
    words = [term.encode() for term in known] + [f"model{i + 1}".encode() for i in range(TAIL)]
    size = np.array([len(word) for word in words], np.int64)
    first = np.cumsum([0, *(len(terms) for terms in pool.terms)])
    return Vocabulary(
        text=np.frombuffer(b"".join(words), np.uint8),
        start=np.cumsum(size) - size,
        size=size,
        first=first.astype(np.int64),
        number=np.array(number, np.int64),
        times=np.array([times for terms in pool.terms for _, times in terms], np.int64),
        names_from=len(known),
    )


def _draw(vocabulary: Vocabulary, parents: Ints, names: Ints, rng: np.random.Generator) -> Terms:
    """Most of one parent's terms, some of the other's, and the offering's model name."""
    rows, numbers, times = [np.arange(len(parents))], [names + vocabulary.names_from], [np.ones_like(names)]
    for parent, share in ((parents[:, 0], FROM_MOTHER), (parents[:, 1], FROM_FATHER)):
        first = vocabulary.first[parent]
        many = vocabulary.first[parent + 1] - first
        row, place = _ranges(first, many)
        kept = rng.random(len(row)) < share
        rows.append(row[kept])
        numbers.append(vocabulary.number[place[kept]])
        times.append(vocabulary.times[place[kept]])
    every = len(vocabulary.start)
    pairs, where = np.unique(np.concatenate(rows) * every + np.concatenate(numbers), return_inverse=True)
    total = np.bincount(where, np.concatenate(times)).astype(np.int64)
    row, number = np.divmod(pairs, every)
    length = np.bincount(row, total, len(parents)).astype(np.int64)
    return Terms(row, number, total, length)


def _term_rows(vocabulary: Vocabulary, keys: Ints, terms: Terms, usual: float) -> bytes:
    size = vocabulary.size[terms.number]
    length = terms.length[terms.row]
    before = np.zeros(len(size), _BEFORE_TERM)
    before["fields"], before["key bytes"], before["key"], before["term bytes"] = 5, 8, keys[terms.row], size
    after = np.zeros(len(size), _AFTER_TERM)
    after["times bytes"], after["length bytes"], after["impact bytes"] = 2, 2, 8
    after["times"], after["length"] = terms.times, length
    text = weights().text
    norm = text.saturation * (1 - text.length_share + text.length_share * length / usual)
    after["impact"] = terms.times / (terms.times + norm)
    head, tail = _BEFORE_TERM.itemsize, _AFTER_TERM.itemsize
    width = head + size + tail
    start = np.cumsum(width) - width
    made = np.empty(int(width.sum()), np.uint8)
    made[start[:, None] + np.arange(head)] = before.view(np.uint8).reshape(-1, head)
    made[(start + head + size)[:, None] + np.arange(tail)] = after.view(np.uint8).reshape(-1, tail)
    made[_ranges(start + head, size)[1]] = vocabulary.text[_ranges(vocabulary.start[terms.number], size)[1]]
    return made.tobytes()


def _vector_rows(keys: Ints, vectors: NDArray[np.float32], lengths: Ints) -> bytes:
    made = np.zeros(len(keys), _VECTOR)
    made["fields"], made["key bytes"], made["key"] = 6, 8, keys
    made["vector bytes"], made["dimensions"], made["vector"] = VECTOR_BYTES, DIMENSIONS_READ, vectors
    made["short bytes"], made["kept"], made["short"] = 4 + 2 * REDUCED, REDUCED, reduced(vectors)
    made["length bytes"], made["length"], made["hash bytes"] = 2, lengths, 0
    made["name bytes"], made["name"] = len(NAME), NAME.encode()
    return made.tobytes()


def _ranges(first: Ints, many: Ints) -> tuple[Ints, Ints]:
    """The rows and the numbers first, first + 1, ... of each, as many as it says."""
    row = np.repeat(np.arange(len(first)), many)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many) + first[row]


def _copy(model: type[models.Model], columns: Sequence[str], parts: Iterator[bytes]) -> None:
    connection.ensure_connection()
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEAD)
        for part in parts:
            copy.write(part)
        copy.write(COPY_TAIL)
