"""Finds the axes that vectors are reduced to, from the demo city and the reference data."""

from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from companies.models import HSHeading, Sector
from matchmaking.engine import nearest, reducing
from matchmaking.engine.bulk import read_halfvecs
from matchmaking.engine.encoder import encode


class Command(BaseCommand):
    help = (
        "Find the axes of the reduced vectors anew: half from names of sectors and customs headings in both "
        "languages, half from offerings of this city. Writes matchmaking/engine/axes.npy and this database, "
        "which nothing else may write meanwhile; what runs has to be started again, and the worker makes the "
        "index anew. Every other database needs a migration that calls reduce_again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        names = encode(sorted(_names(Sector) | _names(HSHeading)))
        offerings = read_halfvecs("SELECT embedding FROM matchmaking_offeringvector ORDER BY offering_id")
        if not len(names) or len(offerings) < len(names):
            raise CommandError("Load the demo city and its index first: make run.")
        some = offerings[np.linspace(0, len(offerings) - 1, len(names)).astype(int)]
        np.save(reducing.FILE, reducing.principal_axes(np.concatenate([names, some])).astype(np.float16))
        nearest.forget()
        reducing.reduce_again()
        self.stdout.write(f"Axes found from {len(names):,} names and {len(some):,} offerings.")


def _names(model: type[Model]) -> set[str]:
    rows = model._default_manager.values_list("name_zh", "name_en")
    return {name for row in rows for name in row if name}
