"""Who is introduced to whom when many needs share the same suppliers: exact, by linear programs. Pure.

Pairs are chosen so that as few needs as possible stay below their least number, then that firms never
introduced before get their share, then that the sum of scores is greatest. Needs and suppliers are the two
sides of a transportation network (its matrix is totally unimodular: Hoffman and Kruskal 1956), and the share
of newcomers is the flow through one more arc, so that a basic solution of the linear program is a choice of
whole pairs: the value found is the best that there is. The bound is computed anew from the dual prices, so
that it holds whatever the solver did.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Pair:
    """A supplier that comes into question for a need."""

    need: int
    supplier: int
    score: float


@dataclass(frozen=True, slots=True)
class Room:
    """How many more suppliers a need gets: at least, where possible, and at most."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Allotment:
    """The pairs chosen, and how good the choice is."""

    chosen: tuple[Pair, ...]
    value: float
    """Sum of their scores."""
    bound: float
    """No choice under these limits has a greater sum."""
    unfair_value: float
    """The greatest sum if newcomers had no share."""
    short: dict[int, int]
    """Needs below their least number, with how many are lacking; nobody can do better in all."""
    newcomers: int
    """Distinct newcomers chosen."""
    newcomers_asked: int
    """As many of them as the share asks for, and as limits allow."""

    @property
    def fairness_cost(self) -> float:
        """What the newcomers' share costs in score."""
        return max(0.0, self.unfair_value - self.value)


class InfeasibleError(Exception):
    """The solver found no plan: it means that a limit is negative."""


def allot(
    pairs: Sequence[Pair],
    *,
    needs: Mapping[int, Room],
    suppliers: Mapping[int, int],
    newcomers: AbstractSet[int] = frozenset(),
    share: float = 0.0,
) -> Allotment:
    """The best choice of pairs.

    :param pairs: each need and supplier at most once.
    :param needs: room of each need of the pairs.
    :param suppliers: how many more needs each supplier of the pairs may get.
    :param newcomers: suppliers that were never introduced.
    :param share: distinct newcomers among the chosen pairs, from 0 to 1, where possible.
    """
    program = _Program(pairs, needs, suppliers, newcomers)
    shortest = program.solve(shortfall=1.0)
    lacking = round(program.shortfall(shortest.x))
    free = program.solve(scores=1.0, lacking=lacking)
    asked = 0
    if share > 0 and program.new:
        most = program.solve(newcomers=1.0, lacking=lacking)
        possible = math.floor(program.chosen_newcomers(most.x) + TOLERANCE)
        asked = min(possible, math.ceil(share * len(program.chosen(free.x)) - TOLERANCE))
    fair = program.solve(scores=1.0, lacking=lacking, least_newcomers=asked) if asked else free
    chosen = program.chosen(fair.x)
    found = Counter(pair.need for pair in chosen)
    return Allotment(
        chosen=chosen,
        value=math.fsum(pair.score for pair in chosen),
        bound=fair.bound,
        unfair_value=math.fsum(pair.score for pair in program.chosen(free.x)),
        short={need: room.least - found[need] for need, room in needs.items() if found[need] < room.least},
        newcomers=len({pair.supplier for pair in chosen} & set(newcomers)),
        newcomers_asked=asked,
    )


@dataclass(frozen=True, slots=True)
class _Solution:
    x: NDArray[np.float64]
    bound: float


class _Program:
    """The linear program; its variables: the pairs, what each need lacks, each newcomer's first."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        needs: Mapping[int, Room],
        suppliers: Mapping[int, int],
        newcomers: AbstractSet[int],
    ) -> None:
        self.pairs = tuple(pairs)
        self.needs = {need: place for place, need in enumerate(needs)}
        self.rooms = tuple(needs.values())
        self.caps = dict(suppliers)
        self.new = sorted({pair.supplier for pair in pairs} & newcomers)
        self.number = len(self.pairs) + len(self.rooms) + len(self.new)
        least = [room.least for room in self.rooms]
        self.upper = np.array([1.0] * len(self.pairs) + least + [1.0] * len(self.new))
        self._rows: list[tuple[list[int], list[float], float]] = []
        self._lay_rows()

    def _lay_rows(self) -> None:
        """Each row: columns, coefficients, and what their sum may not exceed."""
        by_need: dict[int, list[int]] = {place: [] for place in self.needs.values()}
        by_supplier: dict[int, list[int]] = {}
        for column, pair in enumerate(self.pairs):
            by_need[self.needs[pair.need]].append(column)
            by_supplier.setdefault(pair.supplier, []).append(column)
        first_lack = len(self.pairs)
        for place, columns in by_need.items():
            room = self.rooms[place]
            self._row(columns, 1.0, room.most)
            lack = [*columns, first_lack + place]
            self._rows.append((lack, [-1.0] * len(lack), -float(room.least)))
        for supplier, columns in by_supplier.items():
            self._row(columns, 1.0, self.caps[supplier])
        for place, supplier in enumerate(self.new):
            columns = by_supplier[supplier]
            column = first_lack + len(self.rooms) + place
            self._rows.append(([column, *columns], [1.0] + [-1.0] * len(columns), 0.0))

    def _row(self, columns: list[int], coefficient: float, most: float) -> None:
        self._rows.append((columns, [coefficient] * len(columns), float(most)))

    def solve(
        self,
        *,
        scores: float = 0.0,
        shortfall: float = 0.0,
        newcomers: float = 0.0,
        lacking: int | None = None,
        least_newcomers: int = 0,
    ) -> _Solution:
        """The greatest weighted sum of scores and newcomers, less what is lacking.

        :raises InfeasibleError: see its name.
        """
        p, n = len(self.pairs), len(self.rooms)
        cost = np.zeros(self.number)
        cost[:p] = [-scores * pair.score for pair in self.pairs]
        cost[p : p + n] = shortfall
        cost[p + n :] = -newcomers
        rows = list(self._rows)
        if lacking is not None:
            rows.append((list(range(p, p + n)), [1.0] * n, float(lacking)))
        if least_newcomers:
            rows.append((list(range(p + n, self.number)), [-1.0] * len(self.new), -float(least_newcomers)))
        if not self.number:
            return _Solution(np.zeros(0), 0.0)
        matrix, most = self._matrix(rows)
        found = linprog(  # type: ignore[call-overload]  # the stubs know only dense matrices
            cost,
            A_ub=matrix,
            b_ub=most,
            bounds=np.column_stack([np.zeros(self.number), self.upper]),
            method="highs-ds",
        )
        if found.x is None:
            raise InfeasibleError(found.message)
        prices = np.minimum(found.ineqlin.marginals, 0.0)
        reduced = np.minimum(cost - matrix.T @ prices, 0.0)
        return _Solution(found.x, -float(most @ prices + self.upper @ reduced))

    def _matrix(
        self, rows: list[tuple[list[int], list[float], float]]
    ) -> tuple[csr_matrix, NDArray[np.float64]]:
        places = [place for place, (columns, _, _) in enumerate(rows) for _ in columns]
        columns = [column for found, _, _ in rows for column in found]
        values = [value for _, found, _ in rows for value in found]
        shape = (len(rows), self.number)
        return csr_matrix((values, (places, columns)), shape=shape), np.array([row[2] for row in rows])

    def chosen(self, x: NDArray[np.float64]) -> tuple[Pair, ...]:
        """Pairs of a basic solution: its values are whole."""
        return tuple(pair for pair, value in zip(self.pairs, x, strict=False) if value > 0.5)

    def shortfall(self, x: NDArray[np.float64]) -> float:
        return float(x[len(self.pairs) : len(self.pairs) + len(self.rooms)].sum())

    def chosen_newcomers(self, x: NDArray[np.float64]) -> float:
        return float(x[len(self.pairs) + len(self.rooms) :].sum())
