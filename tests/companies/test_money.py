from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.money import LIMIT, UNITS, YUAN, AmountRefused, Money, Problem, in_words, parse

AMOUNTS = st.decimals(min_value=0, max_value=LIMIT - 1, places=2, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1.5亿", "150000000"),
        ("1.5 亿元", "150000000"),
        ("950万", "9500000"),
        ("950 万元", "9500000"),
        ("２，０００，０００", "2000000"),
        ("2,000,000", "2000000"),
        ("2 000 000", "2000000"),
        ("39.3 bn", "39300000000"),
        ("CNY 950 m", "950000000"),
        ("¥12.34", "12.34"),
        ("￥12.3", "12.30"),
        ("人民币3千万元", "30000000"),
        ("0", "0"),
        ("1.2345万", "12345"),
        ("999999999999999999.99", "999999999999999999.99"),
    ],
)
def test_amount_is_read_as_people_write_it(written: str, amount: str) -> None:
    assert parse(written) == Money(Decimal(amount), "CNY")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", Problem.EMPTY),
        ("　", Problem.EMPTY),
        ("NaN", Problem.UNREADABLE),
        ("Infinity", Problem.UNREADABLE),
        ("1e400", Problem.UNREADABLE),
        ("1e3", Problem.UNREADABLE),
        ("about 5", Problem.UNREADABLE),
        ("1,5", Problem.UNREADABLE),
        ("1.000.000", Problem.UNREADABLE),
        ("1,00,000", Problem.UNREADABLE),
        ("٣٤", Problem.UNREADABLE),
        ("9" * 1000, Problem.UNREADABLE),
        ("-1", Problem.NEGATIVE),
        ("－1", Problem.NEGATIVE),
        ("0.001", Problem.TOO_PRECISE),
        ("1.2345678万", Problem.TOO_PRECISE),
        ("0." + "0" * 30 + "1", Problem.TOO_PRECISE),
        ("9999999999999999999", Problem.TOO_LARGE),
        ("1000000000 bn", Problem.TOO_LARGE),
        ("$5", Problem.OTHER_CURRENCY),
    ],
)
def test_amount_that_cannot_be_read_exactly_is_refused(written: str, problem: Problem) -> None:
    with pytest.raises(AmountRefused) as refused:
        parse(written, YUAN)
    assert refused.value.problem == problem


def test_amount_is_taken_in_the_chosen_unit() -> None:
    assert parse("1.5", UNITS["CNY-100M"]) == Money(Decimal("150000000.00"), "CNY")
    assert parse("5.56 bn", UNITS["USD"]) == Money(Decimal("5560000000.00"), "USD")
    assert parse("300 美元", UNITS["USD"]) == Money(Decimal("300.00"), "USD")


def test_scale_is_given_once() -> None:
    with pytest.raises(AmountRefused) as refused:
        parse("1.5亿", UNITS["CNY-10K"])
    assert refused.value.problem == Problem.UNIT_TWICE


@pytest.mark.parametrize(
    ("amount", "currency", "chinese", "english"),
    [
        ("950000000", "CNY", "9.5亿元", "CNY 950 m"),
        ("39300000000", "CNY", "393亿元", "CNY 39.3 bn"),
        ("20000", "CNY", "2万元", "CNY 20,000"),
        ("1234.50", "CNY", "1,234.5元", "CNY 1,234.5"),
        ("123456789.12", "CNY", "123,456,789.12元", "CNY 123,456,789.12"),
        ("5560000000", "USD", "55.6亿美元", "USD 5.56 bn"),
        ("5000000", "SEK", "500万 SEK", "SEK 5 m"),
        ("0", "CNY", "0元", "CNY 0"),
    ],
)
def test_amount_is_said_in_both_languages(amount: str, currency: str, chinese: str, english: str) -> None:
    assert in_words(Decimal(amount), currency, chinese=True) == chinese
    assert in_words(Decimal(amount), currency, chinese=False) == english


@given(AMOUNTS, st.sampled_from(["CNY", "USD", "EUR", "GBP", "HKD", "JPY"]), st.booleans())
def test_every_amount_said_in_words_is_read_back_to_the_cent(
    amount: Decimal, currency: str, chinese: bool
) -> None:
    said = in_words(amount, currency, chinese=chinese)
    assert parse(said, UNITS[currency]) == Money(amount, currency)


@given(st.text(max_size=60))
def test_any_text_is_an_exact_amount_or_refused(text: str) -> None:
    try:
        money = parse(text)
    except AmountRefused:
        return
    assert money.amount == money.amount.quantize(Decimal("0.01"))
    assert 0 <= money.amount < LIMIT
