"""Which companies: current, published, represented, overseen, visible, editable."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q

from accounts.models import Viewer
from companies.models.chain import IndustrialChain
from companies.models.place import Division

if TYPE_CHECKING:
    from typing import Self

    from companies.models.company import Company  # noqa: F401  # the string below names it


class CompanyQuerySet(models.QuerySet["Company"]):
    def current(self) -> "Self":
        """Neither archived nor merged into another."""
        return self.filter(archived_at=None)

    def verified(self) -> "Self":
        return self.filter(verification="verified")

    def published(self) -> "Self":
        """What the public directory shows."""
        return self.current().verified()

    def suppliers(self) -> "Self":
        return self.filter(supplies=True)

    def buyers(self) -> "Self":
        return self.filter(buys=True)

    def classified(self) -> "Self":
        return self.exclude(size_class="")

    def smes(self) -> "Self":
        """Medium, small and micro by the size rule."""
        return self.filter(size_class__in=("medium", "small", "micro"))

    def represented_by(self, user: Viewer) -> "Self":
        """Companies for which the user acts."""
        from companies.models.representative import Representative

        return self.filter(
            pk__in=Representative.objects.active().filter(user_id=user.pk or 0).values("company_id")
        )

    def overseen_by(self, user: Viewer) -> "Self":
        """Companies in the user's divisions or on the nodes of the user's chains."""
        if user.is_superuser:
            return self
        led = IndustrialChain.objects.led_by(user)
        on_nodes = self.model.nodes.through.objects.filter(chainnode__chain__in=led).values("company_id")
        own_nodes = self.model.nodes.through.objects.filter(company_id=OuterRef(OuterRef("pk"))).values(
            "chainnode_id"
        )
        in_district_chain = (
            led.filter(based_on__nodes__in=own_nodes)
            .alias(place=ExpressionWrapper(OuterRef("division__path"), models.CharField()))
            .filter(place__startswith=F("owner__path"))
        )
        return self.filter(
            Q(division__in=Division.objects.governed_by(user))
            | Q(pk__in=on_nodes)
            | Exists(in_district_chain)
        )

    def visible_to(self, user: Viewer) -> "Self":
        """The published directory, the own companies, and those that the user oversees."""
        if user.is_superuser:
            return self
        published = Q(archived_at=None, verification="verified")
        if not user.is_authenticated:
            return self.filter(published)
        own = self.model.objects.represented_by(user).values("pk")
        overseen = self.model.objects.overseen_by(user).values("pk")
        return self.filter(published | Q(pk__in=own) | Q(pk__in=overseen))

    def editable_by(self, user: Viewer) -> "Self":
        """Representatives keep their own profile; officials those that they oversee."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        own = self.model.objects.current().represented_by(user).values("pk")
        return self.filter(Q(pk__in=own) | Q(pk__in=self.model.objects.overseen_by(user).values("pk")))
