"""The ledger as a user meets it: what is believed, what is not, and what nobody need wait for."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

COMMIT = "a" * 40


def git_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Project:
    """A cache of one model, and hubward a minute from now: its files are old then."""

    def __init__(self, folder: str, files: int = 3):
        self.folder = Path(folder)
        self.home = self.folder / "home"
        self.home.mkdir()
        self.cache = self.folder / "hub"
        self.repo = self.cache / "models--gpt2"
        for place in ("blobs", "refs", f"snapshots/{COMMIT}"):
            (self.repo / place).mkdir(parents=True)
        (self.repo / "refs/main").write_text(COMMIT)
        self.blobs = [self.add(f"part-{number}.bin", os.urandom(4096)) for number in range(files)]

    def add(self, name: str, data: bytes) -> Path:
        blob = self.repo / "blobs" / git_id(data)
        blob.write_bytes(data)
        (self.repo / "snapshots" / COMMIT / name).symlink_to(f"../../blobs/{blob.name}")
        return blob

    @property
    def state(self) -> Path:
        return self.home / ".local/state/hubward"

    @property
    def ledger(self) -> Path:
        return self.state / "ledger.sqlite"

    def environment(self, later: int = 60, **more: str) -> dict[str, str]:
        made = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        return made | {"PATH": os.environ["PATH"], "HOME": str(self.home), "LATE_CLOCK_SECONDS": str(later),
                       "LD_PRELOAD": os.environ["HUBWARD_LATE_CLOCK"]} | more

    def command(self, *words: str) -> list[str]:
        return [os.environ["HUBWARD_BINARY"], "verify", "--all", "--cache-dir", str(self.cache), *words]

    def run(self, *words: str, later: int = 60, **more: str) -> subprocess.CompletedProcess:
        return subprocess.run(self.command(*words), env=self.environment(later, **more), cwd=self.folder,
                              capture_output=True, text=True, timeout=60)

    def trusted(self, *words: str, later: int = 60, **more: str) -> int:
        """How many blobs were not read; the report's other figures fit that."""
        done = self.run("--format", "json", *words, later=later, **more)
        totals = json.loads(done.stdout)["totals"]
        read = sum(blob.stat().st_size for blob in (self.repo / "blobs").iterdir())
        assert (totals["bytes_hashed"] < read) == (totals["blobs_from_ledger"] > 0), totals
        return totals["blobs_from_ledger"]


class LedgerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = Project(folder.name)

    def warm(self) -> Project:
        self.assertEqual(self.project.trusted(), 0)
        self.assertEqual(self.project.trusted(), 3)
        return self.project

    def assert_found(self, blob: Path, count: int = 2):
        """That the damaged one is read and told, and no other is read."""
        done = self.project.run("--format", "json")
        report = json.loads(done.stdout)
        self.assertEqual([finding["path"] for finding in report["findings"] if finding["code"] == "blob-corrupt"],
                         [str(blob.relative_to(self.project.cache))])
        self.assertEqual((done.returncode, report["totals"]["blobs_from_ledger"]), (2, count))


class Belief(LedgerTest):
    def test_the_second_time_nothing_is_read_and_the_last_line_says_so(self):
        done = self.warm().run()
        self.assertIn("; 3 of 3 blobs not read again; no findings", done.stdout.splitlines()[-1])

    def test_a_young_file_is_read_again(self):
        # The clock goes behind, or a busy machine makes the files old before they are read.
        self.assertEqual([self.project.trusted(later=-60) for _ in range(2)], [0, 0])
        self.assertFalse(self.project.state.exists())

    def test_what_was_read_in_the_future_is_read_again(self):
        self.warm()
        self.assertEqual(self.project.trusted(later=0), 0)

    def test_a_rewrite_in_place_with_the_times_set_back_is_found(self):
        blob = self.warm().blobs[0]
        before = blob.stat()
        subprocess.run(["dd", "if=/dev/zero", f"of={blob}", "conv=notrunc", "bs=100", "count=1"], check=True,
                       capture_output=True)
        subprocess.run(["touch", "-d", f"@{before.st_mtime_ns / 1e9:.9f}", str(blob)], check=True)
        os.utime(blob, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.assertEqual((blob.stat().st_size, blob.stat().st_mtime_ns), (before.st_size, before.st_mtime_ns))
        self.assert_found(blob)

    def test_a_file_cut_short_is_found(self):
        blob = self.warm().blobs[1]
        os.truncate(blob, 4000)
        self.assert_found(blob)

    def test_another_file_in_its_place_is_found(self):
        blob = self.warm().blobs[1]
        other = self.project.folder / "other"
        other.write_bytes(bytes(4096))
        before = blob.stat()
        os.rename(other, blob)
        os.utime(blob, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.assert_found(blob)

    def test_a_hard_link_to_a_believed_file_under_another_name_is_read(self):
        project = self.warm()
        wrong = project.repo / "blobs" / ("0" * 40)
        os.link(project.blobs[0], wrong)
        self.assert_found(wrong)

    def test_a_lock_is_held_against_what_is_believed(self):
        project = self.warm()
        blobs = project.repo / "blobs"
        # Nothing of the files changes, only what they should be.
        names = sorted(path.name for path in blobs.iterdir())
        lock = f'version = 1\n\n[[repo]]\nid = "gpt2"\ntype = "model"\nrevision = "main"\ncommit = "{COMMIT}"\n'
        for number, blob in enumerate(project.blobs):
            oid = blob.name if number else next(name for name in names if name != blob.name)
            lock += f'\n  [[repo.file]]\n  path = "part-{number}.bin"\n  size = 4096\n  oid = "sha1:{oid}"\n'
        (project.folder / "model_manifest.txt").write_text("gpt2\n")
        (project.folder / "model_manifest.lock.toml").write_text(lock)
        done = project.run("--format", "json", "--manifest", "model_manifest.txt")
        self.assertEqual([(f["code"], f["path"]) for f in json.loads(done.stdout)["findings"]],
                         [("oid-mismatch", f"models--gpt2/snapshots/{COMMIT}/part-0.bin")], done.stderr)

    def test_recheck_reads_all_and_renews(self):
        project = self.warm()
        self.assertEqual(project.trusted("--recheck", later=120), 0)
        (project.folder / "hubward.toml").write_text('[verify]\nrecheck_after = "50s"\n')
        config = ("--config", str(project.folder / "hubward.toml"))
        self.assertEqual(project.trusted(*config, later=130), 3)
        self.assertEqual(project.trusted(*config, later=190), 0)
        self.assertEqual(project.trusted(*config, later=190), 3)


class Wish(LedgerTest):
    def test_ci_turns_it_off_unless_it_is_asked_for(self):
        project = self.warm()
        config = project.folder / "hubward.toml"
        self.assertEqual(project.trusted(CI="true"), 0)
        self.assertEqual(project.trusted(CI="1"), 0)
        self.assertEqual(project.trusted(CI="false"), 3)
        self.assertEqual(project.trusted(CI=""), 3)
        self.assertEqual(project.trusted("--ledger", CI="true"), 3)
        self.assertEqual(project.trusted(CI="true", HUBWARD_LEDGER="1"), 3)
        config.write_text("[verify]\nledger = true\n")
        self.assertEqual(project.trusted("--config", str(config), CI="true"), 3)
        config.write_text("[verify]\nledger = false\n")
        self.assertEqual(project.trusted("--config", str(config)), 0)
        self.assertEqual(project.trusted("--config", str(config), "--ledger"), 3)

    def test_without_it_nothing_is_written(self):
        self.assertEqual(self.project.trusted("--no-ledger"), 0)
        self.assertEqual(self.project.trusted(CI="true"), 0)
        self.assertEqual(self.project.run("--level", "size").returncode, 0)
        self.assertEqual(list(self.project.home.iterdir()), [])

    def test_the_state_folder_is_where_the_specification_has_it(self):
        self.project.trusted(XDG_STATE_HOME=str(self.project.folder / "new/state"))
        self.assertTrue((self.project.folder / "new/state/hubward/ledger.sqlite").is_file())
        self.project.trusted(XDG_STATE_HOME="relative")
        self.assertFalse((self.project.folder / "relative").exists())
        self.assertTrue(self.project.ledger.is_file())

    def test_gate_and_lock_read_anew(self):
        project = self.warm()
        (project.folder / "model_manifest.txt").write_text("gpt2 file:*.bin\n")
        # A ledger that lies: whoever believes it sees no damage.
        blob = project.blobs[0]
        blob.write_bytes(bytes(4096))
        status = blob.stat()
        with sqlite3.connect(project.ledger) as ledger:
            ledger.execute("UPDATE proof SET mtime = ?, ctime = ? WHERE inode = ?",
                           (status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
        self.assertEqual(project.trusted(), 3)
        for words, code in ((["gate"], 2), (["lock"], 2), (["repair", "--dry-run"], 2), (["verify"], 0),
                            (["verify", "--recheck"], 2)):
            done = subprocess.run([os.environ["HUBWARD_BINARY"], *words, "--cache-dir", str(project.cache)],
                                  env=project.environment(), cwd=project.folder, capture_output=True, timeout=60)
            self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))

    def test_run_believes_it_and_says_so(self):
        project = self.warm()
        (project.folder / "model_manifest.txt").write_text("gpt2 file:*.bin\n")
        done = subprocess.run([os.environ["HUBWARD_BINARY"], "run", "--cache-dir", str(project.cache), "--", "true"],
                              env=project.environment(), cwd=project.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("3 of 3 blobs not read again", done.stderr.splitlines()[0])


class Trouble(LedgerTest):
    def assert_told(self, *words: str, **more: str):
        done = self.project.run(**more)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1 if words else 0, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_a_damaged_one_is_told_once_and_begun_anew(self):
        self.warm().ledger.write_bytes(b"x" * 9000)
        self.assert_told("warning", "is damaged", "begun anew")
        self.assertEqual(self.project.trusted(), 3)

    def test_one_that_others_may_write_is_told_once_and_left_alone(self):
        ledger = self.warm().ledger
        ledger.chmod(0o666)
        before = ledger.read_bytes()
        self.assert_told("warning", "can be written by others", "ignored")
        self.assertEqual(ledger.read_bytes(), before)

    def test_a_locked_one_is_not_waited_for(self):
        ledger = sqlite3.connect(self.warm().ledger, isolation_level=None)
        self.addCleanup(ledger.close)
        self.project.blobs[0].touch()
        ledger.execute("BEGIN IMMEDIATE")
        self.assert_told()
        ledger.execute("COMMIT")
        ledger.execute("PRAGMA locking_mode = EXCLUSIVE")
        ledger.execute("BEGIN EXCLUSIVE")
        self.assert_told()

    def test_a_home_that_is_not_there_is_not_made(self):
        self.assert_told(HOME="/nonexistent")
        self.assertFalse(Path("/nonexistent").exists())

    def test_a_disk_that_is_full_is_no_failure(self):
        # No file may grow: what RLIMIT_FSIZE does to a write, a full disk does too.
        done = subprocess.run(["sh", "-c", 'trap "" XFSZ; ulimit -f 0; exec "$@"', "sh", *self.project.command()],
                              env=self.project.environment(), cwd=self.project.folder, capture_output=True, text=True,
                              timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_many_at_once_are_all_right_and_leave_a_sound_ledger(self):
        for _ in range(3):
            running = [subprocess.Popen(self.project.command("--format", "json"), env=self.project.environment(),
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
            for process in running:
                out, err = process.communicate(timeout=60)
                self.assertEqual((process.returncode, err), (0, b""), out)
        self.assertEqual(self.project.trusted(), 3)
        with sqlite3.connect(self.project.ledger) as ledger:
            self.assertEqual(ledger.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def test_a_kill_at_any_time_leaves_one_that_is_believed_or_begun_anew(self):
        project = Project(tempfile.mkdtemp(dir=self.project.folder), files=300)
        begin = time.monotonic()
        project.run("--recheck")
        whole = time.monotonic() - begin
        for step in range(12):
            process = subprocess.Popen(project.command("--recheck"), env=project.environment(),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(whole * (step + 1) / 12)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
            done = project.run("--format", "json")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(project.trusted(), 300)


if __name__ == "__main__":
    unittest.main()
