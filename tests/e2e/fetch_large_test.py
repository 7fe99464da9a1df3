"""`hubward fetch` of files that are written and hashed behind the line: cut, resumed, wrong, no room."""

import json
import os
import resource
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, body, cut, path_has  # noqa: E402
from fetching import FetchTest, add_large_repo  # noqa: E402

SIZE = 5_000_000


class Large(FetchTest):
    """A repo of two files of 5 MB, one in git and one in LFS; the faults are about the second."""

    def setUp(self) -> None:
        super().setUp()
        self.large = add_large_repo(self.hub, SIZE)
        self.git, self.lfs = self.large.files().values()
        self.place = self.project("lab/large profile:all")

    def fault(self, answer, times: int = 1) -> Fault:
        self.hub.intercept = Fault(answer, path_has(self.lfs.sha256), times)
        return self.hub.intercept

    def expect_whole(self) -> None:
        for file in (self.git, self.lfs):
            self.assertEqual((self.place.snapshot(self.large) / file.path).read_bytes(), file.content)
        self.assertEqual(self.place.blobs(self.large), sorted([self.git.etag, self.lfs.etag]))
        self.assertEqual(self.place.verdict(), "complete")

    def test_both_are_there_afterwards(self) -> None:
        done = self.place.fetch()
        self.assertEqual(done.code, 0, done)
        self.expect_whole()

    def test_what_was_hashed_as_it_came_is_not_read_again(self) -> None:
        done = self.place.fetch("--format", "json")
        totals = json.loads(done.out)["totals"]
        self.assertEqual((totals["bytes_hashed"], totals["blobs_from_ledger"]), (0, 2), totals)

    def test_what_another_process_began_is_read_again(self) -> None:
        self.fault(cut(self.lfs.content, 3_333_333), times=9)
        self.place.fetch("--retries", "0")
        self.hub.intercept = None
        done = self.place.fetch("--format", "json")
        self.assertEqual(done.code, 0, done)
        self.assertGreaterEqual(json.loads(done.out)["totals"]["bytes_hashed"], SIZE)

    def test_a_line_that_breaks_is_taken_up_where_it_broke(self) -> None:
        fault = self.fault(cut(self.lfs.content, 3_333_333))
        done = self.place.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(fault.seen[1].headers["Range"], "bytes=3333333-")
        self.expect_whole()

    def test_what_came_before_the_end_is_taken_up_by_the_next_fetch(self) -> None:
        self.fault(cut(self.lfs.content, 3_333_333), times=9)
        done = self.place.fetch("--retries", "0")
        self.assertEqual(done.code, 69, done)
        [partial] = self.place.partials(self.large)
        kept = (self.place.cache / self.large.folder / "blobs" / partial).read_bytes()
        self.assertEqual(kept, self.lfs.content[:3_333_333])
        fault = self.fault(cut(b"", 0), times=0)
        self.assertEqual(self.place.fetch().code, 0)
        self.assertEqual(fault.seen[0].headers["Range"], "bytes=3333333-")
        self.expect_whole()

    def test_wrong_bytes_get_no_name_and_are_asked_for_once_more(self) -> None:
        wrong = bytes([self.lfs.content[0] ^ 1]) + self.lfs.content[1:]
        fault = self.fault(body(wrong), times=1)
        self.assertEqual(self.place.fetch().code, 0)
        self.assertEqual(len(fault.seen), 2)
        self.expect_whole()

    def test_wrong_bytes_twice_are_an_error_and_leave_nothing(self) -> None:
        self.fault(body(b"x" * SIZE), times=9)
        done = self.place.fetch()
        self.assertEqual(done.code, 2, done)
        self.assertEqual(self.place.blobs(self.large), [self.git.etag])

    def test_a_write_that_fails_is_an_error_and_gives_no_name(self) -> None:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_FSIZE, before)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, before[1]))
        command = self.place.command
        self.place.command = lambda *words: ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh", *command(*words)]
        done = self.place.fetch()
        self.place.command = command
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        self.assertEqual(done.code, 74, done)
        self.assertIn(os.strerror(27), done.err)
        self.assertEqual([name for name in self.place.blobs(self.large) if not name.endswith(".incomplete")], [])
        self.assertEqual(self.place.fetch().code, 0)
        self.expect_whole()


if __name__ == "__main__":
    unittest.main()
