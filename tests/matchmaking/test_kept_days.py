"""First days of companies served, who took part and what was done: kept by triggers, told as rows tell."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import F

from companies.models import ChainNode, Company
from events.models import Deal, DockingEvent, Meeting, Registration
from matchmaking.figures import answers, conversion, folding, officials_rates, rows, serving
from matchmaking.figures.counts import FIGURES
from matchmaking.figures.measuring import Reading
from matchmaking.figures.officials_counts import OFFICIALS
from matchmaking.figures.scope import NO_EVENT, Scope
from matchmaking.models import Match, ServedChange, ServedSince
from tests.factories.companies import make_buyer, make_company, make_need, make_node
from tests.factories.events import make_deal, make_event, make_fulfilment, make_meeting, make_registration
from tests.factories.matchmaking import make_introduced_match
from tests.matchmaking.ledger_city import City
from tests.matchmaking.test_random_ledgers import draw

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2022, 5, 1), dt.date(2023, 3, 1)


class Town(City):
    """The city with firms of its divisions, and acts by which they come to be served, or no longer are."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self.rng = rng
        places = [*self.divisions, None]
        self.buyers = [make_buyer(division=rng.choice(places)) for _ in range(4)]
        self.makers = [make_company(division=rng.choice(places), size_class=size) for size in SIZES]
        self.nodes = [make_node(chain) for chain in self.chains]
        self.acts: list[Callable[[], object]] = [
            *[self.register, self.meet, self.introduce, self.deal] * 2,
            *(self.withdraw, self.swap, self.cancel, self.rename, self.postpone, self.join, self.unseat),
            *(self.take_back, self.reassign, self.renode, self.merge, self.resell, self.strike, self.redate),
        ]

    def moment(self) -> dt.datetime:
        """Any minute, so that some days differ between here and Greenwich."""
        return dt.datetime(2022, 5, 1, tzinfo=dt.UTC) + dt.timedelta(
            minutes=self.rng.randrange(60 * 24 * 250)
        )

    def register(self) -> None:
        event, firm = self.rng.choice(self.events), self.rng.choice([*self.makers, *self.buyers])
        if not event.registrations.filter(company=firm).exists():
            make_registration(event, firm, registered_at=self.moment())

    def meet(self) -> None:
        event = self.rng.choice(self.events)
        for side in ("buyer", "supplier"):
            if not event.registrations.filter(side=side).exists():
                firm = self.rng.choice(self.buyers if side == "buyer" else self.makers)
                make_registration(event, firm, registered_at=self.moment())
        buyer, supplier = (event.registrations.filter(side=side).first() for side in ("buyer", "supplier"))
        make_meeting(buyer, supplier, state=self.rng.choice(["held", "held", "cancelled"]))

    def introduce(self) -> None:
        need = make_need(self.rng.choice(self.buyers), node=self.rng.choice([None, *self.nodes]))
        make_introduced_match(need, self.rng.choice(self.makers), introduced_at=self.moment())

    def deal(self) -> None:
        self.buyer, self.supplier = self.rng.choice(self.buyers), self.rng.choice(self.makers)
        draw(self.rng, self)

    def withdraw(self) -> None:
        Registration.objects.filter(pk__in=self.some(Registration)).update(
            state=self.rng.choice(["withdrawn", "refused", "confirmed"])
        )

    def swap(self) -> None:
        """A place goes to another firm."""
        both = list(self.rng.choice(self.events).registrations.filter(side="supplier").order_by("pk")[:1])
        free = [firm for firm in self.makers if not Registration.objects.filter(company=firm).exists()]
        if both and free:
            Registration.objects.filter(pk=both[0].pk).update(company=free[0])

    def cancel(self) -> None:
        DockingEvent.objects.filter(pk=self.rng.choice(self.events).pk).update(
            state=self.rng.choice(["held", "held", "cancelled", "published"])
        )

    def rename(self) -> None:
        DockingEvent.objects.filter(pk=self.rng.choice(self.events).pk).update(
            kind=self.rng.choice(["bank", "summit", "oem_parts"])
        )

    def postpone(self) -> None:
        event = self.rng.choice(self.events)
        DockingEvent.objects.filter(pk=event.pk).update(
            ends_on=event.ends_on + dt.timedelta(days=self.rng.randrange(40))
        )

    def join(self) -> None:
        self.rng.choice(self.events).chains.set(self.rng.sample(self.chains, self.rng.randrange(3)))

    def unseat(self) -> None:
        Meeting.objects.filter(pk__in=self.some(Meeting)).update(state="cancelled")

    def take_back(self) -> None:
        Match.objects.filter(pk__in=self.some(Match)).delete()

    def reassign(self) -> None:
        Match.objects.filter(pk__in=self.some(Match)).update(introduced_at=self.moment())

    def renode(self) -> None:
        """A node belongs to another chain."""
        ChainNode.objects.filter(pk=self.rng.choice(self.nodes).pk).update(chain=self.rng.choice(self.chains))

    def merge(self) -> None:
        standing = list(Deal.objects.filter(merged_into=None, merged=None).order_by("pk"))
        if len(standing) > 1:
            one, other = self.rng.sample(standing, 2)
            Deal.objects.filter(pk=one.pk).update(merged_into=other)

    def resell(self) -> None:
        Deal.objects.filter(pk__in=self.some(Deal), merged_into=None).update(
            supplier=self.rng.choice(self.makers),
            version=F("version") + 1,
            verified_at=None,
            verified_by=None,
        )

    def strike(self) -> None:
        """A report of fulfilment."""
        for deal in Deal.objects.filter(pk__in=self.some(Deal), signed_on__isnull=False, merged_into=None):
            day = (deal.signed_on or FIRST) + dt.timedelta(days=self.rng.randrange(-5, 90))
            year = 2000 + self.rng.randrange(100)
            if not deal.fulfilments.filter(year=year).exists():
                make_fulfilment(
                    deal, year=year, reported_on=day, fulfilled_amount=self.rng.choice([None, 0, 7])
                )

    def redate(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE events_registration SET registered_at = registered_at + interval '9 hours' "
                "WHERE id %% %s = 0",
                [self.rng.randrange(2, 5)],
            )

    def some(self, model: type) -> list[int]:
        """The key of one row, if there is any."""
        keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))  # type: ignore[attr-defined]
        return self.rng.sample(keys, min(1, len(keys)))

    def scope(self) -> Scope:
        """A day, and limits of which first days are kept."""
        rng = self.rng
        day = FIRST + dt.timedelta(days=rng.randrange((LAST - FIRST).days))
        chain, kind = rng.choice(
            [*((each, "") for each in (None, *self.chains)), *((None, k) for k in KINDS)]
        )
        division = rng.choice([None, None, *self.divisions])
        return Scope(as_of=day, chain=chain, kind=kind, division=division, only_itself=rng.random() < 0.5)


SIZES = ("", "micro", "small", "medium", "large", "micro")
REPORTED = ("ordered", "fulfilled", "new_output")
KINDS = (NO_EVENT, "bank", "oem_parts", "trade_fair")


def by_the_rows(scope: Scope) -> Counter[str]:
    return Counter(rows.companies_served(scope).order_by().values_list("size_class", flat=True))


@pytest.mark.parametrize("seed", range(6))
def test_companies_served_are_those_of_the_rows_after_every_act(seed: int) -> None:
    rng = random.Random(seed)
    town = Town(rng)
    wrong = []
    for _ in range(60):
        act = rng.choice(town.acts)
        act()
        scopes = [town.scope() for _ in range(2)]
        wrong += [(act, scope) for scope in scopes if serving.by_size(scope) != by_the_rows(scope)]
        if rng.random() < 0.3:
            folding.fold()
    assert wrong == []


@pytest.mark.parametrize("seed", range(3))
def test_who_took_part_and_what_was_done_is_as_the_rows_tell(seed: int) -> None:
    rng = random.Random(100 + seed)
    town = Town(rng)
    for _ in range(25):
        town.deal()
    for act in rng.choices([town.merge, town.resell, town.strike, town.join, town.rename], k=25):
        act()
    for scope in [town.scope() for _ in range(6)]:
        for asked in (scope, scope.in_month(FIRST), replace(scope, since=FIRST + dt.timedelta(days=9))):
            assert told(asked) == counted(asked), asked


def told(scope: Scope) -> tuple[object, ...]:
    """Who took part, and the lines of all in the tables of conversion and of rates."""
    whole, rates = conversion.tables(scope).whole, officials_rates.tables(scope).by_chain
    return (
        FIGURES["signed_took_part"].measure(Reading(scope)).value,
        (whole.intentions, whole.became_signed, whole.days_to_sign),
        (whole.signed, whole.fulfilled, whole.days_to_fulfil),
        tuple(
            sum(getattr(line, name) for line in rates)
            for name in ("intentions", "became_signed", "signed", "performing")
        ),
        tuple(sum(getattr(year, name) for year in answers.by_year(scope)) for name in REPORTED),
    )


def counted(scope: Scope) -> tuple[object, ...]:
    """The same from the rows."""
    numbers = {name: OFFICIALS[name].of(scope) for name in OFFICIALS}
    intended, signed = rows.intentions(scope).count(), rows.signed(scope).count()
    return (
        rows.took_part(scope).count(),
        (intended, numbers["became_signed"], numbers["days_to_sign"]),
        (signed, numbers["signed_delivered"], numbers["days_to_fulfil"]),
        (intended, numbers["became_signed"], signed, numbers["signed_going_on"]),
        tuple(numbers[f"reported_{name}_cny"] for name in REPORTED),
    )


def test_folding_takes_up_every_change_and_keeps_one_line_of_a_name() -> None:
    town = Town(random.Random(1))
    for act in (town.register, town.introduce, town.deal, town.meet) * 3:
        act()
    folding.fold()
    lines = list(ServedSince.objects.values_list("company_id", "breakdown", "chain_id", "kind"))
    assert (ServedChange.objects.count(), len(lines) > 0, len(lines)) == (0, True, len(set(lines)))


def test_the_comparison_sees_a_wrong_day() -> None:
    """The control: without it, the comparisons above could be blind."""
    make_deal(on=FIRST)
    folding.fold()
    scope = Scope(as_of=FIRST)
    assert serving.by_size(scope) == by_the_rows(scope) == {"": 2}
    ServedSince.objects.update(day=LAST)
    assert serving.by_size(scope) == {}


def test_what_serves_nobody_leaves_no_mark() -> None:
    deal, event = make_deal(on=FIRST), make_event()
    folding.fold()
    Deal.objects.filter(pk=deal.pk).update(note="by telephone")
    DockingEvent.objects.filter(pk=event.pk).update(name_en="Another name")
    Company.objects.update(website="https://example.test")
    assert ServedChange.objects.count() == 0
