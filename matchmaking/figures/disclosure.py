"""Which amounts of published tables must stay out, so that no subtraction tells of a deal or two.

Every table cuts the same deals by one column and shows its whole. A reader may add and subtract all cells
that are shown, of all tables: what such sums can tell is the row space of the matrix of cells by deals. A
deal is given away when it alone lies in that space, which is when its leverage is 1; two deals when their
part of the projection has the eigenvalue 1. Cells are taken out, the smallest first, until nothing of fewer
than ``few`` deals is given away: complementary suppression (Hundepool et al., Statistical Disclosure
Control, 2012, chapter 4), with an exact check in place of a search over intervals.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Cell = tuple[str, str]
"""A column ("chain") and its value ("auto_parts")."""
ALMOST = 1 - 1e-7
NOTHING = 1e-9
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Atom:
    """Deals that lie in the same cell of every table."""

    cells: tuple[Cell, ...]
    deals: int


def hidden_cells(atoms: Sequence[Atom], few: int) -> frozenset[Cell]:
    """The cells whose amounts are not shown; the whole of all deals always is.

    ``few`` is 3: a sum of that many deals may be known, of one or two not. All atoms have a cell of each
    table. The work grows with atoms times tables squared, and with the cube of the number of cells.
    """
    if not atoms:
        return frozenset()
    counts: Counter[Cell] = Counter()
    for atom in atoms:
        for cell in atom.cells:
            counts[cell] += atom.deals
    cells = sorted(counts, key=lambda cell: (counts[cell], cell))
    place = {cell: at for at, cell in enumerate(cells)}
    shown = np.array([counts[cell] >= few for cell in cells] + [True])
    ledger = _Ledger(
        np.array([[*(place[cell] for cell in atom.cells), len(cells)] for atom in atoms]),
        np.array([atom.deals for atom in atoms]),
        len(cells) + 1,
    )
    while (told := ledger.given_away(shown, few)) is not None:
        parts = np.flatnonzero((np.abs(told[:-1]) > NOTHING) & shown[:-1])
        if not len(parts):  # only the whole is shown, and it is all that there is
            break
        shown[parts[0]] = False
    return frozenset(cell for cell, is_shown in zip(cells, shown, strict=False) if not is_shown)


class _Ledger:
    """The matrix of cells by atoms, kept as the cells of each atom; the whole is the last cell."""

    def __init__(self, cells: Places, sizes: Places, number: int) -> None:
        self._cells, self._sizes = cells, sizes
        tables = range(cells.shape[1])
        pairs = sum(
            np.bincount(cells[:, one] * number + cells[:, other], minlength=number**2)
            for one in tables
            for other in tables
        )
        self._gram: Numbers = np.asarray(pairs, dtype=float).reshape(number, number)

    def given_away(self, shown: NDArray[np.bool_], few: int) -> Numbers | None:
        """How the shown cells combine to what tells of fewer than ``few`` deals; None where nothing does."""
        inverse = np.zeros_like(self._gram)
        block = np.ix_(shown, shown)
        inverse[block] = np.linalg.pinv(self._gram[block], hermitian=True)
        tables = range(self._cells.shape[1])
        leverage: Numbers = np.zeros(len(self._cells))
        for one in tables:
            for other in tables:
                leverage += inverse[self._cells[:, one], self._cells[:, other]]
        alone = np.flatnonzero((leverage >= ALMOST) & (self._sizes < few))
        if len(alone):
            return self._combination(inverse, int(alone[0]))
        single = np.flatnonzero(self._sizes * 2 < few)
        for at in single[leverage[single] >= 0.5]:  # of two whose leverages add up to 1 one has a half
            told = self._combination(inverse, int(at))
            others = single[(single != at) & (leverage[single] + leverage[at] >= ALMOST)]
            both = told[self._cells[others]].sum(axis=1)
            middle = (leverage[at] + leverage[others]) / 2
            largest = middle + np.sqrt(((leverage[at] - leverage[others]) / 2) ** 2 + both**2)
            found = others[largest >= ALMOST]
            if len(found):
                return told + self._combination(inverse, int(found[0]))
        return None

    def _combination(self, inverse: Numbers, at: int) -> Numbers:
        """The weight of each cell in the sum that comes nearest to the atom."""
        weights: Numbers = inverse[:, self._cells[at]].sum(axis=1)
        return weights
