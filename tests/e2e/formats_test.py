"""Reports in several formats at once, as a CI job asks for them, and what the page of formats says to do with them."""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
COMMIT = "a" * 40
FILES = {"config.json": "{}", "tokenizer.json": "[]", "a\n]]><\u202e&.json": '{"a": 1}'}


class Formats(unittest.TestCase):
    """A model whose tokenizer is damaged, and one that the cache lacks."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-formats-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        repo = self.folder / "hub/models--gpt2"
        for name, text in FILES.items():
            blob = repo / "blobs" / hashlib.sha1(f"blob {len(text)}\0{text}".encode()).hexdigest()
            for path in (blob, repo / "snapshots" / COMMIT / name):
                path.parent.mkdir(parents=True, exist_ok=True)
            blob.write_text("[}" if name == "tokenizer.json" else text)
            (repo / "snapshots" / COMMIT / name).symlink_to(f"../../blobs/{blob.name}")
        (repo / "refs").mkdir()
        (repo / "refs/main").write_text(COMMIT)
        (self.folder / "model_manifest.txt").write_text("gpt2 profile:tokenizer\norg/gone\n")

    def call(self, *words: str, code: int, **environment: str) -> subprocess.CompletedProcess:
        done = subprocess.run([os.environ["HUBWARD_BINARY"], *words], cwd=self.folder, capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "HF_HUB_CACHE": "hub", **environment}, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, code, done)
        return done

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()

    def test_one_run_writes_them_all_and_the_text_too(self) -> None:
        done = self.call("verify", "--format=json=a.json", "--format=jsonl=a.jsonl", "--format=sarif=a.sarif",
                         "--format=junit=a.xml", code=2)
        self.assertIn("corrupt (assumed 1): ", done.stdout)
        report = json.loads(self.read("a.json"))
        places = {(row["repo"], row["code"]) for row in report["findings"]}
        self.assertEqual({("models/gpt2", "blob-corrupt"), ("models/gpt2", "name-hostile"),
                          ("models/org/gone", "repo-missing")}, places)
        lines = [json.loads(line) for line in self.read("a.jsonl").splitlines()]
        self.assertEqual(len(lines), len(report["findings"]) + 2)
        run = json.loads(self.read("a.sarif"))["runs"][0]
        self.assertEqual([result["ruleId"] for result in run["results"]],
                         [finding["code"] for finding in report["findings"]])
        self.assertEqual({result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                          for result in run["results"]}, {"model_manifest.txt"})
        suites = {suite.get("name"): suite for suite in ElementTree.fromstring(self.read("a.xml"))}
        self.assertEqual({name: (suite.get("tests"), suite.get("failures")) for name, suite in suites.items()},
                         {"models/gpt2@main": ("3", "2"), "models/org/gone@main": ("1", "1")})
        passed = [case.get("name") for case in suites["models/gpt2@main"].iter("testcase") if not len(case)]
        self.assertEqual(passed, ["config.json"], "a file that is fine is a case that passes")

    def test_every_command_that_verifies_writes_them(self) -> None:
        for words in (("fetch", "--plan", "--offline"), ("repair", "--dry-run"), ("gate",)):
            for name in ("jsonl", "sarif", "junit"):
                done = self.call(*words, f"--format={name}", code=2, HF_HUB_OFFLINE="1")
                if name == "junit":
                    self.assertGreater(int(ElementTree.fromstring(done.stdout).get("failures", "0")), 0)
                elif name == "sarif":
                    self.assertTrue(json.loads(done.stdout)["runs"][0]["results"])
                else:
                    self.assertEqual(json.loads(done.stdout.splitlines()[-1])["exit_code"], 2)

    def test_what_writes_no_report_refuses_the_flag_and_passes_over_the_variable(self) -> None:
        for command in ("key", "lock", "doctor"):
            for name in ("jsonl", "sarif", "junit"):
                done = self.call(command, "--format", f"{name}=x", code=64)
                self.assertIn(f"--format: `{name}` is a format of reports, and `{command}` writes none", done.stderr)
        said = self.call("key", code=0).stdout
        self.assertEqual(self.call("key", code=0, HUBWARD_FORMAT="sarif=x,junit").stdout, said)
        self.assertFalse((self.folder / "x").exists())

    def test_what_the_page_does_with_jq_it_does(self) -> None:
        self.call("verify", "-q", "--format=jsonl=report.jsonl", "--format=json=report.json", code=2)
        page = (TOP / "docs/formats.md").read_text()
        told = [subprocess.run(shlex.split(command), cwd=self.folder, capture_output=True, text=True, check=True).stdout
                for command in re.findall(r"^    (jq .*)$", page, re.MULTILINE)]
        self.assertEqual(len(told), 2)
        report = json.loads(self.read("report.json"))
        self.assertEqual(told[0].splitlines(), [row["path"] for row in report["findings"] if row["remedy"] == "fetch"])
        self.assertEqual(json.loads(told[1]), report)


if __name__ == "__main__":
    unittest.main()
