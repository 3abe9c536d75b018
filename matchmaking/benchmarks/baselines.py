"""What the engine is compared with: words alone, meaning alone, and their plain fusion.

BM25 (Lucene's idf, k1 1.2, b 0.75; lower-case words, dictionary words of two or more characters and character
pairs; each term of a need once), the sentence encoder (first 400 characters, cosine), and reciprocal rank
fusion of the two (k 60; equal scores share the best rank, a score of zero adds nothing). A supplier has the
score of its best offering; equal scores stand in ascending order of supplier_id.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import rjieba
from numpy.typing import NDArray

from matchmaking.benchmarks.matching_set import MatchingSet
from matchmaking.engine.encoder import encode

K1, B = 1.2, 0.75
FUSION = 60
BATCH = 256

Scores = NDArray[np.float64]
_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")


def baselines(task: MatchingSet, progress: Callable[[int], None]) -> dict[str, dict[str, list[str]]]:
    """Rankings by method and need.

    :param progress: called with the number of texts that were encoded since.
    """
    suppliers = [row["supplier_id"] for row in task.suppliers]
    place = {supplier: i for i, supplier in enumerate(suppliers)}
    owner = np.array([place[row["supplier_id"]] for row in task.offerings])
    texts = [row["text"] for row in task.offerings]
    asked = [f"{need['title']} {need['text']}".strip() for need in task.needs]
    words = BM25(texts)
    vectors, questions = _encode(texts, progress), _encode(asked, progress)

    def best(values: Scores) -> Scores:
        scores = np.full(len(suppliers), -np.inf)
        np.maximum.at(scores, owner, values)
        return scores

    found: dict[str, dict[str, list[str]]] = {"BM25": {}, "encoder": {}, "fusion": {}}
    for need, text, vector in zip(task.needs, asked, questions, strict=True):
        by_words, by_meaning = best(words.scores(text)), best((vectors @ vector).astype(np.float64))
        methods = {"BM25": by_words, "encoder": by_meaning, "fusion": fuse([by_words, by_meaning])}
        for name, scores in methods.items():
            order = np.argsort(-scores, kind="stable")[:1000]
            found[name][need["need_id"]] = [suppliers[i] for i in order]
    return found


class BM25:
    """Scores of all texts for a question."""

    def __init__(self, texts: list[str]) -> None:
        counts = [Counter(_tokens(text)) for text in texts]
        length = np.array([count.total() for count in counts], float)
        norm = K1 * (1 - B + B * length / max(length.mean(), 1e-9))
        rows: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, count in enumerate(counts):
            for term, times in count.items():
                rows[term].append((row, times))
        self.size = len(texts)
        self.postings = {}
        for term, pairs in rows.items():
            where, times = np.array(pairs).T
            idf = np.log(1 + (self.size - len(pairs) + 0.5) / (len(pairs) + 0.5))
            self.postings[term] = where, idf * times / (times + norm[where])

    def scores(self, question: str) -> Scores:
        total = np.zeros(self.size)
        for term in set(_tokens(question)):
            if term in self.postings:
                where, value = self.postings[term]
                total[where] += value
        return total


def fuse(lists: list[Scores]) -> Scores:
    """Reciprocal rank fusion of score lists over the same suppliers."""
    total = np.zeros(len(lists[0]))
    for scores in lists:
        rank = len(scores) - np.searchsorted(np.sort(scores), scores, side="right") + 1
        total += np.where(scores > 0, 1 / (FUSION + rank), 0)
    return total


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if "\u3400" <= run[0] <= "\u9fff":
            found += [word for word in rjieba.cut(run) if len(word) > 1]
            found += [left + right for left, right in pairwise(run)] or [run]
        else:
            found.append(run)
    return found


def _encode(texts: list[str], progress: Callable[[int], None]) -> NDArray[np.float32]:
    parts = []
    for start in range(0, len(texts), BATCH):
        parts.append(encode(texts[start : start + BATCH]))
        progress(len(parts[-1]))
    return np.concatenate(parts) if parts else np.zeros((0, 512), np.float32)
