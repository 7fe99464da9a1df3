"""The workflow for GitHub in docs/ci.md that calls hubward itself holds what the one with the actions does."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from github_jobs import GitHubJobs  # noqa: E402


class GitHubByHand(GitHubJobs):
    heading = "Without the actions"
    brings_hubward = False

    def test_the_first_job_fills_the_cache_and_saves_it_and_the_second_asks_for_nothing(self) -> None:
        self.fills_then_asks_for_nothing()

    def test_a_job_cancelled_in_or_behind_the_restore_saves_nothing(self) -> None:
        self.saves_nothing_when_cancelled()

    def test_a_half_filled_cache_is_not_saved_and_is_no_second_red_step(self) -> None:
        self.saves_no_half_and_has_one_red_step_at_most()

    def test_a_damaged_cache_is_mended_and_only_another_key_replaces_it(self) -> None:
        mended = self.mends_a_damaged_cache_which_only_another_key_replaces()
        self.assertIn("blob-corrupt", mended.log)


if __name__ == "__main__":
    unittest.main()
