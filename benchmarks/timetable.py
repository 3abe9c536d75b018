"""The planner of timetables against a greedy one and against the bound of the linear program.

    python -m benchmarks.timetable [--seconds 20] [--runs 3] [--seed 1]

Each hall is planned within 0.2 s as often as said, of which the best run is shown with its time and processor
time (other programs on the machine make runs slower and, as time is limited, worse), then once in --seconds.
"""

import argparse
import time
from dataclasses import dataclass

from benchmarks.halls import EQUAL_SIDES, HALLS, draw
from events.timetable.instance import Instance
from events.timetable.scheduling import Plan, plan_timetable

AT_ONCE = 0.2


@dataclass(frozen=True)
class Run:
    """One plan and what it cost: seconds by the clock and of the processor, the proof of the bound apart."""

    plan: Plan
    clock: float
    processor: float


def run(instance: Instance, seconds: float) -> Run:
    """Plan once; the processor's time is that of the whole call, less the share of the proof."""
    before = time.process_time()
    plan = plan_timetable(instance, seconds=seconds)
    spent = time.process_time() - before
    return Run(plan, plan.seconds, spent * plan.seconds / (plan.seconds + plan.bound_seconds))


def greedy_weight(instance: Instance) -> float:
    """The strongest wish first, each in the first slot in which both sides and a table are free."""
    free = {one.id: set(one.free) for one in instance.participants}
    tables = list(instance.tables)
    weight = 0.0
    for wish in sorted(instance.wishes, key=lambda one: -one.weight):
        common = sorted(slot for slot in free[wish.buyer] & free[wish.supplier] if tables[slot])
        if common:
            free[wish.buyer].discard(common[0])
            free[wish.supplier].discard(common[0])
            tables[common[0]] -= 1
            weight += wish.weight
    return weight


def main(arguments: list[str] | None = None) -> None:
    """Print one line a hall: shares of the bound in per cent, times in seconds."""
    parser = argparse.ArgumentParser(prog="benchmarks.timetable", description="Benchmark the timetable.")
    parser.add_argument("--seconds", type=float, default=20.0, help="the long limit; 0 leaves it out")
    parser.add_argument("--runs", type=int, default=3, help="how often each hall is planned at once")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    print(f"Shares of the bound of the linear program; at once: best of {options.runs}, limit {AT_ONCE} s.\n")
    head = ["hall", "wishes", "bound", "greedy", "at once", "s", "CPU s", "longer", "s", "proven best"]
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for hall in [*HALLS, EQUAL_SIDES]:
        instance = draw(hall, options.seed)
        quick = max(
            (run(instance, AT_ONCE) for _ in range(options.runs)),
            key=lambda one: (round(one.plan.weight / one.plan.bound, 4), -one.clock),
        )
        longer = run(instance, options.seconds) if options.seconds else quick
        bound = longer.plan.bound
        cells = [
            hall.name,
            f"{len(instance.wishes)}",
            f"{bound:.0f}",
            f"{greedy_weight(instance) / bound:.2%}",
            f"{quick.plan.weight / bound:.2%}",
            f"{quick.clock:.2f}",
            f"{quick.processor:.2f}",
            f"{longer.plan.weight / bound:.2%}",
            f"{longer.clock:.1f}",
            "yes" if longer.plan.proven else "no",
        ]
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
