"""What hubward says is to be done: commands that look where it looked, and what stands in their way."""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path
from xml.etree import ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, status  # noqa: E402
from fetching import FetchTest, Project  # noqa: E402

NOWHERE = "http://127.0.0.1:9"


class Places(FetchTest):
    flags = ("--cache-dir", "my cache", "--manifest", "its models.txt")
    told = " --manifest 'its models.txt' --cache-dir 'my cache'"

    def elsewhere(self) -> Project:
        project = self.project()
        (project.folder / "model_manifest.txt").rename(project.folder / "its models.txt")
        return project

    def test_an_advised_command_repeats_the_flags_that_said_where_to_look(self) -> None:
        project = self.elsewhere()
        text = project.run("verify", *self.flags)
        self.assertIn(f"    with: hubward fetch{self.told}\n", text.out)
        self.assertIn(f"next: hubward fetch{self.told} downloads what is lacking\n", text.out)
        for name in ("github", "sarif", "junit"):
            done = project.run("verify", *self.flags, "--format", name)
            self.assertIn(f"with: hubward fetch{self.told}", done.out.replace("&apos;", "'").replace("&#39;", "'"), name)
        doctor = json.loads(project.run("doctor", *self.flags, "--format", "json").out)
        self.assertEqual(doctor["next"]["command"], f"hubward fetch{self.told}")

    def test_an_advised_command_does_what_it_was_advised_for(self) -> None:
        project = self.elsewhere()
        out = project.run("verify", *self.flags).out
        advised = next(line.split("with: ")[1] for line in out.splitlines() if "with: " in line)
        words = advised.replace("hubward", os.environ["HUBWARD_BINARY"], 1)
        done = subprocess.run(["sh", "-c", words], cwd=project.folder, env=project.environment(), timeout=60,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(project.run("verify", *self.flags).code, 0)

    def test_what_a_variable_said_still_holds_and_is_not_repeated(self) -> None:
        project = self.elsewhere()
        done = project.run("verify", HUBWARD_CACHE_DIR="my cache", HUBWARD_MANIFEST="its models.txt")
        self.assertIn("    with: hubward fetch\n", done.out)

    def test_a_repair_is_taken_back_where_it_was_done(self) -> None:
        project = self.elsewhere()
        self.assertEqual(project.fetch(*self.flags).code, 0)
        ref = project.folder / "my cache" / self.repo.folder / "refs/main"
        ref.write_text(ref.read_text() + "\n")
        done = project.run("repair", *self.flags, "--quarantine", "q")
        advised = next(line for line in done.out.splitlines() if line.startswith("to take it back: hubward "))
        words = advised.split("hubward ", 1)[1]
        self.assertTrue(words.endswith(f"{self.told} --quarantine q"), words)
        undone = subprocess.run(["sh", "-c", f"{os.environ['HUBWARD_BINARY']} {words}"], cwd=project.folder,
                                env=project.environment(), timeout=60, capture_output=True, text=True)
        self.assertEqual(undone.returncode, 0, undone)
        self.assertTrue(ref.read_text().endswith("\n"))

    def test_without_a_manifest_the_doctor_says_to_write_one(self) -> None:
        project = self.project()
        (project.folder / "model_manifest.txt").unlink()
        told = json.loads(project.run("doctor", "--format", "json").out)["next"]
        self.assertIsNone(told["command"])
        self.assertIn("write a manifest first", told["what"])


class Obstacles(FetchTest):
    def next_of(self, project: Project, code: int, *words: str, **environment: str) -> str:
        done = project.fetch(*words, **environment)
        self.assertEqual(done.code, code, done)
        return next(line for line in done.out.splitlines() if line.startswith("next: "))

    def test_a_hub_that_cannot_be_reached_is_told_once_and_is_the_next_thing_to_see_to(self) -> None:
        project = self.project("gpt2", "org/other")
        done = project.fetch("--retries", "0", HF_ENDPOINT=NOWHERE)
        self.assertEqual(done.code, 69, done)
        self.assertEqual(done.err.count("Failed to connect"), 1, done.err)
        self.assertIn(f"hubward:   gpt2@main       {NOWHERE}/", done.err)
        self.assertIn("(tried 1 time)", done.err)
        self.assertRegex(done.out, r"\nnext: see that this machine reaches the Hub .*, then hubward fetch\n")

    def test_what_was_refused_wants_a_token(self) -> None:
        self.hub.intercept = Fault(status(403), times=1000)
        self.assertIn("give a token", self.next_of(self.project(), 77))

    def test_what_is_not_there_wants_another_name(self) -> None:
        project = self.project("lab/none-of-that-name", token="hf_loopbacktokenloopbacktoken0000")
        self.assertIn("look at the names", self.next_of(project, 1))

    def test_offline_by_a_variable_wants_it_unset(self) -> None:
        self.assertIn("unset HF_HUB_OFFLINE, then hubward fetch", self.next_of(self.project(), 69, HF_HUB_OFFLINE="1"))


class Shards(FetchTest):
    def test_a_file_passes_in_the_one_shard_that_has_read_it_and_is_skipped_in_the_others(self) -> None:
        project = self.project()
        self.assertEqual(project.fetch().code, 0)
        whole = ElementTree.fromstring(project.run("verify", "--format", "junit").out)
        passed: list[str] = []
        for shard in ("1/2", "2/2"):
            suite = ElementTree.fromstring(project.run("verify", "--shard", shard, "--format", "junit").out)[0]
            skipped = [case for case in suite.iter("testcase") if case.find("skipped") is not None]
            self.assertEqual(suite.get("skipped"), str(len(skipped)))
            self.assertTrue(skipped)
            passed += [case.get("name", "") for case in suite.iter("testcase") if case not in skipped]
        names = [case.get("name", "") for case in whole.iter("testcase")]
        self.assertEqual(sorted(set(passed)), sorted(names))

    def test_no_report_and_one_that_is_named_twice_are_said_to_be_that(self) -> None:
        project = self.project()
        empty = project.run("merge", "-")
        self.assertEqual((empty.code, empty.err), (65, "hubward: error: -: is empty, and no report\n"))
        twice = project.run("merge", "-", "-")
        self.assertEqual(twice.code, 64, twice)
        self.assertIn("standard input can be read once", twice.err)

    def test_two_reports_in_one_are_said_to_be_two(self) -> None:
        project = self.project()
        self.assertEqual(project.fetch().code, 0)
        both = "".join(project.run("verify", "--shard", f"{at}/2", "--format", "json").out for at in (1, 2))
        done = subprocess.run(project.command("merge", "-"), cwd=project.folder, env=project.environment(), input=both,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 65, done)
        self.assertIn("-: holds several reports, and one was expected: `hubward merge` takes a file for each", done.stderr)


if __name__ == "__main__":
    unittest.main()
