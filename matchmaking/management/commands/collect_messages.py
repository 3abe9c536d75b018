"""Collect the strings to translate."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from matchmaking.translations import collect_messages


class Command(BaseCommand):
    help = "Brings the translation file of the Chinese interface up to date with the sources."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        collect_messages(settings.BASE_DIR, "zh_Hans")
