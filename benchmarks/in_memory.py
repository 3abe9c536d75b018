"""What does only words or only meaning, in memory: the limits of what a statement can reach."""

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from accounts.prepared import read_prepared
from companies.models import SourcingNeed
from matchmaking.engine import nearest
from matchmaking.engine.batch_offerings import read_offerings
from matchmaking.engine.batch_reading import read_need_vectors
from matchmaking.models import NeedVector


def say(line: str) -> None:
    sys.stderr.write(f"… {line}\n")


def timed(act: Callable[..., object], *given: object) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    act(*given)
    return (time.perf_counter() - start) * 1000


def beside(needs: list[SourcingNeed]) -> dict[str, float]:
    """Milliseconds a need of what does only words or only meaning, in memory: the limits."""
    offerings = read_offerings([])
    keys, vectors = read_need_vectors([need.pk for need in needs])
    with threadpool_limits(1, "blas"):
        times = {"numpy, every vector": median(timed(offerings.vectors.dot, vector) for vector in vectors)}
    if find_spec("usearch") is not None:
        times["usearch"] = _usearch(offerings.vectors, vectors)
    if find_spec("bm25s") is None:
        say("bm25s is not installed: make setup-test installs it")
        return times
    import bm25s  # type: ignore[import-untyped]  # ships none

    terms: dict[int, list[str]] = {}
    for key, term in read_prepared("SELECT offering_id, term FROM matchmaking_offeringterm", {}):
        terms.setdefault(key, []).append(term)
    index = bm25s.BM25()
    index.index(list(terms.values()), show_progress=False)
    asked = [v.terms for v in _need_vectors(keys)]

    def search(words: list[str]) -> None:
        index.retrieve([words], k=150, show_progress=False, n_threads=1)

    times["bm25s"] = median(timed(search, words) for words in asked)
    if find_spec("tantivy") is not None:
        times["tantivy"] = _tantivy(list(terms.values()), asked)
    return times


def _usearch(vectors: NDArray[np.float32], asked: NDArray[np.float32]) -> float:
    """The same kind of index as pgvector's, with its settings, in memory."""
    from usearch.index import Index

    index = Index(
        ndim=vectors.shape[1],
        metric="ip",
        dtype="f16",
        connectivity=16,
        expansion_add=64,
        expansion_search=nearest.MOST_EFFORT,
    )
    index.add(np.arange(len(vectors)), vectors, threads=1)
    return median(timed(index.search, vector, 150) for vector in asked)


def _need_vectors(keys: list[int]) -> list[Any]:
    return list(NeedVector.objects.filter(pk__in=keys))


def _tantivy(texts: list[list[str]], asked: list[list[str]]) -> float:
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("words", tokenizer_name="whitespace").build()
    index = tantivy.Index(schema)
    writer = index.writer(100_000_000, 1)
    for words in texts:
        writer.add_document(tantivy.Document(words=" ".join(words)))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(words: list[str]) -> None:
        queries = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "words", word)) for word in words[:96]
        ]
        searcher.search(tantivy.Query.boolean_query(queries), 150)

    return median(timed(search, words) for words in asked)
