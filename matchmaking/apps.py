from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchmakingConfig(AppConfig):
    name = "matchmaking"
    verbose_name = _("Matchmaking")

    def ready(self) -> None:
        from accounts import outbox
        from companies import searching
        from matchmaking import merging  # noqa: F401  # registers how its tables move when companies merge
        from matchmaking.engine.searching import WordsAndMeaning
        from matchmaking.tasks import wake_letters

        outbox.wakes(wake_letters)
        searching.use(WordsAndMeaning())
