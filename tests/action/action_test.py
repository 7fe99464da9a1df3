"""action.yml, restore/action.yml and save/action.yml: their text, and how they install hubward."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import yaml  # noqa: E402
from action_job import COMPOSITES, SCRIPTS, TOP, VERSION, ActionTest  # noqa: E402
from stand_ins import sums_of  # noqa: E402
from workflow_runner import file_command  # noqa: E402


def texts() -> dict[str, dict]:
    return {name: yaml.safe_load((folder / "action.yml").read_text()) for name, folder in COMPOSITES.items()}


class Texts(unittest.TestCase):
    def test_no_script_holds_an_expression_and_each_has_its_shell(self) -> None:
        looked_at = 0
        for name, text in texts().items():
            for step in text["runs"]["steps"]:
                if "run" in step:
                    self.assertNotIn("${{", step["run"], name)
                    self.assertEqual(step["shell"], "bash", name)
                    looked_at += 1
        self.assertGreaterEqual(looked_at, 8)

    def test_every_script_that_a_step_runs_is_there_and_none_lies_unused(self) -> None:
        named = set()
        for name, text in texts().items():
            for step in text["runs"]["steps"]:
                if "run" in step:
                    path = re.search(r'"\$GITHUB_ACTION_PATH(/[^"]*)"', step["run"])[1]
                    named.add(Path(os.path.normpath(f"{COMPOSITES[name]}{path}")))
        self.assertEqual(named, set(SCRIPTS.iterdir()))

    def test_outputs_are_those_of_steps_and_scripts_that_exist(self) -> None:
        self.assertLessEqual({"verdict", "mode", "reason", "cache-key", "cache-path", "report"},
                             set(texts()["OWNER/hubward"]["outputs"]))
        for name, text in texts().items():
            ids = {step.get("id") for step in text["runs"]["steps"]}
            for output in text["outputs"].values():
                for step in re.findall(r"steps\.([a-z]+)\.", output["value"]):
                    self.assertIn(step, ids, name)

    def test_every_input_is_used(self) -> None:
        for name, text in texts().items():
            rest = yaml.safe_dump([text["runs"], text["outputs"]])
            for key in text["inputs"]:
                self.assertRegex(rest, rf"inputs\.{key}\b", name)

    def test_actions_of_others_are_named_by_commit(self) -> None:
        used = [step["uses"] for text in texts().values() for step in text["runs"]["steps"] if "uses" in step]
        self.assertEqual(len(used), 2)
        for name in used:
            self.assertRegex(name, r"^actions/cache/(restore|save)@[0-9a-f]{40}$")


class Install(ActionTest):
    def test_a_release_whose_sum_is_right_is_on_the_path_of_later_steps(self) -> None:
        job = self.job()
        self.assertEqual(self.use(job).outcome, "success", job.log)
        job.run([{"run": "command -v hubward; hubward --version"}])
        self.assertIn(f"{job.temp}/hubward/bin/hubward\nhubward {VERSION}\n", job.log)

    def test_a_release_whose_sum_is_wrong_is_refused_and_not_unpacked(self) -> None:
        for sums in (sums_of(self.package).replace("0", "1"), "", f"{'0' * 64}  another.tar.gz\n"):
            (self.release / "SHA256SUMS").write_text(sums)
            job = self.job()
            self.assertEqual(self.use(job).outcome, "failure", job.log)
            self.assertEqual(len(job.annotations("error")), 1, job.log)
            self.assertFalse((job.temp / "hubward/bin").exists())
            job.run([{"if": "always()", "run": "! command -v hubward"}])
            self.assertEqual(job.done[-1].outcome, "success", job.log)

    def test_a_release_that_is_not_there_is_named(self) -> None:
        job = self.job()
        self.assertEqual(self.use(job, version="v9.9.9").outcome, "failure")
        self.assertIn("/OWNER/hubward/releases/download/v9.9.9/SHA256SUMS", job.annotations("error")[0])

    def test_a_tarball_given_as_package_asks_nobody(self) -> None:
        moved = self.package.rename(self.folder / "my package.tar.gz")
        job = self.job()
        self.assertEqual(self.use(job, package=str(moved)).outcome, "success", job.log)
        self.assertEqual(self.releases.asked, [])

    def test_a_package_that_does_not_run_here_says_why(self) -> None:
        program = self.release / "program"
        program.write_text("#!/bin/sh\necho 'version GLIBC_9.99 not found' >&2\nexit 1\n")
        subprocess.run(["tar", "-czf", self.package, "--transform", "s,^,h/bin/,;s,program,hubward,", "program"],
                       cwd=self.release, check=True)
        job = self.job()
        self.assertEqual(self.use(job, package=str(self.package)).outcome, "failure")
        self.assertIn("GLIBC_9.99 not found", job.log)

    def test_what_is_installed_already_is_taken(self) -> None:
        job = self.job()
        self.use(job)
        asked = len(self.releases.asked)
        self.assertEqual(self.use(job).outcome, "success")
        self.assertEqual(len(self.releases.asked), asked)

    def test_an_input_is_never_run(self) -> None:
        evil = '"; touch pwned; $(touch pwned) `touch pwned` \'; touch pwned #'
        for name, given in (("", {"version": evil}), ("", {"package": evil}), ("", {"working_directory": "."}),
                            ("/save", {"key": evil, "path": evil, "verdict": evil, "cache_hit": "true"})):
            job = self.job()
            job.run([{"uses": "actions/checkout@v5"}])
            self.use(job, name, **given)
            self.assertEqual(list(self.folder.rglob("pwned")), [], job.log)


class TheRunner(unittest.TestCase):
    """The stand-in reads a step's files as the runner does."""

    def test_names_values_and_lines(self) -> None:
        self.assertEqual(file_command("a=b=c\n\nd<<END\n1\n\n2\nEND\ne<=<<f\n"),
                         {"a": "b=c", "d": "1\n\n2", "e<": "<<f"})

    def test_what_the_runner_refuses(self) -> None:
        for text in ("a<<END\n1\n", "nothing\n", "=x\n"):
            self.assertRaises(ValueError, file_command, text)


if __name__ == "__main__":
    unittest.main()
