"""The command that plans an instance in JSON."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

INSTANCE = {
    "slots": 6,
    "tables": 1,
    "participants": [
        {"id": "b1", "side": "buyer", "free": [0, 1, 5]},
        {"id": "s7", "side": "supplier", "free": [5]},
        {"id": "s8", "side": "supplier", "free": [4]},
    ],
    "wishes": [
        {"buyer": "b1", "supplier": "s7", "weight": 6.5},
        {"buyer": "b1", "supplier": "s8", "weight": 2},
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hall.json"
    path.write_text(json.dumps(INSTANCE), encoding="utf-8")
    return path


def test_the_plan_is_written_to_the_file_asked_for(file: Path, tmp_path: Path) -> None:
    out, said = tmp_path / "plan.json", StringIO()
    call_command("benchmark_timetable", str(file), seconds=1.0, out=out, stdout=said)
    plan = json.loads(out.read_text(encoding="utf-8"))
    assert plan["meetings"] == [{"buyer": "b1", "supplier": "s7", "slot": 5, "table": 0}]
    assert (plan["weight"], plan["bound"], plan["proven"]) == (6.5, 6.5, True)
    assert plan["unkept"] == {"no common free slot": 1}
    assert 0 < plan["seconds"] <= 1
    assert said.getvalue().startswith("1 meetings, weight 6.5 of at most 6.5 (100.000%) in ")


def test_without_a_file_the_plan_is_printed(file: Path) -> None:
    said = StringIO()
    call_command("benchmark_timetable", str(file), stdout=said)
    assert json.loads(said.getvalue())["weight"] == 6.5


def test_a_faulty_instance_stops_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "hall.json"
    path.write_text(json.dumps({**INSTANCE, "tables": "many"}), encoding="utf-8")
    message = f"{path}: tables: expected a whole number from 0 up, found 'many'"
    with pytest.raises(CommandError) as raised:
        call_command("benchmark_timetable", str(path))
    assert str(raised.value) == message


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_a_senseless_limit_is_refused(file: Path, seconds: float) -> None:
    with pytest.raises(CommandError, match=r"^--seconds: expected a number above 0, found "):
        call_command("benchmark_timetable", str(file), seconds=seconds)


def test_a_plan_that_cannot_be_written_is_said(file: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as raised:
        call_command("benchmark_timetable", str(file), out=tmp_path / "no" / "plan.json")
    assert str(raised.value) == f"{tmp_path / 'no' / 'plan.json'}: No such file or directory"
