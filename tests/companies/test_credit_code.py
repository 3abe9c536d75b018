"""The unified social credit code: eighteen characters with a check character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies import credit_code

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", ["91330382MA2CT81242", "9133038225602433XW", "91110108551385082Q"])
def test_real_codes_hold(code: str) -> None:
    assert credit_code.is_valid(code) is True


def test_letter_may_come_first_where_the_check_character_holds() -> None:
    code = credit_code.with_check_character("A1330382MA2CT8124")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert (credit_code.is_valid(code), credit_code.is_valid(wrong)) == (True, False)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91330382MA2CT8124",  # too short
        "91330382MA2CT812420",  # too long
        "91330382MA2CT81243",  # another check character
        "91330382MA2CT81I42",  # I is not of the alphabet
        "9133038AMA2CT81242",  # a letter in the division
        "９1330382MA2CT81242",  # full width, not normalised
    ],
)
def test_broken_codes_are_refused(code: str) -> None:
    assert credit_code.is_valid(code) is False


def test_codes_are_read_as_people_type_them() -> None:
    assert credit_code.normalise(" ９１330382-ma2ct8 1242\n") == "91330382MA2CT81242"


@given(
    st.text("123456789ABCY", min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
    st.integers(0, 16),
    st.sampled_from(ALPHABET),
)
def test_any_single_wrong_character_is_found(kind: str, place: str, body: str, at: int, other: str) -> None:
    code = credit_code.with_check_character(kind + place + body)
    assert credit_code.is_valid(code) is True
    changed = code[:at] + other + code[at + 1 :]
    assert credit_code.is_valid(changed) is (changed == code)
