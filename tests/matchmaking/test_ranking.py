"""Candidates to ranked suppliers."""

from dataclasses import replace

from matchmaking.engine.features import CandidateFeatures, NeedFeatures
from matchmaking.engine.ranking import rank

NEED = NeedFeatures(required_certifications=("A", "B"))
HOLDER = CandidateFeatures(1, 1, words=5.0, meaning=0.5, certifications=frozenset("AB"))


def test_each_supplier_stands_once_with_its_best_offering() -> None:
    other = replace(HOLDER, offering=2, words=9.0)
    ranking = rank(NeedFeatures(), [HOLDER, other, replace(HOLDER, offering=3, company=2, words=1.0)])
    assert [(one.candidate.company, one.candidate.offering) for one in ranking.suppliers] == [(1, 2), (2, 3)]


def test_who_lacks_a_required_certificate_is_left_out_and_counted_by_requirement() -> None:
    only_a = replace(HOLDER, offering=2, company=2, certifications=frozenset("A"))
    neither = replace(HOLDER, offering=3, company=3, certifications=frozenset())
    ranking = rank(NEED, [HOLDER, only_a, neither])
    assert [one.candidate.company for one in ranking.suppliers] == [1]
    assert (ranking.left_out, ranking.left_out_in_all) == ({"A": 1, "B": 2}, 2)


def test_equal_scores_keep_the_order_of_the_record() -> None:
    first, second = replace(HOLDER, company=1), replace(HOLDER, offering=2, company=2)
    ranking = rank(NeedFeatures(), [second, first])
    assert [one.candidate.company for one in ranking.suppliers] == [1, 2]


def test_no_candidates_give_an_empty_ranking() -> None:
    ranking = rank(NEED, [])
    assert (ranking.suppliers, ranking.left_out, ranking.left_out_in_all) == ((), {}, 0)
