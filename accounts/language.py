"""Which of two stored names the reader sees."""

from django.utils.translation import get_language


def reads_chinese() -> bool:
    """Whether the active language is Chinese."""
    return (get_language() or "").startswith("zh")


def in_reader_language(zh: str, en: str) -> str:
    """The Chinese or the English wording, by the active language; the other one where the wanted is empty."""
    return (zh or en) if reads_chinese() else (en or zh)
