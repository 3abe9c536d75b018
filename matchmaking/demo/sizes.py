"""Employees, revenue and assets that put a firm into a wanted size class."""

import math
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from companies.size_class import Indicator, Threshold, applicable

MICRO, SMALL, MEDIUM, LARGE = range(4)
STEP = {Indicator.EMPLOYEES: 1, Indicator.REVENUE: 10_000, Indicator.ASSETS: 10_000}
"""What firms round to: persons, and ten thousands of yuan, in which the rule is written."""


@dataclass(frozen=True)
class Figures:
    """Persons, and yuan a year."""

    employees: int
    revenue: Decimal
    assets: Decimal


def draw(rng: Random, full_code: str, level: int) -> Figures:
    """Figures of a firm of that level (0 micro to 3 large); sectors without a rule get those of industry.

    One indicator is of the level, the others of it or of the next: the rule takes the lowest.
    """
    rules = list(applicable(full_code) if full_code else ()) or list(applicable("C3670"))
    binding = rng.randrange(len(rules))
    drawn = {
        rule.indicator: _within(rng, rule, min(level + (place != binding and rng.random() < 0.3), LARGE))
        for place, rule in enumerate(rules)
    }
    employees = drawn.get(Indicator.EMPLOYEES)
    revenue = drawn.get(Indicator.REVENUE)
    if revenue is None:
        revenue = (employees or 30) * rng.randrange(40, 160) * 10_000
    if employees is None:
        employees = max(1, round(revenue / rng.randrange(400_000, 1_600_000)))
    assets = drawn.get(Indicator.ASSETS) or round(revenue * rng.uniform(0.35, 1.4) / 10_000) * 10_000
    return Figures(employees, Decimal(revenue), Decimal(assets))


def _within(rng: Random, rule: Threshold, level: int) -> int:
    """A value of the level: even on a logarithmic scale, so that most firms are near its lower end."""
    bounds = [0, int(rule.small), int(rule.medium), int(rule.large), int(rule.large) * 9]
    step = STEP[rule.indicator]
    low, high = max(bounds[level], bounds[level + 1] // 12, step), bounds[level + 1] - 1
    value = math.exp(rng.uniform(math.log(low), math.log(max(low, high))))
    return max(low, min(high, int(value))) // step * step or step
