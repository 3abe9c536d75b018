"""A long form in sections."""

import pytest

from companies.forms import NeedForm
from companies.models import SourcingNeed


def folded(form: NeedForm) -> list[bool]:
    return [section.is_folded for section in form.sections()]


def test_every_field_of_a_need_stands_in_one_section() -> None:
    names = [field.name for section in NeedForm().sections() for field in section.fields]
    assert sorted(names) == sorted(NeedForm.Meta.fields)


def test_an_empty_need_shows_what_nearly_everyone_fills_in() -> None:
    assert folded(NeedForm()) == [False, False, True, True, True, False]


def test_a_section_with_a_value_stands_open() -> None:
    need = SourcingNeed(payment_days=60)
    assert folded(NeedForm(instance=need)) == [False, False, True, True, False, False]


@pytest.mark.django_db
def test_a_section_with_an_error_stands_open() -> None:
    form = NeedForm({"title_en": "Springs", "target_price": "many", "visibility": "public"})
    assert folded(form)[4] is False
