"""The private PostgreSQL: real servers in folders of their own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from matchmaking.private_postgres import PrivatePostgresError, is_running, remove, stop, url
from matchmaking.private_postgres.__main__ import main
from matchmaking.private_postgres.places import find_places, socket_folder

PROJECT = Path(__file__).resolve().parents[2]
NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account may enter; pytest's own are closed."""
    made = Path(tempfile.mkdtemp(prefix="duijie-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def root(folder: Path) -> Iterator[Path]:
    """A place for one server, stopped and deleted afterwards."""
    place = folder / "postgres"
    yield place
    remove(place)


@pytest.fixture(scope="module")
def pattern() -> Iterator[Path]:
    """A server's folder after its first start, stopped: copying it is quicker than making one."""
    made = Path(tempfile.mkdtemp(prefix="duijie-test-"))
    made.chmod(0o755)
    url(made / "postgres")
    stop(made / "postgres")
    yield made / "postgres"
    shutil.rmtree(made)


@pytest.fixture
def stopped(root: Path, pattern: Path) -> Path:
    """A server that ran before."""
    subprocess.run(["/bin/cp", "--archive", pattern, root], check=True)
    return root


def starter(root: Path) -> subprocess.Popen[str]:
    """Another process that asks for the address of the database."""
    command = [sys.executable, "-m", "matchmaking.private_postgres", "url", "--root", str(root)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, start_new_session=True)


def server_pid(root: Path) -> int:
    return int((root / "data/postmaster.pid").read_text().split()[0])


def rows(address: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(query).fetchall()


def refusal(root: Path) -> str:
    with pytest.raises(PrivatePostgresError) as refused:
        url(root)
    return str(refused.value)


def as_ordinary_user(act: Callable[[], object]) -> int:
    """Do it as an account other than root; the exit code."""
    if os.geteuid() != 0:
        act()
        return 0

    def drop_and_act() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        act()

    process = get_context("fork").Process(target=drop_and_act)
    process.start()
    process.join(60)
    return process.exitcode if process.exitcode is not None else -1


def test_six_starters_at_once_share_one_server(root: Path) -> None:
    starters = [starter(root) for _ in range(6)]
    addresses = {process.communicate(timeout=120)[0].strip() for process in starters}
    assert addresses == {f"postgresql://duijie@{quote(str(root / 'run'), safe='')}/duijie"}
    assert (root / "data/server.log").read_text().count("starting PostgreSQL") == 1


def test_rows_acknowledged_before_the_server_is_killed_are_there_after_the_next_start(stopped: Path) -> None:
    with psycopg.connect(url(stopped), autocommit=True) as connection:
        connection.execute("CREATE TABLE deal AS SELECT generate_series(1, 1000) AS number")
        os.kill(server_pid(stopped), signal.SIGKILL)
    assert rows(url(stopped), "SELECT count(*), sum(number) FROM deal") == [(1000, 500500)]


def test_the_role_is_an_ordinary_one_and_finds_pgvector_in_a_new_database(stopped: Path) -> None:
    with psycopg.connect(url(stopped), autocommit=True) as connection:
        connection.execute("CREATE DATABASE another")
    superuser = "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
    address = url(stopped).removesuffix("/duijie")
    assert rows(f"{address}/another", f"SELECT {superuser}, '[3,4]'::vector <-> '[0,0]'") == [(False, 5.0)]


def test_a_dropped_database_is_made_again(stopped: Path) -> None:
    with psycopg.connect(f"{url(stopped).removesuffix('/duijie')}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE duijie")
    assert rows(url(stopped), "SELECT current_database()::text") == [("duijie",)]


def test_a_first_start_that_was_killed_halfway_is_begun_anew(root: Path) -> None:
    first = starter(root)
    while not (root / "half-initialised/base").exists():
        assert first.poll() is None
        time.sleep(0.002)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert not (root / "data").exists()
    assert rows(url(root), "SELECT 1") == [(1,)]
    assert sorted(path.name for path in root.iterdir()) == ["data", "run"]


def test_data_of_another_major_version_are_refused_in_one_line(stopped: Path) -> None:
    (stopped / "data/PG_VERSION").write_text("17\n")
    assert refusal(stopped) == (
        f"{stopped}/data was made by PostgreSQL 17, this is 18: dump the data with the old one "
        "and load them again, or move the folder away to begin anew."
    )


def test_a_folder_that_holds_something_else_is_refused_in_one_line(root: Path) -> None:
    (root / "data").mkdir(parents=True)
    (root / "data/letter.txt").write_text("Dear reader")
    assert refusal(root) == f"{root}/data holds no PostgreSQL data: move it away and start again."


def test_too_little_room_on_the_disk_is_refused_in_one_line(root: Path) -> None:
    with pytest.raises(
        PrivatePostgresError, match=r"^Only \d+ MB are free .* free some space and start again\.$"
    ):
        url(root, room=10**18)
    assert not (root / "data").exists()


def test_a_full_disk_is_named_as_the_reason(stopped: Path) -> None:
    (stopped / "data/postmaster.opts").unlink()
    (stopped / "data/postmaster.opts").symlink_to("/dev/full")
    assert refusal(stopped) == (
        f"PostgreSQL does not start: the disk of {stopped} is full. Free some space and start again."
    )


def test_a_process_that_has_the_number_of_a_dead_server_is_left_alone(stopped: Path) -> None:
    url(stopped)
    pid_file = stopped / "data/postmaster.pid"
    lines = pid_file.read_text().split("\n")
    stop(stopped)
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert stop(stopped) is False
        assert rows(url(stopped), "SELECT 1") == [(1,)]
        assert stranger.poll() is None
        stranger.terminate()


def test_a_server_started_in_another_way_is_left_alone(stopped: Path) -> None:
    places = find_places(stopped)
    places.log.unlink()
    options = f"-k {stopped} -c listen_addresses="
    places.run(
        places.programs / "bin/pg_ctl", "start", "-w", "-D", places.data, "-l", places.log, "-o", options
    )
    pid = server_pid(stopped)
    assert refusal(stopped) == (
        f"A PostgreSQL that was started in another way uses {stopped}/data: stop it first (process {pid})."
    )
    assert server_pid(stopped) == pid


def test_a_server_whose_socket_was_swept_away_is_started_again(stopped: Path) -> None:
    address = url(stopped)
    (stopped / "run/.s.PGSQL.5432").unlink()
    assert is_running(stopped) is False
    assert rows(url(stopped), "SELECT 1") == [(1,)]
    assert url(stopped) == address


@pytest.mark.parametrize("name", ["long" * 30, "a folder, with odd 'characters' 对接"])
def test_a_path_that_no_socket_can_have_gets_a_short_one(folder: Path, name: str) -> None:
    root = folder / name / "postgres"
    try:
        assert url(root).startswith("postgresql://duijie@%2Ftmp%2Fduijie-")
        assert rows(url(root), "SELECT 1") == [(1,)]
    finally:
        remove(root)
    assert not socket_folder(root).exists()


def test_a_short_socket_folder_that_others_may_enter_is_refused(folder: Path) -> None:
    root = folder / ("long" * 30)
    squatted = socket_folder(root)
    squatted.mkdir(mode=0o755)
    try:
        assert refusal(root) == (
            f"{squatted} is not a private folder of this server's account: "
            "remove it, or set DUIJIE_VAR to a folder with a short path."
        )
    finally:
        remove(root)


@needs_root
def test_root_keeps_the_server_in_var_lib_when_its_account_may_not_enter_the_project(tmp_path: Path) -> None:
    root = tmp_path / "postgres"
    tmp_path.chmod(0o700)
    try:
        address = url(root)
        assert root.readlink().parent == Path("/var/lib")
        assert rows(address, "SELECT 1") == [(1,)]
        stop(root)
        assert url(root) == address
    finally:
        remove(root)
    assert not root.is_symlink()


@needs_root
def test_root_uses_the_data_of_an_ordinary_user_as_that_user(folder: Path) -> None:
    os.chown(folder, NOBODY, NOBODY)
    root = folder / "postgres"
    try:
        assert as_ordinary_user(lambda: (url(root), stop(root))) == 0
        assert rows(url(root), "SELECT 1") == [(1,)]
        assert (root / "data/postmaster.pid").stat().st_uid == NOBODY
    finally:
        remove(root)


def test_an_ordinary_user_starts_and_stops_a_server(folder: Path) -> None:
    root = folder / "postgres"
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)

    def use() -> None:
        assert rows(url(root), "SELECT 1") == [(1,)]
        assert stop(root) is True

    assert as_ordinary_user(use) == 0


def test_the_command_line_starts_tells_and_stops(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = [
        main([command, "--root", str(root)]) for command in ("status", "start", "status", "stop", "stop")
    ]
    assert codes == [3, 0, 0, 0, 0]
    assert capsys.readouterr().out.splitlines() == [
        "PostgreSQL does not run.",
        f"PostgreSQL runs: postgresql://duijie@{quote(str(root / 'run'), safe='')}/duijie",
        "PostgreSQL runs.",
        "PostgreSQL stopped.",
        "PostgreSQL was not running.",
    ]
