"""The 77 docking events that were held from May to 27 November 2022, of all nine kinds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from accounts.models import User
from companies.models import Division
from events.models import DockingEvent, EventSeries
from matchmaking.demo.bulk import write
from matchmaking.demo.facts import facts
from matchmaking.demo.firms import Firm
from matchmaking.demo.ground import Ground
from matchmaking.demo.officials import Officials
from matchmaking.demo.reading import Named, texts

Kind = DockingEvent.Kind
HELD = {
    Kind.SALES: 22,
    Kind.OEM_PARTS: 12,
    Kind.INVITE_IN: 8,
    Kind.GO_OUT: 8,
    Kind.TRADE_FAIR: 6,
    Kind.PROMOTION: 1,
    Kind.SUMMIT: 1,
    Kind.BANK: 6,
    Kind.TALENT: 5,
}
"""How many of each kind besides the eight that the report tells of."""
CITIES = ("310000", "330100", "440300", "320500", "420100", "340100", "440100", "500000")
BANKS = (
    Named("瓯江银行", "Oujiang Bank"),
    Named("雁荡银行", "Yandang Bank"),
    Named("东瓯银行", "Dong'ou Bank"),
)
SERIES = Named("重点产业链推介（五批）", "Promotion of key chains in five batches")
SOURCE_ZH = "据2022年12月6日公开报道；具体日期为演示假设。"
SOURCE_EN = (
    "From a published report of 6 December 2022; the exact days are an assumption of the demonstration."
)


@dataclass(frozen=True, eq=False)
class Occasion:
    """An event with the codes of its chains and who organises it."""

    event: DockingEvent
    chains: tuple[str, ...]
    organisers: tuple[User, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """The held events; those that the report tells of by name."""

    neta: Occasion
    airshow: Occasion
    summit: Occasion
    batches: tuple[Occasion, ...]
    others: tuple[Occasion, ...] = field(default=())

    @property
    def everything(self) -> tuple[Occasion, ...]:
        return (self.neta, self.airshow, self.summit, *self.batches, *self.others)


def make_calendar(rng: Random, ground: Ground, officials: Officials, buyers: Sequence[Firm]) -> Calendar:
    """All held events, saved with their chains and organisers."""
    calendar = Calendar(
        **_reported(ground, officials),
        batches=_batches(ground, officials),
        others=tuple(
            _drawn(rng, ground, officials, kind=kind, place=place, buyers=buyers)
            for kind, count in HELD.items()
            for place in range(count)
        ),
    )
    save_occasions(ground, calendar.everything)
    return calendar


def save_occasions(ground: Ground, occasions: Sequence[Occasion]) -> None:
    """Write events, their chains and organisers; a slug that is taken gets a number."""
    taken: dict[str, int] = {}
    for occasion in occasions:
        slug = occasion.event.slug
        taken[slug] = taken.get(slug, 0) + 1
        if taken[slug] > 1:
            occasion.event.slug = f"{slug}-{taken[slug]}"
    write([occasion.event for occasion in occasions])
    of_chain, by = DockingEvent.chains.through, DockingEvent.organisers.through
    write(
        [
            of_chain(dockingevent_id=occasion.event.pk, industrialchain_id=ground.chains[code].pk)
            for occasion in occasions
            for code in occasion.chains
        ]
    )
    write(
        [
            by(dockingevent_id=occasion.event.pk, user_id=user.pk)
            for occasion in occasions
            for user in occasion.organisers
        ]
    )


def event_of(
    kind: str,
    name: Named,
    host: Division,
    first: dt.date,
    last: dt.date,
    *,
    chains: Sequence[str],
    state: str = DockingEvent.State.HELD,
    about: Named | None = None,
    series: EventSeries | None = None,
    venue: Named | None = None,
) -> DockingEvent:
    """An event, unsaved, whose address says when, what and for whom."""
    place = venue or Named(f"{host.name_zh}会议中心", f"{host.name_en} conference centre")
    subject = "-".join(chains[:1]).replace("_", "-") or "city"
    return DockingEvent(
        slug=f"{first:%Y-%m-%d}-{subject}-{kind.replace('_', '-')}",
        series=series,
        kind=kind,
        name_zh=name.zh,
        name_en=name.en[:1].upper() + name.en[1:],
        about_zh=about.zh if about else "",
        about_en=about.en if about else "",
        host=host,
        venue_zh=place.zh,
        venue_en=place.en,
        starts_on=first,
        ends_on=last,
        state=state,
    )


def _reported(ground: Ground, officials: Officials) -> dict[str, Occasion]:
    """Neta's visit, the airshow and the summit."""

    def occasion(
        kind: str,
        name: Named,
        first: dt.date,
        days: int,
        chains: tuple[str, ...],
        *,
        venue: Named | None = None,
    ) -> Occasion:
        last = first + dt.timedelta(days=days - 1)
        about = Named(SOURCE_ZH, SOURCE_EN)
        event = event_of(kind, name, ground.city, first, last, chains=chains, about=about, venue=venue)
        return Occasion(event, chains, (officials.organiser,))

    return {
        "neta": occasion(
            Kind.INVITE_IN,
            Named("“请进来”：哪吒汽车走进温州", '"Invite in": Neta visits Wenzhou'),
            dt.date(2022, 7, 14),
            2,
            ("auto_parts", "new_energy_vehicle"),
        ),
        "airshow": occasion(
            Kind.TRADE_FAIR,
            Named(
                "第十四届中国国际航空航天博览会",
                "14th China International Aviation and Aerospace Exhibition",
            ),
            dt.date(2022, 11, 8),
            6,
            ("general_aviation",),
            venue=Named("广东珠海", "Zhuhai, Guangdong"),
        ),
        "summit": occasion(
            Kind.SUMMIT,
            Named("2022《财富》中国500强峰会", "2022 Fortune China 500 Summit"),
            dt.date(2022, 11, 17),
            2,
            tuple(ground.chains),
            venue=Named("温州", "Wenzhou"),
        ),
    }


def _batches(ground: Ground, officials: Officials) -> tuple[Occasion, ...]:
    """The promotion series for auto parts, electrical and healthcare."""
    series = EventSeries.objects.create(name_zh=SERIES.zh, name_en=SERIES.en, host=ground.city)
    made = []
    for batch in range(1, facts().promotion_batches + 1):
        first = dt.date(2022, 5 + batch, 21 - batch)
        name = Named(
            f"汽车零部件、电气、生命健康产业推介（第{batch}批）",
            f"Promotion of auto parts, electrical and healthcare, batch {batch}",
        )
        chains = facts().promotion_chains
        about = Named(SOURCE_ZH, SOURCE_EN)
        event = event_of(
            Kind.PROMOTION, name, ground.city, first, first, chains=chains, about=about, series=series
        )
        made.append(Occasion(event, chains, (officials.organisers[batch % 4],)))
    return tuple(made)


def _drawn(
    rng: Random, ground: Ground, officials: Officials, *, kind: str, place: int, buyers: Sequence[Firm]
) -> Occasion:
    """One more event of the kind: for a chain of the city or for one of a district's own."""
    since, until = facts().since, facts().as_of - dt.timedelta(days=1)
    first = since + dt.timedelta(days=4 + rng.randrange((until - since).days - 6))
    days = 3 if kind == Kind.TRADE_FAIR else 2 if kind in {Kind.SUMMIT, Kind.GO_OUT} else 1
    last = min(first + dt.timedelta(days=days - 1), until)
    host, chain = host_and_chain(rng, ground)
    name = name_of(rng, ground, kind, chain=chain, host=host, year=first.year, batch=place + 1, buyers=buyers)
    city = ground.divisions[rng.choice(CITIES)]
    venue = Named(city.name_zh, city.name_en) if kind == Kind.GO_OUT else None
    event = event_of(kind, name, host, first, last, chains=[chain], venue=venue)
    return Occasion(event, (chain,), (officials.organisers[place % 4],))


def host_and_chain(rng: Random, ground: Ground) -> tuple[Division, str]:
    """The city with any chain, or a district with one of its own; larger chains more often."""
    weights = {share.chain: share.weight for share in texts().shares}
    if rng.random() < 0.55:
        own = [(chain.owner, chain.based_on.code) for chain in ground.district_chains if chain.based_on]
        return rng.choices(own, [weights[code] for _, code in own])[0]
    codes = list(ground.chains)
    return ground.city, rng.choices(codes, [weights[code] for code in codes])[0]


def name_of(
    rng: Random,
    ground: Ground,
    kind: str,
    *,
    chain: str,
    host: Division,
    year: int,
    batch: int,
    buyers: Sequence[Firm],
) -> Named:
    """A name from the templates of the kind."""
    template = rng.choice(texts().events[kind])
    buyer = rng.choice([firm for firm in buyers if firm.chain == chain] or list(buyers)).company
    city, bank, of = ground.divisions[rng.choice(CITIES)], rng.choice(BANKS), ground.chains[chain]
    common = {"year": str(year), "batch": str(batch)}
    return Named(
        template.zh.format_map(
            common
            | {
                "chain": of.name_zh,
                "place": host.name_zh,
                "buyer": buyer.name_zh or buyer.name_en,
                "city": city.name_zh.removesuffix("市"),
                "bank": bank.zh,
            }
        ),
        template.en.format_map(
            common
            | {
                "chain": of.name_en.lower(),
                "place": host.name_en,
                "buyer": buyer.name_en or buyer.name_zh,
                "city": city.name_en.removesuffix(" City"),
                "bank": bank.en,
            }
        ),
    )
