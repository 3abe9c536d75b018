"""How far a person reaches: what postings and representations give, read at once.

The rules of permission are made of these keys, so that a page that asks many of them finds out once who is
asking, and PostgreSQL gets short statements.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import Viewer
from accounts.prepared import read_prepared
from accounts.reading import once_while_reading

EVERY = ~Q(pk__in=())
NONE = Q(pk__in=())
"""The rules that all rows and no rows follow; they add nothing to a statement."""

SOMEBODY = -7_315_004
"""Stands for the person's key in the statement that is put together once a day; nobody has it."""


@dataclass(frozen=True)
class Reach:
    """Keys of what a person answers for today.

    ``districts`` are the chains of districts that the person holds by a posting, as pairs: the chain which
    is based on, and the path of the district. Who sits there and is on a node of that chain is within reach.
    """

    is_official: bool = False
    divisions: tuple[int, ...] = ()
    """Governed, with all below them."""
    chains: tuple[int, ...] = ()
    """Led, or owned by a governed division."""
    districts: tuple[tuple[int, str], ...] = ()
    companies: tuple[int, ...] = ()
    """Represented."""
    hosts: tuple[int, ...] = ()
    """Divisions for whose events the person is posted as an organiser."""
    event_chains: tuple[int, ...] = ()
    """Chains for whose events the person is posted as an organiser."""

    @property
    def is_posted_organiser(self) -> bool:
        return bool(self.hosts or self.event_chains)


def reach_of(user: Viewer) -> Reach:
    """A person's reach: one query, and while one page is read only one."""
    key = user.pk
    if key is None:
        return Reach()
    return once_while_reading(("reach", key), lambda: _read(key, timezone.localdate()))


def _read(key: int, today: dt.date) -> Reach:
    statement, parameters = _statement(today)
    [row] = read_prepared(statement, [key if value == SOMEBODY else value for value in parameters])
    official, divisions, chains, bases, paths, companies, hosts, event_chains = row
    return Reach(
        is_official=official,
        divisions=tuple(divisions),
        chains=tuple(chains),
        districts=tuple(zip(bases, paths, strict=True)),
        companies=tuple(companies),
        hosts=tuple(hosts),
        event_chains=tuple(event_chains),
    )


@lru_cache(maxsize=2)
def _statement(today: dt.date) -> tuple[str, tuple[Any, ...]]:
    """What is asked of a person, put together once a day: that takes longer than to answer it.

    :param today: the day that the postings in force are of.
    """
    from companies.models.chain import IndustrialChain
    from companies.models.place import Division
    from companies.models.posting import Posting
    from companies.models.representative import Representative

    postings = Posting.objects.active(today).filter(user_id=SOMEBODY)
    organiser = postings.filter(role=Posting.Role.ORGANISER)
    held = IndustrialChain.objects.filter(pk__in=postings.filter(chain__isnull=False).values("chain_id"))
    governed = Division.objects.below_postings(postings.officials())
    owned = IndustrialChain.objects.filter(owner__in=governed)
    districts = held.filter(based_on__isnull=False).order_by("pk")
    lists: tuple[QuerySet[Any, Any], ...] = (
        governed.order_by("pk").values("pk"),
        (held | owned).order_by("pk").values("pk"),
        districts.values("based_on_id"),
        districts.annotate(path=F("owner__path")).values("path"),
        Representative.objects.active().filter(user_id=SOMEBODY).order_by("pk").values("company_id"),
        organiser.filter(division__isnull=False).order_by("pk").values("division_id"),
        organiser.filter(chain__isnull=False).order_by("pk").values("chain_id"),
    )
    official = postings.officials().query.exists().sql_with_params()
    asked = [each.query.sql_with_params() for each in lists]
    arrays = ", ".join(f"ARRAY({sql})" for sql, _parameters in asked)
    values = [value for _sql, parameters in (official, *asked) for value in parameters]
    return f"SELECT EXISTS ({official[0]}), {arrays}", tuple(values)
