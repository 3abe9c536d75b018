"""The interface's translations: compiled at start, checked for completeness."""

import tempfile
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from shutil import copytree

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.management import call_command

SOURCES = ("accounts", "companies", "events", "matchmaking", "templates")
"""The folders whose strings are translated."""
MAKEMESSAGES = {"add_location": "file", "no_obsolete": True, "verbosity": 0}


def compile_translations(folder: Path) -> list[Path]:
    """Write the ``.mo`` file beside every ``.po`` file under ``folder`` that is newer; the files written.

    Fuzzy entries are left out. Safe while other processes do the same or read the old file.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".mo", delete=False) as half:
            write_mo(half, _catalog(source))
        Path(half.name).chmod(0o644)
        Path(half.name).rename(target)
        written.append(target)
    return written


def collect_messages(project: Path, locale: str) -> None:
    """Bring ``locale/<locale>/LC_MESSAGES/django.po`` up to date with the sources; needs GNU gettext."""
    others = [entry.name for entry in project.iterdir() if entry.is_dir() and entry.name not in SOURCES]
    with chdir(project):
        ignored = [f"{name}/*" for name in others]
        call_command("makemessages", locale=[locale], ignore_patterns=ignored, symlinks=True, **MAKEMESSAGES)


def complaints(project: Path, locale: str) -> Iterator[str]:
    """What the translation into ``locale`` lacks, a line for each string; needs GNU gettext.

    The sources are read anew into a copy, so that a string that nobody has collected yet is found too.
    """
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        copytree(project / "locale", copy / "locale")
        for name in SOURCES:
            (copy / name).symlink_to(project / name)
        collect_messages(copy, locale)
        catalog = _catalog(copy / "locale" / locale / "LC_MESSAGES" / "django.po")
    for message in catalog:
        if not message.id:
            continue
        text = message.id if isinstance(message.id, str) else message.id[0]
        translations = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        places = ", ".join(name for name, _line in message.locations)
        if not all(translations):
            yield f"not translated: {text!r} ({places})"
        elif message.fuzzy:
            yield f"fuzzy: {text!r} ({places})"
        else:
            yield from (f"{error}: {text!r} ({places})" for error in message.check(catalog))


def _catalog(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)
