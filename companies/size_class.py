"""The size class of a firm by the statistical rule of 2017.

The rule is 国统字〔2017〕213号, on 工信部联企业〔2011〕300号.

A firm's level is the highest one whose minimum is met by every indicator of its sector; otherwise micro.
Sectors without a threshold (J, P, S, T, divisions 53 and 84, group 704) are not classified.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

RULE = "NBS-2017-213"
THRESHOLDS = Path(__file__).parent / "reference" / "sme_size_thresholds.csv"
TEN_THOUSAND = 10_000


class Indicator(StrEnum):
    """What is measured: persons, or yuan a year."""

    EMPLOYEES = "employees"
    REVENUE = "revenue"
    ASSETS = "assets"


class SizeClass(StrEnum):
    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    NOT_CLASSIFIED = ""


@dataclass(frozen=True)
class Threshold:
    """Minima of one indicator, in persons or yuan, for sectors whose codes begin with one of ``prefixes``."""

    prefixes: tuple[str, ...]
    indicator: Indicator
    small: Decimal
    medium: Decimal
    large: Decimal

    def level(self, value: Decimal) -> int:
        """0 micro, 1 small, 2 medium, 3 large."""
        return sum(value >= minimum for minimum in (self.small, self.medium, self.large))


@cache
def thresholds(rule: str = RULE) -> tuple[Threshold, ...]:
    """The rule's thresholds from the reference file, in yuan and persons.

    :raises ValueError: the file has no such rule.
    """
    with THRESHOLDS.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["scheme"] == rule]
    if not rows:
        raise ValueError(f"{THRESHOLDS.name} has no thresholds of the rule {rule}.")
    return tuple(_threshold(row) for row in rows)


def _threshold(row: Mapping[str, str]) -> Threshold:
    indicator = Indicator(row["indicator"])
    unit = 1 if indicator is Indicator.EMPLOYEES else TEN_THOUSAND
    return Threshold(
        prefixes=tuple(row["gbt4754_2017_match"].split(";")),
        indicator=indicator,
        small=Decimal(row["small_min"]) * unit,
        medium=Decimal(row["medium_min"]) * unit,
        large=Decimal(row["large_min"]) * unit,
    )


@cache
def applicable(full_code: str, rule: str = RULE) -> Sequence[Threshold]:
    """Thresholds for a sector given by its full code such as "C3670"; those with the longest prefix win."""
    lengths = {
        threshold: max((len(p) for p in threshold.prefixes if _covers(p, full_code)), default=0)
        for threshold in thresholds(rule)
    }
    longest = max(lengths.values())
    return tuple(t for t, length in lengths.items() if length == longest and length > 0)


def _covers(prefix: str, full_code: str) -> bool:
    return full_code.startswith(prefix) if prefix.isalpha() else full_code[1:].startswith(prefix)


def classify(full_code: str, measured: Mapping[Indicator, Decimal | int | None]) -> SizeClass:
    """The size class of a firm.

    :param full_code: its sector, section letter first; empty when unknown.
    :param measured: persons, and yuan a year; an indicator that the rule needs and that is missing leaves
        the firm unclassified.
    """
    rules = applicable(full_code) if full_code else ()
    values = [(rule, measured.get(rule.indicator)) for rule in rules]
    if not rules or any(value is None for _, value in values):
        return SizeClass.NOT_CLASSIFIED
    level = min(rule.level(Decimal(value)) for rule, value in values if value is not None)
    return (SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.LARGE)[level]
