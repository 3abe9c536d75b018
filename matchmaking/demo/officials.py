"""Officials of the demo: chiefs and deputies, chain offices, district officers, organisers, clerks."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from accounts.models import User
from companies.models import IndustrialChain, Posting
from matchmaking.demo.bulk import write
from matchmaking.demo.facts import facts
from matchmaking.demo.ground import Ground
from matchmaking.demo.names import PersonNames
from matchmaking.demo.people import ACCOUNTS, CHIEF, DISTRICT, OFFICE, ORGANISER, PASSWORD, Account

CHIEFS = 12
"""Of the published 20; the others are deputies."""
OFFICIALS = "Officials 官员"
ORGANISERS = "Organisers 活动组织者"
ACTS = {
    OFFICIALS: ("record_deal", "verify_deal", "verify_company", "publish_need", "introduce_match"),
    ORGANISERS: ("record_deal",),
}


@dataclass(frozen=True)
class Officials:
    """Who acts for the city in the demo."""

    office: User
    clerks: tuple[User, ...]
    chain_offices: dict[str, User]
    officers: dict[str, User]
    organiser: User
    organisers: tuple[User, ...]

    def verifier(self, rng: Random, recorder: User) -> User:
        """Somebody who verifies and did not record."""
        return rng.choice([clerk for clerk in self.clerks if clerk.pk != recorder.pk])


def make_users(rows: Sequence[tuple[str, str, dict[str, object]]]) -> dict[str, User]:
    """Users by e-mail: those that exist are kept as they are, the others cannot sign in.

    :param rows: e-mail, name and further fields.
    """
    known = {user.email: user for user in User.objects.filter(email__in=[email for email, _, _ in rows])}
    new = [
        User(email=email, name=name, password=f"{UNUSABLE_PASSWORD_PREFIX}{email}", **fields)
        for email, name, fields in rows
        if email not in known
    ]
    write(new)
    return known | {user.email: user for user in new}


def make_accounts() -> dict[str, User]:
    """The six users of the demo by e-mail, able to sign in."""
    users = make_users([(account.email, account.name, {}) for account in ACCOUNTS])
    password = make_password(PASSWORD)
    for account in ACCOUNTS:
        user = users[account.email]
        user.name, user.password, user.is_active = account.name, password, True
        user.is_staff, user.is_superuser = account.is_official, account is OFFICE
        user.save()
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
    return users


def make_officials(rng: Random, ground: Ground, accounts: dict[str, User]) -> Officials:
    """All officials with their postings, which began with the scheme and have not ended."""
    names = PersonNames(rng)

    def several(role: str, keys: Sequence[str]) -> dict[str, User]:
        rows = [
            (f"{role}.{key.lower().replace('_', '-')}@officials.demo.invalid", names.draw(), key)
            for key in keys
        ]
        made = make_users([(email, f"{name.zh} {name.en}", {"is_staff": True}) for email, name, _ in rows])
        return {key: made[email] for email, _, key in rows}

    def account(of: Account) -> User:
        return accounts[of.email]

    leaders = several("chief", [str(number) for number in range(2, facts().chiefs + 1)])
    offices = several("chain-office", list(ground.chains))
    officers = several("district", [d.code for d in ground.below_the_city])
    officers["330381"] = account(DISTRICT)
    organisers = several("organiser", ["1", "2", "3", "4"])
    clerks = several("office", ["1", "2", "3"])
    since = facts().since
    postings = [
        *_chiefs(ground, [account(CHIEF), *leaders.values()], since),
        *(
            _posting(user, Posting.Role.CHAIN_OFFICE, since, ground.chains[code])
            for code, user in offices.items()
        ),
        *_districts(ground, officers, since),
        *(
            Posting(user=user, role=Posting.Role.ORGANISER, division=ground.city, since=since)
            for user in (account(ORGANISER), *organisers.values())
        ),
    ]
    write(postings)
    _grant(
        OFFICIALS,
        [account(CHIEF), *leaders.values(), *offices.values(), *officers.values(), *clerks.values()],
    )
    _grant(ORGANISERS, [account(ORGANISER), *organisers.values()])
    return Officials(
        office=account(OFFICE),
        clerks=tuple(clerks.values()),
        chain_offices=offices,
        officers=officers,
        organiser=account(ORGANISER),
        organisers=tuple(organisers.values()),
    )


def _posting(user: User, role: str, since: dt.date, chain: IndustrialChain) -> Posting:
    return Posting(user=user, role=role, chain=chain, since=since)


def _chiefs(ground: Ground, leaders: list[User], since: dt.date) -> list[Posting]:
    """The first twelve lead the chains, some of them two; the deputies help with one or two each."""
    codes = ["auto_parts", *(code for code in ground.chains if code != "auto_parts")]
    chiefs, deputies = leaders[:CHIEFS], leaders[CHIEFS:]
    led = [
        _posting(chiefs[place % CHIEFS], Posting.Role.CHIEF, since, ground.chains[code])
        for place, code in enumerate(codes)
    ]
    helped = [
        _posting(deputies[place % len(deputies)], Posting.Role.DEPUTY, since, ground.chains[code])
        for place, code in enumerate(codes[:13])
    ]
    return led + helped


def _districts(ground: Ground, officers: dict[str, User], since: dt.date) -> list[Posting]:
    """Each officer for the own division, and as chief of the chains that the division runs itself."""
    divisions = [
        Posting(
            user=officers[division.code], role=Posting.Role.DISTRICT_OFFICER, division=division, since=since
        )
        for division in ground.below_the_city
    ]
    chains = [
        _posting(officers[chain.owner.code], Posting.Role.CHIEF, since, chain)
        for chain in ground.district_chains
        if chain.owner.code in officers
    ]
    return divisions + chains


def _grant(name: str, users: Sequence[User]) -> None:
    """Put the users into the group; which rows they may touch follows from their postings."""
    group, _created = Group.objects.get_or_create(name=name)
    own_apps = Q(content_type__app_label__in=["companies", "events", "matchmaking"])
    routine = Q(codename__regex=r"^(view|add|change)_") & ~Q(codename__endswith="event")
    events = Q(codename__in=["view_dockingevent", "add_dockingevent", "change_dockingevent"])
    group.permissions.set(
        Permission.objects.filter(own_apps & (routine | events | Q(codename__in=ACTS[name])))
    )
    group.user_set.add(*users)
