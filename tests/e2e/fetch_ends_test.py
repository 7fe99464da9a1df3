"""How `hubward fetch` ends before its time: by a signal, by the deadline, on a line that only drips."""

import json
import signal
import subprocess
import sys
import time
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, drip, path_has, stall, status  # noqa: E402
from fetching import FaultTest, Project  # noqa: E402

STORE = path_has("/xet-bridge/")


class Ends(FaultTest):
    def lfs_path(self) -> str:
        return next(path for path, file in self.repo.files().items() if file.lfs)

    def sizes(self, project: Project) -> list[int]:
        blobs = project.cache / self.repo.folder / "blobs"
        return [(blobs / name).stat().st_size for name in project.partials(self.repo)]

    @contextmanager
    def half_done(self) -> Iterator[tuple[Project, subprocess.Popen]]:
        """A fetch that has half of a file and waits for the rest."""
        content = self.file(self.lfs_path()).content
        self.hub.intercept = Fault(stall(content), STORE)
        project = self.one_file(self.lfs_path())
        with subprocess.Popen(project.command("fetch"), cwd=project.folder, stderr=subprocess.PIPE, text=True,
                              env=project.environment(HF_HUB_DOWNLOAD_TIMEOUT="60"),
                              stdout=subprocess.DEVNULL) as fetching:
            try:
                while not any(self.sizes(project)):
                    self.assertIsNone(fetching.poll())
                    time.sleep(0.02)
                yield project, fetching
            finally:
                fetching.kill()

    def expect_taken_up(self, project: Project) -> None:
        half = self.file(self.lfs_path()).size // 2
        self.assertEqual(self.sizes(project), [half])
        self.assertEqual(project.verdict(), "incomplete")
        self.hub.intercept = asked = Fault(status(500), STORE, times=0)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual([request.headers.get("Range") for request in asked.seen], [f"bytes={half}-"])
        self.assertEqual(project.blobs(self.repo), [self.file(self.lfs_path()).etag])

    def test_each_signal_to_end_keeps_the_partial_and_the_next_fetch_takes_it_up(self) -> None:
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            with self.subTest(number.name), self.half_done() as (project, fetching):
                fetching.send_signal(number)
                said = fetching.stderr.read()
                self.assertEqual(fetching.wait(30), code, said)
                self.assertIn("ended by a signal", said)
                self.expect_taken_up(project)

    def test_two_interrupts_are_no_worse_than_one(self) -> None:
        with self.half_done() as (project, fetching):
            fetching.send_signal(signal.SIGINT)
            fetching.send_signal(signal.SIGINT)
            self.assertEqual(fetching.wait(30), 130)
            self.expect_taken_up(project)

    def test_a_kill_leaves_what_the_next_fetch_takes_up(self) -> None:
        with self.half_done() as (project, fetching):
            fetching.kill()
            fetching.wait(30)
            self.expect_taken_up(project)

    def test_an_interrupt_that_is_ignored_stays_so(self) -> None:
        content = self.file(self.lfs_path()).content
        self.hub.intercept = Fault(drip(content, pause=0.02, at_once=len(content) - 50), STORE)
        project = self.one_file(self.lfs_path())
        fetching = subprocess.Popen(["sh", "-c", 'trap "" INT; exec "$@"', "sh", *project.command("fetch")],
                                    cwd=project.folder, env=project.environment(), stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, text=True)
        while not self.asked("/xet-bridge/"):
            self.assertIsNone(fetching.poll())
            time.sleep(0.02)
        fetching.send_signal(signal.SIGINT)
        _, said = fetching.communicate(timeout=60)
        self.assertEqual(fetching.returncode, 0, said)

    def test_a_signal_while_a_rate_limit_holds_all_ends_it_at_once(self) -> None:
        self.hub.intercept = Fault(status(429, Retry_After="300"), path_has("/resolve/"), times=99)
        project = self.one_file()
        fetching = subprocess.Popen(project.command("fetch"), cwd=project.folder, env=project.environment(),
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.asked("/resolve/"):
            self.assertIsNone(fetching.poll())
            time.sleep(0.02)
        begun = time.monotonic()
        fetching.send_signal(signal.SIGTERM)
        self.assertEqual(fetching.wait(30), 143)
        self.assertLess(time.monotonic() - begun, 60)

    def test_a_line_that_drips_slower_than_a_byte_a_second_is_a_stall(self) -> None:
        content = self.file().content
        # Ten bytes, and then one every five seconds: under a limit of two seconds that is nothing.
        self.hub.intercept = fault = Fault(drip(content, pause=5, at_once=10), path_has("resolve-cache"))
        begun = time.monotonic()
        done = self.one_file().fetch()
        self.assertEqual(done.code, 0, done)
        self.assertLess(time.monotonic() - begun, 60)
        self.assertEqual(len(fault.seen), 2)
        self.assertIn("bytes=1", fault.seen[1].headers["Range"])

    def test_a_line_that_drips_for_ever_ends_at_the_deadline_and_keeps_what_came(self) -> None:
        content = self.file(self.lfs_path()).content
        self.hub.intercept = Fault(drip(content, pause=0.2, at_once=10), STORE, times=99)
        project = self.one_file(self.lfs_path())
        begun = time.monotonic()
        done = project.fetch("--deadline", "3s")
        self.assertEqual(done.code, 75, done)
        self.assertIn("the deadline has passed", done.err)
        self.assertLess(time.monotonic() - begun, 60)
        self.assertGreaterEqual(self.sizes(project)[0], 10)
        self.hub.intercept = None
        self.assertEqual(project.fetch().code, 0)

    def test_the_report_of_an_ended_fetch_is_none(self) -> None:
        with self.half_done() as (project, fetching):
            fetching.send_signal(signal.SIGTERM)
            fetching.wait(30)
        self.assertEqual(json.loads(project.run("verify", "--format", "json").out)["exit_code"], 1)


if __name__ == "__main__":
    unittest.main()
