"""Figures as they stand on a page: each number that a page sets as a figure, with the links inside it."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = {"input", "br", "img", "meta", "link", "hr", "use", "path", "rect", "line", "circle", "source", "wbr"}


@dataclass
class Cell:
    """A cell of a table, a line of facts or a headline card: what it says and where it leads."""

    kind: str
    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Address and words of each link."""

    @property
    def is_number(self) -> bool:
        """Whether it says a number; dates and codes are none."""
        text = re.sub(r"\d{4}-\d\d(-\d\d)?( \d\d:\d\d)?", "", self.text)
        return bool(re.search(r"\d", text))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Cell] = []
        self._open: list[tuple[str, bool]] = []
        self._cell: Cell | None = None
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in EMPTY:
            return
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        kind = "kpi" if tag == "li" and "kpi" in classes else tag if "num" in classes else ""
        begins = bool(kind) and self._cell is None and tag not in {"th", "nav"}
        if begins:
            self._cell = Cell(kind)
        if tag == "a":
            self._address = given.get("href") or ""
        if self._cell and (tag == "a" or (begins and self._is_in_link())):
            self._cell.links.append((self._address, ""))
        self._open.append((tag, begins))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, began = self._open.pop()
            if began and self._cell:
                self.found.append(self._cell)
                self._cell = None
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._cell is None:
            return
        self._cell.text += data
        if self._is_in_link():
            address, words = self._cell.links[-1]
            self._cell.links[-1] = (address, words + data)

    def _is_in_link(self) -> bool:
        return any(tag == "a" for tag, _began in self._open)


def cells(page: str) -> list[Cell]:
    """Every cell that the page sets as a figure."""
    reader = _Reader()
    reader.feed(page)
    return reader.found


def linked(page: str) -> Iterator[tuple[str, str]]:
    """Address and number of every figure that leads to its rows.

    Of a card the number is its value; of a rate, such as "60.0 %, 3 of 5", the part that it is of the whole.
    """
    values = iter(re.findall(r'<span class="value">\s*([^<]*?)\s*(?:<|$)', page))
    for cell in cells(page):
        card = html.unescape(next(values)) if cell.kind == "kpi" else ""
        if card and (part := re.search(r"([\d,]+) of [\d,]+", cell.text)):
            card = part[1]
        for address, words in cell.links:
            yield address, card or " ".join(words.split())
