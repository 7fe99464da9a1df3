"""The pipelines of docs/ci.md for GitLab and Buildkite, and the pre-commit hook: their commands are run as they stand
there, and what the engine does around them is held against what the page says.
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import yaml  # noqa: E402
from action_job import BINARY, TOP, ActionTest, workflow  # noqa: E402


class OtherEngines(ActionTest):
    """Their jobs' commands, in a checkout, as a shell of theirs runs them: until the first failure."""

    def script(self, lines: list[str], **variables: str) -> subprocess.CompletedProcess:
        made = self.job().environment | {"HF_HUB_CACHE": str(self.project / ".cache/huggingface/hub")} | variables
        made = {name: value for name, value in made.items() if not name.startswith(("GITHUB_", "RUNNER_"))}
        programs = self.folder / "bin"
        if not (programs / "hubward").exists():
            (programs / "hubward").symlink_to(BINARY)
        return subprocess.run(["bash", "-e", "-c", "\n".join(lines)], cwd=self.project, env=made, text=True,
                              timeout=120, capture_output=True, stdin=subprocess.DEVNULL)

    def filled_then_tested(self, fill: list[str], test: list[str]) -> None:
        done = self.script(fill)
        self.assertEqual(done.returncode, 0, done)
        self.hub.requests.clear()
        done = self.script(test)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("the tests see mode=offline", done.stdout)
        self.assertEqual(self.hub.requests, [])

    def test_gitlab_fills_in_one_job_and_tests_in_another(self) -> None:
        jobs = workflow("GitLab")
        self.assertEqual(jobs["variables"]["HF_HUB_CACHE"], "$CI_PROJECT_DIR/.cache/huggingface/hub")
        self.filled_then_tested(jobs["models"]["script"], jobs["test"]["script"])

    def test_gitlab_saves_in_the_job_that_passed_the_gate_alone(self) -> None:
        jobs = workflow("GitLab")
        fills, reads = jobs["models"]["cache"], jobs["test"]["cache"]
        self.assertEqual((fills["policy"], fills["when"], reads["policy"]), ("pull-push", "on_success", "pull"))
        self.assertEqual((fills["key"], fills["paths"]), (reads["key"], reads["paths"]))
        self.assertEqual(fills["key"]["files"], ["test/model_manifest.txt"])
        self.assertNotEqual(self.script(jobs["models"]["script"], HF_ENDPOINT="http://127.0.0.1:9").returncode, 0)

    def test_buildkite_fills_in_one_step_and_tests_in_another(self) -> None:
        commands = [[line.replace("$$", "$") for line in step["commands"]] for step in workflow("Buildkite")["steps"]]
        self.filled_then_tested(*commands)

    def test_buildkite_removes_what_does_not_pass_the_gate(self) -> None:
        fill = [line.replace("$$", "$") for line in workflow("Buildkite")["steps"][0]["commands"]]
        self.assertEqual(self.script(fill).returncode, 0)
        cache = self.project / ".cache/huggingface/hub"
        (cache / "token").write_text("hf_" + "a" * 34)
        self.assertNotEqual(self.script(fill).returncode, 0)
        self.assertFalse(cache.exists())

    def test_the_cache_plugin_saves_what_the_first_step_leaves_and_the_second_saves_nothing(self) -> None:
        first, second = workflow("Buildkite")["steps"]
        plugins = [next(iter(step["plugins"][0].values())) for step in (first, second)]
        self.assertEqual(plugins[0], plugins[1] | {"save": "file"})
        self.assertEqual(second["depends_on"], first["key"])


class PreCommit(ActionTest):
    def setUp(self) -> None:
        super().setUp()
        hooks = {hook["id"]: hook for hook in yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())}
        self.hook = hooks[workflow("pre-commit")["repos"][0]["hooks"][0]["id"]]

    def hubward(self, *words: str) -> int:
        made = self.job().environment | {"HF_HUB_CACHE": str(self.folder / "hub"), "PRE_COMMIT": "1"}
        return subprocess.run([BINARY, *words], cwd=self.project, env=made, capture_output=True).returncode

    def hooked(self) -> int:
        program, *words = self.hook["entry"].split()
        self.assertEqual((program, self.hook["language"], self.hook["pass_filenames"]), ("hubward", "system", False))
        return self.hubward(*words)

    def test_it_fails_once_manifest_and_lock_have_come_apart_with_models_and_without(self) -> None:
        self.assertEqual((self.hubward("fetch"), self.hubward("lock")), (0, 0))
        self.assertEqual(self.hooked(), 0)
        (self.folder / "hub").rename(self.folder / "elsewhere")
        self.assertEqual(self.hooked(), 0)
        with (self.project / "test/model_manifest.txt").open("a") as manifest:
            manifest.write("tiny-gpt profile:tokenizer\n")
        self.assertEqual(self.hooked(), 1)

    def test_it_looks_at_manifest_lock_and_configuration(self) -> None:
        for path, due in (("test/model_manifest.txt", True), ("model_manifest.lock.toml", True), ("hubward.toml", True),
                          ("test/model_manifest.txt.orig", False), ("lib/model.rb", False)):
            self.assertEqual(bool(re.search(self.hook["files"], path)), due, path)


if __name__ == "__main__":
    unittest.main()
