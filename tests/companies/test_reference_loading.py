"""Loading the reference files: by code, all or nothing, every broken cell named."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.audit import acting
from companies.models import ChainLink, ChainNode, Division, HSHeading, IndustrialChain, Sector
from companies.reference.loading import FOLDER, fingerprint, load
from companies.reference.reading import BrokenReference
from companies.reference.writing import Counts
from tests.factories.companies import make_company, make_division

pytestmark = pytest.mark.django_db

FILES = {
    "divisions.csv": [
        "code,name_zh,name_en,kind,parent_code,leading_sectors_zh,leading_sectors_en,source",
        "100000,中国,China,country,,,,own knowledge",
        "330300,温州市,Wenzhou,prefecture,100000,,,own knowledge",
        "330381,瑞安市,Rui'an,county_level_city,330300,汽车零部件,auto parts,own knowledge",
    ],
    "gbt4754_2017.csv": [
        "code,full_code,level,parent_code,name_zh,name_en,isic4_codes",
        "C,C,section,,制造业,Manufacturing,",
        "36,C36,division,C,汽车制造业,Automobiles,",
        "367,C367,group,36,汽车零部件,Parts,",
        "3670,C3670,class,367,汽车零部件,Parts,2930;3091",
    ],
    "hs2022_headings_used.csv": ["heading,name_zh,name_en", "8708,车辆零件,Parts of vehicles"],
    "certification_schemes.csv": ["code,name_en,name_zh", "iso9001,ISO 9001,ISO 9001认证"],
    "chains.csv": [
        "code,name_zh,name_en,owner_code,tier,status,source",
        "auto_parts,汽车零部件,Auto parts,330300,traditional,verified,a newspaper",
    ],
    "district_chains.csv": [
        "code,name_zh,name_en,division_code,based_on,source",
        "ruian_auto_parts,瑞安汽摩配,Rui'an auto parts,330381,auto_parts,own knowledge",
    ],
    "chain_nodes.csv": [
        "chain_code,node_code,sort_order,level,node_zh,node_en,gbt4754_codes,hs2022_headings,basis",
        "auto_parts,auto_parts.castings,1,upstream,铸件,Castings,3670,8708,own knowledge",
        "auto_parts,auto_parts.brakes,2,midstream,制动器,Brakes,3670,8708,own knowledge",
    ],
    "chain_links.csv": ["from_node,to_node", "auto_parts.castings,auto_parts.brakes"],
}

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small set of sound files."""
    for name, lines in FILES.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replaces a piece of a file, which must be there once or more."""

    def replace(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return replace


def test_first_load_adds_every_row(folder: Path) -> None:
    assert load(folder) == {
        "divisions.csv": Counts(3, 3),
        "gbt4754_2017.csv": Counts(4, 4),
        "hs2022_headings_used.csv": Counts(1, 1),
        "certification_schemes.csv": Counts(1, 1),
        "chains.csv, district_chains.csv": Counts(2, 2),
        "chain_nodes.csv": Counts(2, 2),
        "chain_links.csv": Counts(1, 1),
    }


def test_rows_are_loaded_with_their_places(folder: Path) -> None:
    load(folder)
    ruian = Division.objects.get(code="330381")
    assert (ruian.path, ruian.kind) == ("100000/330300/330381/", "county_level_city")
    parts = Sector.objects.get(full_code="C3670")
    assert (parts.parent.full_code if parts.parent else "", parts.isic_codes) == ("C367", ["2930", "3091"])
    district = IndustrialChain.objects.get(code="ruian_auto_parts")
    assert (district.based_on, district.owner, district.tier) == (
        IndustrialChain.objects.get(code="auto_parts"),
        ruian,
        "traditional",
    )
    brakes = ChainNode.objects.get(code="auto_parts.brakes")
    assert [list(brakes.sectors.all()), list(brakes.hs_headings.all())] == [
        [parts],
        [HSHeading.objects.get(code="8708")],
    ]


def test_second_load_of_the_same_files_changes_nothing(folder: Path) -> None:
    load(folder)
    assert {(c.added, c.changed, c.removed) for c in load(folder).values()} == {(0, 0, 0)}


def test_changed_name_keeps_primary_key_and_links(folder: Path, edit: Edit) -> None:
    load(folder)
    brakes = ChainNode.objects.get(code="auto_parts.brakes")
    company = make_company(nodes=[brakes], main_sector=Sector.objects.get(code="3670"))
    edit("chain_nodes.csv", "制动器,Brakes", "刹车,Brake systems")
    assert load(folder)["chain_nodes.csv"] == Counts(2, 0, 1, 0)
    again = ChainNode.objects.get(code="auto_parts.brakes")
    assert (again.pk, again.name_en, list(company.nodes.all())) == (brakes.pk, "Brake systems", [brakes])


def test_vanished_sector_is_disabled_and_comes_back(folder: Path, edit: Edit) -> None:
    load(folder)
    edit("gbt4754_2017.csv", "3670,C3670,class,367,汽车零部件,Parts,2930;3091\n", "")
    edit("chain_nodes.csv", ",3670,", ",367,")
    assert load(folder)["gbt4754_2017.csv"] == Counts(3, 0, 0, 1)
    assert Sector.objects.get(code="3670").disabled_on == timezone.localdate()
    edit("gbt4754_2017.csv", "367,C367,", "3670,C3670,class,367,汽车零部件,Parts,2930\n367,C367,")
    load(folder)
    assert Sector.objects.get(code="3670").disabled_on is None


def test_vanished_division_is_retired_and_one_that_people_added_stays(folder: Path, edit: Edit) -> None:
    load(folder)
    with acting(None):
        added = make_division(parent=Division.objects.get(code="330300"))
    edit(
        "divisions.csv",
        "330381,瑞安市,Rui'an,county_level_city,330300,汽车零部件,auto parts,own knowledge\n",
        "",
    )
    edit("district_chains.csv", "330381", "330300")
    assert load(folder)["divisions.csv"] == Counts(2, 0, 0, 1)
    retired = Division.objects.exclude(retired_on=None)
    assert [d.code for d in retired] == ["330381"]
    assert Division.objects.get(pk=added.pk).path == f"100000/330300/{added.code}/"


def test_moved_division_takes_along_what_people_added_below_it(folder: Path, edit: Edit) -> None:
    load(folder)
    with acting(None):
        added = make_division(parent=Division.objects.get(code="330381"))
    edit("divisions.csv", "county_level_city,330300,", "county_level_city,100000,")
    load(folder)
    assert Division.objects.get(pk=added.pk).path == f"100000/330381/{added.code}/"


def test_removed_link_is_deleted_and_one_that_people_added_stays(folder: Path, edit: Edit) -> None:
    load(folder)
    castings, brakes = (ChainNode.objects.get(code=f"auto_parts.{name}") for name in ("castings", "brakes"))
    with acting(None):
        ChainLink.objects.create(source=brakes, target=castings)
    edit("chain_links.csv", "auto_parts.castings,auto_parts.brakes\n", "")
    assert load(folder)["chain_links.csv"] == Counts(0, 0, 0, 1)
    assert list(ChainLink.objects.values_list("source__code", "target__code")) == [
        ("auto_parts.brakes", "auto_parts.castings")
    ]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("divisions.csv", "city,330300", "city,999999"), "divisions.csv, line 4, column parent_code: "),
        (("divisions.csv", "prefecture", "planet"), "divisions.csv, line 3, column kind: "),
        (("divisions.csv", "温州市,Wen", "温州市,中国,Wen"), "divisions.csv, line 3: "),
        (("gbt4754_2017.csv", "3670,C3670", "3670,C3671"), "gbt4754_2017.csv, line 5, column full_code: "),
        (("gbt4754_2017.csv", "367,C367,group", "367,C367,heap"), "gbt4754_2017.csv, line 4, column level: "),
        (("hs2022_headings_used.csv", "8708", "870"), "hs2022_headings_used.csv, line 2, column heading: "),
        (("certification_schemes.csv", "iso9001", ""), "certification_schemes.csv, line 2, column code: "),
        (("chains.csv", "traditional", "old"), "chains.csv, line 2, column tier: "),
        (
            ("chain_nodes.csv", "Brakes,3670", "Brakes,9999"),
            "chain_nodes.csv, line 3, column gbt4754_codes: ",
        ),
        (("chain_links.csv", "parts.brakes", "parts.brake"), "chain_links.csv, line 2, column to_node: "),
    ],
)
def test_broken_row_names_its_cell_and_nothing_is_loaded(
    folder: Path, edit: Edit, change: tuple[str, str, str], problem: str
) -> None:
    edit(*change)
    with pytest.raises(BrokenReference) as refused:
        load(folder)
    assert problem in str(refused.value)
    assert [Division.objects.count(), Sector.objects.count(), IndustrialChain.objects.count()] == [0, 0, 0]


def test_all_broken_cells_are_told_at_once(folder: Path, edit: Edit) -> None:
    edit("divisions.csv", "prefecture", "planet")
    edit("chain_links.csv", "parts.brakes", "parts.brake")
    with pytest.raises(BrokenReference) as refused:
        load(folder)
    assert [(p.file, p.line, p.column) for p in refused.value.problems] == [
        ("chain_links.csv", 2, "to_node"),
        ("divisions.csv", 3, "kind"),
    ]


def test_missing_column_and_missing_file_are_told(folder: Path, edit: Edit) -> None:
    edit("chains.csv", "owner_code", "owner")
    (folder / "chain_links.csv").unlink()
    with pytest.raises(BrokenReference) as refused:
        load(folder)
    told = {(p.file, p.column) for p in refused.value.problems}
    assert told >= {("chains.csv", "owner_code"), ("chain_links.csv", "")}


def test_circle_of_divisions_is_told(folder: Path, edit: Edit) -> None:
    edit("divisions.csv", "China,country,,", "China,country,330381,")
    with pytest.raises(BrokenReference) as refused:
        load(folder)
    assert [(p.line, p.column) for p in refused.value.problems] == [
        (2, "parent_code"),
        (3, "parent_code"),
        (4, "parent_code"),
    ]


def test_line_numbers_count_lines_inside_quotes(folder: Path, edit: Edit) -> None:
    edit(
        "divisions.csv",
        "330300,温州市,Wenzhou,prefecture,100000,,,own knowledge",
        '330300,温州市,Wenzhou,prefecture,100000,,,"two\nlines"',
    )
    edit("divisions.csv", "city,330300", "city,999999")
    with pytest.raises(BrokenReference) as refused:
        load(folder)
    assert [(p.line, p.column) for p in refused.value.problems] == [(5, "parent_code")]


def test_fingerprint_changes_with_a_file_and_only_then(folder: Path, edit: Edit) -> None:
    before = fingerprint(folder)
    assert fingerprint(folder) == before
    edit("chains.csv", "a newspaper", "another newspaper")
    assert fingerprint(folder) != before


def test_command_prints_counts_and_names_broken_cells(
    folder: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_reference", str(folder))
    assert capsys.readouterr().out.splitlines()[0] == (
        "divisions.csv: 3 rows, 3 added, 0 changed, 0 removed or disabled"
    )
    edit("divisions.csv", "prefecture", "planet")
    with pytest.raises(CommandError, match=r"divisions\.csv, line 3, column kind"):
        call_command("load_reference", str(folder))


def test_the_projects_own_files_are_sound() -> None:
    done = load()
    with (FOLDER / "gbt4754_2017.csv").open(encoding="utf-8", newline="") as stream:
        assert done["gbt4754_2017.csv"].added == len(list(csv.DictReader(stream)))
    assert IndustrialChain.objects.of_the_city().count() == 17
