"""How the rows of companies' own tables move when two companies become one."""

from django.db.models import Q

from companies.merging import Merge, rule
from companies.models import Certification, Company, Contact, Offering, Representative, SourcingNeed

_FILLED = (
    "name_zh",
    "name_en",
    "about_zh",
    "about_en",
    "website",
    "division_id",
    "main_sector_id",
    "tier",
    "profile_confirmed_on",
)
_MEASURED = ("employees", "revenue_cny", "assets_cny", "figures_year")


@rule("companies.Company.nodes", "companies.Company.other_sectors")
def unite_profiles(act: Merge) -> None:
    """The company that stays keeps what it says, and takes what only the other said."""
    source, into = act.source, act.into
    for name in _FILLED:
        setattr(into, name, getattr(into, name) or getattr(source, name))
    if all(getattr(into, name) is None for name in _MEASURED):
        for name in _MEASURED:
            setattr(into, name, getattr(source, name))
    into.supplies = into.supplies or source.supplies
    into.buys = into.buys or source.buys
    into.brands = list(dict.fromkeys([*into.brands, *source.brands]))
    into.trade_formats = list(dict.fromkeys([*into.trade_formats, *source.trade_formats]))
    into.nodes.add(*source.nodes.all())
    into.other_sectors.add(*source.other_sectors.all())
    source.nodes.clear()
    source.other_sectors.clear()
    _move_registration(act)


def _move_registration(act: Merge) -> None:
    """A credit code or registration number that only the source had goes over, so that it is still found."""
    source, into = act.source, act.into
    if source.country != into.country:
        return
    code, number = source.credit_code, source.registration_number
    if code and not into.credit_code:
        source.credit_code, into.credit_code = None, code
    if number and not into.registration_number:
        source.registration_number, into.registration_number = "", number
    # Written first: the same code may not stand on two rows for a moment.
    source.save(update_fields=["credit_code", "registration_number"])


@rule("companies.Company.parent", "companies.Company.merged_into")
def move_in_the_tree(act: Merge) -> None:
    """Subsidiaries get the new parent; a company that was below the source rises to the source's place."""
    source, into = act.source, act.into
    if source.pk in _above(into):
        into.parent_id = source.parent_id if source.parent_id != into.pk else None
        into.save(update_fields=["parent"])
    elif into.parent_id is None and into.pk not in _above(source):
        into.parent_id = source.parent_id
    Company.objects.filter(parent=source).exclude(pk=into.pk).update(parent=into)
    Company.objects.filter(merged_into=source).update(merged_into=into)
    source.parent = None


def _above(company: Company) -> list[int]:
    """Keys of all parents, nearest first."""
    found: list[int] = []
    parent = company.parent_id
    while parent is not None and parent not in found:
        found.append(parent)
        parent = Company.objects.values_list("parent_id", flat=True).get(pk=parent)
    return found


@rule("companies.Offering.company")
def move_offerings(act: Merge) -> None:
    Offering.objects.filter(company=act.source).update(company=act.into)


@rule("companies.Certification.company")
def move_certifications(act: Merge) -> None:
    """A certificate that both hold stays once, with the later date and the scan."""
    held = {(c.scheme_id, c.number): c for c in Certification.objects.filter(company=act.into)}
    for certificate in Certification.objects.filter(company=act.source):
        same = held.get((certificate.scheme_id, certificate.number))
        if same is None:
            certificate.company = act.into
            certificate.save(update_fields=["company"])
        else:
            _absorb(certificate, same)


def _absorb(double: Certification, kept: Certification) -> None:
    if double.valid_until is None or (kept.valid_until and double.valid_until > kept.valid_until):
        kept.valid_until = double.valid_until
    kept.issuer = kept.issuer or double.issuer
    kept.evidence = kept.evidence or double.evidence
    if kept.verified_by_id is None:
        kept.verified_by_id, kept.verified_at = double.verified_by_id, double.verified_at
    kept.save()
    double.delete()


@rule("companies.Representative.company")
def move_representatives(act: Merge) -> None:
    """Who acted for both acts once: the other row ends, and an approval of either holds."""
    standing = Representative.objects.filter(~Q(state=Representative.State.ENDED))
    held = {r.user_id: r for r in standing.filter(company=act.into)}
    for representative in standing.filter(company=act.source):
        same = held.get(representative.user_id)
        if same is None:
            continue
        if representative.state == Representative.State.APPROVED:
            same.state = Representative.State.APPROVED
            same.save(update_fields=["state"])
        representative.state = Representative.State.ENDED
        representative.save(update_fields=["state"])
    Representative.objects.filter(company=act.source).update(company=act.into)


@rule("companies.Contact.company")
def move_contacts(act: Merge) -> None:
    Contact.objects.filter(company=act.source).update(company=act.into)


@rule("companies.SourcingNeed.buyer")
def move_needs(act: Merge) -> None:
    SourcingNeed.objects.filter(buyer=act.source).update(buyer=act.into)
