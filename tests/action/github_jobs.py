"""What a workflow for GitHub has to hold, whether it uses the actions or calls hubward itself. Its steps are run as
docs/ci.md has them, on machines that begin empty, with one cache store, one Hub and one project behind all of them.
"""

import subprocess
from pathlib import Path

from action_job import BINARY, ActionTest, workflow
from hub_protocol import Answer, Request
from workflow_runner import Job


class GitHubJobs(ActionTest):
    heading = ""  # of the page, over the workflow
    brings_hubward = True  # no step of the workflow installs it

    def ran(self, cancelled_in: str | None = None, cancelled_behind: str | None = None) -> Job:
        job = self.job()
        if not self.brings_hubward:
            (job.temp / "bin").mkdir()
            (job.temp / "bin/hubward").symlink_to(BINARY)
            job.environment["PATH"] = f"{job.temp}/bin:{job.environment['PATH']}"
        job.cancelled_in, job.cancelled_behind = cancelled_in, cancelled_behind
        self.hub.requests.clear()
        self.steps = job.run(workflow(self.heading)["jobs"]["test"]["steps"])
        return job

    def outcomes(self, job: Job) -> list[str]:
        return [done.outcome for done in job.done]

    def ran_well(self) -> Job:
        job = self.ran()
        self.assertEqual(set(self.outcomes(job)), {"success"}, job.log)
        self.assertIn("the tests see mode=offline offline=1", job.log)
        return job

    def saved(self) -> Path:
        return next(iter(self.store.stored.values()))

    def fills_then_asks_for_nothing(self) -> None:
        cold = self.ran_well()
        self.assertTrue(self.hub.requests)
        self.assertEqual(len(self.store.stored), 1, cold.log)
        names = {path.name for path in self.saved().rglob("*")}
        self.assertFalse([name for name in names if name == "token" or name.endswith(".incomplete")])
        self.assertFalse([name for name in names if "quarantine" in name])
        warm = self.ran_well()
        self.assertEqual(self.hub.requests, [])
        self.assertEqual(len(self.store.stored), 1)
        for job in (cold, warm):
            self.assertEqual(job.annotations("warning") + job.annotations("error"), [], job.log)

    def saves_nothing_when_cancelled(self) -> None:
        for how in ({"cancelled_in": "models"}, {"cancelled_behind": "models"}):
            job = self.ran(**how)
            self.assertNotIn("the tests see", job.log)
            self.assertEqual(self.store.stored, {}, job.log)
            self.assertNotIn("failure", self.outcomes(job), job.log)

    def saves_no_half_and_has_one_red_step_at_most(self) -> None:
        weights = next(file for file in self.repo.files().values() if file.lfs)

        def without_weights(request: Request) -> Answer | None:
            return Answer(404) if weights.path in request.path or weights.etag in request.path else None

        self.hub.intercept = without_weights
        job = self.ran()
        self.assertTrue(list(self.cache.rglob("config.json")), job.log)
        self.assertEqual(self.store.stored, {}, job.log)
        self.assertLessEqual(self.outcomes(job).count("failure"), 1, job.log)

    def mends_a_damaged_cache_which_only_another_key_replaces(self) -> Job:
        """The job that mends it."""
        self.ran_well()
        blobs = [path for path in self.saved().rglob("blobs/*") if path.is_file()]
        blob = max(blobs, key=lambda path: path.stat().st_size)
        blob.write_bytes(blob.read_bytes()[:-1] + b"?")
        mended = self.ran_well()
        self.assertEqual(len(self.store.stored), 1)
        subprocess.run([BINARY, "key", "--bump"], cwd=self.project, check=True, capture_output=True,
                       env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)})
        self.ran_well()
        self.assertEqual(len(self.store.stored), 2)
        self.ran_well()
        self.assertEqual(self.hub.requests, [])
        return mended
