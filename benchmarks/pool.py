"""What the demo city gives to synthetic ones: its words, vectors and needs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accounts.prepared import read_prepared
from matchmaking.engine.bulk import read_halfvecs
from matchmaking.models import NeedVector, Translation


@dataclass(frozen=True)
class Pool:
    """What the demo city gives: vectors (n, 512) and terms of its offerings, and its needs."""

    vectors: NDArray[np.float32]
    terms: list[list[tuple[str, int]]]
    needs: list[tuple[NDArray[np.float32], list[str], list[str]]]
    translations: list[tuple[str, str, float]]


def read_pool() -> Pool:
    """The demo's index, read before the scratch database is entered."""
    keys = [
        key for (key,) in read_prepared("SELECT offering_id FROM matchmaking_offeringvector ORDER BY 1", {})
    ]
    place = {key: i for i, key in enumerate(keys)}
    terms: list[list[tuple[str, int]]] = [[] for _ in keys]
    for key, term, times in read_prepared(
        "SELECT offering_id, term, times FROM matchmaking_offeringterm", {}
    ):
        terms[place[key]].append((term, times))
    asked = NeedVector.objects.order_by("pk").values_list("terms", "title_terms")
    meanings = read_halfvecs("SELECT embedding FROM matchmaking_needvector ORDER BY need_id")
    needs = [(meaning, *terms) for meaning, terms in zip(meanings, asked, strict=True)]
    return Pool(
        read_halfvecs("SELECT embedding FROM matchmaking_offeringvector ORDER BY offering_id"),
        terms,
        needs,
        list(Translation.objects.values_list("word", "other", "likeness")),
    )
