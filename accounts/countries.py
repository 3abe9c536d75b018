"""Countries and regions by their two letters of ISO 3166, named in the reader's language.

Names: Unicode CLDR, as Babel carries it.
"""

from functools import lru_cache

from babel import Locale

from accounts.language import reads_chinese

HOME = "CN"
NO_PLACES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
"""Two letters of CLDR that ISO 3166 gives to no place of its own."""
IN_CHINESE = {"TW": "中国台湾"}
"""Names of which the usage of the mainland's authorities differs from CLDR."""


def country_name(code: str) -> str:
    """The name of a country or region; the code itself where it names none."""
    return _names("zh" if reads_chinese() else "en").get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Codes and names, home first, then by name."""
    names = _names("zh" if reads_chinese() else "en")
    home = (HOME, names[HOME])
    return [home, *sorted(((c, n) for c, n in names.items() if c != HOME), key=lambda each: each[1])]


@lru_cache(maxsize=2)
def _names(language: str) -> dict[str, str]:
    territories = Locale(language).territories
    places = {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_PLACES
    }
    return places | (IN_CHINESE if language == "zh" else {})
