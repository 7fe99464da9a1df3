"""With few descriptors hubward is slower, or says that it cannot: a sound cache is never called anything else."""

import hashlib
import json
import os
import resource
import subprocess
import tempfile
import unittest
from pathlib import Path

COMMIT = "a" * 40


def fill(cache: Path, repos: int, files: int, size: int) -> None:
    for number in range(repos):
        repo = cache / f"models--org--m{number}"
        for place in ("blobs", "refs", f"snapshots/{COMMIT}"):
            (repo / place).mkdir(parents=True)
        (repo / "refs/main").write_text(COMMIT)
        for file in range(files):
            data = (b"%d %d " % (number, file)) * (size // 6)
            name = hashlib.sha256(data).hexdigest()
            (repo / "blobs" / name).write_bytes(data)
            (repo / "snapshots" / COMMIT / f"part-{file}.bin").symlink_to(f"../../blobs/{name}")


class FewDescriptors(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def verified(self, descriptors: int, jobs: int) -> subprocess.CompletedProcess:
        words = [os.environ["HUBWARD_BINARY"], "verify", "--all", "--cache-dir", str(self.folder / "hub"),
                 "--no-ledger", "--jobs", str(jobs), "--format", "json"]
        made = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        return subprocess.run(words, env=made | {"PATH": os.environ["PATH"], "HOME": str(self.folder)}, cwd=self.folder,
                              capture_output=True, text=True, timeout=120,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors)))

    def each_limit_is_borne(self) -> None:
        for jobs in (1, 2, 16, 64):
            for descriptors in (16, 18, 20, 24, 28, 32, 36, 40, 64, 96):
                with self.subTest(jobs=jobs, descriptors=descriptors):
                    done = self.verified(descriptors, jobs)
                    self.assertIn(done.returncode, (0, 74), (done.stdout, done.stderr))
                    if done.returncode == 0:
                        self.assertEqual(json.loads(done.stdout)["findings"], [])
                    else:
                        self.assertIn("ulimit -n", done.stderr)
                    if descriptors >= 32:
                        self.assertEqual(done.returncode, 0, done.stderr)

    def test_files_that_take_several_readings(self) -> None:
        fill(self.folder / "hub", 1, 120, 80_000)
        self.each_limit_is_borne()

    def test_files_of_many_folders(self) -> None:
        fill(self.folder / "hub", 30, 3, 40_000)
        self.each_limit_is_borne()


if __name__ == "__main__":
    unittest.main()
