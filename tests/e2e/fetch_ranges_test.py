"""`hubward fetch` takes up what broke off, and never joins the halves of two files."""

import sys
import unittest
from collections.abc import Callable
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, body, cut, path_has, status  # noqa: E402
from fetching import FaultTest, Project  # noqa: E402
from hub_protocol import Answer, Request  # noqa: E402

Step = Callable[[Request], Answer]
FILE = path_has("resolve-cache")
STORE = path_has("/xet-bridge/")


def steps(*answers: Step, on=FILE) -> Fault:
    """One answer after the other; after the last one the Hub's own."""
    later = list(answers)
    return Fault(lambda request: later.pop(0)(request), on, times=len(later))


def with_etag(step: Step, etag: str) -> Step:
    def answer(request: Request) -> Answer:
        made = step(request)
        made.headers["ETag"] = etag
        return made

    return answer


class Ranges(FaultTest):
    def setUp(self) -> None:
        super().setUp()
        self.content = self.file().content
        self.size = len(self.content)

    def taken_up(self, *answers: Step) -> Project:
        """A fetch that finds ten bytes of the file, and asks for the rest at once."""
        self.hub.intercept = steps(*answers)
        project = self.one_file()
        self.left_by_a_killed_download(project)
        return project

    def expect_taken_up(self, *answers: Step) -> Fault:
        project = self.taken_up(*answers)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(project.blobs(self.repo), [self.file().etag])
        self.assertEqual(len(self.hub.intercept.seen), len(answers))
        return self.hub.intercept

    def expect_two_refused(self, words: str, *answers: Step) -> Fault:
        """The first answer begins it anew, and the same again is an error."""
        project = self.taken_up(answers[0], cut(self.content, 10), *answers)
        done = project.fetch()
        self.assertEqual(done.code, 2, done)
        self.assertIn(words, done.err)
        self.assertEqual(project.blobs(self.repo), [])
        return self.hub.intercept

    def left_by_a_killed_download(self, project: Project, path: str = "config.json", length: int = 10) -> Path:
        blobs = project.cache / self.repo.folder / "blobs"
        blobs.mkdir(parents=True)
        left = blobs / f"{self.file(path).etag}.0123abcd.incomplete"
        left.write_bytes(self.file(path).content[:length])
        return left

    def lfs_path(self) -> str:
        return next(path for path, file in self.repo.files().items() if file.lfs and file.size > 20)

    def test_the_rest_is_asked_for_under_the_etag_of_the_beginning(self) -> None:
        etag = f'"{self.file().etag}"'
        fault = Fault(with_etag(cut(self.content, 10), etag), FILE)
        self.expect_mended(fault)
        self.assertEqual(fault.seen[1].headers.get("If-Range"), etag)
        self.assertEqual(fault.seen[1].headers.get("Range"), "bytes=10-")

    def test_a_server_that_knows_the_file_by_another_etag_sends_all_of_it(self) -> None:
        """The Hub's own answer to an If-Range that is none of its etags: 200."""
        fault = Fault(with_etag(cut(self.content, 10), '"a proxy between"'), FILE)
        self.expect_mended(fault)

    def test_a_file_that_changed_meanwhile_comes_from_its_first_byte(self) -> None:
        """A mirror that first served something else: its 200 to a range is the whole file."""
        fault = steps(with_etag(cut(b"x" * self.size, 10), '"before"'), with_etag(body(self.content), '"after"'))
        self.expect_mended(fault)
        self.assertEqual(fault.seen[1].headers.get("If-Range"), '"before"')

    def test_the_end_of_another_file_is_not_joined_to_this_one(self) -> None:
        other = status(206, b"x" * (self.size - 10), ETag='"after"',
                       Content_Range=f"bytes 10-{self.size - 1}/{self.size}")
        fault = steps(with_etag(cut(self.content, 10), '"before"'), other, body(self.content))
        self.expect_mended(fault, seen=3)
        self.assertIsNone(fault.seen[2].headers.get("Range"))

    def test_a_weak_etag_is_not_sent_back(self) -> None:
        fault = steps(with_etag(cut(self.content, 10), 'W/"proxy"'))
        self.expect_mended(fault)
        self.assertIsNone(fault.seen[1].headers.get("If-Range"))

    def test_a_range_of_a_file_of_another_size_begins_anew_once_and_is_then_an_error(self) -> None:
        for total in (self.size - 1, self.size + 1):
            with self.subTest(total):
                end = status(206, b"x" * (total - 10), Content_Range=f"bytes 10-{total - 1}/{total}")
                self.expect_taken_up(end, body(self.content))
                self.expect_two_refused(f"the server has {total} bytes, where {self.size} bytes are listed", end)

    def test_a_chunked_range_of_another_total_is_told_before_its_bytes(self) -> None:
        chunks = f"{self.size - 10:x}\r\n".encode() + b"x" * (self.size - 10) + b"\r\n0\r\n\r\n"
        self.expect_two_refused("the server has 999 bytes", status(
            206, chunks, Content_Range="bytes 10-998/999", Transfer_Encoding="chunked"))

    def test_a_range_that_begins_elsewhere_twice_is_an_error(self) -> None:
        for first in (9, 11):
            with self.subTest(first):
                self.expect_two_refused("another range than asked for", status(
                    206, self.content[first:], Content_Range=f"bytes {first}-{self.size - 1}/{self.size}"))

    def test_a_range_without_a_place_is_not_believed(self) -> None:
        for said in ("bytes */99", "bytes 10-", "items 10-20/30", "bytes 10-9/90", ""):
            with self.subTest(said):
                self.expect_taken_up(status(206, self.content[10:], Content_Range=said), body(self.content))

    def test_a_range_that_was_not_asked_for_is_not_believed(self) -> None:
        part = status(206, self.content, Content_Range=f"bytes 0-{self.size - 1}/{self.size}")
        self.expect_mended(steps(part, body(self.content)))

    def test_a_shorter_range_than_asked_for_is_begun_anew(self) -> None:
        short = status(206, self.content[10:20], Content_Range=f"bytes 10-19/{self.size}")
        self.expect_taken_up(short, body(self.content))

    def test_416_to_a_range_begins_anew_and_the_second_ends_it(self) -> None:
        fault = self.expect_two_refused("fewer bytes than are listed", status(416))
        self.assertEqual([request.headers.get("Range") for request in fault.seen],
                         ["bytes=10-", None, "bytes=10-"])

    def test_what_a_killed_download_left_is_asked_for_under_the_name_of_its_blob(self) -> None:
        project = self.one_file()
        self.left_by_a_killed_download(project)
        self.hub.intercept = fault = Fault(status(500), FILE, times=0)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual([(r.headers.get("Range"), r.headers.get("If-Range")) for r in fault.seen],
                         [("bytes=10-", f'"{self.file().etag}"')])
        self.assertEqual(project.blobs(self.repo), [self.file().etag])

    def test_a_mirror_with_etags_of_its_own_sends_all_of_it_and_that_is_taken(self) -> None:
        project = self.one_file()
        self.left_by_a_killed_download(project)
        # If-Range names another etag than the mirror's, so by the protocol it answers 200.
        self.hub.intercept = steps(with_etag(body(self.content), '"5f3a-61c"'))
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(project.blobs(self.repo), [self.file().etag])

    def test_the_content_host_is_not_asked_by_a_name_that_it_does_not_know(self) -> None:
        path = self.lfs_path()
        project = self.one_file(path)
        self.left_by_a_killed_download(project, path)
        self.hub.intercept = fault = Fault(status(500), STORE, times=0)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual([(r.headers.get("Range"), r.headers.get("If-Range")) for r in fault.seen],
                         [("bytes=10-", None)])

    def test_the_content_hosts_own_etag_goes_back_to_it_and_to_nobody_else(self) -> None:
        path = self.lfs_path()
        asked = Fault(status(500), path_has("/resolve/"), times=0)
        store = steps(with_etag(cut(self.file(path).content, 10), '"md5-2"'),
                      with_etag(lambda _: Answer(206, self.file(path).content[10:],
                                                 {"Content-Range": f"bytes 10-{self.file(path).size - 1}"
                                                                   f"/{self.file(path).size}"}), '"md5-2"'), on=STORE)
        self.hub.intercept = lambda request: asked(request) or store(request)
        done = self.one_file(path).fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual([request.headers.get("If-Range") for request in asked.seen], [None, None])
        self.assertEqual([request.headers.get("If-Range") for request in store.seen], [None, '"md5-2"'])

    def test_a_left_partial_with_other_bytes_is_found_out_and_begun_anew(self) -> None:
        project = self.one_file()
        self.left_by_a_killed_download(project).write_bytes(b"x" * 10)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(project.blobs(self.repo), [self.file().etag])

    def test_a_left_partial_that_is_whole_costs_no_request(self) -> None:
        project = self.one_file()
        self.left_by_a_killed_download(project, length=self.size)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(self.asked("/resolve"), [])

    def test_a_left_partial_that_is_larger_than_the_file_is_not_taken_up(self) -> None:
        project = self.one_file()
        left = self.left_by_a_killed_download(project)
        left.write_bytes(self.content + b"more")
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(project.blobs(self.repo), sorted([self.file().etag, left.name]))


if __name__ == "__main__":
    unittest.main()
