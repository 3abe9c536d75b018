"""Countries and regions by their letters, in the reader's language."""

import pytest
from django.utils.translation import override

from accounts.countries import country_choices, country_name
from accounts.rendering import CountryBox


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("en", "AE", "United Arab Emirates"),
        ("zh-hans", "AE", "阿拉伯联合酋长国"),
        ("zh-hans", "TW", "中国台湾"),
        ("en", "XX", "XX"),
    ],
)
def test_a_country_is_named_in_the_readers_language(language: str, code: str, name: str) -> None:
    with override(language):
        assert country_name(code) == name


def test_home_is_the_first_choice_and_what_is_no_country_is_none() -> None:
    with override("en"):
        choices = country_choices()
    assert choices[:2] == [("CN", "China"), ("AF", "Afghanistan")]
    assert {"EU", "UN", "ZZ"} & dict(choices).keys() == set()


def test_a_code_that_names_no_country_stays_where_it_stood() -> None:
    assert '<option value="QQ" selected>QQ</option>' in CountryBox().render("country", "QQ")
