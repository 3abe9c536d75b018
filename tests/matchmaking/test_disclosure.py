"""What published tables give away: checked against exact arithmetic on random ledgers."""

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import pytest

from matchmaking.figures.disclosure import Atom, Cell, hidden_cells

FEW = 3


def atoms_of(rows: Sequence[tuple[str, ...]]) -> list[Atom]:
    """One atom for each kind of row of a ledger; the columns are a, b and so on."""
    kinds = sorted(set(rows))
    return [
        Atom(tuple((chr(97 + at), value) for at, value in enumerate(row)), rows.count(row)) for row in kinds
    ]


def test_a_cell_of_few_deals_is_hidden_and_a_second_one_against_subtraction() -> None:
    atoms = atoms_of([("x",)] * 5 + [("y",)] * 4 + [("z",)])
    assert hidden_cells(atoms, FEW) == {("a", "z"), ("a", "y")}


def test_two_small_cells_that_hide_each_other_hide_no_third() -> None:
    atoms = atoms_of([("x",)] * 5 + [("y",)] * 2 + [("z",)])
    assert hidden_cells(atoms, FEW) == {("a", "y"), ("a", "z")}


def test_two_single_deals_together_are_still_few() -> None:
    atoms = atoms_of([("x",)] * 5 + [("w",)] * 4 + [("y",)] + [("z",)])
    assert hidden_cells(atoms, FEW) == {("a", "y"), ("a", "z"), ("a", "w")}


def test_large_cells_stay() -> None:
    assert hidden_cells(atoms_of([("x", "p")] * 5 + [("y", "q")] * 5), FEW) == frozenset()


def test_a_difference_between_two_tables_is_found() -> None:
    """Chain x has four deals, three of them at fairs, where nobody else signed: the fourth would be known."""
    rows = [("x", "fair")] * 3 + [("x", "visit")] + [("y", "visit")] * 6
    hidden = hidden_cells(atoms_of(rows), FEW)
    assert hidden
    assert given_away(atoms_of(rows), hidden) == []


def given_away(atoms: list[Atom], hidden: frozenset[Cell]) -> list[tuple[int, ...]]:
    """Sets of atoms with fewer than three deals of which a sum follows from the shown cells, by fractions."""
    shown = sorted({cell for atom in atoms for cell in atom.cells} - hidden)
    rows = [[Fraction(cell in atom.cells) for atom in atoms] for cell in shown]
    rows.append([Fraction(1)] * len(atoms))
    full = rank(rows)
    found = []
    for size in (1, 2):
        for chosen in combinations(range(len(atoms)), size):
            if sum(atoms[at].deals for at in chosen) < FEW:
                rest = [[value for at, value in enumerate(row) if at not in chosen] for row in rows]
                if rank(rest) < full:
                    found.append(chosen)
    return found


def rank(matrix: list[list[Fraction]]) -> int:
    rows, done = [row[:] for row in matrix], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((at for at in range(done, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        for at in range(len(rows)):
            if at != done and rows[at][column]:
                times = rows[at][column] / rows[done][column]
                rows[at] = [a - times * b for a, b in zip(rows[at], rows[done], strict=True)]
        done += 1
    return done


@pytest.mark.parametrize("seed", range(12))
def test_nothing_of_one_or_two_deals_follows_from_what_is_shown(seed: int) -> None:
    rng = random.Random(seed)
    rows = [
        (rng.choice("xxxxyyz"), rng.choice("ppppqqr"), rng.choice("mmmnn"))
        for _ in range(rng.choice([8, 15, 30]))
    ]
    atoms = atoms_of(rows)
    assert given_away(atoms, hidden_cells(atoms, FEW)) == []


def test_the_check_of_this_test_finds_what_plain_suppression_gives_away() -> None:
    """The control: hiding only cells of fewer than three deals does not pass the check above."""
    rows = [("x",)] * 5 + [("y",)] * 4 + [("z",)]
    assert given_away(atoms_of(rows), frozenset({("a", "z")})) == [(2,)]


def test_one_deal_given_away_is_found_among_thousands() -> None:
    """Chain x has four deals, three of them at fairs, where nobody else signed; the rest is dense."""
    rng = random.Random(1)
    rows = [(rng.choice("abcdefgh"), rng.choice("pqrst"), rng.choice("123456789")) for _ in range(6000)]
    assert hidden_cells(atoms_of(rows), FEW) == frozenset()
    rows += [("x", "fair", "5")] * 3 + [("x", "p", "5")]
    hidden = hidden_cells(atoms_of(rows), FEW)
    assert ("a", "x") in hidden or ("b", "fair") in hidden
