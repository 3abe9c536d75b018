"""Prints the suggested suppliers of a need with their reasons, as the need's page shows them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import User
from companies.models import SourcingNeed
from matchmaking.engine.findings import Kind
from matchmaking.engine.suggestions import LIMIT, Suggestions, suggest
from matchmaking.engine.wording import Wording, word


class Command(BaseCommand):
    help = "Print the suggested suppliers of a need with the reasons of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("need", type=int, help="number of the need, as in the address of its page")
        parser.add_argument("--language", choices=User.Language.values, default=User.Language.ENGLISH.value)
        parser.add_argument("--limit", type=int, default=LIMIT)

    def handle(self, *args: Any, **options: Any) -> None:
        need = SourcingNeed.objects.filter(pk=options["need"]).first()
        if need is None:
            raise CommandError(f"There is no need {options['need']}.")
        with override(options["language"]):
            self._print(need, suggest(need, viewer=None, limit=options["limit"]))

    def _print(self, need: SourcingNeed, suggestions: Suggestions) -> None:
        self.stdout.write(f"{need.pk}  {need}")
        for suggestion, wording in zip(suggestions.items, word(suggestions.items), strict=True):
            self.stdout.write(
                f"\n{suggestion.place:3}. {suggestion.company}  ({suggestion.score.total:.1f})"
                f"\n     {suggestion.offering}"
            )
            self.stdout.write("\n".join(self._lines(wording)))
        if not suggestions.items:
            self.stdout.write(_("No supplier comes into question."))
        for left_out in suggestions.left_out:
            self.stdout.write(
                ngettext(
                    "%(number)d firm left out: no %(scheme)s.",
                    "%(number)d firms left out: no %(scheme)s.",
                    left_out.suppliers,
                )
                % {"number": left_out.suppliers, "scheme": left_out.scheme}
            )

    def _lines(self, wording: Wording) -> list[str]:
        marks = {Kind.MATCHED: "+", Kind.ASSUMED: "~", Kind.MISSING: "-", Kind.ASK: "?"}
        return [
            f"     {marks[Kind(sentence.kind)]} {sentence.text}"
            + (f"  {sentence.points:+.1f}" if sentence.points is not None else "")
            for sentence in wording.sentences
        ]
