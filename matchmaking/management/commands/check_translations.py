"""Check that the Chinese interface is complete."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from matchmaking.translations import complaints


class Command(BaseCommand):
    help = "Fails when a string of the interface has no Chinese translation, or one that is fuzzy or broken."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(complaints(settings.BASE_DIR, "zh_Hans"))
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(
                f"{len(found)} strings are not in Chinese: make messages, then translate them."
            )
        self.stdout.write("The Chinese interface is complete.")
