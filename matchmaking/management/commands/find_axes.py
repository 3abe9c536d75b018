"""Finds the axes that vectors are reduced to, from the demo city and the reference data."""

from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from companies.models import HSHeading, Sector
from matchmaking.engine.bulk import read_column
from matchmaking.engine.encoder import encode
from matchmaking.engine.reducing import FILE, principal_axes, reduce_again


class Command(BaseCommand):
    help = (
        "Find the axes of the reduced vectors anew: half from names of sectors and customs headings in both "
        "languages, half from offerings of this city. Writes matchmaking/engine/axes.npy and this database. "
        "Every other database needs a migration that calls reduce_again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        names = encode(sorted(_names(Sector) | _names(HSHeading)))
        offerings = read_column("SELECT embedding FROM matchmaking_offeringvector ORDER BY offering_id")
        if not len(names) or len(offerings) < len(names):
            raise CommandError("Load the demo city and its index first: make run.")
        some = offerings[:: len(offerings) // len(names)]
        np.save(FILE, principal_axes(np.concatenate([names, some])).astype(np.float16))
        reduce_again()
        self.stdout.write(f"Axes found from {len(names):,} names and {len(some):,} offerings.")


def _names(model: type[Model]) -> set[str]:
    rows = model._default_manager.values_list("name_zh", "name_en")
    return {name for row in rows for name in row if name}
