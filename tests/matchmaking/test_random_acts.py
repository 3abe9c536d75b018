"""Random acts by random people: the figures are what a book reckons by hand, whatever was tried.

``DUIJIE_STEPS`` sets how many steps each seed takes (thousands are worth a night).
"""

import os

import pytest
from django.utils import timezone

from events.models import Deal
from matchmaking.figures.counts import FIGURES, values
from matchmaking.figures.scope import Scope
from tests.matchmaking.book import figures
from tests.matchmaking.random_acts import Town

pytestmark = pytest.mark.django_db

STEPS = int(os.environ.get("DUIJIE_STEPS", "120"))
SEEDS = range(int(os.environ.get("DUIJIE_SEEDS", "2")))


def rows_of(key: str, scope: Scope) -> int:
    return FIGURES[key].rows(scope).count()


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_and_sight_are_what_the_book_says_after_every_act(seed: int) -> None:
    town = Town(seed)
    scope = Scope(as_of=timezone.localdate())
    for number in range(STEPS):
        town.step()
        wanted = figures(town.pages.values())
        assert values(scope, *wanted) == wanted, (number, town.done)
        who = town.rng.choice(list(town.people))
        seen = set(Deal.objects.visible_to(town.people[who]).values_list("pk", flat=True))
        assert seen == {key for key, page in town.pages.items() if town.sees(who, page.row)}, (number, who)
        key = town.rng.choice([each for each in wanted if not FIGURES[each].is_amount])
        assert rows_of(key, scope) == wanted[key], (number, key)
    stages = dict(Deal.objects.values_list("pk", "stage"))
    assert stages == {key: page.stage for key, page in town.pages.items()}
    assert all(taken for taken, _refused in (town.done[name] for name in ("record", "advance", "document")))
