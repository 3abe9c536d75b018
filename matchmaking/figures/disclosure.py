"""Which amounts of published tables must stay out, so that no subtraction tells of a deal or two.

Every table cuts the same deals by one column and shows its whole. A reader may add and subtract all cells
that are shown, of all tables: what such sums can tell is the row space of the matrix of cells by deals. A
deal is given away when it alone lies in that space, which is when its leverage is 1; two deals when their
part of the projection has the eigenvalue 1. Cells are taken out, the smallest first, until nothing of fewer
than ``few`` deals is given away: complementary suppression (Hundepool et al., Statistical Disclosure
Control, 2012, chapter 4), with an exact check in place of a search over intervals.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Cell = tuple[str, str]
"""A column ("chain") and its value ("auto_parts")."""
ALMOST = 1 - 1e-7
NOTHING = 1e-9
"""Weights and eigenvalues below are none: those that are some lie far above, because cells are scaled."""
HALF = 0.5 - 1e-7
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Atom:
    """Deals that lie in the same cell of every table."""

    cells: tuple[Cell, ...]
    deals: int


@dataclass(frozen=True)
class Column:
    """A table: its values, and for each atom the place of its value among them."""

    name: str
    values: Sequence[str]
    at: Places


def hidden_cells(atoms: Sequence[Atom], few: int) -> frozenset[Cell]:
    """The cells whose amounts are not shown; the whole of all deals always is.

    ``few`` is 3: a sum of that many deals may be known, of one or two not. All atoms have a cell of each
    table, in the same order.
    """
    if not atoms:
        return frozenset()
    columns = []
    for cells in zip(*(atom.cells for atom in atoms), strict=True):
        values = sorted({value for _name, value in cells})
        place = {value: at for at, value in enumerate(values)}
        columns.append(Column(cells[0][0], values, np.array([place[value] for _name, value in cells])))
    return hidden_in(columns, np.array([atom.deals for atom in atoms]), few)


def hidden_in(columns: Sequence[Column], sizes: Places, few: int) -> frozenset[Cell]:
    """The same for atoms in columns; ``sizes`` holds the deals of each, at least one.

    The work grows with atoms times tables squared, and with the cube of the number of cells.
    """
    numbers = [np.bincount(column.at, sizes, len(column.values)) for column in columns]
    found = [
        (int(number), (column.name, value), table, at)
        for table, column in enumerate(columns)
        for at, (value, number) in enumerate(zip(column.values, numbers[table], strict=True))
    ]
    found.sort()
    places = [np.zeros(len(column.values), dtype=np.int64) for column in columns]
    for place, (_number, _cell, table, at) in enumerate(found):
        places[table][at] = place
    whole = np.full(len(sizes), len(found))
    cells = np.stack([*(place[column.at] for place, column in zip(places, columns, strict=True)), whole], 1)
    shown = np.array([number >= few for number, *_rest in found] + [True])
    ledger = _Ledger(cells, sizes, len(found) + 1, few)
    with threadpool_limits(1, "blas"):  # the matrix is small: a second thread would only be waited for
        while (told := ledger.given_away(shown)) is not None:
            parts = np.flatnonzero((np.abs(told[:-1]) > NOTHING) & shown[:-1])
            if not len(parts):  # only the whole is shown, and it is all that there is
                break
            shown[parts[0]] = False
    return frozenset(
        cell for (_number, cell, *_at), is_shown in zip(found, shown, strict=False) if not is_shown
    )


class _Ledger:
    """The matrix of cells by atoms, kept as the cells of each atom; the whole is the last cell.

    Only atoms of fewer than ``few`` deals can be given away; the others only weigh in the matrix.
    """

    def __init__(self, cells: Places, sizes: Places, number: int, few: int) -> None:
        self._few = few
        tables = range(cells.shape[1])
        pairs = np.zeros((number, number))
        for one in tables:
            for other in range(one):
                both = np.bincount(cells[:, one] * number + cells[:, other], minlength=number**2)
                pairs += both.reshape(number, number)
        self._gram: Numbers = pairs + pairs.T + np.diag(np.bincount(cells.ravel(), minlength=number))
        # Each cell is scaled to length 1: the space of its sums stays, and what is nothing is told apart.
        self._scale: Numbers = 1 / np.sqrt(np.maximum(self._gram.diagonal(), 1))
        self._gram *= np.outer(self._scale, self._scale)
        is_small = sizes < few
        self._cells, self._sizes = cells[is_small], sizes[is_small]
        self._crossings = [
            self._cells[:, one] * number + self._cells[:, other] for one in tables for other in range(one)
        ]

    def given_away(self, shown: NDArray[np.bool_]) -> Numbers | None:
        """How the shown cells combine to what tells of fewer than ``few`` deals; None where nothing does."""
        inverse = np.zeros_like(self._gram)
        block = np.ix_(shown, shown)
        inverse[block] = np.linalg.pinv(self._gram[block], rcond=NOTHING, hermitian=True)
        inverse *= np.outer(self._scale, self._scale)
        leverage: Numbers = inverse.diagonal()[self._cells].sum(axis=1)
        for crossing in self._crossings:
            leverage += 2 * inverse.ravel()[crossing]
        alone = np.flatnonzero(leverage >= ALMOST)
        if len(alone):
            return self._combination(inverse, int(alone[0]))
        single = np.flatnonzero(self._sizes * 2 < self._few)
        for at in single[leverage[single] >= HALF]:  # of two whose leverages add up to 1 one has a half
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
