"""The action's `run`: a command under `hubward run`, on a machine as GitHub's."""

import signal
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from action_job import SCRIPTS, ActionTest  # noqa: E402
from workflow_runner import Job, file_command  # noqa: E402


class Run(ActionTest):
    def checked_out(self, **how: str) -> Job:
        job = self.job(**how)
        job.run([{"uses": "actions/checkout@v5"}])
        return job

    def test_a_command_runs_offline_after_the_cache_was_filled(self) -> None:
        job = self.checked_out()
        done = self.use(job, run="echo one\nbundle exec rake test")
        self.assertEqual(done.outcome, "success", job.log)
        self.assertIn("one\nthe tests see mode=offline offline=1\n", done.log)
        self.assertEqual((done.outputs["mode"], done.outputs["verdict"], done.outputs["reason"]),
                         ("offline", "complete", "fetched"))
        self.assertIn('"schema": "hubward.report/1"', Path(done.outputs["report"]).read_text())
        self.assertEqual(done.outputs["cache-path"], str(self.cache))
        self.assertRegex(done.outputs["cache-key"], r"^huggingface-models-v1-Linux-[0-9a-f]{64}$")

    def test_a_command_ends_at_its_first_failure_with_its_own_code(self) -> None:
        job = self.checked_out()
        done = self.use(job, run="false | true\necho never")
        self.assertEqual(done.outcome, "failure")
        self.assertNotIn("never\n", done.log)
        self.assertEqual(done.outputs["mode"], "offline")

    def test_a_flag_can_be_said_by_the_environment_of_the_step(self) -> None:
        job = self.checked_out()
        job.run([{"uses": "OWNER/hubward@v1", "with": {"run": "sleep 60"}, "env": {"HUBWARD_TIMEOUT": "1s"}}])
        self.assertEqual(job.done[-1].outcome, "failure", job.log)
        self.assertIn("command ended by the timeout", job.log)

    def test_without_a_manifest_it_installs_and_there_is_no_key(self) -> None:
        done = self.use(self.job())
        self.assertEqual(done.outcome, "success", done)
        self.assertEqual((done.outputs["cache-key"], done.outputs["verdict"]), ("", ""))

    def test_a_path_that_no_cache_action_understands_is_an_error(self) -> None:
        job = self.checked_out()
        job.environment["HF_HUB_CACHE"] = f"{self.folder}/a\nb"
        done = self.use(job)
        self.assertEqual(done.outcome, "failure", job.log)
        self.assertIn("cannot be told to a cache action", job.annotations("error")[0])

    def test_a_project_in_a_folder_of_its_own(self) -> None:
        job = self.job()
        (job.workspace / "gems").mkdir()
        self.project.rename(job.workspace / "gems/one")
        done = self.use(job, run="bundle exec rake test", working_directory="gems/one")
        self.assertEqual(done.outcome, "success", done)

    def test_elsewhere_than_on_linux_there_is_one_warning_and_the_command_runs_as_it_is(self) -> None:
        job = self.checked_out(os_name="macOS")
        steps = [{"id": "models", "uses": "OWNER/hubward/restore@v1"},
                 {"id": "it", "uses": "OWNER/hubward@v1", "with": {"run": "bundle exec rake test"}},
                 {"uses": "OWNER/hubward/save@v1", "with": {"key": "k", "path": "p"}}]
        done = job.run(steps)
        self.assertEqual([step.outcome for step in job.done], ["success"] * 4, job.log)
        self.assertEqual(len(job.annotations("warning")), 1, job.log)
        self.assertIn("the tests see mode=none offline=none", job.log)
        self.assertEqual((done["it"].outputs["mode"], done["it"].outputs["verdict"]), ("unwrapped", ""))
        self.assertEqual((self.releases.asked, self.hub.requests, self.store.stored), ([], [], {}))

    def test_a_cancelled_step_reaches_the_command(self) -> None:
        """The runner signals the process that it started, and nothing else (ProcessInvoker.cs)."""
        job = self.checked_out()
        self.use(job, run="true")
        script = job.temp / "step.sh"
        script.write_text(f'exec bash "{SCRIPTS}/run"\n')
        output = job.temp / "output"
        command = "trap 'echo was told; exit 7' INT\necho ready\nwhile :; do sleep 0.05; done"
        made = job.environment | {"ACTION_RUN": command, "ACTION_WRAPS": "true", "GITHUB_OUTPUT": str(output)}
        with subprocess.Popen(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], env=made, text=True,
                              cwd=job.workspace, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              start_new_session=True) as step:
            self.addCleanup(step.kill)
            self.assertEqual(step.stdout.readline(), "ready\n")
            step.send_signal(signal.SIGINT)
            self.assertEqual(step.stdout.read(), "was told\n")
            self.assertEqual(step.wait(20), 7)
        self.assertEqual(file_command(output.read_text())["mode"], "offline")


if __name__ == "__main__":
    unittest.main()
