"""`hubward fetch` killed by SIGKILL at many instants: the cache tells no lie, and the next fetch completes it.

HUBWARD_KILLS says how often (30). The instants are spread evenly over what an undisturbed fetch takes, so
that each part of it is hit, and no source of chance decides what a run of the tests has shown. A kill that
comes late shows that a fetch takes less than was thought; those after it come sooner.
"""

import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from fetching import FetchTest, Project  # noqa: E402

KILLS = int(os.environ.get("HUBWARD_KILLS", "30"))


class Kills(FetchTest):
    def fetch_killed_after(self, project: Project, seconds: float) -> bool:
        """Whether the kill came in time."""
        child = subprocess.Popen(project.command("fetch"), cwd=project.folder, env=project.environment(),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        return child.wait() == -signal.SIGKILL

    def test_a_kill_at_any_instant_leaves_a_cache_that_the_next_fetch_completes(self) -> None:
        begun = time.monotonic()
        self.assertEqual(self.project().fetch().code, 0)
        whole = time.monotonic() - begun
        in_time = 0
        for number in range(KILLS):
            with Project(self.hub, self.repo.manifest_id + " profile:all") as project:
                instant = whole * (number + 1) / (KILLS + 1)
                was_in_time = self.fetch_killed_after(project, instant)
                in_time += was_in_time
                whole = whole if was_in_time else instant
                left = project.run("verify")
                self.assertIn(left.code, (0, 1), left)
                done = project.fetch()
                self.assertEqual(done.code, 0, done)
                self.assertEqual(project.verdict(), "complete")
                for path, file in self.repo.files().items():
                    self.assertEqual((project.snapshot(self.repo) / path).read_bytes(), file.content)
        self.assertGreater(in_time, KILLS // 2)


if __name__ == "__main__":
    unittest.main()
