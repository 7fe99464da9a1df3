"""`hubward repair` killed by SIGKILL at random instants, and its undo as well: no byte is lost, undo gives the
damaged cache back to the byte, and another repair ends as one that nobody killed.

HUBWARD_KILLS says how often (12), HUBWARD_SEED where chance begins (1). The same seed gives the same damage and
the same fractions of what an undisturbed repair takes.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from fetching import Ended  # noqa: E402
from repair_test import RepairTest, tree  # noqa: E402

KILLS = int(os.environ.get("HUBWARD_KILLS", "12"))
SEED = int(os.environ.get("HUBWARD_SEED", "1"))


def contents(*folders: Path) -> Counter:
    """The bytes of all files and the texts of all links."""
    found: Counter = Counter()
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_symlink():
                found[os.readlink(path).encode()] += 1
            elif path.is_file():
                found[path.read_bytes()] += 1
    return found


class Kills(RepairTest):
    def setUp(self) -> None:
        super().setUp()
        self.elsewhere: dict[str, str] = {}
        self.chance = random.Random(SEED)
        self.damage()
        self.kept = Path(tempfile.mkdtemp(prefix="hubward-kills-"))
        self.addCleanup(shutil.rmtree, self.kept)
        shutil.copytree(self.at.cache, self.kept / "hub", symlinks=True)

    def damage(self) -> None:
        """Something of each kind that has a way of its own through a session."""
        for path in self.at.snapshot(self.repo).rglob("*"):
            if not path.is_symlink():
                continue
            kind = self.chance.choice(["text", "absolute", "copy", "gone", "rotten", "sound"])
            text, target = os.readlink(path), path.resolve()
            if kind == "rotten":
                target.write_bytes(b"?" + target.read_bytes())
            elif kind != "sound":
                data = path.read_bytes()
                path.unlink()
                if kind == "text":
                    path.write_text(text)
                elif kind == "absolute":
                    path.symlink_to(target)
                elif kind == "copy":
                    path.write_bytes(data)
        (self.folder / "refs" / "main").write_text((self.folder / "refs" / "main").read_text() + "\n")
        for name in range(5):
            (self.folder / "blobs" / f"{name:040}.incomplete").write_bytes(b"half")

    def start_anew(self) -> None:
        shutil.rmtree(self.at.cache)
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.kept / "hub", self.at.cache, symlinks=True)

    def killed(self, seconds: float, *words: str) -> bool:
        """Whether the kill came in time."""
        child = subprocess.Popen(self.at.command("repair", *words), cwd=self.at.folder,
                                 env=self.at.environment(**self.elsewhere),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        return child.wait() == -signal.SIGKILL

    def repair(self, *words: str, **environment: str) -> Ended:
        return super().repair(*words, **self.elsewhere | environment)

    def timed(self, call: Callable[[], object]) -> float:
        begun = time.monotonic()
        call()
        return time.monotonic() - begun

    def test_a_kill_at_any_instant_loses_nothing_and_can_be_taken_back_or_gone_on_with(self) -> None:
        self.kill_and_mend(KILLS)

    def test_the_same_with_the_quarantine_on_another_file_system(self) -> None:
        memory = Path("/dev/shm")
        if not os.access(memory, os.W_OK) or memory.stat().st_dev == self.at.folder.stat().st_dev:
            self.skipTest("here is no second file system")
        place = Path(tempfile.mkdtemp(prefix="hubward-kills-", dir=memory))
        self.addCleanup(shutil.rmtree, place)
        self.home = place / "hub"
        self.elsewhere = {"HUBWARD_QUARANTINE": str(place)}
        self.kill_and_mend(KILLS)

    def kill_and_mend(self, kills: int) -> None:
        before, bytes_before = tree(self.at.cache), contents(self.at.cache)
        whole = self.timed(self.repair)
        ending, repaired = self.repair().code, tree(self.at.cache)
        in_time = 0
        for number in range(kills):
            with self.subTest(number=number):
                self.start_anew()
                in_time += self.killed(whole * self.chance.random())
                lost = bytes_before - contents(self.at.cache, self.home)
                self.assertEqual(lost, Counter())
                if number % 3 == 0:
                    self.assertEqual(self.repair().code, ending)
                    self.assertEqual(tree(self.at.cache), repaired)
                while self.sessions():
                    if number % 3 == 1:
                        self.killed(whole * self.chance.random() / 2, "--undo")
                        self.assertEqual(bytes_before - contents(self.at.cache, self.home), Counter())
                    undone = self.repair("--undo")
                    self.assertEqual(undone.code, 0, undone)
                self.assertEqual(tree(self.at.cache), before)
        self.assertGreater(in_time, kills // 3)


if __name__ == "__main__":
    unittest.main(defaultTest="Kills")
