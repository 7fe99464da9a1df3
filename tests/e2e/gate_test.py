"""`hubward gate` as a CI job calls it: what it answers, where, and what `--prune` may and may not do."""

import fcntl
import hashlib
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from fetching import Ended, FetchTest, Project  # noqa: E402

SECRET = "hf_" + "S3cretS3cr" * 3
KILLS = int(os.environ.get("HUBWARD_KILLS", "6"))


def names_in(folder: Path) -> int:
    try:
        return len(os.listdir(folder))
    except FileNotFoundError:
        return 0


class GateTest(FetchTest):
    """A project whose cache holds what its manifest wants."""

    def setUp(self) -> None:
        super().setUp()
        self.whole = self.project()
        self.assertEqual(self.whole.fetch().code, 0)
        self.folder = self.whole.cache / self.repo.folder
        self.commit = str(self.repo.resolve("main"))

    def gate(self, *words: str, **environment: str) -> Ended:
        return self.whole.run("gate", *words, **environment)

    def codes(self, *words: str) -> list[str]:
        return [f["code"] for f in json.loads(self.gate("--format", "json", *words).out)["findings"]]

    def unneeded(self, files: int = 1) -> Path:
        """A repo that no entry names."""
        folder = self.whole.cache / "models--nobody--asks"
        shutil.copytree(self.folder, folder, symlinks=True)
        for number in range(files):
            text = f"file {number}".encode()
            name = hashlib.sha1(f"blob {len(text)}\0".encode() + text).hexdigest()
            (folder / "blobs" / name).write_bytes(text)
            (folder / "snapshots" / self.commit / f"{number}.bin").symlink_to(f"../../blobs/{name}")
        return folder


class Answers(GateTest):
    def test_a_fetched_cache_is_fit(self) -> None:
        done = self.gate()
        self.assertEqual((done.code, done.out.splitlines()[-1], done.err), (0, "fit=true", ""), done)

    def test_each_leftover_makes_it_unfit(self) -> None:
        blob = "blobs/" + "0" * 64
        for path in (f"{blob}.0123abcd.incomplete", f"{blob}.incomplete", f"{blob}.part", f"{blob}.sync.part",
                     f"{blob}..part", f"{blob}.lock", "refs/main.0123abcd.tmp", f"trees/tmp{self.commit}.tmp", "../tmpabcd1234",
                     f"blobs/.{'0' * 64}.0123abcd.new"):
            with self.subTest(path):
                self.assertEqual(self.gate().code, 0)
                place = self.folder / path
                place.write_bytes(b"half")
                done = self.gate()
                self.assertEqual((done.code, done.out.splitlines()[-1]), (1, "fit=false"), done)
                self.assertIn("gate-partials", done.out)
                pruned = self.gate("--prune", "--yes")
                self.assertEqual(pruned.code, 0, pruned)
                self.assertFalse(place.exists())

    def test_an_orphan_counts_until_it_is_allowed_or_pruned(self) -> None:
        orphan = self.folder / "blobs" / "8389d827b321d69e717e9cfed18ba798da7b8c33"
        orphan.write_bytes(b"orphan")
        self.assertIn("gate-orphans", self.codes())
        self.assertEqual(self.gate("--max-orphans", "1kB").code, 0)
        self.assertEqual(self.gate("--prune", "--yes").code, 0)
        self.assertFalse(orphan.exists())

    def test_an_incomplete_and_a_corrupt_cache_are_unfit(self) -> None:
        (self.folder / "refs/main").unlink()
        self.assertEqual(self.gate().code, 1)
        next(p for p in (self.folder / "blobs").iterdir() if p.stat().st_size > 4).write_bytes(b"<html>")
        self.assertEqual(self.gate().code, 2)

    def test_exit_zero_keeps_the_step_green_and_tells_the_truth(self) -> None:
        (self.folder / "refs/main").unlink()
        done = self.gate("--exit-zero")
        self.assertEqual((done.code, done.out.splitlines()[-1]), (0, "fit=false"), done)
        self.assertEqual(json.loads(self.gate("--exit-zero", "--format", "json").out)["verdict"], "incomplete")
        self.assertEqual(self.gate("--exit-zero", "--nonsense").code, 64)
        self.assertEqual(self.gate("--exit-zero", "--manifest", "nothing.txt").code, 66)

    def test_json_on_standard_output_is_json_alone(self) -> None:
        report = json.loads(self.gate("--format", "json").out)
        self.assertEqual((report["scope"], report["level"], report["verdict"]), ("all", "content", "complete"))

    def test_no_variable_makes_it_look_less(self) -> None:
        report = json.loads(self.gate("--format", "json", HUBWARD_LEVEL="layout", HUBWARD_ALL="0").out)
        self.assertEqual((report["scope"], report["level"]), ("all", "content"))

    def test_in_github_actions_fit_is_an_output(self) -> None:
        outputs = self.whole.folder / "outputs"
        outputs.write_text("before=1")
        self.gate(GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(outputs))
        self.assertTrue(outputs.read_text().startswith("before=1\nfit=true\nverdict=complete\ncache-path<<"))
        (self.folder / "refs/main").unlink()
        self.gate("--exit-zero", "--format", "json", GITHUB_ACTIONS="true", GITHUB_OUTPUT=str(outputs))
        self.assertIn("\nfit=false\nverdict=incomplete\n", outputs.read_text())
        outputs.unlink()
        self.gate(GITHUB_OUTPUT=str(outputs))
        self.assertFalse(outputs.exists())

    def test_without_manifest_it_judges_integrity_and_says_so(self) -> None:
        (self.whole.folder / "model_manifest.txt").unlink()
        done = self.gate()
        self.assertEqual(done.code, 0, done)
        self.assertIn("no manifest, so integrity only", done.out)
        self.assertEqual(self.gate("--prune", "--yes").code, 66)

    def test_a_cache_that_is_not_there_is_unfit(self) -> None:
        shutil.rmtree(self.whole.cache)
        done = self.gate("--saving", str(self.whole.cache))
        self.assertEqual((done.code, done.out.splitlines()[-1]), (1, "fit=false"), done)


class Saving(GateTest):
    def test_a_token_beside_the_cache_counts_where_it_is_saved_and_is_never_shown(self) -> None:
        (self.whole.folder / "token").write_text(SECRET)
        (self.whole.folder / "notes").mkdir()
        (self.whole.folder / "notes/n.txt").write_text(f"a {SECRET} b")
        self.assertEqual(self.gate().code, 0)
        for words in ((), ("--format", "json"), ("--format", "json=r.json", "-v", "--log-level", "debug")):
            done = self.gate("--saving", ".", *words)
            self.assertEqual(done.code, 2, done)
            self.assertIn("../token", done.out)
            self.assertIn("../notes/n.txt", done.out)
            self.assertNotIn(SECRET[:12], done.out + done.err)
        self.assertNotIn(SECRET[:12], (self.whole.folder / "r.json").read_text())

    def test_a_token_in_a_ref_is_not_shown_as_what_was_found_there(self) -> None:
        (self.folder / "refs/token").write_text(SECRET)
        done = self.gate("--format", "text", "--format", "json=r.json", GITHUB_ACTIONS="true")
        self.assertEqual(done.code, 2, done)
        report = (self.whole.folder / "r.json").read_text()
        self.assertIn("ref-malformed", report)
        self.assertNotIn(SECRET[:12], done.out + done.err + report)

    def test_paths_may_stand_several_times_in_one_text_or_as_words(self) -> None:
        (self.whole.folder / "beside").mkdir()
        (self.whole.folder / "beside/stored_tokens").write_text("x")
        hub = str(self.whole.cache)
        for words in (("--saving", hub, "--saving", "beside"), ("--saving", hub, "beside"),
                      ("--saving", f"# both\n  {hub}\n\nbeside\n")):
            self.assertEqual(self.codes(*words), ["secret-in-cache"], words)
        self.assertEqual(self.codes("--saving", hub), [])

    def test_a_link_to_where_nothing_is_saved_counts(self) -> None:
        (self.whole.folder / "models").symlink_to(self.folder)
        self.assertEqual(self.codes("--saving", "models"), ["gate-dangling-outside"] * 2)

    def test_what_is_not_understood_is_refused_by_name(self) -> None:
        for text in ("~/.cache/*", "hub\n!hub/token", "~root/x"):
            done = self.gate("--saving", text)
            self.assertEqual(done.code, 64, done)
            self.assertIn(f"`{text.splitlines()[-1]}`", done.err)
        self.assertEqual(self.gate("org/name").code, 64)

    def test_of_several_paths_one_must_be_there(self) -> None:
        done = self.gate("--saving", "hub", "--saving", "nothing")
        self.assertEqual(done.code, 0, done)
        self.assertIn("nothing does not exist", done.err)
        self.assertEqual(self.gate("--saving", "nothing").code, 66)

    def test_the_size_counts_all_that_is_saved(self) -> None:
        with open(self.whole.folder / "large", "wb") as large:
            large.truncate(50_000_000)
        self.assertEqual(self.gate("--max-size", "50MB").code, 0)
        done = self.gate("--max-size", "50MB", "--saving", ".")
        self.assertEqual(done.code, 1)
        self.assertIn("gate-size", done.out)
        self.assertIn(self.repo.folder, done.out)
        self.assertEqual(self.gate("--max-size", "lots").code, 64)


class Prune(GateTest):
    def seen(self) -> list[str]:
        return sorted(f"{p} {p.lstat().st_size}" for p in self.whole.cache.rglob("*"))

    def test_it_needs_yes_where_no_terminal_is(self) -> None:
        folder, before = self.unneeded(), self.seen()
        done = self.gate("--prune")
        self.assertEqual(done.code, 64)
        self.assertIn("--yes", done.err)
        self.assertIn("--dry-run", done.err)
        self.assertEqual(self.seen(), before)
        self.assertTrue(folder.exists())

    def test_a_dry_run_prints_the_plan_and_deletes_nothing(self) -> None:
        self.unneeded()
        before = self.seen()
        done = self.gate("--prune", "--dry-run")
        self.assertIn("models--nobody--asks (no entry of the manifest names it)", done.out)
        self.assertEqual(self.seen(), before)
        self.assertIn("models--nobody--asks", self.gate("--prune", "--dry-run", "--format", "json").err)

    def test_it_prints_the_plan_deletes_and_judges_again(self) -> None:
        folder = self.unneeded()
        next(p for p in (folder / "blobs").iterdir() if p.stat().st_size > 4).write_bytes(b"<html>")
        self.assertEqual(self.gate().code, 2)
        done = self.gate("--prune", "--yes", "--format", "json")
        self.assertEqual(done.code, 0, done)
        self.assertIn("models--nobody--asks", done.err)
        self.assertEqual(json.loads(done.out)["actions"],
                         [{"what": "prune", "path": "models--nobody--asks", "detail": "no entry of the manifest names it"}])
        self.assertFalse(folder.exists())
        self.assertEqual(self.gate("--prune", "--yes").code, 0)

    def test_nothing_is_deleted_from_a_cache_that_is_not_whole(self) -> None:
        self.unneeded()
        (self.folder / "refs/main").unlink()
        before = self.seen()
        done = self.gate("--prune", "--yes")
        self.assertEqual(done.code, 1)
        self.assertIn("nothing is deleted", done.err)
        self.assertEqual(self.seen(), before)

    def test_nothing_is_deleted_where_something_hostile_is(self) -> None:
        folder = self.unneeded()
        (folder / "snapshots" / self.commit / "passwd").symlink_to("/etc/passwd")
        before = self.seen()
        done = self.gate("--prune", "--yes")
        self.assertEqual(done.code, 2)
        self.assertIn("hostile", done.err)
        self.assertEqual(self.seen(), before)

    def test_a_lock_that_a_client_holds_ends_it(self) -> None:
        self.unneeded()
        lock = self.whole.cache / ".locks/models--nobody--asks/x.lock"
        lock.parent.mkdir(parents=True)
        with open(lock, "w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            before = self.seen()
            done = self.gate("--prune", "--yes")
            self.assertEqual(done.code, 75, done)
            self.assertIn(".locks/models--nobody--asks/x.lock", done.err)
            self.assertEqual(self.seen(), before)
        self.assertEqual(self.gate("--prune", "--yes").code, 0)

    def on_a_terminal(self, answer: bytes) -> int:
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.whole.folder)
            os.execve(self.whole.command()[0], self.whole.command("gate", "--prune"), self.whole.environment())
        said = b""
        while not said.rstrip().endswith(b"[y/N]"):
            said += os.read(terminal, 4096)
        self.assertIn(b"models--nobody--asks", said)
        os.write(terminal, answer)
        try:
            while os.read(terminal, 4096):
                pass
        except OSError:
            pass  # the other end is closed
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def test_on_a_terminal_it_asks(self) -> None:
        folder, before = self.unneeded(), self.seen()
        for no in (b"n\n", b"\n", b"maybe\n", b"\x04"):
            self.on_a_terminal(no)
            self.assertEqual(self.seen(), before, no)
        self.assertEqual(self.on_a_terminal(b"y\n"), 0)
        self.assertFalse(folder.exists())

    def test_a_kill_at_any_instant_leaves_the_needed_part_complete(self) -> None:
        in_time = 0
        for number in range(KILLS):
            folder = self.unneeded(300)
            child = subprocess.Popen(self.whole.command("gate", "--prune", "--yes"), cwd=self.whole.folder,
                                     env=self.whole.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # The refs go first, and the folder last: in between, some of it is there.
            goal = 300 * number // KILLS
            while child.poll() is None and ((folder / "refs").exists() or names_in(folder / "blobs") > 300 - goal):
                time.sleep(0.001)
            child.send_signal(signal.SIGKILL)
            in_time += child.wait() == -signal.SIGKILL
            self.assertEqual(self.whole.verdict(), "complete")
            again = self.gate("--prune", "--yes")
            self.assertEqual(again.code, 0, again)
            self.assertFalse(folder.exists())
        self.assertGreater(in_time, KILLS // 2)


if __name__ == "__main__":
    unittest.main()
