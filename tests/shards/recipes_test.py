#!/usr/bin/env python3
"""The recipes of docs/large-caches.md, as they stand there, end in the report and exit code of one verification.

What starts the shards (a matrix, an array, an Indexed Job) is stood in for by a loop that sets what it would set; GNU
parallel is used where it is installed. `./dev slurm` does the same with a real array.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/differential"))

from worlds import healthy_world  # noqa: E402

PAGE = (TOP / "docs/large-caches.md").read_text()


def scripts(heading: str) -> list[str]:
    """The fenced blocks under a heading."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall(r"^```\w+\n(.*?)^```", section[1], re.MULTILINE | re.DOTALL)


def timeless(text: str) -> str:
    return re.sub(r"; [0-9.]+ m?s$", "", text.rstrip("\n"))


class Recipes(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-recipes-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/hubward").symlink_to(os.environ["HUBWARD_BINARY"])
        self.cache = self.folder / "hub"
        self.world = healthy_world(19, self.cache)
        names = [f"{repo.type}/{repo.id}\n" for repo in self.world.repos]
        (self.folder / "model_manifest.txt").write_text("".join(names))

    def damage_something(self) -> None:
        for blob in self.cache.rglob("blobs/*"):
            if blob.is_file():
                blob.write_bytes(b"\0" * blob.stat().st_size)

    def bash(self, script: str, *options: str, **variables: str) -> subprocess.CompletedProcess:
        made = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder),
                "HF_HUB_CACHE": str(self.cache), "LANG": "C.UTF-8",
                # How much of a cache is old enough for a ledger is a matter of the machine's speed.
                "HUBWARD_NO_LEDGER": "1"} | variables
        return subprocess.run(["bash", *options, "-c", script], cwd=self.folder, env=made, capture_output=True, text=True,
                              timeout=120, check=False)

    def expect_whole(self, merged: subprocess.CompletedProcess) -> None:
        """It ended, and said, as one verification does."""
        whole = self.bash("hubward verify")
        self.assertEqual(timeless(merged.stdout), timeless(whole.stdout), merged.stderr)
        self.assertEqual((merged.returncode, whole.returncode), (self.due, self.due), merged.stdout)

    def each_way(self, recipe) -> None:
        self.due = 0
        recipe()
        shutil.rmtree(self.folder / "reports", ignore_errors=True)
        self.damage_something()
        self.due = 2
        recipe()

    def test_a_shell(self) -> None:
        (script,) = scripts("A shell")
        self.each_way(lambda: self.expect_whole(self.bash(script)))

    def test_a_shell_stops_where_a_shard_could_not_verify(self) -> None:
        (script,) = scripts("A shell")
        (self.folder / "model_manifest.txt").write_text("not a model\n")
        self.assertEqual(self.bash(script).returncode, 74)

    @unittest.skipUnless(shutil.which("parallel"), "GNU parallel is not installed")
    def test_gnu_parallel(self) -> None:
        (script,) = scripts("GNU parallel")
        self.each_way(lambda: self.expect_whole(self.bash(script)))

    def test_slurm_with_its_array_stood_in_for(self) -> None:
        shard, merge, submit = scripts("Slurm")
        self.assertIn("sbatch --wait", submit)
        last = int(re.search(r"--array=1-(\d+)$", shard, re.MULTILINE)[1])

        def recipe() -> None:
            (self.folder / "reports").mkdir()
            for task in range(1, last + 1):
                done = self.bash(shard, SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT=str(last))
                self.assertEqual(done.returncode, 0, done.stderr)
            self.expect_whole(self.bash(merge))

        self.each_way(recipe)

    def test_github_actions_with_its_matrix_stood_in_for(self) -> None:
        (text,) = scripts("GitHub Actions")
        jobs = yaml.safe_load(text)["jobs"]
        (matrix,) = jobs["shard"]["strategy"]["matrix"].values()
        (shard,) = [step["run"] for step in jobs["shard"]["steps"] if "run" in step]
        (merge,) = [step["run"] for step in jobs["merge"]["steps"] if "run" in step]
        self.assertEqual(jobs["merge"]["needs"], "shard")

        def recipe() -> None:
            (self.folder / "reports").mkdir()
            for value in matrix:
                filled = shard.replace("${{ matrix.shard }}", str(value))
                filled = filled.replace("${{ strategy.job-total }}", str(len(matrix)))
                self.assertNotIn("${{", filled)
                done = self.bash(filled, "-e")
                self.assertEqual(done.returncode, 0, done.stderr)
                (self.folder / f"shard-{value}.json").rename(self.folder / f"reports/shard-{value}.json")
            self.expect_whole(self.bash(merge, "-e"))

        self.each_way(recipe)

    def test_kubernetes_with_its_indexes_stood_in_for(self) -> None:
        (text,) = scripts("Kubernetes")
        job = yaml.safe_load(text)["spec"]
        self.assertEqual(job["completionMode"], "Indexed")
        container = job["template"]["spec"]["containers"][0]
        self.assertEqual(container["command"], ["sh", "-c"])
        (script,) = container["args"]
        script = script.replace("--cache-dir /cache", f"--cache-dir {self.cache}")

        def recipe() -> None:
            for index in range(job["completions"]):
                done = self.bash(f"sh -c '{script}'", JOB_COMPLETION_INDEX=str(index))
                self.assertEqual(done.returncode, 0, done.stderr)
            merged = self.bash("hubward merge shard-*.json")
            merged.stdout = merged.stdout.replace("(flag)", "(HF_HUB_CACHE)")
            self.expect_whole(merged)

        self.each_way(recipe)


if __name__ == "__main__":
    unittest.main()
