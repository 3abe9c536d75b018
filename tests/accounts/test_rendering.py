"""Forms are drawn with labels, help, errors and a summary; the searching select writes few rows."""

import pytest
from django import forms
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertHTMLEqual

from accounts.models import User
from accounts.rendering import Combobox


class Letter(forms.Form):
    """One field of each kind that the templates treat differently."""

    title = forms.CharField(label="Title", help_text="In a few words.")
    note = forms.CharField(label="Note", required=False)
    sent = forms.BooleanField(label="Sent", required=False)


def choice(search: str = "", chosen: str = "") -> forms.BoundField:
    class Choice(forms.Form):
        person = forms.ModelChoiceField(User.objects.order_by("email"), widget=Combobox(search))

    return Choice({"person": chosen} if chosen else None)["person"]


def options(field: forms.BoundField) -> list[tuple[str, bool]]:
    widget = field.field.widget
    context = widget.get_context("person", field.value(), {})["widget"]
    return [(row["value"], row["selected"]) for _group, rows, _at in context["optgroups"] for row in rows]


@pytest.fixture
def people(db: None) -> list[User]:
    return [User.objects.create_user(f"p{number:02d}@example.invalid") for number in range(60)]


def test_a_refused_field_links_label_help_and_error_to_its_input() -> None:
    assertHTMLEqual(
        Letter({"title": ""})["title"].as_field_group(),
        """<div class="field has-error"><label for="id_title">Title</label>
        <div class="help" id="id_title_helptext">In a few words.</div>
        <ul class="errorlist" id="id_title_error"><li>This field is required.</li></ul>
        <input type="text" name="title" required aria-invalid="true"
          aria-describedby="id_title_helptext id_title_error" id="id_title"></div>""",
    )


def test_a_field_that_may_stay_empty_says_so() -> None:
    assertHTMLEqual(
        Letter()["note"].as_field_group(),
        """<div class="field"><label for="id_note">Note <span class="optional">(optional)</span></label>
        <input type="text" name="note" id="id_note"></div>""",
    )


def test_a_check_box_stands_inside_its_label() -> None:
    assertHTMLEqual(
        Letter()["sent"].as_field_group(),
        """<div class="field"><label class="tick" for="id_sent">
        <input type="checkbox" name="sent" id="id_sent"> Sent</label></div>""",
    )


def test_a_refused_form_begins_with_a_summary_that_leads_to_each_field() -> None:
    drawn = str(Letter({"title": ""}))
    summary = drawn[: drawn.index('<div class="field')]
    assert summary.count('<a href="#id_title">Title</a>: This field is required.') == 1


def test_a_form_without_errors_has_no_summary() -> None:
    assert str(Letter()).count("note bad") == 0


def test_the_searching_select_writes_the_chosen_row_and_the_first_fifty(people: list[User]) -> None:
    chosen = people[-1]
    assert options(choice("home", str(chosen.pk))) == [
        ("", False),
        (chosen.pk, True),
        *((person.pk, False) for person in people[:50]),
    ]


def test_the_searching_select_asks_twice_however_many_rows_there_are(
    people: list[User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    field = choice("home", str(people[0].pk))
    with django_assert_num_queries(2):
        options(field)


def test_without_a_search_address_every_row_is_written(people: list[User]) -> None:
    assert len(options(choice())) == 61


def test_a_forged_value_chooses_nothing(people: list[User]) -> None:
    assert [row for row in options(choice("home", "forged")) if row[1]] == []
