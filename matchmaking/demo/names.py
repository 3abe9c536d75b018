"""Invented names of firms and persons, each used once."""

from random import Random

from matchmaking.demo.reading import Named, texts

LONG_FORMS = {"集团有限公司", "股份有限公司"}
"""Forms that only larger firms take."""


class PersonNames:
    """Draws names of persons; none is given twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def draw(self) -> Named:
        """A surname and a given name, Chinese and pinyin."""
        while True:
            surname, given = self._rng.choice(texts().surnames), self._rng.choice(texts().given)
            name = Named(surname.zh + given.zh, f"{surname.en} {given.en}")
            if name.zh not in self._used:
                self._used.add(name.zh)
                return name


def any_person(rng: Random) -> Named:
    """A name that others may have too, as in life."""
    surname, given = rng.choice(texts().surnames), rng.choice(texts().given)
    return Named(surname.zh + given.zh, f"{surname.en} {given.en}")


class CompanyNames:
    """Draws names of firms; neither their Chinese nor their English form is given twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._used: set[str] = set()
        self._places = {place.zh: place for place in texts().places}

    def draw(self, chain: str, division_zh: str, *, is_large: bool) -> tuple[Named, Named]:
        """The name of a firm of the chain in that division, and its brand."""
        wide = [self._places["温州"], self._places["温州市"], self._places["浙江"]]
        local = self._places.get(division_zh, wide[0])
        forms = [form for form in texts().forms if is_large or form.zh not in LONG_FORMS]
        while True:
            brand = self._rng.choice(texts().brands)
            place = self._rng.choices([local, *wide], [50, 25, 5, 40 if is_large else 15])[0]
            trade = self._rng.choice(texts().trades[chain])
            form = self._rng.choices(forms, [9 if form.zh == "有限公司" else 2 for form in forms])[0]
            zh = f"{place.zh}{brand.zh}{trade.zh}{form.zh}".replace("科技科技", "科技")
            en = f"{place.en} {brand.en} {trade.en} {form.en}".replace("Technology Technology", "Technology")
            if not {zh, en} & self._used:
                self._used |= {zh, en}
                return Named(zh, en), brand
