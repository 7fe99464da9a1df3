"""What `hubward fetch` shows while it downloads: on a terminal, on one that knows nothing, on none, and when asked not to."""

import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import unittest
from fcntl import ioctl
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, path_has  # noqa: E402
from fetching import FetchTest, Project  # noqa: E402
from hub_protocol import Answer  # noqa: E402

DISPLAY = re.compile(r"lab/sentence-embedder: .* %")


class Progress(FetchTest):
    def slow(self) -> Project:
        """One file comes half, and its other half only after a while."""
        largest = max(self.repo.files().items(), key=lambda item: len(item[1].content))
        hold = threading.Event()
        timer = threading.Timer(1.5, hold.set)
        self.addCleanup(timer.cancel)
        self.hub.intercept = Fault(lambda _: Answer(200, largest[1].content, hold=hold), path_has(largest[0]))
        timer.start()
        return self.project()

    def on_terminal(self, project: Project, *words: str, columns: int = 80, **environment: str) -> tuple[int, str]:
        master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        wanted = project.environment(HF_HUB_DOWNLOAD_TIMEOUT="20", **environment)
        with subprocess.Popen(project.command("fetch", *words), cwd=project.folder, env=wanted,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=slave) as running:
            os.close(slave)
            shown = b""
            while True:
                try:
                    piece = os.read(master, 65536)
                except OSError:  # the other end is closed
                    break
                if not piece:
                    break
                shown += piece
            os.close(master)
        return running.returncode, shown.decode()

    def test_a_terminal_shows_the_repo_its_share_and_its_rate_in_place_and_then_the_summary(self) -> None:
        code, shown = self.on_terminal(self.slow(), TERM="xterm")
        self.assertEqual(code, 0, shown)
        self.assertRegex(shown, r"\r\x1b\[Jlab/sentence-embedder: [0-9.]+ k?B of [0-9.]+ k?B, \d+ %, [0-9.]+ k?B/s")
        last = shown.rstrip().split("\r\x1b[J")[-1]
        self.assertRegex(last, r"^hubward: fetched: \d+ files, .* in .* s; \d+ requests, \d+ retries, 0.0 s\s+waited$")

    def test_no_line_is_longer_than_a_narrow_terminal(self) -> None:
        code, shown = self.on_terminal(self.slow(), columns=30, TERM="xterm", NO_COLOR="1")
        self.assertEqual(code, 0, shown)
        drawn = [line for line in re.split(r"\r\x1b\[J", shown)[1:] if line.startswith("lab/")]
        self.assertTrue(drawn, shown)
        for line in drawn:
            self.assertLess(len(line), 30)
        self.assertNotIn("\x1b[3", shown)

    def test_one_that_knows_nothing_gets_plain_lines(self) -> None:
        for kind in ("dumb", ""):
            code, shown = self.on_terminal(self.slow(), TERM=kind)
            self.assertEqual(code, 0, shown)
            # The hashing has a line of its own, which is not this test's.
            self.assertNotIn("\x1b[J", shown)
            self.assertIn("hubward: fetched: ", shown)

    def test_quiet_shows_neither_progress_nor_summary(self) -> None:
        code, shown = self.on_terminal(self.slow(), "--quiet", TERM="xterm")
        self.assertEqual(code, 0, shown)
        self.assertNotIn("\x1b", shown)
        # Whom the bytes come from is said all the same.
        self.assertRegex(shown, r"^hubward: asking http://\S+ in place of the Hub; without a lock it\s+is trusted for content\s+$")

    def test_without_a_terminal_nothing_is_drawn(self) -> None:
        done = self.slow().fetch(TERM="xterm", HF_HUB_DOWNLOAD_TIMEOUT="20")
        self.assertEqual(done.code, 0, done)
        self.assertNotIn("\x1b", done.err)
        self.assertNotRegex(done.err, DISPLAY)


if __name__ == "__main__":
    unittest.main()
