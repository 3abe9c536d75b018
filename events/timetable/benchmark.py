"""An instance in JSON planned, and the plan written as JSON: the work of the command benchmark_timetable."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from events.timetable.instance import Instance, InstanceError
from events.timetable.reading import read_instance
from events.timetable.reasons import reasons_for
from events.timetable.scheduling import Plan, plan_timetable


def load_instance(path: Path) -> Instance:
    """The instance in a file.

    Raises InstanceError with the place: the file, its line and column where it is no JSON, or the entry.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InstanceError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InstanceError(f"{path}: byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise InstanceError(f"{path}: line {error.lineno}, column {error.colno}: {error.msg}") from error
    try:
        return read_instance(data)
    except InstanceError as error:
        raise InstanceError(f"{path}: {error}") from error


def plan_file(path: Path, *, seconds: float, seed: int = 0) -> dict[str, Any]:
    """The plan of the instance in a file as plain values.

    "seconds" is the time spent planning, after the file was read; the proof of the bound may follow that. The
    rest is as in scheduling.Plan, "unkept" counts the wishes not kept by reason.
    """
    instance = load_instance(path)
    return plan_as_data(instance, plan_timetable(instance, seconds=seconds, seed=seed))


def plan_as_data(instance: Instance, plan: Plan) -> dict[str, Any]:
    """The plan as values that JSON knows."""
    unkept = Counter(str(one.reason) for one in reasons_for(instance, plan.meetings))
    return {
        "meetings": [
            {"buyer": one.buyer, "supplier": one.supplier, "slot": one.slot, "table": one.table}
            for one in plan.meetings
        ],
        "weight": plan.weight,
        "bound": plan.bound,
        "seconds": round(plan.seconds, 4),
        "bound_seconds": round(plan.bound_seconds, 4),
        "wished": plan.wished,
        "musts_kept": plan.musts_kept,
        "musts_possible": plan.musts_possible,
        "proven": plan.proven,
        "unkept": dict(sorted(unkept.items())),
    }
