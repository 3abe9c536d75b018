"""The reference data that the demo city stands on, by code."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from companies.models import (
    CertificationScheme,
    ChainLink,
    ChainNode,
    Division,
    HSHeading,
    IndustrialChain,
    Sector,
)

CITY = "330300"


class NoReferenceData(Refused):
    """The divisions, sectors or chains are not loaded."""


@dataclass(frozen=True)
class Ground:
    """Rows of the reference data by their codes; ``supplies`` gives for a node those that it supplies."""

    divisions: dict[str, Division]
    sectors: dict[str, Sector]
    chains: dict[str, IndustrialChain]
    district_chains: tuple[IndustrialChain, ...]
    nodes: dict[str, ChainNode]
    headings: dict[str, HSHeading]
    schemes: dict[str, CertificationScheme]
    supplies: dict[str, tuple[str, ...]]

    @property
    def city(self) -> Division:
        return self.divisions[CITY]

    @property
    def below_the_city(self) -> list[Division]:
        """Districts, counties and zones of the city."""
        return [d for d in self.divisions.values() if d.path.startswith(self.city.path) and d.code != CITY]

    def registration_digits(self, division: Division) -> str:
        """Six digits of the division of registration: a zone has none and takes those of its parent."""
        while not division.code.isdigit() and division.parent_id:
            division = next(d for d in self.divisions.values() if d.pk == division.parent_id)
        return division.code


def read_ground() -> Ground:
    """All rows that the demo refers to.

    :raises NoReferenceData: they are not loaded.
    """
    divisions = {division.code: division for division in Division.objects.order_by("path")}
    chains = IndustrialChain.objects.select_related("owner", "based_on").order_by("code")
    nodes = {node.code: node for node in ChainNode.objects.select_related("chain").order_by("code")}
    if CITY not in divisions or not nodes:
        raise NoReferenceData(_("Load the reference data first: manage.py load_reference."))
    supplies: dict[str, tuple[str, ...]] = {}
    links = ChainLink.objects.order_by("source__code", "target__code")
    for source, target in links.values_list("source__code", "target__code"):
        supplies[source] = (*supplies.get(source, ()), target)
    return Ground(
        divisions=divisions,
        sectors={sector.code: sector for sector in Sector.objects.order_by("full_code")},
        chains={chain.code: chain for chain in chains if chain.owner.code == CITY},
        district_chains=tuple(chain for chain in chains if chain.owner.code != CITY),
        nodes=nodes,
        headings={heading.code: heading for heading in HSHeading.objects.order_by("code")},
        schemes={scheme.code: scheme for scheme in CertificationScheme.objects.order_by("code")},
        supplies=supplies,
    )
