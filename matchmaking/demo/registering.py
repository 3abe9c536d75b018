"""Numbers of registration of invented firms: right in form, and held by nobody."""

from companies.credit_code import with_check_character

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a unified social credit code (GB 32100-2015)."""
INVENTED = "DEM"
"""First characters of the organisation code: real ones begin with a digit or with MA."""
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def invented_credit_code(number: int, division: str, *, is_sole_trader: bool = False) -> str:
    """A code whose two check characters hold.

    :param number: of the firm; every number below 31 to the 5th gives another code.
    :param division: six digits of the division of registration.
    """
    body = INVENTED + _scattered(number)
    kind = "92" if is_sole_trader else "91"
    return with_check_character(f"{kind}{division}{body}{organisation_check(body)}")


def _scattered(number: int) -> str:
    """Five characters that look drawn: multiplying by a number that has no factor 31 repeats none."""
    base = len(ALPHABET)
    place, characters = number * 7_919_231 % base**5, ""
    for _ in range(5):
        place, rest = divmod(place, base)
        characters += ALPHABET[rest]
    return characters


def organisation_check(body: str) -> str:
    """The check character of eight characters of an organisation code (GB 11714-1997)."""
    values = (int(character, 36) for character in body)
    rest = 11 - sum(weight * value for weight, value in zip(WEIGHTS, values, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))
