"""`hubward fetch` killed by SIGKILL at many instants: the cache tells no lie, and the next fetch completes it.

HUBWARD_KILLS says how often (12), HUBWARD_SEED which instants (1). They are drawn from what an undisturbed
fetch takes. A kill that comes late shows that a fetch takes less than was thought; those after it come
sooner. What verify says of what a kill left is held against the bytes themselves, hashed here.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from fetching import FetchTest, Project, add_large_repo  # noqa: E402
from synthetic_repos import Repo, git_blob_id  # noqa: E402

KILLS = int(os.environ.get("HUBWARD_KILLS", "12"))
SEED = int(os.environ.get("HUBWARD_SEED", "1"))


class Kills(FetchTest):
    """Small files that get their names together, and large ones that are written behind the line."""

    def setUp(self) -> None:
        super().setUp()
        self.repos = [self.repo, add_large_repo(self.hub, 3_000_000)]

    def fresh(self) -> Project:
        return Project(self.hub, *(f"{repo.manifest_id} profile:all" for repo in self.repos))

    def fetch_killed_after(self, project: Project, seconds: float) -> bool:
        """Whether the kill came in time."""
        child = subprocess.Popen(project.command("fetch"), cwd=project.folder, env=project.environment(),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        return child.wait() == -signal.SIGKILL

    def is_whole(self, project: Project, repo: Repo) -> bool:
        """By reading all of it, without hubward: every file, and a ref that leads to them."""
        ref = project.cache / repo.folder / "refs" / "main"
        if not ref.is_file() or ref.read_text() != repo.branches["main"]:
            return False
        return all((project.snapshot(repo) / path).is_file()
                   and (project.snapshot(repo) / path).read_bytes() == file.content
                   for path, file in repo.files().items())

    def expect_names_to_be_true(self, project: Project, repo: Repo) -> None:
        """Whatever has a blob's name is that blob, at every instant."""
        for name in project.blobs(repo):
            if name.endswith(".incomplete"):
                continue
            content = (project.cache / repo.folder / "blobs" / name).read_bytes()
            got = git_blob_id(content) if len(name) == 40 else hashlib.sha256(content).hexdigest()
            self.assertEqual(got, name)

    def expect_no_lie(self, project: Project) -> None:
        left = project.run("verify")
        whole = all(self.is_whole(project, repo) for repo in self.repos)
        self.assertEqual(left.code, 0 if whole else 1, left)

    def expect_whole_and_silent(self, project: Project) -> None:
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        for repo in self.repos:
            self.assertTrue(self.is_whole(project, repo), repo.id)
            # What a ref or a listing was being written to may be left: `hf cache prune` sweeps it.
            self.assertEqual([name for name in project.partials(repo) if not name.startswith("text.")], [])
        self.hub.requests.clear()
        self.assertEqual(project.fetch().code, 0)
        self.assertEqual(self.hub.requests, [])

    def test_a_kill_at_any_instant_leaves_a_cache_that_the_next_fetch_completes(self) -> None:
        begun = time.monotonic()
        with self.fresh() as project:
            self.assertEqual(project.fetch().code, 0)
        whole = time.monotonic() - begun
        instants, in_time = random.Random(SEED), 0
        for number in range(KILLS):
            with self.subTest(kill=number), self.fresh() as project:
                instant = whole * instants.random()
                was_in_time = self.fetch_killed_after(project, instant)
                in_time += was_in_time
                whole = whole if was_in_time else instant
                for repo in self.repos:
                    self.expect_names_to_be_true(project, repo)
                self.expect_no_lie(project)
                self.expect_whole_and_silent(project)
        print(f"{in_time} of {KILLS} kills came in time, seed {SEED}", file=sys.stderr)
        self.assertGreater(in_time, KILLS // 2)


if __name__ == "__main__":
    unittest.main()
