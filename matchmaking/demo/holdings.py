"""Certificates that the firms hold, the persons whom one may call, and who represents the firms."""

import datetime as dt
from collections.abc import Sequence
from random import Random

from accounts.models import User
from companies.models import Certification, Contact, Representative
from matchmaking.demo import sizes
from matchmaking.demo.firms import Firm
from matchmaking.demo.ground import Ground
from matchmaking.demo.names import any_person
from matchmaking.demo.officials import make_users

HOLDING = {"": 0.45, "micro": 0.3, "small": 0.5, "medium": 0.75, "large": 0.9}
"""How many firms of a size class hold a certificate that their products usually have."""
ISSUERS = ("瓯江认证中心", "东海质量认证", "Oujiang Certification", "Donghai Quality Mark", "雁荡检测认证")
POSITIONS = ("销售经理", "总经理", "外贸经理", "业务主管", "采购经理")


def make_certifications(
    rng: Random,
    ground: Ground,
    firms: Sequence[Firm],
    *,
    by: User,
    today: dt.date,
    at: dt.datetime,
    certain: Firm,
) -> list[Certification]:
    """Certificates, unsaved: most valid and verified, some run out or only claimed; ``certain`` holds all."""
    made = []
    for number, firm in enumerate(firms):
        share = 1.0 if firm is certain else HOLDING[firm.company.size_class]
        usual = dict.fromkeys(code for product in firm.products for code in product.certificates)
        held = [code for code in usual if code in ground.schemes and rng.random() < share]
        if "iso9001" not in held and rng.random() < share:
            held.append("iso9001")
        for code in held:
            is_verified = firm is certain or rng.random() < 0.7
            made.append(
                Certification(
                    company=firm.company,
                    scheme=ground.schemes[code],
                    number=f"DEMO-{code.upper().replace('_', '')}-{number:05d}",
                    issuer=rng.choice(ISSUERS),
                    valid_until=today
                    + dt.timedelta(days=rng.randrange(30 if firm is certain else -150, 1000)),
                    verified_by=by if is_verified else None,
                    verified_at=at if is_verified else None,
                )
            )
    return made


def make_contacts(rng: Random, firms: Sequence[Firm], at: dt.datetime) -> list[Contact]:
    """One or two persons a firm, unsaved; most agreed to be shown."""
    made = []
    for number, firm in enumerate(firms):
        for place in range(1 + (rng.random() < 0.15)):
            person = any_person(rng)
            abroad = firm.company.country != "CN"
            made.append(
                Contact(
                    company=firm.company,
                    name=f"{person.zh} {person.en}",
                    position="Purchasing"
                    if abroad
                    else rng.choice(POSITIONS[3:] if firm.buys else POSITIONS[:4]),
                    # Numbers of Wenzhou do not begin with 0: nobody answers here.
                    phone="" if abroad else f"+86 577 0000 {number % 10000:04d}",
                    email=f"contact{place}.firm{number:05d}@demo.invalid",
                    language=User.Language.ENGLISH if abroad else User.Language.CHINESE,
                    consented_at=at if rng.random() < 0.86 else None,
                )
            )
    return made


def choose_supplier(rng: Random, makers: Sequence[Firm]) -> Firm:
    """A middle-sized maker of auto parts in Rui'an with several products."""
    fitting = [
        firm
        for firm in makers
        if firm.chain == "auto_parts"
        and firm.is_published
        and firm.company.division is not None
        and firm.company.division.code == "330381"
        and firm.company.size_class == ("micro", "small", "medium", "large")[sizes.MEDIUM]
        and len(firm.products) >= 4
        and all("iatf16949" in product.certificates for product in firm.products)
    ]
    return rng.choice(fitting)


def make_representatives(
    rng: Random, firms: Sequence[Firm], supplier: tuple[Firm, User], buyer: tuple[Firm, User]
) -> list[Representative]:
    """The two demo accounts, and persons of other firms: some approved, some waiting for it."""
    chosen = rng.sample([firm for firm in firms if firm is not supplier[0]], 60)
    rows: list[tuple[str, str, dict[str, object]]] = []
    for place, _firm in enumerate(chosen):
        person = any_person(rng)
        rows.append((f"person{place:03d}@firms.demo.invalid", f"{person.zh} {person.en}", {}))
    users = make_users(rows)
    states = [
        Representative.State.ASKED if place < 9 else Representative.State.APPROVED for place in range(60)
    ]
    return [
        _approved(supplier[0], supplier[1], Representative.Role.OWNER),
        _approved(buyer[0], buyer[1], Representative.Role.PURCHASING),
        *(
            Representative(
                user=users[email],
                company=firm.company,
                role=Representative.Role.PURCHASING if firm.buys else Representative.Role.SALES,
                state=state,
            )
            for firm, (email, _, _), state in zip(chosen, rows, states, strict=True)
        ),
    ]


def _approved(firm: Firm, user: User, role: str) -> Representative:
    return Representative(user=user, company=firm.company, role=role, state=Representative.State.APPROVED)
