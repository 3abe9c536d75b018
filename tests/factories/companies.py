"""Places, sectors, chains, postings, companies, what they offer and what they need, for tests.

Every function fills what the database demands with unique values; keywords override any field.
"""

import datetime as dt
from collections.abc import Iterable
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from companies import credit_code
from companies.models import (
    Certification,
    CertificationScheme,
    ChainLink,
    ChainNode,
    Company,
    Contact,
    Division,
    HSHeading,
    IndustrialChain,
    Offering,
    Posting,
    Representative,
    Sector,
    SourcingNeed,
)
from tests.factories.accounts import make_user

_numbers = count(1)


def make_division(parent: Division | None = None, **fields: Any) -> Division:
    """A district when it has a parent, otherwise a city."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "code": f"T{number:05}",
        "name_zh": f"第{number}区",
        "name_en": f"Division {number}",
        "kind": Division.Kind.DISTRICT if parent else Division.Kind.PREFECTURE,
    }
    return Division.objects.create(parent=parent, **defaults | fields)


def make_sector(full_code: str = "C3670", **fields: Any) -> Sector:
    """The sector of that full code with its ancestors; rows that exist are kept as they are."""
    level = {1: "section", 3: "division", 4: "group", 5: "class"}[len(full_code)]
    above = {1: "", 3: full_code[:1], 4: full_code[:3], 5: full_code[:4]}[len(full_code)]
    code = full_code if level == "section" else full_code[1:]
    defaults = {
        "code": code,
        "level": level,
        "parent": make_sector(above) if above else None,
        "name_zh": f"行业{code}",
        "name_en": f"Sector {code}",
    }
    return Sector.objects.get_or_create(full_code=full_code, defaults=defaults | fields)[0]


def make_heading(code: str = "8708", **fields: Any) -> HSHeading:
    """The heading of that code; a row that exists is kept as it is."""
    defaults = {"name_zh": f"品目{code}", "name_en": f"Heading {code}"}
    return HSHeading.objects.get_or_create(code=code, defaults=defaults | fields)[0]


def make_chain(owner: Division | None = None, **fields: Any) -> IndustrialChain:
    """A chain without nodes, of a new city when no owner is given."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "code": f"chain-{number}",
        "name_zh": f"第{number}产业链",
        "name_en": f"Chain {number}",
        "tier": IndustrialChain.Tier.TRADITIONAL,
    }
    return IndustrialChain.objects.create(owner=owner or make_division(), **defaults | fields)


def make_node(
    chain: IndustrialChain | None = None,
    *,
    sectors: Iterable[Sector] = (),
    hs_headings: Iterable[HSHeading] = (),
    **fields: Any,
) -> ChainNode:
    """A midstream node, of a new chain when none is given."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "code": f"node-{number}",
        "level": ChainNode.Level.MIDSTREAM,
        "order": number,
        "name_zh": f"第{number}环节",
        "name_en": f"Node {number}",
    }
    node = ChainNode.objects.create(chain=chain or make_chain(), **defaults | fields)
    node.sectors.set(sectors)
    node.hs_headings.set(hs_headings)
    return node


def make_link(source: ChainNode, target: ChainNode) -> ChainLink:
    """``source`` supplies ``target``."""
    return ChainLink.objects.create(source=source, target=target)


def make_posting(
    user: User | None = None,
    *,
    chain: IndustrialChain | None = None,
    division: Division | None = None,
    **fields: Any,
) -> Posting:
    """A chief of the chain or an officer of the division, in force since a year ago."""
    role = Posting.Role.CHIEF if chain else Posting.Role.DISTRICT_OFFICER
    defaults: dict[str, Any] = {"role": role, "since": timezone.localdate() - dt.timedelta(days=365)}
    return Posting.objects.create(
        user=user or make_user(is_staff=True), chain=chain, division=division, **defaults | fields
    )


def make_credit_code(number: int | None = None) -> str:
    """A valid unified social credit code that no other call returned."""
    return credit_code.with_check_character(f"91330300{next(_numbers) if number is None else number:09}")


def make_company(
    *, nodes: Iterable[ChainNode] = (), other_sectors: Iterable[Sector] = (), **fields: Any
) -> Company:
    """A verified mainland supplier, so published; ``verification="pending"`` makes one that waits.

    Verified or refused without a time gets the present one.
    """
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "name_zh": f"第{number}有限公司",
        "name_en": f"Company {number}",
        "verification": Company.Verification.VERIFIED,
    }
    values = defaults | fields
    if values["verification"] != Company.Verification.PENDING:
        values.setdefault("verified_at", timezone.now())
    if values.get("country", "CN") == "CN":
        values.setdefault("credit_code", make_credit_code(number))
    else:
        values.setdefault("registration_number", f"R-{number}")
    company = Company.objects.create(**values)
    company.nodes.set(nodes)
    company.other_sectors.set(other_sectors)
    return company


def make_buyer(**fields: Any) -> Company:
    """A verified company that buys and does not supply."""
    return make_company(**{"supplies": False, "buys": True} | fields)


def make_representative(
    user: User | None = None, company: Company | None = None, **fields: Any
) -> Representative:
    """An approved representative."""
    defaults = {"role": Representative.Role.OWNER, "state": Representative.State.APPROVED}
    return Representative.objects.create(
        user=user or make_user(), company=company or make_company(), **defaults | fields
    )


def make_contact(company: Company | None = None, **fields: Any) -> Contact:
    """A person to call, who has agreed to be shown."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "name": f"Contact {number}",
        "phone": f"+86 577 8{number:07}",
        "consented_at": timezone.now(),
    }
    return Contact.objects.create(company=company or make_company(), **defaults | fields)


def make_scheme(**fields: Any) -> CertificationScheme:
    number = next(_numbers)
    defaults = {"code": f"scheme{number}", "name_zh": f"第{number}认证", "name_en": f"Scheme {number}"}
    return CertificationScheme.objects.create(**defaults | fields)


def make_certification(
    company: Company | None = None, scheme: CertificationScheme | None = None, **fields: Any
) -> Certification:
    """A certificate that does not run out."""
    defaults = {"number": f"N-{next(_numbers)}"}
    return Certification.objects.create(
        company=company or make_company(), scheme=scheme or make_scheme(), **defaults | fields
    )


def make_offering(company: Company | None = None, **fields: Any) -> Offering:
    number = next(_numbers)
    defaults: dict[str, Any] = {"name_zh": f"第{number}产品", "name_en": f"Product {number}"}
    return Offering.objects.create(company=company or make_company(), **defaults | fields)


def make_need(
    buyer: Company | None = None,
    *,
    required_certifications: Iterable[CertificationScheme] = (),
    **fields: Any,
) -> SourcingNeed:
    """A public open need; ``state="draft"`` or ``"submitted"`` makes one that was never opened.

    A state that needs times gets the present one.
    """
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "title_zh": f"第{number}需求",
        "title_en": f"Need {number}",
        "state": SourcingNeed.State.OPEN,
    }
    values = defaults | fields
    if values["state"] in SourcingNeed.PUBLISHED_STATES:
        values.setdefault("opened_at", timezone.now())
    if values["state"] in {"closed", "filled", "expired"}:
        values.setdefault("ended_at", timezone.now())
    need = SourcingNeed.objects.create(buyer=buyer or make_buyer(), **values)
    need.required_certifications.set(required_certifications)
    return need
