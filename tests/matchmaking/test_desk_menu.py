"""The desk's menu in two rows."""

import re
from pathlib import Path

from django.conf import settings

from matchmaking.templatetags.desk import GROUPS, desk_menu


def test_a_room_stands_in_one_group() -> None:
    names = [room.name for group in GROUPS for room in group.rooms]
    assert len(names) == len(set(names))


def test_every_page_of_the_desk_names_a_room_of_the_menu() -> None:
    known = {room.name for group in GROUPS for room in group.rooms}
    named = set()
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        named.update(re.findall(r'_desk_tabs\.html" with here="(\w+)"', path.read_text()))
    assert named - known == set()


def test_the_present_group_is_the_one_of_the_room() -> None:
    present = desk_menu("verify").present
    assert present is not None
    assert [room.name for room in present.rooms] == ["deals", "verify", "doubles", "follow"]


def test_a_page_of_no_room_has_no_second_row() -> None:
    assert desk_menu("elsewhere").present is None
