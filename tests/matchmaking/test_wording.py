"""Reasons and remarks as sentences."""

import pytest
from django.utils.translation import override

from companies.models import Company, Offering, SourcingNeed
from matchmaking.engine.features import Reason, Score
from matchmaking.engine.findings import Finding, Kind, Remark
from matchmaking.engine.scoring import Code
from matchmaking.engine.suggestions import Suggestion
from matchmaking.engine.wording import Wording, word
from tests.factories.companies import make_division, make_node, make_scheme, make_sector

VALUES: dict[Code, object] = {
    Code.WORDS: ("pump", "valve"),
    Code.TRANSLATED: ("电池 ~ battery",),
    Code.MEANING: 0.512,
    Code.FURTHER: 2,
    Code.SECTOR: "C367",
    Code.NODE: 1,
    Code.SUPPLYING_NODE: 1,
    Code.HS_HEADING: "8708",
    Code.CERTIFICATES: ("A",),
    Code.CAPACITY: 0.5,
    Code.PLACE: "330000/",
    Code.TRADE_FORMAT: ("general",),
    Code.RECORD: 3,
    Code.FRESH: 4,
}
REMARKS: dict[Finding, object] = {
    Finding.COMPANY_SECTOR: "C367",
    Finding.CERTIFICATE_UNVERIFIED: ("A",),
    Finding.CAPACITY_SHORT: 0.4,
    Finding.MINIMUM_ORDER_ABOVE: "2000",
    Finding.LEAD_TIME_TOO_LONG: 30,
    Finding.LEAD_TIME_UNKNOWN: "2022-12-31",
    Finding.PROFILE_OLD: 30,
}


def said(*reasons: Reason, remarks: tuple[Remark, ...] = ()) -> Wording:
    suggestion = Suggestion(1, SourcingNeed(), Company(), Offering(), Score(reasons), remarks)
    with override("en"):
        (wording,) = word([suggestion])
    return wording


@pytest.mark.django_db
@pytest.mark.parametrize("code", list(Code))
def test_every_reason_has_a_sentence(code: Code) -> None:
    (sentence,) = said(Reason(code, VALUES[code], 1.26)).sentences  # type: ignore[arg-type]  # by code
    assert (sentence.kind, sentence.points, sentence.text[-1], "%" in sentence.text) == (
        "matched",
        1.3,
        ".",
        code is Code.CAPACITY,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.ASSUMED, Kind.MISSING, Kind.ASK])
@pytest.mark.parametrize("finding", list(Finding))
def test_every_finding_has_a_sentence(finding: Finding, kind: Kind) -> None:
    remark = Remark(kind, finding, REMARKS.get(finding, ""))  # type: ignore[arg-type]  # by finding
    (sentence,) = said(remarks=(remark,)).sentences
    assert (sentence.kind, sentence.points, sentence.text[-1] in ".?") == (kind, None, True)


@pytest.mark.django_db
def test_codes_are_said_by_their_names() -> None:
    sector, node = make_sector("C367", name_en="Parts of cars"), make_node(name_en="Brakes")
    scheme, country = make_scheme(name_en="IATF 16949"), make_division(name_en="China")
    town = make_division(country, name_en="Rui'an")
    reasons = (
        Reason(Code.SECTOR, sector.full_code, 3.0),
        Reason(Code.NODE, node.pk, 6.0),
        Reason(Code.CERTIFICATES, (scheme.code,), 2.0),
        Reason(Code.PLACE, town.path, 1.0),
        Reason(Code.PLACE, country.path, 0.5),
    )
    assert [sentence.text for sentence in said(*reasons).sentences] == [
        "Same sector: 367 Parts of cars.",
        "On the same chain node: Brakes.",
        "Holds the required certificate, verified: IATF 16949.",
        "Near the place of delivery: Rui'an.",
        "In the country of delivery: China.",
    ]


def test_the_short_form_has_three_matches_one_assumption_all_that_is_missing_and_one_question() -> None:
    reasons = [Reason(Code.RECORD, number, float(9 - number)) for number in range(2, 7)]
    remarks = (
        Remark(Kind.ASSUMED, Finding.BY_MEANING_ONLY),
        Remark(Kind.MISSING, Finding.CAPACITY_SHORT, 0.4),
        Remark(Kind.ASK, Finding.ASK_PRICE),
        Remark(Kind.ASK, Finding.PROFILE_OLD, 30),
    )
    wording = said(*reasons, remarks=remarks)
    assert [sentence.kind for sentence in wording.short] == ["matched"] * 3 + ["assumed", "missing", "ask"]
    assert wording.questions == ("Can you meet the target price?", "Is your profile still right?")


def test_numbers_agree_with_their_nouns() -> None:
    texts = [said(Reason(Code.FURTHER, number, 1.0)).sentences[0].text for number in (1, 3)]
    assert texts == ["Another of its offerings fits as well.", "3 more of its offerings fit as well."]
