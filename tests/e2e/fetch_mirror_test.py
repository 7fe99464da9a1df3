"""`hubward fetch` from a mirror: what its headers say is held against listing and commit where it can be."""

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, path_has, status  # noqa: E402
from fetching import FaultTest, Project  # noqa: E402
from hub_protocol import Answer, Request  # noqa: E402

RESOLVE = path_has("/resolve/")
ENDS = path_has("resolve-cache")


class Mirror(FaultTest):
    def serve(self, **headers: str) -> Fault:
        """Each file whole at its own address, with no header of the Hub's but these."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(request: Request) -> Answer:
            path = request.path.split("/resolve/", 1)[1].split("/", 1)[1]
            return Answer(200, self.file(path).content, dict(named))

        self.hub.intercept = fault = Fault(answer, RESOLVE, times=99)
        return fault

    def lfs_path(self) -> str:
        return next(path for path, file in self.repo.files().items() if file.lfs)

    def expect_refused(self, path: str, words: str) -> Project:
        project = self.one_file(path)
        done = project.fetch()
        self.assertEqual(done.code, 2, done)
        self.assertIn(words, done.err)
        self.assertEqual(project.blobs(self.repo), [])
        self.assertFalse((project.cache / self.repo.folder / "refs").exists())
        return project


class Compared(Mirror):
    def test_another_commit_is_an_error_and_no_byte_of_it_is_kept(self) -> None:
        fault = self.serve(X_Repo_Commit="f" * 40)
        self.expect_refused("config.json", f"the server answers for commit {'f' * 40}, where "
                                           f"{self.repo.branches['main']} was asked for")
        self.assertEqual(len(fault.seen), 1)

    def test_another_git_id_is_an_error(self) -> None:
        self.serve(ETag=f'"{"e" * 40}"')
        self.expect_refused("config.json", f"the server offers sha1:{'e' * 40}, where sha1:{self.file().etag} is listed")

    def test_another_sha256_is_an_error_before_the_content_host_is_asked(self) -> None:
        store = self.hub.content_origin + "/xet-bridge/x"
        self.hub.intercept = Fault(status(302, Location=store, X_Linked_Etag=f'"{"e" * 64}"'), RESOLVE, times=99)
        self.expect_refused(self.lfs_path(), f"the server offers sha256:{'e' * 64}")
        self.assertFalse([entry for entry in self.hub.requests if entry[0] == "content"])

    def test_another_size_is_an_error_before_the_content_host_is_asked(self) -> None:
        size = self.file(self.lfs_path()).size
        store = self.hub.content_origin + "/xet-bridge/x"
        self.hub.intercept = Fault(status(302, Location=store, X_Linked_Size=str(size + 1)), RESOLVE, times=99)
        self.expect_refused(self.lfs_path(), f"the server offers {size + 1} bytes, where {size} are listed")
        self.assertFalse([entry for entry in self.hub.requests if entry[0] == "content"])

    def test_a_redirect_to_another_commit_is_not_followed(self) -> None:
        answer = status(307, Location="/api/resolve-cache/elsewhere", X_Repo_Commit="f" * 40)
        self.hub.intercept = Fault(answer, RESOLVE, times=99)
        self.expect_refused("config.json", "answers for commit")
        self.assertEqual(self.asked("elsewhere"), [])

    def test_the_answer_behind_a_redirect_of_the_same_host_is_compared_too(self) -> None:
        self.hub.intercept = Fault(status(200, self.file().content, X_Repo_Commit="f" * 40), ENDS, times=99)
        self.expect_refused("config.json", "answers for commit")

    def test_one_wrong_file_does_not_keep_the_others_away(self) -> None:
        wrong = Fault(status(200, b"", X_Repo_Commit="f" * 40), path_has("/config.json"), times=99)
        self.hub.intercept = wrong
        project = self.project()
        done = project.fetch()
        self.assertEqual(done.code, 2, done)
        self.assertTrue((project.snapshot(self.repo) / "tokenizer.json").exists())
        self.assertFalse((project.cache / self.repo.folder / "refs").exists())

    def test_the_content_hosts_etag_is_its_own_affair(self) -> None:
        content = self.file(self.lfs_path()).content
        self.hub.intercept = Fault(status(200, content, ETag=f'"{"e" * 64}"', X_Repo_Commit="f" * 40),
                                   path_has("/xet-bridge/"))
        done = self.one_file(self.lfs_path()).fetch()
        self.assertEqual(done.code, 0, done)


class PlainEtags(Mirror):
    def test_mirrors_with_etags_of_their_own_or_none_are_as_good_as_the_hub(self) -> None:
        for etag in ('"5f3a-61c"', 'W/"5f3a-61c"', f'W/"{"0" * 32}"', '"0123456789abcdef-12"', '"a/b"', "bare", ""):
            with self.subTest(etag):
                self.serve(**({"ETag": etag} if etag else {}))
                project = self.project()
                done = project.fetch()
                self.assertEqual(done.code, 0, done)
                self.assertEqual(project.verdict(), "complete")
                self.assertEqual(project.blobs(self.repo), sorted({f.etag for f in self.repo.files().values()}))

    def test_a_sha256_for_a_git_file_and_a_pointers_id_for_an_lfs_file_say_nothing(self) -> None:
        for path, etag in (("config.json", f'"{"e" * 64}"'), (self.lfs_path(), f'"{"e" * 40}"')):
            with self.subTest(path):
                self.serve(ETag=etag)
                done = self.one_file(path).fetch()
                self.assertEqual(done.code, 0, done)

    def test_a_mirror_that_serves_other_bytes_under_such_an_etag_is_found_out(self) -> None:
        self.hub.intercept = Fault(status(200, b"x" * self.file().size, ETag='"5f3a-61c"'), RESOLVE, times=99)
        self.expect_refused("config.json", "is listed")

    def test_the_first_line_names_the_mirror(self) -> None:
        self.serve()
        done = self.project().fetch()
        self.assertIn(f"asking {self.hub.origin}/ in place of the Hub", done.err.splitlines()[0])

    def test_a_mirror_beneath_a_path_is_asked_there(self) -> None:
        base = "/hub/proxy"
        self.hub.intercept = lambda request: (
            self.hub.protocol.answer(Request(request.method, request.path.removeprefix(base), request.query,
                                             request.headers))
            if request.path.startswith(base) else None)
        done = self.one_file().fetch(HF_ENDPOINT=self.hub.origin + base + "/")
        self.assertEqual(done.code, 0, done)
        asked = {entry[2] for entry in self.hub.requests if "resolve-cache" not in entry[2]}
        self.assertTrue(all(path.startswith(base) for path in asked), asked)


class WithoutDigests(Mirror):
    """A mirror whose listing names paths and sizes alone, as one made of a plain folder does."""

    def list_without(self, *keys: str, instead: Fault | None = None) -> None:
        def intercept(request: Request) -> Answer | None:
            if "/tree/" in request.path:
                answer = self.hub.protocol.answer(request)
                entries = json.loads(answer.body)
                kept = [{key: entry[key] for key in entry if key not in keys} for entry in entries]
                return Answer(200, json.dumps(kept).encode(), {"Content-Type": "application/json"})
            return instead(request) if instead else None

        self.hub.intercept = intercept

    def heads(self) -> list[str]:
        return [entry[2] for entry in self.hub.requests if entry[1] == "HEAD"]

    def test_files_are_named_by_their_headers_as_the_clients_do(self) -> None:
        self.list_without("oid", "lfs", "xetHash")
        project = self.project(self.repo.manifest_id)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(project.verdict(), "complete")
        self.assertIn(self.lfs_path(), {str(path.relative_to(project.snapshot(self.repo)))
                                        for path in project.snapshot(self.repo).rglob("*")})
        for path in project.snapshot(self.repo).rglob("*.*"):
            file = self.file(str(path.relative_to(project.snapshot(self.repo))))
            self.assertEqual((path.resolve().name, path.read_bytes()), (file.etag, file.content))

    def test_such_a_listing_is_not_stored_for_it_would_be_taken_for_the_hubs(self) -> None:
        self.list_without("oid", "lfs", "xetHash")
        project = self.project()
        project.fetch()
        self.assertFalse((project.cache / self.repo.folder / "trees").exists())

    def test_only_what_is_required_is_asked_about_and_the_content_host_is_not(self) -> None:
        self.list_without("oid", "lfs", "xetHash")
        lfs = self.lfs_path()
        project = self.project(f"{self.repo.manifest_id} file:config.json file:{lfs}")
        self.assertEqual(project.fetch().code, 0)
        asked = {path.rsplit("/", 1)[-1] for path in self.heads()}
        self.assertEqual(asked, {"config.json", lfs.rsplit("/", 1)[-1]})
        self.assertFalse([entry for entry in self.hub.requests if entry[0] == "content" and entry[1] == "HEAD"])

    def test_an_etag_that_is_no_digest_leaves_nothing_to_hold_bytes_against_and_that_is_said(self) -> None:
        for etag in ('"5f3a-61c"', 'W/"5f3a"', ""):
            with self.subTest(etag):
                headers = {"ETag": etag} if etag else {}
                self.list_without("oid", "lfs", "xetHash", instead=Fault(
                    status(200, self.file().content, **headers), RESOLVE, times=99))
                project = self.one_file()
                done = project.fetch()
                self.assertEqual(done.code, 1, done)
                self.assertIn("unverifiable: the mirror lists no digest", done.err)
                self.assertIn(etag.strip('W/"') or "it gives no etag", done.err)
                self.assertEqual(project.blobs(self.repo), [])

    def test_bytes_that_are_not_what_the_headers_promise_get_no_name(self) -> None:
        wrong = status(200, b"x" * self.file().size, ETag=f'"{self.file().etag}"')
        self.list_without("oid", "lfs", "xetHash", instead=Fault(wrong, RESOLVE, times=99))
        self.expect_refused("config.json", "is listed")

    def test_an_lfs_digest_alone_is_enough(self) -> None:
        self.list_without("oid")
        done = self.one_file(self.lfs_path()).fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(self.heads(), [])

    def test_a_file_that_is_listed_and_not_there_is_said(self) -> None:
        gone = status(404, b"", X_Error_Code="EntryNotFound")
        self.list_without("oid", "lfs", "xetHash", instead=Fault(gone, RESOLVE, times=99))
        done = self.one_file().fetch()
        self.assertEqual(done.code, 1, done)
        self.assertIn("EntryNotFound", done.err)

    def test_under_a_lock_nothing_has_to_be_named(self) -> None:
        self.list_without("oid", "lfs", "xetHash")
        project = self.project(self.repo.manifest_id)
        project.lock(self.repo, self.file())
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(self.heads(), [])
        self.assertEqual(project.blobs(self.repo), [self.file().etag])


if __name__ == "__main__":
    unittest.main()
