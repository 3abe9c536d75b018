"""From JSON to an Instance, naming the place of whatever is wrong."""

from typing import Any, TypeGuard

from events.timetable.instance import Instance, InstanceError, Meeting, Participant, Side, Wish


def read_instance(data: object) -> Instance:
    """The instance written in `data`, as json.load gives it, in the form that instance.py describes.

    Raises InstanceError with the place first, such as "wishes[3].weight: expected a number, found 'x'".
    """
    top = _object(data, "the file")
    slots = _count(top, "slots", "", least=1)
    instance = Instance(
        tables=_tables(top, slots),
        participants=tuple(
            _participant(one, f"participants[{number}]", slots)
            for number, one in enumerate(_list(top, "participants"))
        ),
        wishes=tuple(_wish(one, f"wishes[{number}]") for number, one in enumerate(_list(top, "wishes"))),
        locked=tuple(
            _meeting(one, f"locked[{number}]")
            for number, one in enumerate(_list(top, "locked", needed=False))
        ),
    )
    instance.check()
    return instance


def _tables(top: dict[str, Any], slots: int) -> tuple[int, ...]:
    tables = top.get("tables")
    if not isinstance(tables, list):
        return (_count(top, "tables", ""),) * slots
    if len(tables) != slots or not all(_is_whole(one) and one >= 0 for one in tables):
        raise InstanceError(f"tables: expected a whole number from 0 up or {slots} of them, found {tables!r}")
    return tuple(tables)


def _participant(data: object, place: str, slots: int) -> Participant:
    row = _object(data, place)
    side: Side
    match row.get("side"):
        case "buyer" | "supplier" as side:
            pass
        case other:
            raise InstanceError(f"{place}.side: expected 'buyer' or 'supplier', found {other!r}")
    free = row.get("free")
    if free is None:
        free = range(slots)
    elif not isinstance(free, list) or not all(_is_whole(slot) for slot in free):
        raise InstanceError(f"{place}.free: expected a list of slot numbers, found {free!r}")
    return Participant(
        id=_text(row, "id", place),
        side=side,
        free=tuple(sorted(set(free))),
        limit=_count(row, "limit", place) if row.get("limit") is not None else None,
        booth=_count(row, "booth", place) if row.get("booth") is not None else None,
    )


def _wish(data: object, place: str) -> Wish:
    row = _object(data, place)
    weight = row.get("weight")
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        raise InstanceError(f"{place}.weight: expected a number, found {weight!r}")
    must = row.get("must", False)
    if not isinstance(must, bool):
        raise InstanceError(f"{place}.must: expected true or false, found {must!r}")
    return Wish(_text(row, "buyer", place), _text(row, "supplier", place), float(weight), must)


def _meeting(data: object, place: str) -> Meeting:
    row = _object(data, place)
    table = _count(row, "table", place) if row.get("table") is not None else None
    return Meeting(
        _text(row, "buyer", place), _text(row, "supplier", place), _count(row, "slot", place), table
    )


def _object(data: object, place: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise InstanceError(f"{place}: expected an object in braces, found {type(data).__name__}")
    return data


def _list(row: dict[str, Any], key: str, *, needed: bool = True) -> list[object]:
    value = row.get(key)
    if value is None and not needed:
        return []
    if not isinstance(value, list):
        raise InstanceError(f"{key}: expected a list, found {_found(row, key)}")
    return value


def _text(row: dict[str, Any], key: str, place: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise InstanceError(f"{place}.{key}: expected a name, found {_found(row, key)}")
    return value


def _count(row: dict[str, Any], key: str, place: str, *, least: int = 0) -> int:
    value = row.get(key)
    if not _is_whole(value) or value < least:
        name = f"{place}.{key}" if place else key
        raise InstanceError(f"{name}: expected a whole number from {least} up, found {_found(row, key)}")
    return value


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _found(row: dict[str, Any], key: str) -> str:
    return repr(row[key]) if key in row else "nothing"
