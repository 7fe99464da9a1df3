"""The workflows for GitHub in docs/ci.md that use the actions do what the page says."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from action_job import ActionTest, workflow  # noqa: E402
from github_jobs import GitHubJobs  # noqa: E402


class GitHub(GitHubJobs):
    heading = "GitHub"

    def test_the_first_job_fills_the_cache_and_saves_it_and_the_second_asks_for_nothing(self) -> None:
        self.fills_then_asks_for_nothing()

    def test_a_job_cancelled_in_or_behind_the_restore_saves_nothing(self) -> None:
        self.saves_nothing_when_cancelled()

    def test_a_half_filled_cache_is_not_saved_and_is_no_second_red_step(self) -> None:
        self.saves_no_half_and_has_one_red_step_at_most()

    def test_a_damaged_cache_is_mended_with_a_warning_and_only_another_key_replaces_it(self) -> None:
        mended = self.mends_a_damaged_cache_which_only_another_key_replaces()
        self.assertEqual(len(mended.annotations("warning")), 1, mended.log)
        self.assertIn("is corrupt and cannot be replaced: run hubward key --bump", mended.annotations("warning")[0])

    def test_red_tests_do_not_lose_the_models(self) -> None:
        (self.project / "red").touch()
        job = self.ran()
        self.assertIn("failure", self.outcomes(job))
        self.assertEqual(len(self.store.stored), 1, job.log)

    def test_another_manifest_begins_with_the_newest_cache_and_what_nobody_needs_any_more_goes(self) -> None:
        self.ran_well()
        other = self.hub.repos[("model", "tiny-gpt")]
        manifest = self.project / "test/model_manifest.txt"
        before = manifest.read_text()
        manifest.write_text(f"{before}{other.manifest_id} profile:tokenizer\n")
        self.ran_well()
        self.assertEqual([entry for entry in self.hub.requests if self.repo.id in entry[2]], [])
        manifest.write_text(f"{other.manifest_id} profile:tokenizer\n")
        self.ran_well()
        self.assertEqual(self.hub.requests, [])
        kept = [list((saved / self.repo.folder).rglob("blobs/*")) for saved in self.store.stored.values()]
        self.assertEqual([bool(blobs) for blobs in kept], [True, True, False], kept)


class GitHubOnSeveralSystems(ActionTest):
    def test_linux_runs_offline_and_macos_as_it_is(self) -> None:
        linux, mac = self.job(), self.job(os_name="macOS")
        for job, seen in ((linux, "mode=offline"), (mac, "mode=none")):
            job.run(workflow("Linux and others")["jobs"]["test"]["steps"])
            self.assertEqual({done.outcome for done in job.done}, {"success"}, job.log)
            self.assertIn(f"the tests see {seen}", job.log)
        self.assertEqual(len(mac.annotations("warning")), 1)
        self.assertEqual(len(self.store.stored), 1)


if __name__ == "__main__":
    unittest.main()
