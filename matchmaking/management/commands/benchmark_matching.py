"""Measures the engine on a set of real needs, beside word search and the encoder alone."""

import csv
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from companies.models import SourcingNeed
from matchmaking.benchmarks.baselines import baselines
from matchmaking.benchmarks.loading import Loaded, load
from matchmaking.benchmarks.matching_set import MatchingSet, MatchingSetError, read_matching_set
from matchmaking.benchmarks.measures import Rankings, interval, measure
from matchmaking.benchmarks.progress import ProgressBar
from matchmaking.benchmarks.scratch import scratch_database
from matchmaking.engine.suggestions import ranking_of
from matchmaking.engine.words_and_vectors import refresh

LEAST_RANKS = 100
"""A shorter list is continued, below its own suppliers, by what a wider look finds."""
WIDER = 10


class Command(BaseCommand):
    help = (
        "Load a matching set into a scratch database, rank its suppliers and print how good the ranking is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="suppliers, offerings, needs and outcomes as CSV")
        parser.add_argument("--out", type=Path, help="write need_id, supplier_id, rank to this file")
        parser.add_argument("--needs", type=int, help="only the first so many needs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            task = read_matching_set(options["folder"])
        except MatchingSetError as error:
            raise CommandError(str(error)) from None
        if options["needs"]:
            task = _first(task, options["needs"])
        try:
            engine, seconds = self._run(task)
        except KeyboardInterrupt:
            raise CommandError("Stopped; the scratch database is dropped.", returncode=130) from None
        if options["out"]:
            _write(options["out"], engine)
        with ProgressBar(self.stderr, "baselines", len(task.offerings) + len(task.needs)) as bar:
            others = baselines(task, bar.advance)
        self._report(task, {**others, "Duijie": engine}, seconds)

    def _run(self, task: MatchingSet) -> tuple[dict[str, list[str]], list[float]]:
        """Rankings of the engine and the seconds of each need."""
        with scratch_database():
            with ProgressBar(self.stderr, "loading", 1) as bar:
                loaded = load(task)
                bar.advance(1)
            with ProgressBar(self.stderr, "words and vectors", 1) as bar:
                refresh(bar.set)
            with ProgressBar(self.stderr, "ranking", len(task.needs)) as bar:
                return _rank(task, loaded, bar)

    def _report(self, task: MatchingSet, runs: dict[str, Rankings], seconds: list[float]) -> None:
        self.stdout.write(
            f"{task.name}: {len(task.needs):,} needs, {len(task.suppliers):,} suppliers, "
            f"{len(task.offerings):,} offerings"
        )
        ours = measure(task.outcomes, runs["Duijie"], headline=True)
        for title, headline in (("headline: suppliers new to the buyer", True), ("all outcomes", False)):
            self.stdout.write(title)
            for name, run in runs.items():
                self.stdout.write(_line(name, measure(task.outcomes, run, headline=headline)))
        self.stdout.write("Duijie less the others, NDCG@10, paired, 95 %")
        for name, run in runs.items():
            if name != "Duijie":
                less = ours[:, 1] - measure(task.outcomes, run, headline=True)[:, 1]
                low, high = interval(less)
                self.stdout.write(f"  {name:10} {less.mean():+.3f} [{low:+.3f}, {high:+.3f}]")
        middle, slow = np.percentile(seconds, [50, 95]) * 1000
        self.stdout.write(f"a need: median {middle:.1f} ms, p95 {slow:.1f} ms")


def _line(name: str, values: Any) -> str:
    if not len(values):
        return f"  {name:10} no needs"
    recall, gain, first = values.mean(0)
    low, high = interval(values[:, 1])
    return (
        f"  {name:10} Recall@10 {recall:.3f}  NDCG@10 {gain:.3f} [{low:.3f}, {high:.3f}]  MRR {first:.3f}"
        f"  n={len(values)}"
    )


def _first(task: MatchingSet, number: int) -> MatchingSet:
    needs = task.needs[:number]
    kept = {row["need_id"] for row in needs}
    outcomes = {need: found for need, found in task.outcomes.items() if need in kept}
    return MatchingSet(task.name, task.suppliers, task.offerings, needs, task.codes, outcomes)


def _rank(task: MatchingSet, loaded: Loaded, bar: ProgressBar) -> tuple[dict[str, list[str]], list[float]]:
    found, seconds = {}, []
    for row in task.needs:
        need = SourcingNeed.objects.get(pk=loaded.needs[row["need_id"]])
        start = time.perf_counter()
        ranking = ranking_of(need)
        seconds.append(time.perf_counter() - start)
        companies = [one.candidate.company for one in ranking.suppliers]
        if len(companies) < LEAST_RANKS:
            wider = [one.candidate.company for one in ranking_of(need, reach=WIDER).suppliers]
            companies += [company for company in wider if company not in set(companies)]
        found[row["need_id"]] = [loaded.suppliers[company] for company in companies]
        bar.advance(1)
    return found, seconds


def _write(path: Path, rankings: dict[str, list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["need_id", "supplier_id", "rank"])
        for need, suppliers in rankings.items():
            writer.writerows((need, supplier, place) for place, supplier in enumerate(suppliers, 1))
