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

from fetching import FetchTest, Project  # noqa: E402


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
