"""What the batch reads of words and meaning: every vector and posting of the city as arrays.

Rows come as binary COPY of columns that all have a fixed width, which numpy reads without touching a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from accounts.prepared import read_prepared
from matchmaking.engine.batch_asking import read_asked
from matchmaking.engine.bulk import VECTOR_BYTES, Floats, Ints, copy_out, elements, vectors_of

_WORDS = """
SELECT array_send(array_agg(offering_id)), array_send(array_agg(octet_length(sent))), string_agg(sent, '')
FROM (SELECT offering_id, sparsevec_send(words) AS sent FROM matchmaking_offeringwords
      WHERE offering_id > %(after)s ORDER BY offering_id LIMIT %(most)s) AS w
"""
MOST = 500_000
"""Offerings whose words are read in one statement: a value in PostgreSQL has at most 1 GB."""
HEAD = 3
"""Numbers before the indices and values of a sparse vector in PostgreSQL's binary form."""


@dataclass(frozen=True, slots=True)
class Words:
    """Weights of terms in needs, and of terms in offerings: their product is BM25."""

    asked: csr_array[Any, tuple[int, int]]
    """Needs x terms."""
    translated: csr_array[Any, tuple[int, int]]
    postings: csr_array[Any, tuple[int, int]]
    """Terms x offerings."""


def read_need_vectors(needs: Sequence[int]) -> tuple[list[int], NDArray[np.float32]]:
    """Keys of the indexed ones among needs, in ascending order, and their vectors, shape (n, 512)."""
    rows = copy_out(
        "SELECT need_id, embedding FROM matchmaking_needvector WHERE need_id = ANY({}) ORDER BY need_id",
        {"key": ">i8", "vector": VECTOR_BYTES},
        [list(needs)],
    )
    return rows["key"].astype(np.int64).tolist(), vectors_of(rows["vector"].tobytes())


def read_words(needs: Sequence[int], offerings: Ints) -> Words:
    """The words of needs, rows in their order, beside those of offerings.

    The weights are those of the per-need statement (``retrieval``): its heaviest terms, BM25.
    """
    heaviest = read_asked(needs)
    known, columns = np.unique(heaviest.number, return_inverse=True)

    def matrix(values: Floats) -> csr_array[Any, tuple[int, int]]:
        made = csr_array((values, (heaviest.need, columns)), shape=(len(needs), len(known)))
        made.eliminate_zeros()
        return made

    of_offerings = _words(known, offerings)
    return Words(matrix(heaviest.weight), matrix(heaviest.translated), of_offerings.T.tocsr())


def _words(known: Ints, offerings: Ints) -> csr_array[Any, tuple[int, int]]:
    """Offerings x terms with the known numbers, in ascending order: what each counts in each offering."""
    rows, columns, values = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    after, is_more = 0, len(known) > 0
    while is_more:
        keys, size, raw = read_prepared(_WORDS, {"after": after, "most": MOST}, binary=True)[0]
        is_more = raw is not None
        if is_more:
            read = elements(keys, ">i8").astype(np.int64)
            row, number, value = _entries(raw, elements(size, ">i4").astype(np.int64))
            place = np.minimum(np.searchsorted(known, number), len(known) - 1)
            where = np.minimum(np.searchsorted(offerings, read), max(len(offerings) - 1, 0))
            current = offerings[where] == read if len(offerings) else np.zeros(len(read), bool)
            kept = (known[place] == number) & current[row]
            rows.append(where[row[kept]])
            columns.append(place[kept])
            values.append(value[kept].astype(np.float64))
            after = int(read[-1])
    entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
    return csr_array(entries, shape=(len(offerings), len(known)))


def _entries(raw: bytes, size: Ints) -> tuple[Ints, Ints, NDArray[np.float32]]:
    """Row, index and value of every entry of sparse vectors that stand one after the other.

    :param size: bytes of each.
    """
    many = (size // 4 - HEAD) // 2
    first = (np.cumsum(size) - size) // 4 + HEAD
    row = np.repeat(np.arange(len(size)), many)
    index = np.arange(len(row)) - np.repeat(np.cumsum(many) - many - first, many)
    value = np.frombuffer(raw, ">f4")[index + many[row]]
    return row, np.frombuffer(raw, ">i4")[index].astype(np.int64), value
