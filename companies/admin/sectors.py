"""The national sectors, the headings of the Harmonized System and the certification schemes."""

from django.contrib import admin

from companies.admin.duties import ReferenceAdmin
from companies.models import CertificationScheme, HSHeading, Sector


@admin.register(Sector)
class SectorAdmin(ReferenceAdmin):
    list_display = ("full_code", "name_zh", "name_en", "level", "disabled_on")
    list_filter = ("level",)
    search_fields = ("full_code", "name_zh", "name_en")
    autocomplete_fields = ("parent",)
    fields = (("code", "full_code"), "level", "parent", ("name_zh", "name_en"), "isic_codes", "disabled_on")


@admin.register(HSHeading)
class HSHeadingAdmin(ReferenceAdmin):
    list_display = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")
    fields = ("code", "name_zh", "name_en")


@admin.register(CertificationScheme)
class CertificationSchemeAdmin(ReferenceAdmin):
    list_display = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")
    fields = ("code", "name_zh", "name_en")
