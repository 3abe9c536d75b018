"""The interface's translations: compiled without GNU gettext, and complete."""

import ast
import gettext
import os
from pathlib import Path

from django.conf import settings

from matchmaking.translations import compile_translations, complaints

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)
MARKS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}


def source(folder: Path, entries: str) -> Path:
    """A ``.po`` file with those entries in a locale folder."""
    path = folder / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + entries, encoding="utf-8")
    return path


def translated(path: Path, text: str) -> str:
    with path.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext(text)


def project(folder: Path, template: str, entries: str) -> Path:
    """A project of one template and its translations."""
    for name in ("accounts", "companies", "events", "matchmaking", "templates"):
        (folder / name).mkdir()
    (folder / "templates" / "page.html").write_text(template)
    source(folder / "locale", entries)
    return folder


def test_a_translation_is_compiled(tmp_path: Path) -> None:
    path = source(tmp_path, 'msgid "Need"\nmsgstr "需求"\n')
    assert compile_translations(tmp_path) == [path.with_suffix(".mo")]
    assert translated(path, "Need") == "需求"


def test_a_fuzzy_translation_is_not_shown(tmp_path: Path) -> None:
    path = source(tmp_path, '#, fuzzy\nmsgid "Need"\nmsgstr "需要"\n')
    compile_translations(tmp_path)
    assert translated(path, "Need") == "Need"


def test_only_a_source_that_changed_is_compiled_again(tmp_path: Path) -> None:
    path = source(tmp_path, 'msgid "Need"\nmsgstr "需要"\n')
    compile_translations(tmp_path)
    assert compile_translations(tmp_path) == []
    source(tmp_path, 'msgid "Need"\nmsgstr "需求"\n')
    later = path.stat().st_mtime + 5
    os.utime(path, (later, later))
    assert compile_translations(tmp_path) == [path.with_suffix(".mo")]
    assert translated(path, "Need") == "需求"


def test_a_complete_translation_has_no_complaints(tmp_path: Path) -> None:
    page = '{% load i18n %}{% translate "Need" %}'
    assert list(complaints(project(tmp_path, page, 'msgid "Need"\nmsgstr "需求"\n'), "zh_Hans")) == []


def test_what_is_missing_fuzzy_or_broken_is_named_and_the_file_left_alone(tmp_path: Path) -> None:
    page = (
        '{% load i18n %}{% translate "Need" %}{% translate "Deal" %}'
        "{% blocktranslate with n=1 %}{{ n }} firms{% endblocktranslate %}"
    )
    entries = (
        '#, fuzzy\nmsgid "Need"\nmsgstr "需要"\n\n#, python-format\nmsgid "%(n)s firms"\nmsgstr "%(m)s家"\n'
    )
    where = project(tmp_path, page, entries)
    before = (where / "locale/zh_Hans/LC_MESSAGES/django.po").read_bytes()
    assert sorted(complaints(where, "zh_Hans")) == [
        "fuzzy: 'Need' (templates/page.html)",
        "not translated: 'Deal' (templates/page.html)",
        "unknown named placeholder 'm': '%(n)s firms' (templates/page.html)",
    ]
    assert (where / "locale/zh_Hans/LC_MESSAGES/django.po").read_bytes() == before


def test_the_project_compiles() -> None:
    compile_translations(settings.BASE_DIR / "locale")
    assert compile_translations(settings.BASE_DIR / "locale") == []


def marked_within_f_strings(path: Path) -> list[str]:
    """Places where a text is marked for translation inside an f-string: the collector does not look there."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{path.name}:{call.lineno}"
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MARKS
    ]


def test_every_marked_text_is_where_the_collector_finds_it(tmp_path: Path) -> None:
    control = tmp_path / "control.py"
    control.write_text("def said():\n    return f\"{_('Need')}: 1\"\n")
    assert marked_within_f_strings(control) == ["control.py:2"]
    packages = ("accounts", "companies", "events", "matchmaking")
    files = [path for package in packages for path in (settings.BASE_DIR / package).rglob("*.py")]
    assert [place for path in files for place in marked_within_f_strings(path)] == []
