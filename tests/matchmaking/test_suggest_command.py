"""Suggestions on the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests.factories.companies import make_company, make_need, make_offering, make_scheme

pytestmark = pytest.mark.django_db


def said(*args: object, **options: object) -> str:
    out = io.StringIO()
    call_command(*args, **options, stdout=out, stderr=io.StringIO())  # type: ignore[arg-type]  # passed on
    return out.getvalue()


def refresh() -> str:
    return said("refresh_matching")


def test_suggestions_are_printed_with_their_reasons() -> None:
    make_offering(make_company(name_en="Rui'an Pumps"), name_en="Water pump", name_zh="水泵")
    need = make_need(title_en="Water pump")
    refresh()
    printed = said("suggest", need.pk)
    assert "  1. Rui'an Pumps" in printed
    assert "+ Shared words: water, pump." in printed


def test_the_language_is_chosen() -> None:
    make_offering(make_company(name_zh="瑞安泵业"), name_en="Water pump", name_zh="水泵")
    need = make_need(title_en="Water pump", title_zh="采购水泵")
    refresh()
    assert "瑞安泵业" in said("suggest", need.pk, language="zh-hans")


def test_who_is_left_out_is_said() -> None:
    make_offering(name_en="Water pump")
    need = make_need(title_en="Water pump", required_certifications=[make_scheme(name_en="IATF 16949")])
    refresh()
    printed = said("suggest", need.pk)
    assert "No supplier comes into question.\n1 firm left out: no IATF 16949.\n" in printed


def test_an_unknown_need_is_refused() -> None:
    with pytest.raises(CommandError, match=r"There is no need 999\."):
        call_command("suggest", 999)


def test_a_refresh_says_what_it_did() -> None:
    make_offering()
    make_need()
    assert refresh() == (
        "1 offerings and 1 needs written, 0 offerings removed, suggestions of 1 needs worked out.\n"
    )
