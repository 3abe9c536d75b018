from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    name = "companies"
    verbose_name = _("Companies and needs")

    def ready(self) -> None:
        from companies import merging_rules  # noqa: F401  # registers how its tables move when companies merge
