"""Compile the translations without GNU gettext."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from matchmaking.translations import compile_translations


class Command(BaseCommand):
    help = "Compiles the interface's translations whose source has changed."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for target in compile_translations(settings.BASE_DIR / "locale"):
            self.stdout.write(f"Compiled {target.relative_to(settings.BASE_DIR)}.")
