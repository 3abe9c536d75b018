"""Who they are, what they offer, what they need."""

from companies.models.certification import Certification, CertificationScheme
from companies.models.chain import ChainLink, ChainNode, IndustrialChain
from companies.models.company import Company
from companies.models.need import SourcingNeed
from companies.models.offering import Offering
from companies.models.place import Division
from companies.models.posting import Posting
from companies.models.representative import Contact, Representative
from companies.models.sector import HSHeading, Sector

__all__ = [
    "Certification",
    "CertificationScheme",
    "ChainLink",
    "ChainNode",
    "Company",
    "Contact",
    "Division",
    "HSHeading",
    "IndustrialChain",
    "Offering",
    "Posting",
    "Representative",
    "Sector",
    "SourcingNeed",
]
