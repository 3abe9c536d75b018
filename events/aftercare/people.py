"""Which official answers for what came of a deal, a problem or a chain today."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import override

from accounts import outbox
from accounts.models import User
from companies.models import Company, Division, IndustrialChain, Posting

Role = Posting.Role


def chief_of(chain: IndustrialChain | None) -> User | None:
    """The chain's chief, else a deputy; None where nobody is posted."""
    return _posted([Role.CHIEF, Role.DEPUTY], chain=chain)


def office_of(chain: IndustrialChain | None) -> User | None:
    """Whoever does the chain's daily work: its office, else its chief or deputy."""
    return _posted([Role.CHAIN_OFFICE, Role.CHIEF, Role.DEPUTY], chain=chain)


def officer_of(division: Division | None) -> User | None:
    """The officer of the division, else of the nearest one above it."""
    while division is not None:
        if officer := _posted([Role.DISTRICT_OFFICER], division=division):
            return officer
        division = division.parent
    return None


def city_office() -> User | None:
    """The city office's first person, who answers where nobody else does."""
    return User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()


def chain_of(company: Company) -> IndustrialChain | None:
    """The chain of the company's first node, for problems and visits."""
    node = (
        company.nodes.select_related("chain").order_by("chain__owner__path", "chain__code", "order").first()
    )
    return node.chain if node else None


def caretaker_of(company: Company, chain: IndustrialChain | None) -> User | None:
    """Who solves a company's problems: the chain's office, else the division's officer, else the city's."""
    return office_of(chain) or officer_of(company.division) or city_office()


def tell(person: User, subject: str | Promise, body: str | Promise, named: dict[str, object]) -> None:
    """A letter to an official in the own language, within the act that it tells of."""
    with override(person.language):
        draft = outbox.Draft(
            to=person.email,
            title=str(subject) % named,
            text=str(body) % named,
            language=person.language,
            kind="desk",
            person=person,
        )
    outbox.post(draft)


def _posted(
    roles: Sequence[str], *, chain: IndustrialChain | None = None, division: Division | None = None
) -> User | None:
    """The person who has held one of the roles longest, the first role first."""
    if chain is None and division is None:
        return None
    postings = Posting.objects.active().filter(
        chain=chain, division=division, role__in=roles, user__is_active=True
    )
    found = sorted(
        postings.select_related("user").order_by("since", "pk"),
        key=lambda posting: roles.index(Role(posting.role)),
    )
    return found[0].user if found else None
