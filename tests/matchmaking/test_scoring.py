"""A score is the sum of its reasons."""

import math
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.features import CandidateFeatures, NeedFeatures, Scale
from matchmaking.engine.scoring import (
    Code,
    further_reason,
    missing_certifications,
    offering_score,
    scale_of,
    shared_place,
    shared_sector,
    supplier_score,
)
from matchmaking.engine.weights import weights

NEED = NeedFeatures(
    sector_code="C3670",
    node=7,
    supplying_nodes=frozenset({5, 6}),
    hs_heading="8708",
    required_certifications=("IATF16949",),
    quantity=Decimal(1000),
    unit="pieces",
    place="100000/330000/330300/330382/",
    crosses_border=True,
)
BARE = CandidateFeatures(offering=1, company=1)
SCALE = Scale(floor=0.1, spread=2.0)

paths = st.lists(st.sampled_from(["1", "2", "3"]), max_size=4).map(lambda p: "".join(f"{x}/" for x in p))
needs = st.builds(
    NeedFeatures,
    sector_code=st.sampled_from(["", "C36", "C3670", "A0111"]),
    node=st.none() | st.integers(1, 5),
    supplying_nodes=st.frozensets(st.integers(1, 5)),
    hs_heading=st.sampled_from(["", "8708", "8481"]),
    required_certifications=st.sampled_from([(), ("A",), ("A", "B")]),
    quantity=st.none() | st.decimals(0, 10**6, places=2),
    unit=st.sampled_from(["", "t", "pieces"]),
    place=paths,
    crosses_border=st.booleans(),
)
candidates = st.builds(
    CandidateFeatures,
    offering=st.integers(1, 50),
    company=st.just(1),
    words=st.floats(0, 200),
    translated=st.floats(0, 200),
    meaning=st.floats(-1, 1),
    sector_code=st.sampled_from(["", "C3670", "C3671", "C3600"]),
    nodes=st.frozensets(st.integers(1, 5)),
    hs_heading=st.sampled_from(["", "8708"]),
    certifications=st.frozensets(st.sampled_from("AB")),
    verified_certifications=st.frozensets(st.sampled_from("AB")),
    spare_capacity=st.none() | st.decimals(0, 10**6, places=2),
    unit=st.sampled_from(["", "t", "pieces"]),
    place=paths,
    trade_formats=st.frozensets(st.sampled_from(["general", "bonded_zone"])),
    kept_deals=st.integers(0, 100),
    months_since_confirmed=st.none() | st.floats(-1, 100),
)


@given(needs, st.lists(candidates, min_size=1, max_size=6))
def test_a_score_is_exactly_the_sum_of_its_reasons(
    need: NeedFeatures, offerings: list[CandidateFeatures]
) -> None:
    _, score = supplier_score(need, offerings, scale_of(offerings))
    assert score.total == math.fsum(reason.points for reason in score.reasons)


@given(needs, candidates)
def test_every_reason_gives_points_and_says_why(need: NeedFeatures, candidate: CandidateFeatures) -> None:
    reasons = offering_score(need, candidate, scale_of([candidate])).reasons
    assert [reason for reason in reasons if reason.points <= 0 or reason.code not in set(Code)] == []


@given(needs, st.lists(candidates, min_size=1, max_size=6))
def test_a_further_offering_never_lowers_a_supplier(
    need: NeedFeatures, offerings: list[CandidateFeatures]
) -> None:
    scale = scale_of(offerings)
    best = max(offering_score(need, offering, scale).total for offering in offerings)
    assert supplier_score(need, offerings, scale)[1].total >= best - 1e-9


@given(needs, candidates, st.floats(0.1, 50))
def test_more_shared_words_never_lower_a_score(
    need: NeedFeatures, candidate: CandidateFeatures, more: float
) -> None:
    richer = replace(candidate, words=candidate.words + more)
    assert offering_score(need, richer, SCALE).total > offering_score(need, candidate, SCALE).total


def test_what_is_unknown_gives_nothing() -> None:
    assert offering_score(NEED, BARE, Scale()).reasons == ()


def test_text_counts_in_spreads_of_the_candidates() -> None:
    candidate = replace(BARE, words=4.0, meaning=0.1)
    points = {reason.code: reason.points for reason in offering_score(NEED, candidate, SCALE).reasons}
    assert points == {Code.WORDS: weights().text.points_per_spread * 4.0 / 2.0}


@pytest.mark.parametrize(
    ("code", "shared"),
    [("C3670", "C3670"), ("C3671", "C367"), ("C3620", "C36"), ("C1711", ""), ("A0111", ""), ("", "")],
)
def test_a_sector_is_shared_down_to_a_whole_level(code: str, shared: str) -> None:
    assert shared_sector("C3670", code) == shared


def test_a_closer_sector_gives_more() -> None:
    totals = [
        offering_score(NEED, replace(BARE, sector_code=code), SCALE).total
        for code in ("C3670", "C3671", "C3620", "C1711")
    ]
    assert totals == sorted(set(totals), reverse=True)


def test_the_same_node_counts_rather_than_one_that_supplies_it() -> None:
    candidate = replace(BARE, nodes=frozenset({5, 7}))
    assert [reason.code for reason in offering_score(NEED, candidate, SCALE).reasons] == [Code.NODE]


def test_a_node_upstream_is_named() -> None:
    (reason,) = offering_score(NEED, replace(BARE, nodes=frozenset({6, 9})), SCALE).reasons
    assert (reason.code, reason.value) == (Code.SUPPLYING_NODE, 6)


def test_capacity_counts_as_far_as_it_covers_the_quantity() -> None:
    (reason,) = offering_score(
        NEED, replace(BARE, spare_capacity=Decimal(250), unit=" Pieces"), SCALE
    ).reasons
    assert (reason.code, reason.value, reason.points) == (Code.CAPACITY, 0.25, 1.0)


def test_capacity_in_another_unit_is_unknown() -> None:
    assert offering_score(NEED, replace(BARE, spare_capacity=Decimal(9), unit="t"), SCALE).reasons == ()


def test_a_nearer_place_gives_more() -> None:
    totals = [
        offering_score(NEED, replace(BARE, place=place), SCALE).total
        for place in ("100000/330000/330300/330382/", "100000/330000/330300/330302/", "100000/310000/")
    ]
    assert totals == [3.0, 2.25, 0.75]


def test_the_shared_place_is_a_division_and_no_part_of_a_code() -> None:
    assert shared_place("100000/3303/", "100000/330382/") == "100000/"


def test_exporting_counts_only_for_a_buyer_abroad() -> None:
    candidate = replace(BARE, trade_formats=frozenset({"general", "bonded_zone"}))
    abroad = offering_score(NEED, candidate, SCALE).reasons
    at_home = offering_score(replace(NEED, crosses_border=False), candidate, SCALE).reasons
    assert ([(reason.code, reason.value) for reason in abroad], at_home) == (
        [(Code.TRADE_FORMAT, ("general",))],
        (),
    )


def test_the_record_of_kept_deals_levels_off() -> None:
    points = [
        offering_score(NEED, replace(BARE, kept_deals=number), SCALE).total for number in (0, 3, 6, 1000)
    ]
    assert points == pytest.approx([0, 2, 3, 4])


def test_a_profile_just_confirmed_counts_and_an_old_one_does_not() -> None:
    points = [
        offering_score(NEED, replace(BARE, months_since_confirmed=months), SCALE).total
        for months in (0.0, 12.0, 24.0)
    ]
    assert points == [2.0, 1.0, 0.0]


def test_a_required_certificate_is_missing_or_held_but_never_weighed() -> None:
    held = replace(BARE, certifications=frozenset({"IATF16949"}))
    assert (missing_certifications(NEED, BARE), missing_certifications(NEED, held)) == (("IATF16949",), ())
    assert offering_score(NEED, held, SCALE).total == 0


def test_equally_good_further_offerings_add_by_their_logarithm() -> None:
    width = weights().text.further * weights().text.points_per_spread
    reason = further_reason([30.0, 30.0, 30.0])
    assert reason is not None
    assert reason.value == 2
    assert reason.points == pytest.approx(width * math.log(3))


def test_one_offering_has_no_further_ones() -> None:
    assert further_reason([30.0]) is None


def test_candidates_that_are_all_alike_have_a_neutral_scale() -> None:
    assert scale_of([replace(BARE, words=3.0, meaning=0.4)] * 3) == Scale(0.4, 1.0)


def test_no_candidates_have_a_neutral_scale() -> None:
    assert scale_of([]) == Scale()
