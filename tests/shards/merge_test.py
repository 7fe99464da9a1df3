#!/usr/bin/env python3
"""The merged reports of all shards are the report of the whole, on random caches that a seed makes again.

    HUBWARD_BINARY=BINARY merge_test.py [--seeds FIRST-LAST]

In every format, byte for byte but for the time that it took, whatever the damage and the question (the
caches are those of tests/differential), among how many shards and in whichever order they are given.
"""

import itertools
import json
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from damages import damage  # noqa: E402
from questions import ask  # noqa: E402
from run import leave_root, NOBODY  # noqa: E402
from worlds import healthy_world  # noqa: E402

SEEDS = "1-40"
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"} | {
    name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}


def told(program: str, folder: Path, words: list[str]) -> tuple[int, dict[str, str]]:
    """Exit code, and the report in every format; nothing is waited for to reach a disk."""
    texts, codes = {}, set()
    for form in ("json", "github"):
        done = subprocess.run([program, *words, "-v", f"--format={form}", "--format=text=/dev/stderr"], cwd=folder,
                              capture_output=True, timeout=60, env=ENVIRONMENT, check=False)
        if done.returncode > 2:
            raise AssertionError(f"{words}: {done.returncode} {done.stderr.decode(errors='replace')}")
        codes.add(done.returncode)
        texts[form], texts["text"] = done.stdout.decode(), done.stderr.decode()
    if len(codes) != 1:
        raise AssertionError(f"{words}: {codes}")
    return codes.pop(), texts


def timeless(texts: dict[str, str]) -> dict[str, str]:
    return {"json": re.sub(r'("seconds": )[0-9.e-]+', r"\1-", texts["json"]), "github": texts["github"],
            "text": re.sub(r"; [0-9.]+ m?s$", "", texts["text"].rstrip("\n"))}


def question(folder: Path, root: Path, asked) -> list[str]:
    words = ["verify", "--cache-dir", str(root), "-j1", "--level", asked.level, "--require", asked.require]
    if asked.all:
        words.append("--all")
    if asked.manifest is not None:
        (folder / "model_manifest.txt").write_text(asked.manifest, newline="")
        words += ["--manifest", "model_manifest.txt"]
    if asked.lock is not None:
        (folder / "model_manifest.lock.toml").write_text(asked.lock)
    return words


def without_places(text: str) -> str:
    """Without the flags that an advised command repeats: a report may be merged on another machine."""
    return re.sub(r" --(?:manifest|require|cache-dir) [^\s`]+", "", text)


def difference(whole: dict[str, str], merged: dict[str, str]) -> str:
    for form, text in timeless({form: without_places(text) for form, text in whole.items()}).items():
        lines, others = text.splitlines(), timeless(merged)[form].splitlines()
        for line, other in itertools.zip_longest(lines, others):
            if line != other:
                return f"{form}: the whole says {line!r}, the merged {other!r}"
    return ""


def fault_of_shares(shards: list[dict[str, str]], whole: dict[str, str]) -> str:
    """What the shards' own reports say of their split."""
    reports = [json.loads(shard["json"]) for shard in shards]
    said = [(report["shard"]["index"], report["shard"]["of"]) for report in reports]
    if said != [(index, len(shards)) for index in range(1, len(shards) + 1)]:
        return f"the shards call themselves {said}"
    if any(re.search(r"(?m)^complete", shard["text"]) for shard in shards):
        return "a shard says complete"
    hashed = [report["totals"]["bytes_hashed"] for report in reports]
    if sum(hashed) != json.loads(whole["json"])["totals"]["bytes_hashed"]:
        return f"{hashed} bytes were hashed, which is not what one verification hashes"
    return ""


def try_seed(job: tuple[int, str, str]) -> str:
    seed, program, work = job
    folder = Path(work) / str(seed)
    folder.mkdir()
    world = healthy_world(seed, folder / "hub")
    asked = ask(world)
    damage(world)
    words = question(folder, folder / "hub", asked)
    code, whole = told(program, folder, words)
    dice = random.Random(seed)
    of = dice.randint(1, 7)
    shards = [told(program, folder, [*words, "--shard", f"{index}/{of}"])[1] for index in range(1, of + 1)]
    for index, shard in enumerate(shards, 1):
        (folder / f"{index}.json").write_text(shard["json"])
    files = [f"{index}.json" for index in range(1, of + 1)]
    dice.shuffle(files)
    merged_code, merged = told(program, folder, ["merge", *files])
    fault = difference(whole, merged) or fault_of_shares(shards, whole)
    if code != merged_code:
        fault = f"exit code {code}, merged {merged_code}"
    context = f"{of} shards; {world.steps}; {asked.manifest!r} all={asked.all} {asked.level} {asked.require}"
    return fault and f"seed {seed}: {fault}\n  {context}{' with lock' if asked.lock else ''}"


class Merged(unittest.TestCase):
    seeds = SEEDS

    def test_the_merged_reports_of_all_shards_are_the_report_of_the_whole(self) -> None:
        work = Path(tempfile.mkdtemp(prefix="hubward-shards-"))
        self.addCleanup(shutil.rmtree, work, ignore_errors=True)
        work.chmod(0o755)
        program = work / "hubward"
        shutil.copy2(os.environ["HUBWARD_BINARY"], program)
        program.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(work, NOBODY, NOBODY)
        first, last = map(int, self.seeds.split("-"))
        jobs = [(seed, str(program), str(work)) for seed in range(first, last + 1)]
        with multiprocessing.Pool(os.cpu_count(), leave_root) as pool:
            faults = [fault for fault in pool.imap(try_seed, jobs, 4) if fault]
        self.assertEqual(faults, [], "\n".join(faults).encode("utf-8", "backslashreplace").decode())


class Refused(unittest.TestCase):
    """What `merge` does not join: exit code, and a message that names the file and what to do."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-merge-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        healthy_world(1, self.folder / "hub")
        self.shard("1/2", "1.json")
        self.shard("2/2", "2.json")

    def call(self, *words: str, text: str = "") -> subprocess.CompletedProcess:
        return subprocess.run([os.environ["HUBWARD_BINARY"], *words], cwd=self.folder, env=ENVIRONMENT, input=text,
                              capture_output=True, text=True, timeout=60, check=False)

    def shard(self, shard: str, file: str, *words: str) -> None:
        done = self.call("verify", "--all", "--cache-dir", "hub", "--shard", shard, "--format", f"json={file}", *words)
        self.assertEqual(done.returncode, 0, done.stderr)

    def refused(self, code: int, what: str, *words: str) -> None:
        done = self.call("merge", *words)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertRegex(done.stderr, f"^hubward: error: .*{what}")

    def test_both_shards_are_joined_from_a_file_and_from_standard_input(self) -> None:
        done = self.call("merge", "-", "2.json", "-q", text=(self.folder / "1.json").read_text())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("complete"), done.stdout)

    def test_an_incomplete_or_doubled_set(self) -> None:
        self.refused(65, "shard 2/2 is missing: hubward verify --shard 2/2", "1.json")
        self.refused(65, "2.json: is shard 2/2, and so is 2.json", "1.json", "2.json", "2.json")

    def test_another_level_and_another_number_of_shards(self) -> None:
        self.shard("2/2", "size.json", "--level", "size")
        self.refused(65, "size.json: has the level size", "1.json", "size.json")
        self.shard("2/3", "three.json")
        self.refused(65, "three.json: is one of 3 shards", "1.json", "three.json")

    def test_no_report_of_a_shard(self) -> None:
        self.call("verify", "--all", "--cache-dir", "hub", "--format", "json=whole.json")
        self.refused(65, "whole.json: is the report of no shard", "whole.json")
        (self.folder / "text.json").write_text("complete: 9 entries\n")
        self.refused(65, "text.json: not JSON", "1.json", "text.json")
        (self.folder / "deep.json").write_text("[" * 100_000)
        self.refused(65, "deep.json: nested deeper than 64", "deep.json")
        self.refused(65, "hub: is a directory", "hub")

    def test_a_missing_file_and_no_file(self) -> None:
        self.refused(66, "absent.json: there is no such file", "1.json", "absent.json")
        self.refused(64, "needs their files")

    def test_a_shard_that_is_none(self) -> None:
        for shard in ("0/2", "3/2", "1", "1/0", "one/2", "1/2/3", "-1/2", "1/10001"):
            done = self.call("verify", "--all", "--cache-dir", "hub", "--shard", shard)
            self.assertEqual(done.returncode, 64, done.stderr)
            self.assertIn(f"--shard: `{shard}`", done.stderr)

    def test_in_github_actions_only_the_whole_has_a_verdict(self) -> None:
        outputs = self.folder / "outputs"
        actions = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(outputs)}
        for words, has_verdict in (("verify --all --cache-dir hub --shard 1/2", False), ("merge 1.json 2.json", True)):
            outputs.write_text("")
            subprocess.run([os.environ["HUBWARD_BINARY"], *words.split()], cwd=self.folder, env=ENVIRONMENT | actions,
                           capture_output=True, timeout=60, check=True)
            self.assertEqual("verdict=complete" in outputs.read_text(), has_verdict, words)
            self.assertIn("cache-path", outputs.read_text())


if __name__ == "__main__":
    if "--seeds" in sys.argv:
        at = sys.argv.index("--seeds")
        Merged.seeds = sys.argv[at + 1]
        del sys.argv[at:at + 2]
    os.umask(0o022)
    unittest.main()
