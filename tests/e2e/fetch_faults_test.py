"""`hubward fetch` when Hub, line, mirror or someone else at the cache does what it should not."""

import json
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, all_of, body, cut, path_has, redirect, stall, status  # noqa: E402
from fetching import TOKEN, FaultTest, FetchTest  # noqa: E402
from loopback_hub import LoopbackHub  # noqa: E402
from synthetic_repos import RENAMED  # noqa: E402


class Faults(FaultTest):
    def test_a_cut_body_is_taken_up_where_it_ended(self) -> None:
        content = self.file().content
        fault = Fault(cut(content, len(content) // 2), path_has("resolve-cache"))
        self.expect_mended(fault)
        self.assertEqual(fault.seen[1].headers.get("Range"), f"bytes={len(content) // 2}-")

    def test_a_server_that_does_not_know_ranges_is_heard_from_the_start(self) -> None:
        content = self.file().content
        self.hub.intercept = all_of(Fault(cut(content, 10), path_has("resolve-cache")),
                                    Fault(body(content), path_has("resolve-cache"), times=9))
        project = self.one_file()
        self.assertEqual(project.fetch().code, 0)
        self.assertEqual(project.blobs(self.repo), [self.file().etag])

    def test_a_range_that_does_not_exist_begins_anew_once(self) -> None:
        content = self.file().content
        later = [cut(content, 10), status(416), body(content)]
        fault = Fault(lambda request: later.pop(0)(request), path_has("resolve-cache"), times=3)
        self.expect_mended(fault, seen=3)
        self.assertIsNone(fault.seen[2].headers.get("Range"))

    def test_another_range_than_asked_for_begins_anew(self) -> None:
        content = self.file().content
        strange = status(206, content[:5], Content_Range=f"bytes 0-4/{len(content)}")
        later = [cut(content, 10), strange, body(content)]
        self.expect_mended(Fault(lambda request: later.pop(0)(request), path_has("resolve-cache"), times=3), seen=3)

    def test_416_for_ever_is_an_error(self) -> None:
        self.expect_failure(Fault(status(416), path_has("resolve-cache"), times=99), 2, "fewer bytes")

    def test_wrong_bytes_of_the_right_length_get_no_name(self) -> None:
        wrong = body(b"x" * self.file().size)
        fault = Fault(wrong, path_has("resolve-cache"), times=99)
        project = self.expect_failure(fault, 2, "is listed")
        self.assertEqual(len(fault.seen), 2)
        self.assertEqual(project.blobs(self.repo), [])

    def test_wrong_bytes_once_are_fetched_anew(self) -> None:
        self.expect_mended(Fault(body(b"x" * self.file().size), path_has("resolve-cache")))

    def test_a_longer_body_is_an_error_and_ends_at_the_listed_size(self) -> None:
        self.expect_failure(Fault(body(self.file().content + b"more"), path_has("resolve-cache"), times=99), 2,
                            "are listed")

    def test_a_shorter_body_is_an_error(self) -> None:
        self.expect_failure(Fault(body(self.file().content[:-1]), path_has("resolve-cache"), times=99), 2,
                            "are listed")

    def test_an_error_page_with_200_is_no_blob(self) -> None:
        page = body(b"<!DOCTYPE html><html>sign in</html>", Content_Type="text/html")
        self.expect_failure(Fault(page, path_has("resolve-cache"), times=99), 2, "are listed")

    def test_a_compressed_body_is_refused(self) -> None:
        self.expect_failure(Fault(body(b"x" * self.file().size, Content_Encoding="gzip"),
                                  path_has("resolve-cache"), times=99), 2, "compresses")

    def test_a_stall_is_ended_and_asked_for_again(self) -> None:
        self.expect_mended(Fault(stall(self.file().content), path_has("resolve-cache")))

    def test_a_burst_of_5xx_is_outlasted(self) -> None:
        self.expect_mended(Fault(status(503), path_has("resolve-cache"), times=2), seen=3)

    def test_5xx_for_ever_is_69_after_so_many_retries(self) -> None:
        fault = Fault(status(502, b"bad gateway"), path_has("resolve-cache"), times=99)
        self.expect_failure(fault, 69, "502", "--retries", "1")
        self.assertEqual(len(fault.seen), 2)

    def test_no_hub_at_all_is_69(self) -> None:
        done = self.one_file().fetch("--retries", "0", HF_ENDPOINT="http://127.0.0.1:9")
        self.assertEqual(done.code, 69, done)

    def test_429_waits_as_told_and_no_less(self) -> None:
        for headers in ({"RateLimit": '"resolvers";r=0;t=1'}, {"Retry-After": "2"}):
            with self.subTest(headers):
                self.hub.intercept = Fault(status(429, **headers), path_has("/resolve/"))
                begun = time.monotonic()
                self.assertEqual(self.one_file().fetch().code, 0)
                self.assertGreaterEqual(time.monotonic() - begun, 2)

    def test_429_beyond_the_deadline_is_75_at_once_and_says_when(self) -> None:
        begun = time.monotonic()
        self.expect_failure(Fault(status(429, Retry_After="3000"), path_has("/resolve/"), times=99), 75,
                            "it would work again at 2")
        self.assertLess(time.monotonic() - begun, 20)

    def test_a_redirect_loop_ends(self) -> None:
        target = f"{self.hub.origin}/api/resolve-cache/round"
        self.hub.intercept = Fault(redirect(target), path_has("/resolve/", "resolve-cache"), times=99)
        done = self.one_file().fetch("--retries", "0")
        self.assertEqual(done.code, 69, done)
        self.assertIn("redirects", done.err)

    def test_a_foreign_redirect_gets_neither_token_nor_cookie(self) -> None:
        foreign = self.enterContext(LoopbackHub())
        seen = []

        def record(request):
            seen.append(request)
            return body(self.file().content)(request)

        foreign.intercept = record
        away = status(302, Location=foreign.origin + "/file", Set_Cookie="session=1")
        self.hub.intercept = Fault(away, path_has("/resolve/"))
        self.assertEqual(self.one_file(token=TOKEN).fetch().code, 0)
        self.assertEqual([(r.headers.get("Authorization"), r.headers.get("Cookie")) for r in seen], [(None, None)])

    def test_a_signed_address_that_ran_out_is_asked_for_anew_once(self) -> None:
        lfs = next(path for path, file in self.repo.files().items() if file.lfs)
        self.hub.intercept = Fault(status(403, b"<Error/>"), path_has("/xet-bridge/"))
        project = self.project(f"{self.repo.manifest_id} file:{lfs}")
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(len(self.asked("/resolve/")), 2)

    def test_a_renamed_repo_stays_in_the_folder_asked_for(self) -> None:
        (_, old), new = next((key, new) for key, new in RENAMED.items() if key[0] == "model")
        project = self.project(f"{old} profile:all", token=TOKEN)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertIn(f"{old} has moved", done.err)
        self.assertIn(new, done.err)
        self.assertTrue((project.cache / ("models--" + old.replace("/", "--"))).is_dir())

    def test_names_that_lead_out_of_the_cache_are_refused(self) -> None:
        for path in ("../../evil", "/etc/evil", "a//b", "C:\\evil", "a/../b", "bell\a", "x" * 256, "a\\b"):
            with self.subTest(path):
                entry = {"type": "file", "oid": "0" * 40, "size": 3, "path": path}
                self.hub.intercept = Fault(body(json.dumps([entry]).encode()), path_has("/tree/"))
                project = self.project()
                done = project.fetch()
                self.assertEqual(done.code, 2, done)
                self.assertIn("the Hub lists", done.err)
                self.assertFalse((project.cache / self.repo.folder / "snapshots").exists())

    def test_a_listing_that_is_none_is_an_error(self) -> None:
        for text in (b"<html>", b"{}", b"[{}]", b'[{"type":"file","path":"a","oid":"x","size":1}]'):
            with self.subTest(text):
                self.hub.intercept = Fault(body(text), path_has("/tree/"))
                self.assertEqual(self.project().fetch().code, 2)

    def test_a_page_that_names_itself_ends(self) -> None:
        def again(request):
            return body(b"[]", Link=f'<{self.hub.origin}{request.path}?{request.query}>; rel="next"')(request)

        self.hub.intercept = Fault(again, path_has("/tree/"), times=999)
        done = self.project().fetch()
        self.assertEqual(done.code, 2, done)
        self.assertIn("does not end", done.err)


class Beside(FetchTest):
    def test_two_at_once_bring_each_blob_once(self) -> None:
        project = self.project()
        pair = [subprocess.Popen(project.command("fetch"), cwd=project.folder, env=project.environment(),
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
        for one in pair:
            said, _ = one.communicate(timeout=120)
            self.assertEqual(one.returncode, 0, said)
        self.assertEqual(project.verdict(), "complete")
        bodies = [entry[2] for entry in self.hub.requests if "resolve-cache" in entry[2] or entry[0] == "content"]
        self.assertEqual(len(bodies), len(set(bodies)))

    def test_a_place_that_cannot_be_made_is_74_with_its_path(self) -> None:
        project = self.project()
        project.cache.mkdir()
        (project.cache / ".locks").write_text("in the way")
        done = project.fetch()
        self.assertEqual(done.code, 74, done)
        self.assertIn(".locks/" + self.repo.folder, done.err)


if __name__ == "__main__":
    unittest.main()
