"""Words of the libraries that our catalogue translates in their place."""

from importlib.resources import files
from pathlib import Path

from babel.messages.mofile import read_mo
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.borrowed_words import ADMIN, FORMS, PASSWORD_TOO_SHORT, REWORDED, SIGN_IN

LACKING = (*ADMIN, *FORMS, *SIGN_IN)


def words_of_the_libraries() -> set[str]:
    """What Django, its applications and allauth say in Chinese themselves."""
    said: set[str] = set()
    for library in ("django", "allauth"):
        for path in Path(str(files(library))).rglob("locale/zh_Hans/LC_MESSAGES/django.mo"):
            with path.open("rb") as file:
                said |= {str(message.id) for message in read_mo(file) if message.string != message.id}
    return said


def test_the_libraries_lack_every_borrowed_word() -> None:
    said = words_of_the_libraries()
    assert [word for word in LACKING if word in said] == []


def test_every_borrowed_word_is_chinese() -> None:
    with override("zh-hans"):
        assert [word for word in (*LACKING, *REWORDED) if _(word) == word] == []
        assert _("Sign in with a passkey") == "使用通行密钥登录"
        assert PASSWORD_TOO_SHORT % 8 == "密码过短，至少须包含8个字符。"
