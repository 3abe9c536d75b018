"""Measuring the engine on a set of needs."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from matchmaking.benchmarks.baselines import BM25, fuse
from matchmaking.benchmarks.matching_set import MatchingSetError, Outcome, read_matching_set
from matchmaking.benchmarks.measures import interval, measure
from matchmaking.benchmarks.scratch import PREFIX

FILES = {
    "suppliers": [
        ["supplier_id", "name", "region", "country"],
        ["s1", "Pumps Ltd", "North", "UK"],
        ["s2", "鞋业有限公司", "", ""],
        ["s3", "", "South", "UK"],
    ],
    "offerings": [
        ["offering_id", "supplier_id", "text", "code", "language", "date"],
        ["o1", "s1", "Supply of water pumps", "42122000", "en", "2020-01-01"],
        ["o2", "s2", "男士皮鞋", "", "zh", ""],
        ["o3", "s3", "Pump maintenance " + "and more of it " * 40, "42100000", "en", ""],
    ],
    "needs": [
        ["need_id", "buyer_id", "title", "text", "code", "region", "language", "date"],
        ["n1", "b1", "Water pumps", "", "42122000", "North", "en", "2020-08-01"],
        ["n2", "", "皮鞋", "男士", "", "", "zh", ""],
        ["n3", "b1", "never judged", "", "", "", "en", ""],
    ],
    "outcomes": [
        ["need_id", "supplier_id", "grade", "repeat"],
        ["n1", "s1", "1", "0"],
        ["n1", "s3", "1", "1"],
        ["n2", "s2", "2", "0"],
    ],
    "codes": [
        ["code", "parent_code", "name"],
        ["42000000", "", "Machinery"],
        ["42100000", "42000000", ""],
        ["42122000", "42100000", ""],
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in FILES.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return tmp_path


def scratch_databases() -> int:
    with psycopg.connect(**_server()) as server:
        found = server.execute("SELECT count(*) FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        row = found.fetchone()
    assert row is not None
    return int(row[0])


def _server() -> dict[str, Any]:
    known = connection.get_connection_params()
    return {key: known[key] for key in ("host", "port", "user", "password", "dbname") if key in known}


@pytest.mark.django_db(transaction=True)
def test_the_whole_way_ranks_every_need_and_leaves_nothing_behind(folder: Path) -> None:
    usual, run, said = connection.settings_dict["NAME"], folder / "run.csv", io.StringIO()
    call_command("benchmark_matching", folder, out=run, stdout=said, stderr=io.StringIO())
    with run.open(encoding="utf-8") as stream:
        first = [row["supplier_id"] for row in csv.DictReader(stream) if row["rank"] == "1"]
    assert first == ["s1", "s2"]
    assert "  Duijie     Recall@10 1.000  NDCG@10 1.000 [1.000, 1.000]  MRR 1.000  n=2" in said.getvalue()
    assert (connection.settings_dict["NAME"], scratch_databases()) == (usual, 0)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_interrupted_drops_its_database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("matchmaking.management.commands.benchmark_matching.load", interrupt)
    with pytest.raises(CommandError, match="Stopped"):
        call_command("benchmark_matching", folder, stdout=io.StringIO(), stderr=io.StringIO())
    assert scratch_databases() == 0


def test_needs_without_an_outcome_are_left_out(folder: Path) -> None:
    assert [need["need_id"] for need in read_matching_set(folder).needs] == ["n1", "n2"]


def test_a_code_knows_its_way_from_the_top(folder: Path) -> None:
    assert read_matching_set(folder).codes["42122000"] == ("42000000", "42100000", "42122000")


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("outcomes", "need_id,supplier_id\n", "outcomes.csv lacks the column grade"),
        ("outcomes", "need_id,supplier_id,grade,repeat\nn1,s1,high,0\n", "grade and repeat"),
        ("offerings", "offering_id,supplier_id,text,code\no1,s9,x,\n", "unknown suppliers, such as s9"),
    ],
)
def test_a_broken_file_is_named(folder: Path, file: str, text: str, message: str) -> None:
    (folder / f"{file}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(MatchingSetError, match=message):
        read_matching_set(folder)


def test_a_folder_without_the_files_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"suppliers\.csv is missing"):
        call_command("benchmark_matching", tmp_path)


def test_the_headline_takes_earlier_suppliers_out_of_the_ranking() -> None:
    outcomes = {"n": {"old": Outcome(1, is_repeat=True), "new": Outcome(1, is_repeat=False)}}
    values = measure(outcomes, {"n": ["old", "x", "new"]}, headline=True)
    assert values.tolist() == [[1.0, pytest.approx(1 / np.log2(3)), 0.5]]


def test_all_outcomes_keep_every_supplier_and_grade() -> None:
    outcomes = {"n": {"a": Outcome(2, is_repeat=True), "b": Outcome(1, is_repeat=False)}}
    perfect = measure(outcomes, {"n": ["a", "b"]}, headline=False)
    swapped = measure(outcomes, {"n": ["b", "a"]}, headline=False)
    better, worse = 3 + 1 / np.log2(3), 1 + 3 / np.log2(3)
    assert (perfect[0, 1], swapped[0, 1]) == (1.0, pytest.approx(worse / better))


def test_only_ten_places_count_but_the_first_is_sought_everywhere() -> None:
    outcomes = {"n": {"a": Outcome(1, is_repeat=False)}}
    values = measure(outcomes, {"n": [*"bcdefghijk", "a"]}, headline=True)
    assert values.tolist() == [[0.0, 0.0, pytest.approx(1 / 11)]]


def test_an_interval_holds_the_mean_of_its_values() -> None:
    values = np.arange(100) / 100
    low, high = interval(values)
    assert low < values.mean() < high


def test_bm25_is_that_of_lucene() -> None:
    words = BM25(["pump", "pump valve", "shoe"])
    idf = np.log(1 + (3 - 1 + 0.5) / 1.5)
    norm = 1.2 * (1 - 0.75 + 0.75 * 2 / (4 / 3))
    assert words.scores("valve").tolist() == [0.0, pytest.approx(idf / (1 + norm)), 0.0]


def test_fusion_shares_the_best_rank_and_adds_nothing_for_zero() -> None:
    assert fuse([np.array([2.0, 2.0, 0.0])]).tolist() == [1 / 61, 1 / 61, 0.0]
