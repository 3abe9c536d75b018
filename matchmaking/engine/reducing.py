"""Vectors in fewer dimensions, which the index of a large city holds.

A reduced vector is the projection of a full one on the axes along which texts differ most (principal axes,
not centred, so that products are kept). ``manage.py find_axes`` finds them; docs/decisions/0009 says how many
of the nearest are found through them among texts that they were not made from.
"""

from functools import cache
from pathlib import Path

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from pgvector import HalfVector

from matchmaking.engine.bulk import VECTOR_BYTES, copy_out, copy_rows, vectors_of
from matchmaking.models.vector import REDUCED

FILE = Path(__file__).with_name("axes.npy")
AT_ONCE = 20_000
"""Rows that are reduced in one statement."""

Vectors = NDArray[np.float32]


def reduced(vectors: Vectors) -> Vectors:
    """Projections of rows, shape (n, 512), on the axes: shape (n, 192)."""
    return vectors @ _axes()


def principal_axes(vectors: Vectors) -> Vectors:
    """The directions, each of length 1, that keep most of the products of such rows: shape (512, 192)."""
    moments = (vectors.T @ vectors / len(vectors)).astype(np.float64)
    _, directions = np.linalg.eigh(moments)
    axes: Vectors = directions[:, ::-1][:, :REDUCED].astype(np.float32)
    return axes


def reduce_again() -> None:
    """Write every reduced vector anew from its full one: whenever the axes are others than before.

    Migration 0018 calls it, which filled the column first.
    """
    _axes.cache_clear()
    _reduce_table("matchmaking_offeringvector", "offering_id")
    _reduce_table("matchmaking_needvector", "need_id")


def _reduce_table(table: str, key: str) -> None:
    after = -1
    while True:
        rows = copy_out(
            f"SELECT {key}, embedding FROM {table} WHERE {key} > {{}} ORDER BY {key} LIMIT {AT_ONCE}",
            {"key": ">i8", "vector": VECTOR_BYTES},
            [after],
        )
        if not len(rows):
            return
        keys = rows["key"].tolist()
        short = reduced(vectors_of(rows["vector"].tobytes()))
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE IF NOT EXISTS matchmaking_short (key bigint, short halfvec)")
            cursor.execute("TRUNCATE matchmaking_short")
            copy_rows(
                "matchmaking_short",
                ["key", "short"],
                ["int8", "halfvec"],
                ((pk, HalfVector(one)) for pk, one in zip(keys, short, strict=True)),
            )
            cursor.execute(f"UPDATE {table} SET reduced = short FROM matchmaking_short WHERE {key} = key")
        after = keys[-1]


@cache
def _axes() -> Vectors:
    axes: Vectors = np.load(FILE).astype(np.float32)
    return axes
