"""A matching set as companies, offerings and needs of the real models.

Codes of any scheme become sectors: the first level of the set's tree a division, the second a group, the
third and deeper a class, so that "same class, group or division" means the same as with the national
classification. Regions become divisions of one country. A long text keeps its first 300 characters as name.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from companies.models import Company, Division, Offering, Sector, SourcingNeed
from companies.words import Script, script_of
from matchmaking.benchmarks.matching_set import MatchingSet

SECTION = "X"
DIGITS = "".join(chr(code) for code in range(0x30, 0x180) if chr(code).isalnum())
"""One character for each of the children of a code: some headings have more than 36."""
NAME, TITLE, TEXT = 300, 500, 10_000
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Loaded:
    """The set's ids by primary key."""

    needs: dict[str, int]
    suppliers: dict[int, str]


@transaction.atomic
def load(task: MatchingSet) -> Loaded:
    """Write the set through the models; equal scores keep the order of supplier_id."""
    sectors, divisions = _sectors(task), _divisions(task)
    suppliers = [
        Company(
            **_named(row["name"] or row["supplier_id"], "name", 200),
            country=_country(row["country"]),
            division=divisions.get(row["region"]),
            verification=Company.Verification.VERIFIED,
            verified_at=timezone.now(),
        )
        for row in task.suppliers
    ]
    buyers = {
        row["buyer_id"]: Company(name_en=f"buyer {row['buyer_id']}", supplies=False, buys=True)
        for row in task.needs
    }
    Company.objects.bulk_create(suppliers, batch_size=BATCH)
    Company.objects.bulk_create(buyers.values(), batch_size=BATCH)
    ids = {row["supplier_id"]: company for row, company in zip(task.suppliers, suppliers, strict=True)}
    Offering.objects.bulk_create(
        (
            Offering(
                company=ids[row["supplier_id"]],
                **_split(row["text"], "", "name", NAME),
                sector=sectors.get(row["code"]),
            )
            for row in task.offerings
        ),
        batch_size=BATCH,
    )
    needs = [
        SourcingNeed(
            buyer=buyers[row["buyer_id"]],
            **_split(row["title"], row["text"], "title", TITLE),
            sector=sectors.get(row["code"]),
            place=divisions.get(row["region"]),
            state=SourcingNeed.State.OPEN,
            opened_at=timezone.now(),
        )
        for row in task.needs
    ]
    SourcingNeed.objects.bulk_create(needs, batch_size=BATCH)
    return Loaded(
        {row["need_id"]: need.pk for row, need in zip(task.needs, needs, strict=True)},
        {company.pk: supplier for supplier, company in ids.items()},
    )


def _named(text: str, field: str, longest: int) -> dict[str, str]:
    language = "zh" if script_of(text) is Script.HAN else "en"
    return {f"{field}_{language}": text[:longest]}


def _split(name: str, text: str, field: str, longest: int) -> dict[str, str]:
    """Name or title and text; what does not fit the first goes on in the second."""
    name = name.strip() or "-"
    cut = len(name) if len(name) <= longest else max(name.rfind(" ", 0, longest + 1), 0) or longest
    rest = f"{name[cut:]} {text}".strip()
    return {**_named(name[:cut], field, longest), "text": rest[:TEXT]}


def _country(code: str) -> str:
    return code.upper() if len(code) == 2 and code.isascii() and code.isalpha() else "CN"


def _divisions(task: MatchingSet) -> dict[str, Division]:
    """A division a region, all in one country."""
    regions = sorted({row["region"] for rows in (task.suppliers, task.needs) for row in rows} - {""})
    if not regions:
        return {}
    country = Division.objects.create(
        code="set", name_zh=task.name, name_en=task.name, kind=Division.Kind.NATION
    )
    return {
        region: Division.objects.create(
            code=f"set-{number}",
            name_zh=region[:100],
            name_en=region[:100],
            kind=Division.Kind.DISTRICT,
            parent=country,
        )
        for number, region in enumerate(regions)
    }


def _sectors(task: MatchingSet) -> dict[str, Sector]:
    """Sector of each code that offerings or needs use; codes outside the tree are a level of their own."""
    used = sorted({row["code"] for rows in (task.offerings, task.needs) for row in rows} - {""})
    if not used:
        return {}
    top = Sector.objects.create(
        code=SECTION, full_code=SECTION, level=Sector.Level.SECTION, name_zh=task.name, name_en=task.name
    )
    made: dict[tuple[str, ...], Sector] = {(): top}
    for code in used:
        path = task.codes.get(code, (code,))[:3]
        for depth in range(1, len(path) + 1):
            if path[:depth] not in made:
                made[path[:depth]] = _sector(path[:depth], made)
    return {code: made[task.codes.get(code, (code,))[:3]] for code in used}


def _sector(path: tuple[str, ...], made: dict[tuple[str, ...], Sector]) -> Sector:
    parent = made[path[:-1]]
    number = sum(other[:-1] == path[:-1] and len(other) == len(path) for other in made)
    if len(path) == 1:
        tail = DIGITS[number // len(DIGITS) % len(DIGITS)] + DIGITS[number % len(DIGITS)]
    else:
        tail = DIGITS[number % len(DIGITS)]
    level = (Sector.Level.DIVISION, Sector.Level.GROUP, Sector.Level.CLASS)[len(path) - 1]
    full_code = parent.full_code + tail
    return Sector.objects.create(
        code=full_code[:6],
        full_code=full_code,
        level=level,
        parent=parent,
        name_zh=path[-1],
        name_en=path[-1],
    )
