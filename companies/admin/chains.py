"""Industrial chains, their nodes and links: kept by those who lead the chain."""

from django.contrib import admin

from accounts.scoped_admin import ScopedInline
from companies.admin.duties import OfficialAdmin
from companies.models import ChainLink, ChainNode, IndustrialChain


@admin.register(IndustrialChain)
class IndustrialChainAdmin(OfficialAdmin):
    list_display = ("name_zh", "name_en", "tier", "owner", "based_on", "is_illustrative")
    list_filter = ("tier", "owner", "is_illustrative")
    list_select_related = ("owner", "based_on")
    search_fields = ("code", "name_zh", "name_en")
    autocomplete_fields = ("owner", "based_on")
    fields = ("code", ("name_zh", "name_en"), "tier", "owner", "based_on", "is_illustrative", "source")


class LinkOutInline(ScopedInline):
    """Whom a node supplies."""

    model = ChainLink
    fk_name = "source"
    fields = ("target",)
    autocomplete_fields = ("target",)
    may_delete = True


@admin.register(ChainNode)
class ChainNodeAdmin(OfficialAdmin):
    list_display = ("name_zh", "name_en", "chain", "level", "order")
    list_filter = ("level", "chain")
    list_select_related = ("chain",)
    search_fields = ("code", "name_zh", "name_en", "chain__name_zh", "chain__name_en")
    autocomplete_fields = ("chain", "sectors", "hs_headings")
    own_fields = ("chain",)
    inlines = (LinkOutInline,)
    fields = (
        "chain",
        "code",
        ("name_zh", "name_en"),
        ("level", "order"),
        "sectors",
        "hs_headings",
        "basis",
    )


@admin.register(ChainLink)
class ChainLinkAdmin(OfficialAdmin):
    list_display = ("source", "target", "chain")
    list_filter = ("source__chain",)
    list_select_related = ("source__chain", "target")
    search_fields = ("source__name_zh", "source__name_en", "target__name_zh", "target__name_en")
    autocomplete_fields = ("source", "target")
    own_fields = ("source",)
    fields = ("source", "target")
    may_delete = True

    @admin.display(description=IndustrialChain._meta.verbose_name, ordering="source__chain")
    def chain(self, link: ChainLink) -> IndustrialChain:
        return link.source.chain
