"""`hubward run --guard` in a project whose cache is whole, and what it said of the command: shared by the tests.

A test begins with `main(__name__)` in place of unittest.main, so that all of it runs in a network of its own. Where
the system allows none the tests are skipped and say so; where CI is set they fail.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path

from own_network import OwnNetwork, enter, is_real_root

NOBODY = 65534
COMMIT = "c" * 40
USERS = ("root", "nobody")
MODES = ("observe", "enforce")
TOP = Path(__file__).resolve().parents[2]


def binary() -> Path:
    return Path(os.environ["HUBWARD_BINARY"])


@cache
def program_folder() -> Path:
    """Where the test build left the programs of tests/guard/programs, in a copy that nobody can reach."""
    found = binary().resolve().parents[1] / "tests" / "guard_programs"
    if not found.is_dir():
        raise FileNotFoundError(f"{found}: tests/guard/programs is not built")
    return found


def has(*programs: str) -> Callable:
    """Skips where one of the programs is absent: a PATH's, or one that the test build made if it could."""
    absent = [name for name in programs if not (shutil.which(name) or (program_folder() / name).exists())]
    return unittest.skipIf(absent, f"{', '.join(absent)}: not on this system")


@dataclass
class Guarded:
    """How a guarded run ended, and the `guard` of its report."""

    code: int
    out: str
    err: str
    guard: dict = field(default_factory=dict)

    @property
    def leaks(self) -> list[dict]:
        return self.guard.get("leaks", [])

    @property
    def attempts(self) -> int:
        return self.guard.get("attempts", 0)

    @property
    def warnings(self) -> str:
        return "\n".join(self.guard.get("warnings", []))

    def to(self, address: str) -> list[dict]:
        return [leak for leak in self.leaks if leak["address"] == address]

    def hosts(self) -> set[str]:
        return {leak["host"] for leak in self.leaks if leak["host"]}

    def names(self) -> set[str]:
        """Those that were asked for, not only connected to."""
        return {leak["host"] for leak in self.leaks if leak["kind"] == "name"}

    @property
    def last_line(self) -> str:
        return self.err.rstrip("\n").rsplit("\n", 1)[-1]


def write_cache(hub: Path) -> None:
    """One model of one file, whole."""
    data = b'{"model_type": "none"}'
    oid = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
    repo = hub / "models--lab--one"
    for part in ("refs", "blobs", f"snapshots/{COMMIT}"):
        (repo / part).mkdir(parents=True)
    (repo / "refs/main").write_text(COMMIT)
    (repo / "blobs" / oid).write_bytes(data)
    (repo / "snapshots" / COMMIT / "config.json").symlink_to(f"../../blobs/{oid}")


class GuardTest(unittest.TestCase):
    """Each test has a project of its own, and in setUp the network of the script forgets what came before."""

    network: OwnNetwork
    user = "root"

    def setUp(self) -> None:
        self.network = own_network()
        self.network.forget()
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-guard-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        write_cache(self.folder / "hub")
        (self.folder / "model_manifest.txt").write_text("lab/one file:config.json\n")
        (self.folder / "home").mkdir()
        shutil.copy2(binary(), self.folder / "hubward")  # the build may lie where nobody can go
        self.own()

    def own(self) -> None:
        """To be called again for what a test laid there, before nobody is to write it."""
        for place in (self.folder, *self.folder.rglob("*")):
            if is_real_root():
                os.chown(place, NOBODY, NOBODY, follow_symlinks=False)
        self.folder.chmod(0o755)

    def configure(self, text: str) -> None:
        (self.folder / "hubward.toml").write_text(text)

    def program(self, name: str) -> str:
        """A program of tests/guard/programs, where everybody can start it."""
        place = self.folder / name
        if not place.exists():
            shutil.copy2(program_folder() / name, place)
        return str(place)

    def way(self, *words: str) -> list[str]:
        return [self.program("ways_out"), *words]

    def environment(self, **more: str) -> dict[str, str]:
        made = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "HF_HUB_CACHE": str(self.folder / "hub")}
        return made | more

    def as_user(self) -> list[str]:
        if self.user == "root":
            return []
        if is_real_root():
            return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all"]
        return ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]

    def words(self, mode: str, *command: str, flags: tuple[str, ...] = ()) -> list[str]:
        return [*self.as_user(), str(self.folder / "hubward"), "run", "--guard", mode, "--report", "report.json", *flags,
                "--", *command]

    def ended(self, done: subprocess.CompletedProcess) -> Guarded:
        report = self.folder / "report.json"
        guard = json.loads(report.read_text()).get("guard") if report.exists() else None
        return Guarded(done.returncode, done.stdout, done.stderr, guard or {})

    def guarded(self, mode: str, *command: str, flags: tuple[str, ...] = (), timeout: float = 60, **more) -> Guarded:
        """Runs it; what went to stderr is the command's and hubward's."""
        environment = self.environment(**more.pop("env", {}))
        (self.folder / "report.json").unlink(missing_ok=True)
        self.network.witness.forget()
        done = subprocess.run(self.words(mode, *command, flags=flags), cwd=self.folder, env=environment, timeout=timeout,
                              capture_output=True, text=True, **({"stdin": subprocess.DEVNULL} | more))
        return self.ended(done)

    def bare(self, *command: str, timeout: float = 60, **more) -> subprocess.CompletedProcess:
        """The same command of the same user without hubward: what observe is held against."""
        return subprocess.run([*self.as_user(), *command], cwd=self.folder, env=self.environment(), timeout=timeout,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)

    def expect_refused(self, done: Guarded, address: str, port: int, *, program: str | None = None) -> dict:
        """Under enforce: nothing left, and it is said who wanted where to."""
        self.assertEqual(self.network.witness.far(), set(), done)
        found = [a for a in done.to(address) if a["port"] == port]
        self.assertEqual(len(found), 1, f"{address}:{port} is not said once\n{done}")
        if program is not None:
            self.assertEqual(Path(found[0]["program"]).name, program, done)
        return found[0]


def as_both(test: Callable) -> Callable:
    """The same test as root and as nobody."""

    @wraps(test)
    def run(self: GuardTest, *words: object) -> None:
        for user in USERS:
            with self.subTest(user=user):
                self.user = user
                test(self, *words)

    return run


@cache
def own_network() -> OwnNetwork:
    return OwnNetwork()


def main(name: str) -> None:
    """unittest.main in a network of the script's own."""
    if name != "__main__":
        return
    if why := enter():
        if os.environ.get("CI"):
            sys.exit(f"the guard cannot be tested here: {why}")
        print(f"skipped: {why}")
        sys.exit(77)
    try:
        unittest.main()
    finally:
        if own_network.cache_info().currsize:
            own_network().close()
