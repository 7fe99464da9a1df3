"""What GitHub Actions reads of `verify` and `gate`, with the runner's files as it makes them."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

COMMIT = "a" * 40
TOKEN = "hf_ofAnEnvironmentOfAnEnvironment00"


def outputs_of(text: str) -> dict[str, str]:
    """As the runner reads them (actions/runner, FileCommandManager.cs, EnvFileKeyValuePairs)."""
    found, lines = {}, text.split("\n")
    assert lines.pop() == "", "the last line has no end"
    while lines:
        line = lines.pop(0)
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            found[line[:equals]] = line[equals + 1:]
            continue
        assert heredoc > 0, f"neither = nor <<: {line!r}"
        end = lines.index(line[heredoc + 2:])
        found[line[:heredoc]] = "\n".join(lines[:end])
        del lines[:end + 1]
    return found


class Github(unittest.TestCase):
    def setUp(self) -> None:
        self.top = Path(tempfile.mkdtemp(prefix="hubward-github-"))
        self.addCleanup(shutil.rmtree, self.top, ignore_errors=True)
        self.project = self.top / "checkout/ruby"
        (self.project / "test").mkdir(parents=True)
        self.manifest = self.project / "test/model_manifest.txt"
        self.manifest.write_text("# models\ngpt2\n")
        self.cache = self.top / "hub"
        self.output, self.summary = self.top / "output", self.top / "summary"
        self.output.write_text("")
        self.summary.write_text("")
        self.make_cache()

    def make_cache(self, **files: str) -> None:
        repo = self.cache / "models--gpt2"
        for name, text in (files or {"config.json": "{}", "tokenizer.json": "[]"}).items():
            digest = hashlib.sha1(f"blob {len(text)}\0{text}".encode()).hexdigest()
            for path in (repo / "blobs" / digest, repo / "snapshots" / COMMIT / name):
                path.parent.mkdir(parents=True, exist_ok=True)
            (repo / "blobs" / digest).write_text(text)
            (repo / "snapshots" / COMMIT / name).symlink_to(f"../../blobs/{digest}")
        (repo / "refs").mkdir(exist_ok=True)
        (repo / "refs/main").write_text(COMMIT)

    def damage(self) -> Path:
        blob = (self.cache / "models--gpt2/snapshots" / COMMIT / "tokenizer.json").resolve()
        blob.write_text("[}")
        return blob

    def call(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        made = {"PATH": os.environ["PATH"], "HOME": str(self.top / "home"), **environment}
        return subprocess.run([os.environ["HUBWARD_BINARY"], *words, "--cache-dir", str(self.cache)], env=made,
                              cwd=self.project, capture_output=True, text=True, timeout=60, check=False)

    def in_actions(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        made = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.top / "checkout"),
                "GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self.summary), "CI": "true"}
        return self.call(*words, **(made | environment))

    def test_a_finding_is_shown_at_its_line_of_the_checkout(self) -> None:
        self.damage()
        done = self.in_actions("verify", "--format", "github")
        self.assertEqual(done.returncode, 2, done)
        bad = [line for line in done.stdout.splitlines() if "blob-corrupt" in line]
        self.assertEqual(len(bad), 1, done)
        self.assertTrue(bad[0].startswith("::error file=ruby/test/model_manifest.txt,line=2,title=hubward%3A blob-"
                                          "corrupt%2C models/gpt2@main::the bytes do not hash"), bad)
        self.assertIn("%0Amend: ", bad[0])
        self.assertEqual(done.stderr, "")

    def test_a_manifest_beyond_a_link_of_a_folder_is_still_in_the_checkout(self) -> None:
        self.damage()
        (self.top / "elsewhere").symlink_to(self.top / "checkout")
        done = self.in_actions("verify", "--format=github", "--manifest",
                               str(self.top / "elsewhere/ruby/test/model_manifest.txt"))
        self.assertIn("::error file=ruby/test/model_manifest.txt,line=2,", done.stdout)
        outside = self.top / "models.txt"
        outside.write_text("gpt2\n")
        done = self.in_actions("verify", "--format=github", "--manifest", str(outside))
        self.assertIn(f"::error title=hubward%3A blob-corrupt%2C models/gpt2@main::{outside}:1: ", done.stdout)

    def test_under_a_lock_it_is_the_line_of_the_file_there(self) -> None:
        blob = self.damage()
        (self.project / "test/model_manifest.lock.toml").write_text(
            f'version = 1\n[[repo]]\nid = "gpt2"\ntype = "model"\nrevision = "main"\ncommit = "{COMMIT}"\n'
            f'[[repo.file]]\npath = "tokenizer.json"\nsize = 2\noid = "sha1:{blob.name}"\n')
        done = self.in_actions("verify", "--format", "github")
        self.assertIn("::error file=ruby/test/model_manifest.lock.toml,line=7,title=hubward%3A blob-corrupt",
                      done.stdout)

    def test_in_actions_the_result_stays_itself_and_the_annotations_stand_beside(self) -> None:
        self.damage()
        done = self.in_actions("verify", "--format", "json")
        self.assertEqual(json.loads(done.stdout)["verdict"], "corrupt")
        self.assertIn("::error file=ruby/test/model_manifest.txt,line=2,", done.stderr)

    def test_the_outputs_can_be_read_and_hold_what_later_steps_need(self) -> None:
        self.output.write_text("earlier=1")
        done = self.in_actions("verify", "--format", "json=report.json", "--format", "text")
        self.assertEqual(done.returncode, 1, done)
        self.assertEqual(outputs_of(self.output.read_text()),
                         {"earlier": "1", "verdict": "incomplete", "cache-path": str(self.cache),
                          "report": str(self.project / "report.json")})
        page = self.summary.read_text()
        self.assertIn("### hubward verify: incomplete\n", page)
        self.assertIn("| gpt2 | main | incomplete |", page)

    def test_no_name_sets_an_output_of_its_own(self) -> None:
        self.cache = self.cache.rename(self.top / "hub\nverdict=complete\nEND")
        self.in_actions("verify")
        found = outputs_of(self.output.read_text())
        self.assertEqual((found["verdict"], found["cache-path"]), ("incomplete", str(self.cache)))
        self.assertEqual(set(found), {"verdict", "cache-path"})
        self.in_actions("verify")
        ends = [line for line in self.output.read_text().split("\n") if line.startswith("cache-path<<")]
        self.assertEqual(len(set(ends)), 2, "a delimiter is never used again")

    def test_nothing_is_told_elsewhere_unless_it_is_asked_for(self) -> None:
        files = {"GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self.summary)}
        done = self.call("verify", **files)
        self.assertNotIn("::", done.stdout + done.stderr)
        self.assertEqual(self.output.read_text() + self.summary.read_text(), "")
        done = self.call("verify", "--format", "github", HF_TOKEN=TOKEN, **files)
        self.assertTrue(done.stdout.startswith("::error file=test/model_manifest.txt,line=2,"), done)
        self.assertEqual(outputs_of(self.output.read_text())["verdict"], "incomplete")
        self.assertNotIn(TOKEN, done.stdout + done.stderr, "there is no runner that would take a mask out")

    def test_the_token_is_masked_before_anything_else_is_said(self) -> None:
        for words in (("verify",), ("verify", "--format", "github")):
            done = self.in_actions(*words, HF_TOKEN=TOKEN)
            self.assertTrue(done.stderr.startswith(f"::add-mask::{TOKEN}\n"), done)
            self.assertEqual((done.stdout + done.stderr).count(TOKEN), 1)

    def test_a_token_in_a_name_reaches_no_file(self) -> None:
        self.make_cache(**{f"{TOKEN}.json": "{ }"})
        (self.cache / "models--gpt2/snapshots" / COMMIT / f"{TOKEN}.json").resolve().write_text("no")
        self.in_actions("verify", HF_TOKEN=TOKEN)
        self.assertNotIn(TOKEN.replace("_", "&#95;"), self.summary.read_text())
        self.assertNotIn(TOKEN, self.output.read_text() + self.summary.read_text())

    def test_files_that_cannot_be_written_are_one_warning_each_and_cost_nothing(self) -> None:
        os.mkfifo(self.top / "fifo")
        for bad in (self.top / "fifo", self.top, self.top / "no/such/file"):
            done = self.in_actions("verify", GITHUB_OUTPUT=str(bad), GITHUB_STEP_SUMMARY=str(bad))
            self.assertEqual(done.returncode, 1, done)
            for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
                self.assertEqual(done.stderr.count(f"hubward: warning: {name}: "), 1, done)
        done = self.in_actions("gate", GITHUB_OUTPUT=str(self.top))
        self.assertEqual(done.stderr.count("hubward: warning: GITHUB_OUTPUT: "), 1, done)
        self.assertIn("fit=", done.stdout)

    def test_a_full_summary_is_not_made_fuller_than_the_runner_takes(self) -> None:
        self.summary.write_text("x" * 999_900)
        self.in_actions("verify")
        self.assertLessEqual(self.summary.stat().st_size, 1_000_000)

    def test_gate_says_fit_to_later_steps(self) -> None:
        self.damage()
        done = self.in_actions("gate", "--exit-zero")
        self.assertEqual(done.returncode, 0, done)
        found = outputs_of(self.output.read_text())
        self.assertEqual((found["fit"], found["verdict"]), ("false", "corrupt"))

    def test_repair_tells_how_it_left_the_cache(self) -> None:
        self.manifest.write_text("gpt2 profile:tokenizer\n")
        (self.cache / "models--gpt2/refs/main").write_text(COMMIT + "\n")
        done = self.in_actions("repair")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(outputs_of(self.output.read_text())["verdict"], "complete")
        self.assertIn("### hubward repair: complete\n", self.summary.read_text())

    def test_key_sets_its_outputs_when_asked(self) -> None:
        done = self.in_actions("key")
        self.assertEqual(self.output.read_text(), "")
        key = done.stdout.strip()
        done = self.in_actions("key", "--format", "github")
        self.assertEqual((done.stdout.strip(), done.stderr), (key, ""))
        self.assertEqual(outputs_of(self.output.read_text()),
                         {"cache-key": key, "restore-keys": key[:-64]})

    def test_a_whole_cache_gives_no_annotation(self) -> None:
        self.manifest.write_text("gpt2 profile:tokenizer\n")
        done = self.in_actions("verify", "--format", "github")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(outputs_of(self.output.read_text())["verdict"], "complete")


if __name__ == "__main__":
    unittest.main()
