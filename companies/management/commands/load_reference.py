"""``manage.py load_reference``: divisions, sectors, headings, chains and certificates from their files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from companies.reference.loading import FOLDER, load
from companies.reference.reading import BrokenReference


class Command(BaseCommand):
    help = "Loads the reference data; may be run again after a change of its files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="where the CSV files lie")

    def handle(self, *args: Any, folder: Path, verbosity: int, **options: Any) -> None:
        try:
            done = load(folder)
        except BrokenReference as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from None
        if verbosity:
            for file, counts in done.items():
                self.stdout.write(
                    f"{file}: {counts.total} rows, {counts.added} added, "
                    f"{counts.changed} changed, {counts.removed} removed or disabled"
                )
