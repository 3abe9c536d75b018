"""The unified social credit code of a mainland organisation (GB 32100-2015).

Eighteen characters: registering authority, kind, six digits of the division of registration,
nine characters of the organisation code and a check character.
The standard's alphabet leaves out I, O, S, V, Z.
"""

import unicodedata

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

LENGTH = 18


def normalise(code: str) -> str:
    """The code in upper case, full-width characters made narrow, without blanks and hyphens."""
    narrow = unicodedata.normalize("NFKC", code)
    return "".join(c for c in narrow if not c.isspace() and c != "-").upper()


def is_valid(code: str) -> bool:
    """Whether a normalised code has the right form and check character.

    A letter in first position (authorities such as A, N, Y) is allowed where the check character holds.
    """
    if len(code) != LENGTH or not code.isascii() or not code[2:8].isdigit():
        return False
    try:
        return bool(uscc.calc_check_digit(code[:-1]) == code[-1])
    except (ValidationError, ValueError):
        return False


def with_check_character(first_seventeen: str) -> str:
    """The whole code of seventeen given characters.

    :raises ValueError: a character is not of the code's alphabet.
    """
    return first_seventeen + uscc.calc_check_digit(first_seventeen)
