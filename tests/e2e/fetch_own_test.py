"""`hubward fetch` with the project's own downloader in the place of hubward's."""

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from fetching import TOKEN, FetchTest, Project  # noqa: E402


class FetchOwn(FetchTest):
    """The downloader copies `saved`, a whole cache, and notes in `ran` that it did."""

    def own(self, script: str = "cp -a saved/. hub", token: str | None = None, more: str = "") -> Project:
        project = self.project(token=token)
        self.assertEqual(project.fetch().code, 0)
        project.cache.rename(project.folder / "saved")
        project.cache.mkdir()
        self.hub.requests.clear()
        command = json.dumps(["sh", "-c", "echo x >> ran; " + script])
        (project.folder / "hubward.toml").write_text(f"[fetch]\ncommand = {command}\n{more}")
        return project

    def runs(self, project: Project) -> int:
        ran = project.folder / "ran"
        return len(ran.read_text().splitlines()) if ran.exists() else 0

    def test_it_fills_the_cache_online_with_the_token_and_speaks_on_standard_error(self) -> None:
        project = self.own('echo "mode $HUBWARD_MODE $HF_TOKEN"; cp -a saved/. hub', token=TOKEN)
        done = project.fetch("--format", "json")
        self.assertEqual(done.code, 0, done)
        self.assertIn(f"mode online {TOKEN}\n", done.err)
        self.assertIn("fetching by `sh -c", done.err)
        report = json.loads(done.out)
        self.assertEqual((report["verdict"], [action["what"] for action in report["actions"]]), ("complete", ["fetch"]))
        self.assertEqual(self.hub.requests, [])

    def test_a_complete_cache_does_not_run_it(self) -> None:
        project = self.own()
        self.assertEqual([project.fetch().code, project.fetch().code], [0, 0])
        self.assertEqual(self.runs(project), 1)

    def test_what_is_corrupt_is_set_aside_first(self) -> None:
        project = self.own()
        project.fetch()
        blob = project.cache / self.repo.folder / "blobs" / self.file().etag
        blob.write_bytes(b"no")
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertIn("moved 1 bad entry to", done.err)
        self.assertEqual(blob.read_bytes(), self.file().content)

    def test_the_cache_decides_and_the_reason_is_the_commands(self) -> None:
        for script, due in (("exit 0", 1), ("exit 1", 1), ("exit 69", 69), ("exit 75", 75), ("exit 77", 77),
                            ("exit 3", 1), ("kill -9 $$", 1), ("cp -a saved/. hub; exit 3", 0),
                            ("cp -a saved/. hub; exit 75", 0),
                            ("cp -a saved/. hub; for b in hub/*/blobs/*; do echo > $b; done; exit 75", 2)):
            done = self.own(script).fetch()
            self.assertEqual(done.code, due, (script, done))
            if script.endswith("exit 3"):
                self.assertIn("` ended with 3\n", done.err)

    def test_a_plan_names_it_and_runs_nothing(self) -> None:
        project = self.own()
        done = project.fetch("--plan")
        self.assertEqual(done.code, 0, done)
        self.assertIn(f"{self.repo.manifest_id}@main: not complete\nfetch: by `sh -c ", done.out)
        self.assertEqual(self.runs(project), 0)
        project.fetch()
        self.assertEqual(project.fetch("--plan").out, "nothing to fetch\n")

    def test_repos_and_flags_that_it_cannot_be_told_are_said(self) -> None:
        done = self.own().fetch("--parallel", "2", self.repo.manifest_id)
        self.assertEqual(done.code, 0, done)
        self.assertIn("note: the [fetch] command cannot be told which repos", done.err)
        self.assertIn("warning: --parallel,", done.err)

    def test_one_that_cannot_be_found_is_a_bad_configuration(self) -> None:
        project = self.own()
        (project.folder / "hubward.toml").write_text('[fetch]\ncommand = ["no-such-program"]\n')
        done = project.fetch()
        self.assertEqual(done.code, 65, done)
        self.assertIn("[fetch] command: cannot run 'no-such-program'", done.err)

    def test_offline_never_runs_it(self) -> None:
        project = self.own()
        self.assertEqual(project.fetch(HF_HUB_OFFLINE="1").code, 69)
        self.assertEqual(self.runs(project), 0)

    def test_a_signal_ends_both(self) -> None:
        done = self.own("kill -TERM $PPID; exec sleep 60").fetch()
        self.assertEqual(done.code, 143, done)
        self.assertIn("ended by a signal while fetching", done.err)

    def test_the_token_is_bridged_for_it(self) -> None:
        project = self.own("cat ~/.cache/huggingface/token; cp -a saved/. hub", token=TOKEN,
                           more="[run]\nbridge_token = true\n")
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertIn(TOKEN, done.err)
        self.assertFalse((project.folder / "home").exists())

    def test_the_hint_of_verify_names_it(self) -> None:
        done = self.own().run("verify")
        self.assertEqual(done.code, 1, done)
        self.assertIn("next: hubward fetch downloads what is lacking by `sh -c ", done.out)


if __name__ == "__main__":
    unittest.main()
