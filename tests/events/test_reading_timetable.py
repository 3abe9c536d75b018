"""Reading an instance from JSON: what is wrong is named with its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from events.timetable.benchmark import load_instance
from events.timetable.instance import Instance, InstanceError, Meeting, Participant, Wish
from events.timetable.reading import read_instance


def data(**changes: Any) -> dict[str, Any]:
    return {
        "slots": 3,
        "tables": 2,
        "participants": [
            {"id": "b1", "side": "buyer", "free": [2, 0]},
            {"id": "s1", "side": "supplier", "limit": 1, "booth": 1},
            {"id": "s2", "side": "supplier", "free": [1]},
        ],
        "wishes": [{"buyer": "b1", "supplier": "s1", "weight": 6.5}],
        **changes,
    }


def test_an_instance_is_read_with_what_may_be_left_out() -> None:
    wishes = [{"buyer": "b1", "supplier": "s2", "weight": 2, "must": True}]
    locked = [{"buyer": "b1", "supplier": "s1", "slot": 0, "table": 1}]
    assert read_instance(data(wishes=wishes, locked=locked, tables=[2, 3, 2])) == Instance(
        tables=(2, 3, 2),
        participants=(
            Participant("b1", "buyer", (0, 2)),
            Participant("s1", "supplier", (0, 1, 2), limit=1, booth=1),
            Participant("s2", "supplier", (1,)),
        ),
        wishes=(Wish("b1", "s2", 2.0, must=True),),
        locked=(Meeting("b1", "s1", 0, 1),),
    )


def person(**changes: Any) -> dict[str, Any]:
    return {"participants": [{"id": "b1", "side": "buyer", **changes}], "wishes": []}


def wishes(**changes: Any) -> dict[str, Any]:
    return {"wishes": [{"buyer": "b1", "supplier": "s1", "weight": 1.0, **changes}]}


def locked(*meetings: tuple[str, str, int, int]) -> dict[str, Any]:
    keys = ("buyer", "supplier", "slot", "table")
    return {"locked": [dict(zip(keys, meeting, strict=True)) for meeting in meetings]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slots": 0}, "slots: expected a whole number from 1 up, found 0"),
        ({"slots": True}, "slots: expected a whole number from 1 up, found True"),
        ({"tables": -1}, "tables: expected a whole number from 0 up, found -1"),
        ({"tables": [1, 2]}, "tables: expected a whole number from 0 up or 3 of them, found [1, 2]"),
        ({"participants": {}}, "participants: expected a list, found {}"),
        ({"participants": [7]}, "participants[0]: expected an object in braces, found int"),
        ({"wishes": None}, "wishes: expected a list, found None"),
        (person(id=""), "participants[0].id: expected a name, found ''"),
        (person(side="seller"), "participants[0].side: expected 'buyer' or 'supplier', found 'seller'"),
        (person(free=[0, "1"]), "participants[0].free: expected a list of slot numbers, found [0, '1']"),
        (person(free=[0, 3]), "participants[0].free: slot 3 is not one of 0 to 2"),
        (person(limit=1.5), "participants[0].limit: expected a whole number from 0 up, found 1.5"),
        (person(booth=2), "participants[0].booth: table 2 is not one of 0 to 1"),
        (wishes(buyer="b9"), "wishes[0].buyer: no participant has the id 'b9'"),
        (wishes(buyer="s1"), "wishes[0].buyer: 's1' is a supplier"),
        (wishes(supplier=4), "wishes[0].supplier: expected a name, found 4"),
        (wishes(weight="high"), "wishes[0].weight: expected a number, found 'high'"),
        (wishes(weight=-1), "wishes[0].weight: -1.0 is not a number from 0 up"),
        (wishes(weight=float("nan")), "wishes[0].weight: nan is not a number from 0 up"),
        (wishes(must=1), "wishes[0].must: expected true or false, found 1"),
        (
            {"wishes": wishes()["wishes"] * 2},
            "wishes[1]: 'b1' and 's1' stand already in wishes[0]",
        ),
        (locked(("b1", "s1", 3, 1)), "locked[0].slot: 3 is not one of 0 to 2"),
        (locked(("b1", "s1", 0, 2)), "locked[0].table: 2 is not one of 0 to 1"),
        (locked(("b1", "s2", 0, 1)), "locked[0].table: 1 is the booth of 's1'"),
        (locked(("b1", "s1", 0, 1), ("b1", "s1", 1, 1)), "locked[1]: the two meet already in locked[0]"),
        (
            locked(("b1", "s1", 0, 1), ("b1", "s2", 0, 0)),
            "locked[1]: 'b1' is taken in slot 0 by locked[0]",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InstanceError) as raised:
        read_instance(data(**changes))
    assert str(raised.value) == message


def test_a_participant_is_named_only_once() -> None:
    twice = person()["participants"] * 2
    with pytest.raises(InstanceError, match=r"^participants\[1\]\.id: 'b1' is there twice$"):
        read_instance(data(participants=twice, wishes=[]))


def test_a_booth_has_one_owner() -> None:
    people = [{"id": name, "side": "supplier", "booth": 0} for name in ("s1", "s2")]
    with pytest.raises(
        InstanceError, match=r"^participants\[1\]\.booth: table 0 is already the booth of 's1'$"
    ):
        read_instance(data(participants=people, wishes=[]))


def test_more_locked_meetings_than_tables_are_refused() -> None:
    people = [{"id": f"{side[0]}{one}", "side": side} for side in ("buyer", "supplier") for one in range(2)]
    meetings = [{"buyer": f"b{one}", "supplier": f"s{one}", "slot": 0} for one in range(2)]
    with pytest.raises(InstanceError, match=r"^locked\[1\]: slot 0 has fewer tables than locked meetings$"):
        read_instance({"slots": 1, "tables": 1, "participants": people, "wishes": [], "locked": meetings})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"slots": 2,\n "tables": }', "line 2, column 12: Expecting value"),
        (b'{"slots": "\xff"}', "byte 11 is not UTF-8"),
        (b"[]", "the file: expected an object in braces, found list"),
        (json.dumps(data(slots=0)).encode(), "slots: expected a whole number from 1 up, found 0"),
    ],
)
def test_a_faulty_file_is_named_with_the_place_in_it(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "hall.json"
    file.write_bytes(content)
    with pytest.raises(InstanceError) as raised:
        load_instance(file)
    assert str(raised.value) == f"{file}: {message}"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InstanceError) as raised:
        load_instance(tmp_path / "nothing.json")
    assert str(raised.value) == f"{tmp_path / 'nothing.json'}: No such file or directory"
