"""`hubward run` with hubward's own downloader, against the loopback Hub."""

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, path_has, status  # noqa: E402
from fetching import TOKEN, FetchTest  # noqa: E402

SHOW_MODE = ("sh", "-c", "echo $HUBWARD_MODE $HF_HUB_OFFLINE")


class RunBuiltIn(FetchTest):
    def test_an_empty_cache_is_filled_and_the_command_goes_offline(self) -> None:
        project = self.project()
        done = project.run("run", "--report", "report.json", "--", *SHOW_MODE)
        self.assertEqual((done.code, done.out), (0, "offline 1\n"), done)
        self.assertIn("by `hubward fetch`; anonymous, no token", done.err)
        report = json.loads((project.folder / "report.json").read_text())
        self.assertEqual([action["what"] for action in report["actions"]], ["fetch", "run"])

    def test_a_complete_cache_asks_for_nothing(self) -> None:
        project = self.project()
        project.fetch()
        self.hub.requests.clear()
        self.assertEqual(project.run("run", "--", "true").code, 0)
        self.assertEqual(self.hub.requests, [])

    def test_a_bad_blob_is_set_aside_and_comes_anew(self) -> None:
        project = self.project()
        project.fetch()
        blob = project.cache / self.repo.folder / "blobs" / self.file().etag
        blob.write_bytes(b"no")
        done = project.run("run", "--", *SHOW_MODE)
        self.assertEqual((done.code, done.out), (0, "offline 1\n"), done)
        self.assertEqual(blob.read_bytes(), self.file().content)

    def test_a_rate_limit_past_the_deadline_refuses_and_tells_when(self) -> None:
        self.hub.intercept = Fault(status(429, Retry_After="3000"), path_has("/revision/"), times=99)
        done = self.project().run("run", "--", "touch", "started")
        self.assertEqual(done.code, 125, done)
        last = done.err.rstrip().splitlines()[-1]
        self.assertRegex(last, r"rate-limited \(exit 75\): it would work again at 2\S+Z \[75 rate-limited\]$")

    def test_a_failing_hub_that_says_until_when_refuses_and_tells_it(self) -> None:
        self.hub.intercept = Fault(status(503, Retry_After="3000"), path_has("/revision/"), times=99)
        done = self.project().run("run", "--", "touch", "started")
        self.assertEqual(done.code, 125, done)
        last = done.err.rstrip().splitlines()[-1]
        self.assertRegex(last, r"\(exit 69\): it would work again at 2\S+Z \[69 unreachable\]$")

    def test_a_gated_repo_refuses_with_the_page_to_visit(self) -> None:
        done = self.project("lab/gated").run("run", "--", "true")
        self.assertEqual(done.code, 125, done)
        self.assertIn("ask for access at", done.err)
        self.assertTrue(done.err.rstrip().endswith("[77 denied]"), done)

    def test_the_token_opens_it_and_is_nowhere_printed(self) -> None:
        project = self.project("lab/gated profile:all", token=TOKEN)
        done = project.run("run", "--report", "report.json", "--", *SHOW_MODE)
        self.assertEqual((done.code, done.out), (0, "offline 1\n"), done)
        self.assertNotIn(TOKEN, done.err + (project.folder / "report.json").read_text())

    def test_offline_asked_for_never_fetches(self) -> None:
        done = self.project().run("run", "--offline", "--", "true")
        self.assertEqual(done.code, 125, done)
        self.assertEqual(self.hub.requests, [])

    def test_a_dry_run_names_the_downloader_and_asks_nothing(self) -> None:
        project = self.project()
        done = project.run("run", "--dry-run", "--", "true")
        self.assertEqual(done.code, 0, done)
        self.assertIn("plan: fetch by hubward fetch", done.err)
        self.assertEqual(self.hub.requests, [])
        self.assertFalse(project.cache.exists())

    def test_a_command_of_the_project_stands_in_its_place(self) -> None:
        project = self.project()
        (project.folder / "hubward.toml").write_text('[fetch]\ncommand = ["false"]\n')
        self.assertNotEqual(project.run("run", "--", "true").code, 125)
        self.assertEqual(self.hub.requests, [])


if __name__ == "__main__":
    unittest.main()
