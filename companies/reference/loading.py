"""Loading the reference data: all files are read and checked first, then written in one transaction.

A second load of changed files changes rows by their codes, so that links and primary keys stay.
Rows that people added are left alone: only what an earlier load created is retired or removed.
"""

import hashlib
from pathlib import Path

import pghistory
from django.db import transaction

from companies.reference import chains, classification, places
from companies.reference.reading import BrokenReference, Reader
from companies.reference.writing import MARK, Counts

FOLDER = Path(__file__).parent
FILES = (
    places.FILE,
    classification.SECTORS,
    classification.HEADINGS,
    classification.SCHEMES,
    chains.CHAINS,
    chains.DISTRICT_CHAINS,
    chains.NODES,
    chains.LINKS,
)


def fingerprint(folder: Path = FOLDER) -> str:
    """SHA-256 over the names and contents of the files that are loaded, in hexadecimal."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()


def load(folder: Path = FOLDER) -> dict[str, Counts]:
    """Load all files of a folder.

    :returns: what was done, by file.
    :raises BrokenReference: with every broken cell; nothing was loaded.
    """
    reader = Reader(folder)
    divisions = places.read_divisions(reader)
    sectors = classification.read_sectors(reader)
    headings = classification.read_headings(reader)
    schemes = classification.read_schemes(reader)
    chain_rows = chains.read_chains(reader, divisions)
    nodes = chains.read_nodes(reader, chain_rows, sectors, headings)
    links = chains.read_links(reader, nodes)
    if reader.problems:
        raise BrokenReference(reader.problems)
    with pghistory.context(**{MARK: True}), transaction.atomic():
        return {
            places.FILE: places.write_divisions(divisions),
            classification.SECTORS: classification.write_sectors(sectors),
            classification.HEADINGS: classification.write_headings(headings),
            classification.SCHEMES: classification.write_schemes(schemes),
            f"{chains.CHAINS}, {chains.DISTRICT_CHAINS}": chains.write_chains(chain_rows),
            chains.NODES: chains.write_nodes(nodes),
            chains.LINKS: chains.write_links(links),
        }
