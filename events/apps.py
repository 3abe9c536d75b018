from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Docking events and deals")

    def ready(self) -> None:
        from events import merging  # noqa: F401  # registers how its tables move when companies merge
        from events.aftercare import merging_rules  # noqa: F401  # the same for what comes after the signature
