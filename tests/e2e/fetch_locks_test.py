"""`hubward fetch` beside other processes that write the same cache: it waits for their locks, and not for ever."""

import contextlib
import fcntl
import subprocess
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

import refusing  # noqa: E402
from fetching import FetchTest, Project  # noqa: E402


class Locks(FetchTest):
    def setUp(self) -> None:
        super().setUp()
        self.place = self.project(f"{self.repo.manifest_id} file:config.json")
        self.name = f"{self.file().etag}.lock"
        self.python = self.place.cache / ".locks" / self.repo.folder / self.name
        self.rust = self.place.cache / self.repo.folder / "blobs" / self.name

    @contextlib.contextmanager
    def held(self, path: Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w") as lock:
            fcntl.flock(lock, how)
            yield

    def test_each_clients_lock_is_waited_for_so_long_and_named_in_75(self) -> None:
        for path in (self.python, self.rust):
            with self.subTest(path), self.held(path):
                done = self.place.fetch("--lock-timeout", "1s")
                self.assertEqual(done.code, 75, done)
                self.assertIn(f"another process holds {path.relative_to(self.place.cache)}; gave up after 1", done.err)
                self.assertEqual(self.asked("/resolve/"), [])
        self.assertEqual(self.place.fetch().code, 0)

    def test_what_the_other_process_brings_meanwhile_is_not_downloaded_again(self) -> None:
        for path in (self.python, self.rust):
            with self.subTest(path), Project(self.hub, f"{self.repo.manifest_id} file:config.json") as project:
                there = project.cache / path.relative_to(self.place.cache)
                with self.held(there):
                    fetching = subprocess.Popen(project.command("fetch"), cwd=project.folder,
                                                env=project.environment(), stdout=subprocess.PIPE,
                                                stderr=subprocess.STDOUT, text=True)
                    while not self.asked("/tree/"):
                        self.assertIsNone(fetching.poll())
                    blob = project.cache / self.repo.folder / "blobs" / self.file().etag
                    blob.parent.mkdir(parents=True, exist_ok=True)
                    blob.with_suffix(".part").write_bytes(self.file().content)
                    blob.with_suffix(".part").rename(blob)
                said, _ = fetching.communicate(timeout=60)
                self.assertEqual(fetching.returncode, 0, said)
                self.assertEqual(self.asked("/resolve/"), [])
                self.hub.requests.clear()

    def test_a_lock_file_that_nobody_holds_is_no_lock(self) -> None:
        for path in (self.python, self.rust):
            path.parent.mkdir(parents=True)
            path.touch()
        done = self.place.fetch("--lock-timeout", "1s")
        self.assertEqual(done.code, 0, done)
        self.assertTrue(self.rust.exists())

    def test_hf_hub_0_gets_no_lock_file_that_it_did_not_make(self) -> None:
        self.assertEqual(self.place.fetch().code, 0)
        self.assertFalse(self.rust.exists())
        self.assertTrue(self.python.exists())

    def test_one_locked_file_does_not_hold_the_others(self) -> None:
        project = self.project()
        lock = project.cache / self.python.relative_to(self.place.cache)
        with self.held(lock):
            done = project.fetch("--lock-timeout", "1s")
        self.assertEqual(done.code, 75, done)
        others = sorted({file.etag for file in self.repo.files().values()} - {self.file().etag})
        self.assertEqual(project.blobs(self.repo), others)

    @unittest.skipUnless(refusing.is_possible(), "no seccomp numbers for this machine")
    def test_where_flock_is_not_known_there_is_nobody_to_wait_for(self) -> None:
        self.place.before = [sys.executable, refusing.__file__, "ENOLCK", "flock", "--"]
        done = self.place.fetch("--lock-timeout", "1s")
        self.assertEqual(done.code, 0, done)


if __name__ == "__main__":
    unittest.main()
