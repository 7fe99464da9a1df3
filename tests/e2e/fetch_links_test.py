"""`hubward fetch` onto a file system that takes no symbolic links: plain files, as the Python client has them."""

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

import refusing  # noqa: E402
from faults import Fault, all_of, body, path_has  # noqa: E402
from fetching import FetchTest, Project  # noqa: E402


@unittest.skipUnless(refusing.is_possible(), "no seccomp numbers for this machine")
class NoLinks(FetchTest):
    def without_links(self, project: Project, error: str = "EPERM") -> Project:
        project.before = [sys.executable, refusing.__file__, error, "symlink", "symlinkat", "--"]
        return project

    def expect_plain_files(self, project: Project) -> None:
        for path, file in self.repo.files().items():
            copy = project.snapshot(self.repo) / path
            self.assertFalse(copy.is_symlink(), path)
            self.assertEqual(copy.read_bytes(), file.content)

    def test_each_way_to_say_no_gives_plain_files_and_nothing_twice(self) -> None:
        for error in ("EPERM", "ENOSYS", "EOPNOTSUPP", "EROFS"):
            with self.subTest(error):
                project = self.without_links(self.project(), error)
                done = project.fetch()
                self.assertEqual(done.code, 0, done)
                self.expect_plain_files(project)
                self.assertEqual(project.blobs(self.repo), [])

    def test_a_second_fetch_finds_it_complete_and_asks_for_nothing(self) -> None:
        project = self.without_links(self.project())
        project.fetch()
        self.hub.requests.clear()
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertIn("complete", done.out)
        self.assertEqual(self.hub.requests, [])

    def test_a_blob_that_is_there_stays_and_is_copied(self) -> None:
        project = self.project()
        blobs = project.cache / self.repo.folder / "blobs"
        blobs.mkdir(parents=True)
        (blobs / self.file().etag).write_bytes(self.file().content)
        done = self.without_links(project).fetch()
        self.assertEqual(done.code, 0, done)
        self.expect_plain_files(project)
        self.assertEqual(project.blobs(self.repo), [self.file().etag])

    def test_one_blob_of_two_paths_stands_at_both(self) -> None:
        paths = ("a/config.json", "config.json")
        listed = [{"type": "file", "oid": self.file().etag, "size": self.file().size, "path": path} for path in paths]
        self.hub.intercept = all_of(Fault(body(json.dumps(listed).encode()), path_has("/tree/")),
                                    Fault(body(self.file().content), path_has("/resolve/"), times=9))
        project = self.without_links(self.project())
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(len(self.asked("/resolve/")), 1)
        for path in paths:
            self.assertEqual((project.snapshot(self.repo) / path).read_bytes(), self.file().content)

    def test_links_that_were_there_before_stay(self) -> None:
        project = self.project()
        project.fetch()
        (project.cache / self.repo.folder / "blobs" / self.file().etag).unlink()
        done = self.without_links(project).fetch()
        self.assertEqual(done.code, 0, done)
        self.assertTrue((project.snapshot(self.repo) / "tokenizer.json").is_symlink())
        self.assertEqual((project.snapshot(self.repo) / "config.json").read_bytes(), self.file().content)

    def test_a_trial_link_leaves_nothing_behind(self) -> None:
        project = self.project()
        project.fetch()
        locks = {path.name for path in (project.cache / ".locks" / self.repo.folder).iterdir()}
        self.assertEqual(locks, {f"{file.etag}.lock" for file in self.repo.files().values()})


if __name__ == "__main__":
    unittest.main()
