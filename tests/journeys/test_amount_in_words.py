"""The script that says an amount back without network says what the server says."""

from itertools import product

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from companies.money import UNITS, AmountRefused, in_words, parse

pytestmark = pytest.mark.browser

TEXTS = [
    *("", " ", "0", "5", "12.3", "12.34", "12.345", "2,000,000", "2 000 000", "2,00,000", "5\u00a0000"),
    *(
        "1.5亿",
        "1.5 亿元",
        "950万",
        "９５０万元",
        "1.5亿亿",
        "12345678.9万",
        "1.23456789亿",
        "3千万",
        "7 百亿",
    ),
    *("39.3 bn", "39.3bn USD", "$ 5", "US$5", "¥1,234.5", "￥88", "元5", "5 yuan", "5 英镑", "€5", "hk$7"),
    *(
        "-5",
        "−5",
        "1e5",
        "five",
        ".5",
        "5.",
        "1 2",
        "0.00000001万",
        "1萬億",
        "2 k",
        "2.5 million",
        "100 日元",
    ),
    *("999999999999999999.99", "1000000000000000000", "1,234,567.891 m", "99999.99", "123456789"),
    *("100000000", "100010000", "100001000", "1000000", "1234000", "1234567", "9" * 41),
]


def by_server(text: str, unit: str, *, chinese: bool) -> dict[str, str]:
    try:
        money = parse(text, UNITS[unit])
    except AmountRefused as refused:
        return {"problem": refused.problem.value}
    return {"said": f"{in_words(money.amount, money.currency, chinese=chinese)} = {money.amount:,.2f}"}


def test_script_says_every_amount_as_the_server_does(browser: Browser) -> None:
    page = browser.new_page()
    asked = list(product(TEXTS, UNITS, (False, True)))
    page.set_content("<p>")
    page.add_script_tag(path=str(settings.BASE_DIR / "static/js/floor/amount.js"))
    said = page.evaluate(
        "(asked) => asked.map(([text, unit, chinese]) => floor.amount.said(text, unit, chinese))", asked
    )
    page.close()
    differ = [
        (each, answer)
        for each, answer in zip(asked, said, strict=True)
        if answer != by_server(each[0], each[1], chinese=each[2])
    ]
    assert differ == []
