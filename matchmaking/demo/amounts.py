"""Amounts that look like those of contracts and add up to a published total, to the fen."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random

FEN = Decimal("0.01")
MILLION = Decimal(1_000_000)


def spread(
    rng: Random, total: Decimal, count: int, *, sigma: float, least: Decimal, rounded: float = 0.08
) -> list[Decimal]:
    """``count`` amounts in yuan, heavy-tailed, in any order, that add up to ``total``.

    :param sigma: of the logarithm; 1.1 gives a largest of about a twentieth of the total for 200 amounts.
    :param least: no amount is smaller; ``count`` of it must be less than the total.
    :param rounded: share of whole millions; the others end in the odd yuan.
    """
    raw = [math.exp(rng.gauss(0, sigma)) for _ in range(count)]
    free = total - least * count
    weight = sum(raw)
    amounts = [_odd(rng, least + free * Decimal(part / weight)) for part in raw]
    order = sorted(range(count), key=lambda place: amounts[place])
    for place in rng.sample(order[: count - 1], int(count * rounded)):
        amounts[place] = max(MILLION, (amounts[place] / MILLION).quantize(Decimal(1)) * MILLION)
    settle(amounts, total, order[-1])
    return amounts


def settle(amounts: list[Decimal], total: Decimal, place: int) -> None:
    """Give the difference to the total to one of the amounts."""
    amounts[place] += total - sum(amounts)


def is_round(amount: Decimal) -> bool:
    """Whether an amount is in whole hundred thousands of yuan."""
    return amount % 100_000 == 0


def in_currency(amount_cny: Decimal, rate: Decimal) -> Decimal:
    """The amount in a currency of ``rate`` yuan a unit, to a hundredth."""
    return (amount_cny / rate).quantize(FEN, ROUND_HALF_UP)


def in_yuan(amount: Decimal, rate: Decimal) -> Decimal:
    """The amount in yuan as the database computes it: rounded half up to a fen."""
    return (amount * rate).quantize(FEN, ROUND_HALF_UP)


def total(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _odd(rng: Random, amount: Decimal) -> Decimal:
    """Whole yuan, rounded to hundreds more often than not, never to ten thousands."""
    step = rng.choice([1, 10, 100, 100, 1000])
    value = int(amount) // step * step
    return Decimal(value + step if value % 10_000 == 0 else value)
