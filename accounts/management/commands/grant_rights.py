"""Give the application's database role its rights: after each migration on a real server."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from accounts.audit_rights import grant


class Command(BaseCommand):
    help = "Grants a database role what the application needs, without the right to change the audit trail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="Name of the role in DATABASE_URL of the web processes and workers.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            grant(options["role"])
        except ProgrammingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['role']} reads and writes; the audit trail is out of its reach.")
