"""A small city whose ledger can be reckoned by hand."""

import datetime as dt

from events.models import DockingEvent
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
)
from tests.factories.events import (
    make_event,
)


class City:
    """Two chains, a district with a zone below it, events of two kinds, and who writes the ledger."""

    def __init__(self) -> None:
        self.city = make_division()
        self.district = make_division(self.city)
        self.zone = make_division(self.district)
        self.divisions = [self.city, self.district, self.zone]
        self.chains = [make_chain(self.city), make_chain(self.city)]
        self.buyer, self.supplier = make_buyer(), make_company()
        self.recorder, self.verifier = make_user(), make_user()
        self.events = [
            make_event(
                host=self.divisions[at % 3],
                chains=self.chains[: 1 + at % 2],
                kind=kind,
                state=DockingEvent.State.HELD,
                starts_on=dt.date(2022, 6 + at, 10),
            )
            for at, kind in enumerate(("oem_parts", "trade_fair", "oem_parts", "promotion"))
        ]
