"""Which companies: current, published, represented, overseen, visible, editable."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Viewer
from companies.models.reach import EVERY, reach_of

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
        return self.filter(pk__in=reach_of(user).companies)

    def overseen_by(self, user: Viewer) -> "Self":
        """Companies in the user's divisions or on the nodes of the user's chains."""
        return self.filter(company_overseen_by(user))

    def visible_to(self, user: Viewer) -> "Self":
        """The published directory, the own companies, and those that the user oversees."""
        if user.is_superuser:
            return self
        published = Q(archived_at=None, verification="verified")
        own = Q(pk__in=reach_of(user).companies)
        return self.filter(published | own | company_overseen_by(user))

    def editable_by(self, user: Viewer) -> "Self":
        """Representatives keep their own profile; officials those that they oversee."""
        if user.is_superuser:
            return self
        own = Q(pk__in=reach_of(user).companies, archived_at=None)
        return self.filter(own | company_overseen_by(user))


def company_overseen_by(user: Viewer, company: str = "") -> Q:
    """The rule of oversight, asked of a company or across a foreign key to one.

    :param company: the way to the company, such as ``"need__buyer"``; empty where a company itself is asked.
    """
    from companies.models.company import Company

    if user.is_superuser:
        return EVERY
    reach, way, key = reach_of(user), f"{company}__" if company else "", f"{company}_id" if company else "pk"
    on_nodes = Company.nodes.through.objects.filter(company_id=OuterRef(key))
    rule = Q(**{f"{way}division__in": reach.divisions})
    if reach.chains:
        rule |= Q(Exists(on_nodes.filter(chainnode__chain__in=reach.chains)))
    for chain, path in reach.districts:
        here = Q(**{f"{way}division__path__startswith": path})
        rule |= here & Q(Exists(on_nodes.filter(chainnode__chain=chain)))
    return rule
