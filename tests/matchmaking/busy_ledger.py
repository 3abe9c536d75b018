"""A random ledger with everything that figures count: deals, groups, follow-ups, problems, visits."""

import datetime as dt
import random
from typing import Any

from companies.models import Company
from events.models import Deal, FollowUp
from tests.factories.accounts import make_user
from tests.factories.aftercare import make_alert, make_follow_up, make_problem, make_visit
from tests.factories.companies import make_buyer, make_company
from tests.factories.events import make_fulfilment, make_meeting, make_rate, make_registration
from tests.factories.matchmaking import make_introduced_match
from tests.matchmaking.ledger_city import City
from tests.matchmaking.test_random_ledgers import draw

RATE = "7.1"
"""Yuan for a dollar."""


class BusyLedger:
    """A city with two groups of buyers, of which one has a subsidiary of a subsidiary."""

    def __init__(self, seed: int, deals: int = 25) -> None:
        self.rng, self.city = random.Random(seed), City()
        make_rate(rate=RATE)
        parent = make_buyer(name_en="Parent", division=self.city.district)
        child = make_buyer(name_en="Child", parent=parent)
        self.buyers = [parent, child, make_buyer(name_en="Grandchild", parent=child), make_buyer()]
        self.suppliers = [
            make_company(division=place, size_class=size)
            for place, size in zip([*self.city.divisions, None], ("small", "", "large", "micro"), strict=True)
        ]
        for _each in range(deals):
            self.city.buyer = self.rng.choice(self.buyers)
            self.city.supplier = self.rng.choice(self.suppliers)
            draw(self.rng, self.city)
        for deal in Deal.objects.filter(signed_on__isnull=False):
            self._after(deal)
        for supplier in self.suppliers:
            self._aftercare(supplier)
        supplier, other = self.rng.sample(self.suppliers, 2)
        make_introduced_match(supplier=supplier)
        event = self.city.events[0]
        make_meeting(supplier=make_registration(event, other), state="held")
        make_alert(supplier, parent, chain=self.city.chains[0])

    def _after(self, deal: Deal) -> None:
        rng, day = self.rng, deal.signed_on
        assert day is not None
        for year in (2022, 2023):
            if rng.random() < 0.6:
                amounts = {
                    f"{name}_amount": rng.choice([None, 0, rng.randrange(10**8)])
                    for name in ("ordered", "fulfilled", "new_output")
                }
                made = day + dt.timedelta(days=rng.randrange(-9, 90))
                make_fulfilment(deal, year=year, reported_on=made, **amounts)
        for days in (30, 90):
            source = rng.choice(["", "", "link", "office"])
            answered: dict[str, Any] = {
                "source": source,
                "payment": rng.choice(FollowUp.Payment.values),
                "answered_at": dt.datetime.combine(day, dt.time(9), dt.UTC) + dt.timedelta(days=days + 5),
                "answered_by": make_user(),
            }
            fields = answered if source else {}
            make_follow_up(deal, days=days, due_on=day + dt.timedelta(days=days), **fields)

    def _aftercare(self, supplier: Company) -> None:
        rng = self.rng
        for _each in range(rng.randrange(4)):
            day = dt.date(2022, 5, 1) + dt.timedelta(days=rng.randrange(240))
            make_visit(supplier, chain=rng.choice([None, *self.city.chains]), visited_on=day)
            state = rng.choice(["open", "proposed", "solved", "withdrawn"])
            fields: dict[str, Any] = (
                {"solved_on": day + dt.timedelta(days=rng.randrange(60))} if state == "solved" else {}
            )
            make_problem(
                supplier,
                chain=rng.choice([None, *self.city.chains]),
                raised_on=day,
                deadline=day + dt.timedelta(days=14),
                state=state,
                **fields,
            )
