"""Reduced vectors: what is kept of the full ones, and writing them again."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from matchmaking.engine import reducing
from matchmaking.engine.bulk import read_halfvecs
from matchmaking.engine.encoder import encode
from matchmaking.engine.reducing import principal_axes, reduce_again, reduced
from matchmaking.engine.words_and_vectors import refresh
from matchmaking.models import NeedVector, OfferingVector
from matchmaking.models.vector import DIMENSIONS, REDUCED
from tests.factories.companies import make_company, make_heading, make_need, make_offering, make_sector

NAMES = [
    *("water pump", "pump housing of cast iron", "leather shoes", "circuit breaker", "eyeglass frames"),
    *(
        "水泵",
        "铸铁泵壳",
        "皮鞋",
        "断路器",
        "眼镜架",
        "新能源汽车线束",
        "阀门密封件",
        "ball valve, stainless steel",
    ),
]


def test_products_of_reduced_vectors_are_much_those_of_full_ones() -> None:
    full = encode(NAMES)
    short = reduced(full)
    off = np.abs(full @ full.T - short @ short.T)
    likest = (full @ full.T - 2 * np.eye(len(NAMES), dtype=np.float32)).argmax(1)
    likest_short = (short @ short.T - 2 * np.eye(len(NAMES), dtype=np.float32)).argmax(1)
    assert short.shape == (len(NAMES), REDUCED)
    assert off[~np.eye(len(NAMES), dtype=bool)].mean() < 0.05
    assert (likest == likest_short).all()


def test_the_axes_are_at_right_angles() -> None:
    axes = reduced(np.eye(DIMENSIONS, dtype=np.float32))
    assert np.abs(axes.T @ axes - np.eye(REDUCED)).max() < 0.01


def test_axes_of_vectors_that_have_few_keep_them_whole() -> None:
    random = np.random.default_rng(7)
    vectors = (random.normal(size=(900, REDUCED)) @ random.normal(size=(REDUCED, DIMENSIONS))).astype(
        np.float32
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kept = vectors @ principal_axes(vectors)
    assert np.allclose(kept @ kept.T, vectors @ vectors.T, atol=1e-3)


@pytest.fixture
def city() -> None:
    for name in NAMES:
        make_offering(make_company(), name_zh="", name_en=name)
    make_need(title_zh="水泵", title_en="")
    refresh()


@pytest.mark.django_db
def test_what_is_written_with_a_text_is_what_is_written_again(
    city: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _told(OfferingVector), _told(NeedVector)
    OfferingVector.objects.update(reduced=[0] * REDUCED)
    NeedVector.objects.update(reduced=[0] * REDUCED)
    monkeypatch.setattr(reducing, "AT_ONCE", 5)
    reduce_again()
    for known, told in zip(before, (_told(OfferingVector), _told(NeedVector)), strict=True):
        assert np.allclose(told, known, atol=1e-3)
        assert np.abs(known).max() > 0.1


@pytest.fixture
def other_axes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setattr(reducing, "FILE", tmp_path / "axes.npy")
    yield tmp_path / "axes.npy"
    reducing._axes.cache_clear()


@pytest.mark.django_db
def test_the_command_writes_axes_and_vectors(city: None, other_axes: Path) -> None:
    make_sector("C3670")
    call_command("find_axes")
    found = np.load(other_axes).astype(np.float32)
    vectors = read_halfvecs("SELECT embedding FROM matchmaking_offeringvector ORDER BY offering_id")
    assert np.allclose(_told(OfferingVector), vectors @ found, atol=1e-3)


@pytest.mark.django_db
def test_axes_are_not_made_of_nothing() -> None:
    make_heading()
    with pytest.raises(CommandError, match="make run"):
        call_command("find_axes")


def _told(model: type[OfferingVector] | type[NeedVector]) -> np.ndarray:
    rows = model._default_manager.order_by("pk").values_list("reduced", flat=True)
    return np.array([list(row) for row in rows], np.float32)
