"""Reasons and remarks as sentences in the reader's language: short on a list, complete on demand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.prepared import read_prepared
from companies.models import CertificationScheme, ChainNode, Company, Division, Sector
from matchmaking.engine.features import Reason
from matchmaking.engine.findings import Finding, Kind, Remark
from matchmaking.engine.scoring import Code
from matchmaking.engine.suggestions import Suggestion

SHORT = 3
"""Matched reasons that a list shows."""
_NAMES = """
SELECT 'sector', full_code, code, name_zh, name_en FROM companies_sector WHERE full_code = ANY(%s::text[])
UNION ALL
SELECT 'node', id::text, '', name_zh, name_en FROM companies_chainnode WHERE id = ANY(%s::bigint[])
UNION ALL
SELECT 'scheme', code, '', name_zh, name_en FROM companies_certificationscheme WHERE code = ANY(%s::text[])
UNION ALL
SELECT 'division', path, '', name_zh, name_en FROM companies_division WHERE path = ANY(%s::text[])
"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of a suggestion's reasons, as the page's list of reasons takes it."""

    kind: str
    """matched, assumed, missing or ask."""
    text: str
    points: float | None = None
    """Of a matched reason."""


@dataclass(frozen=True, slots=True)
class Wording:
    """All that is said about one suggestion."""

    sentences: tuple[Sentence, ...]
    """Matched by points, then assumed, missing, and what to ask."""

    @property
    def short(self) -> tuple[Sentence, ...]:
        """The weightiest matches, the first thing assumed, all that is missing, and the first question."""
        matched, assumed = self._of(Kind.MATCHED)[:SHORT], self._of(Kind.ASSUMED)[:1]
        return (*matched, *assumed, *self._of(Kind.MISSING), *self._of(Kind.ASK)[:1])

    @property
    def questions(self) -> tuple[str, ...]:
        """What to ask next."""
        return tuple(sentence.text for sentence in self._of(Kind.ASK))

    def _of(self, kind: Kind) -> tuple[Sentence, ...]:
        return tuple(sentence for sentence in self.sentences if sentence.kind == kind)


@dataclass(frozen=True, slots=True)
class Names:
    """Names in the reader's language of what reasons point to."""

    sectors: dict[str, str]
    nodes: dict[int, str]
    schemes: dict[str, str]
    divisions: dict[str, str]


def word(suggestions: Sequence[Suggestion]) -> list[Wording]:
    """What to say about each suggestion, in their order; one query for all."""
    names = _names(suggestions)
    return [
        Wording(
            (
                *(
                    Sentence(Kind.MATCHED, _reason(reason, names), round(reason.points, 1))
                    for reason in suggestion.score.reasons
                ),
                *(Sentence(remark.kind, _remark(remark, names)) for remark in suggestion.remarks),
            )
        )
        for suggestion in suggestions
    ]


def _names(suggestions: Sequence[Suggestion]) -> Names:
    reasons = [reason for suggestion in suggestions for reason in suggestion.score.reasons]
    remarks = [remark for suggestion in suggestions for remark in suggestion.remarks]
    node_codes = {Code.NODE, Code.SUPPLYING_NODE}
    nodes = {
        reason.value for reason in reasons if reason.code in node_codes and isinstance(reason.value, int)
    }
    sectors = {reason.value for reason in reasons if reason.code == Code.SECTOR}
    sectors |= {remark.value for remark in remarks if remark.code == Finding.COMPANY_SECTOR}
    divisions = {reason.value for reason in reasons if reason.code == Code.PLACE}
    schemes = set(_listed(reason.value for reason in reasons if reason.code == Code.CERTIFICATES))
    schemes |= set(_listed(r.value for r in remarks if r.code == Finding.CERTIFICATE_UNVERIFIED))
    names = Names({}, {}, {}, {})
    asked = [list(map(str, sectors)), list(nodes), list(map(str, schemes)), list(map(str, divisions))]
    if not any(asked):
        return names
    for kind, key, code, zh, en in read_prepared(_NAMES, asked):
        if kind == "sector":
            names.sectors[key] = str(Sector(code=code, name_zh=zh, name_en=en))
        elif kind == "node":
            names.nodes[int(key)] = str(ChainNode(name_zh=zh, name_en=en))
        elif kind == "scheme":
            names.schemes[key] = str(CertificationScheme(name_zh=zh, name_en=en))
        else:
            names.divisions[key] = str(Division(name_zh=zh, name_en=en))
    return names


def _listed(values: Iterable[object]) -> Iterable[str]:
    return (item for value in values if isinstance(value, tuple) for item in value)


def _reason(reason: Reason, names: Names) -> str:
    value: Any = reason.value
    sentences: dict[str, Callable[[], str]] = {
        Code.WORDS: lambda: (
            _("Shared words: %(words)s.") % {"words": _enumerated(value)}
            if value
            else _("Shares words with the need.")
        ),
        Code.TRANSLATED: lambda: (
            _("Words of the same meaning in another language: %(words)s.") % {"words": _enumerated(value)}
            if value
            else _("Has words of the same meaning in another language.")
        ),
        Code.MEANING: lambda: (
            _("The descriptions mean much the same (likeness %(likeness)s).")
            % {"likeness": number_format(value, 2)}
        ),
        Code.FURTHER: lambda: (
            ngettext(
                "Another of its offerings fits as well.",
                "%(number)d more of its offerings fit as well.",
                value,
            )
            % {"number": value}
        ),
        Code.SECTOR: lambda: _("Same sector: %(sector)s.") % {"sector": names.sectors.get(value, value)},
        Code.NODE: lambda: _("On the same chain node: %(node)s.") % {"node": names.nodes.get(value, value)},
        Code.SUPPLYING_NODE: lambda: (
            _("On a node that supplies this one: %(node)s.") % {"node": names.nodes.get(value, value)}
        ),
        Code.HS_HEADING: lambda: _("Same customs heading: %(heading)s.") % {"heading": value},
        Code.CERTIFICATES: lambda: (
            _("Holds the required certificate, verified: %(schemes)s.") % {"schemes": _schemes(value, names)}
        ),
        Code.CAPACITY: lambda: (
            _("Spare capacity for %(share)s of the quantity.") % {"share": _percent(value)}
        ),
        Code.PLACE: lambda: _place(value, names),
        Code.TRADE_FORMAT: lambda: (
            _("Sells abroad by %(formats)s.")
            % {"formats": _enumerated(str(Company.TradeFormat(item).label) for item in value)}
        ),
        Code.RECORD: lambda: (
            ngettext("Kept one earlier deal.", "Kept %(number)d earlier deals.", value) % {"number": value}
        ),
        Code.FRESH: lambda: (
            ngettext(
                "Profile confirmed within the last month.",
                "Profile confirmed %(months)d months ago.",
                max(value, 1),
            )
            % {"months": value}
        ),
    }
    return sentences[reason.code]()


def _remark(remark: Remark, names: Names) -> str:
    value: Any = remark.value
    ask = remark.kind == Kind.ASK
    sentences: dict[Finding, Callable[[], str]] = {
        Finding.BY_MEANING_ONLY: lambda: _(
            "That the product fits: the texts share no word, only their meaning."
        ),
        Finding.ASK_PRODUCT: lambda: _("Is this the product that the need describes?"),
        Finding.COMPANY_SECTOR: lambda: (
            _("That the offering is of the company's main sector: %(sector)s.")
            % {"sector": names.sectors.get(value, value)}
        ),
        Finding.CERTIFICATE_UNVERIFIED: lambda: (
            (
                _("Please send a scan of the certificate: %(schemes)s.")
                if ask
                else _("That the certificate is valid, which nobody has verified: %(schemes)s.")
            )
            % {"schemes": _schemes(value, names)}
        ),
        Finding.CAPACITY_UNKNOWN: lambda: _("How much of the quantity can you supply, and from when?"),
        Finding.CAPACITY_SHORT: lambda: (
            _("Can you extend your capacity, or supply in parts?")
            if ask
            else _("Spare capacity covers only %(share)s of the quantity.") % {"share": _percent(value)}
        ),
        Finding.MINIMUM_ORDER_ABOVE: lambda: (
            _("Would you accept an order below your minimum?")
            if ask
            else _("The minimum order is larger than the quantity: %(least)s.")
            % {"least": number_format(value, use_l10n=True, force_grouping=True)}
        ),
        Finding.LEAD_TIME_TOO_LONG: lambda: (
            _("Can you deliver sooner than usual?")
            if ask
            else ngettext(
                "The usual lead time of %(days)d day ends after the date of delivery.",
                "The usual lead time of %(days)d days ends after the date of delivery.",
                value,
            )
            % {"days": value}
        ),
        Finding.LEAD_TIME_UNKNOWN: lambda: _("Can you deliver by %(date)s?") % {"date": value},
        Finding.NO_EXPORT: lambda: _("How do you sell to buyers abroad?"),
        Finding.PROFILE_OLD: lambda: _("Is your profile still right?"),
        Finding.ASK_PRICE: lambda: _("Can you meet the target price?"),
    }
    return sentences[remark.code]()


def _enumerated(items: Iterable[str]) -> str:
    # Translators: what stands between the items of a list
    return _(", ").join(items)


def _schemes(codes: Sequence[str], names: Names) -> str:
    return _enumerated(names.schemes.get(code, code) for code in codes)


def _place(path: str, names: Names) -> str:
    """Within a country nobody is near merely by being there."""
    said = {"place": names.divisions.get(path, path)}
    if path.count("/") == 1:
        return _("In the country of delivery: %(place)s.") % said
    return _("Near the place of delivery: %(place)s.") % said


def _percent(share: float) -> str:
    return f"{number_format(round(100 * share))} %"
