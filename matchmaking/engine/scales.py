"""Keeps each need's scale, so that a supplier's needs can be compared with each other."""

from companies.models import SourcingNeed
from matchmaking.engine.needs import required_schemes
from matchmaking.engine.retrieval import candidates
from matchmaking.engine.scoring import scale_of
from matchmaking.models import NeedVector


def measure_scales(*, anew: bool = False) -> int:
    """Measure open needs that have no scale yet, or all of them anew; how many.

    A scale drifts as offerings come and go, so it is taken anew every night.
    """
    vectors = NeedVector.objects.filter(need__state=SourcingNeed.State.OPEN).select_related("need")
    if not anew:
        vectors = vectors.filter(floor=None)
    number = 0
    for vector in vectors.defer("embedding", "terms", "title_terms"):
        scale = scale_of(candidates(vector.need, required_schemes(vector.need)))
        NeedVector.objects.filter(pk=vector.pk, text_hash=vector.text_hash).update(
            floor=scale.floor, spread=scale.spread
        )
        number += 1
    return number
