"""Text to words."""

import pytest

from companies.words import Script, is_han, script_of, singular, terms, word_pairs, words


def test_english_words_are_lower_case_and_singular() -> None:
    assert words("Steel Bearings, BOXES & batteries") == ["steel", "bearing", "box", "battery"]


@pytest.mark.parametrize("word", ["glass", "gas", "bus", "lens", "basis", "s7", "is"])
def test_words_that_only_look_plural_stay(word: str) -> None:
    assert singular(word) == word


def test_full_width_letters_are_plain_ones() -> None:
    assert words("ＩＡＴＦ　１６９４９") == ["iatf", "16949"]


def test_a_part_of_a_chinese_compound_is_found() -> None:
    assert "电池" in terms("新能源汽车电池壳体")


def test_chinese_gives_words_and_every_pair_of_characters() -> None:
    assert terms("电池壳体") == [*words("电池壳体"), "电池", "池壳", "壳体"]


def test_one_chinese_character_is_its_own_term() -> None:
    assert terms("锅") == ["锅"]


def test_kana_and_thai_give_pairs_of_characters() -> None:
    assert words("ポンプ ปั๊ม")[:2] == ["ポン", "ンプ"]


def test_model_names_stand_beside_chinese() -> None:
    assert words("M8螺栓") == ["m8", "螺栓"]


def test_neighbouring_words_are_joined_in_pairs() -> None:
    assert word_pairs("forged steel flanges") == ["forged steel", "steel flange"]


def test_pasted_data_is_cut_to_what_the_index_holds() -> None:
    assert [len(term) for term in terms("x" * 10_000)] == [80]


@pytest.mark.parametrize("text", ["", "   ", "🚁🔧", "!!! -- _"])
def test_text_without_letters_has_no_terms(text: str) -> None:
    assert terms(text) == []


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("汽车零部件", Script.HAN),
        ("ABS 泵体 铸件", Script.HAN),
        ("brake pads", Script.OTHER),
        ("тормозные колодки", Script.OTHER),
        ("2024 🚁", Script.NONE),
    ],
)
def test_script_is_the_one_of_most_letters(text: str, script: Script) -> None:
    assert script_of(text) is script


def test_script_of_a_word_is_that_of_its_first_letter() -> None:
    assert (is_han("泵体"), is_han("pump")) == (True, False)
