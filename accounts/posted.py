"""What a request carries in fields that no form checks."""

import uuid as uuids

from django.http import QueryDict

LONGEST = 2000


def words(posted: QueryDict, name: str, longest: int = LONGEST) -> str:
    """What a person wrote, without surrounding blanks and without what a database cannot keep."""
    return posted.get(name, "").replace("\0", "").strip()[:longest]


def key(posted: QueryDict, name: str) -> int:
    """The key of a row; 0, which no row has, for anything else."""
    text = posted.get(name, "")
    return int(text) if _is_key(text) else 0


def keys(posted: QueryDict, name: str) -> list[int]:
    """The keys of ticked rows; what can be no key is left out."""
    return [int(text) for text in posted.getlist(name) if _is_key(text)]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def uuid(posted: QueryDict, name: str) -> uuids.UUID | None:
    """The key of a form; None for anything else."""
    try:
        return uuids.UUID(posted.get(name, ""))
    except ValueError:
        return None
