"""Where a system has no io_uring, forbids it, or gives it up half-way, files are read one by one, and the report is the same."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

COMMIT = "a" * 40


def fill(cache: Path, files: int) -> list[Path]:
    repo = cache / "models--gpt2"
    for place in ("blobs", "refs", f"snapshots/{COMMIT}"):
        (repo / place).mkdir(parents=True)
    (repo / "refs/main").write_text(COMMIT)
    blobs = []
    for number in range(files):
        data = (b"%d " % number) * (number * 7 + 1)
        blob = repo / "blobs" / hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        blob.write_bytes(data)
        (repo / "snapshots" / COMMIT / f"part-{number}.bin").symlink_to(f"../../blobs/{blob.name}")
        blobs.append(blob)
    return blobs


@unittest.skipUnless(shutil.which("strace"), "strace is not there")
class NoIoUring(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.blobs = fill(self.folder / "hub", 300)

    def report(self, *before: str) -> dict:
        words = [*before, os.environ["HUBWARD_BINARY"], "verify", "--all", "--cache-dir", str(self.folder / "hub"),
                 "--no-ledger", "--jobs", "2", "--format", "json"]
        made = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        done = subprocess.run(words, env=made | {"PATH": os.environ["PATH"], "HOME": str(self.folder)}, cwd=self.folder,
                              capture_output=True, text=True, timeout=120)
        self.assertIn(done.returncode, (0, 2), done.stderr)
        report = json.loads(done.stdout)
        report["totals"].pop("seconds", None)
        return report

    def report_without(self, fault: str) -> dict:
        calls = fault.split(":")[0]
        return self.report("strace", "-f", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={fault}")

    def each_fault_changes_nothing(self, expected: dict) -> None:
        for fault in ("io_uring_setup:error=EPERM", "io_uring_setup:error=ENOSYS", "io_uring_setup:error=EINVAL",
                      "io_uring_register:error=EMFILE", "io_uring_enter:error=EIO", "io_uring_enter:error=EIO:when=3+",
                      "io_uring_enter:error=EINTR:when=2", "io_uring_setup:error=EPERM:when=2"):
            with self.subTest(fault):
                self.assertEqual(self.report_without(fault), expected)

    def test_a_sound_cache_is_sound(self) -> None:
        expected = self.report()
        self.assertEqual(expected["findings"], [])
        self.each_fault_changes_nothing(expected)

    def test_damage_is_told_alike(self) -> None:
        self.blobs[7].write_bytes(b"")
        self.blobs[50].write_bytes(self.blobs[50].read_bytes()[:-1])
        self.blobs[299].write_bytes(b"<html>429</html>")
        self.blobs[120].unlink()
        expected = self.report()
        self.assertEqual(len(expected["findings"]), 4)
        self.each_fault_changes_nothing(expected)


if __name__ == "__main__":
    unittest.main()
