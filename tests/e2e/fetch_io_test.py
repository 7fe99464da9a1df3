"""`hubward fetch` where the machine says no: 74 with the path, and a cache that is as whole as before."""

import hashlib
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

import own_namespaces  # noqa: E402
from fetching import FetchTest, Project  # noqa: E402
from hub_protocol import Answer, Request  # noqa: E402

PAGE = os.sysconf("SC_PAGE_SIZE")
WHY_NOT = None


class Io(FetchTest):
    def small(self, size: int, *lines: str) -> Project:
        """A project whose cache is a file system of its own."""
        if WHY_NOT:
            self.skipTest(WHY_NOT)
        project = self.project(*lines)
        own_namespaces.mount_small(str(project.cache), size)
        self.addCleanup(own_namespaces.unmount, str(project.cache))
        return project

    def as_nobody(self, project: Project) -> Project:
        """Root may do everything, so it is nobody who runs it."""
        if os.getuid() != 0:
            return project
        project.before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if subprocess.run(project.command("--version"), capture_output=True).returncode != 0:
            self.skipTest("no other user here who could run it")
        for place in (project.folder, *project.folder.rglob("*")):
            os.chown(place, 65534, 65534, follow_symlinks=False)
        return project

    def expect_74(self, project: Project, *words: str, flags: tuple[str, ...] = ()) -> None:
        done = project.fetch(*flags)
        self.assertEqual(done.code, 74, done)
        for word in words:
            self.assertIn(word, done.err)

    def expect_no_lie(self, project: Project) -> None:
        """What is there is right, and nothing has a name that its bytes do not earn."""
        self.assertIn(project.verdict(), ("complete", "incomplete"))

    def size_of_all(self) -> int:
        return sum({file.etag: file.size for file in self.repo.files().values()}.values())

    def test_a_full_disk_is_told_before_the_first_byte(self) -> None:
        project = self.small(16 * PAGE)
        free = 16 * PAGE
        filler = project.cache / "filler"
        keep = max(self.size_of_all() // PAGE, 1) * PAGE
        self.assertLess(keep, self.size_of_all())
        filler.write_bytes(b"\0" * (free - keep))
        self.expect_74(project, "are to be downloaded, and", "are free: No space left on device")
        self.assertEqual(self.asked("/resolve/"), [])
        self.assertEqual(sorted(os.listdir(project.cache)), ["filler"])

    def test_the_same_disk_with_room_is_used(self) -> None:
        project = self.small(4 * 1024 * PAGE)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)

    def test_a_disk_that_fills_up_under_way_keeps_what_was_whole(self) -> None:
        """Each small file takes a page, which nobody reckons: the room looks enough and is not."""
        files = len(self.repo.files())
        project = self.small((self.size_of_all() // PAGE + files // 2 + 1) * PAGE)
        self.expect_74(project, "No space left on device", self.repo.folder)
        self.expect_no_lie(project)
        own_namespaces.mount_again(str(project.cache), f"size={1024 * PAGE}")
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(project.verdict(), "complete")
        self.assertEqual(project.partials(self.repo), [])

    def test_a_disk_that_is_full_of_names_is_74(self) -> None:
        project = self.small(1024 * PAGE)
        own_namespaces.mount_again(str(project.cache), "nr_inodes=12")
        self.expect_74(project, "No space left on device")
        self.expect_no_lie(project)

    def test_a_read_only_cache_is_74_and_a_whole_one_needs_no_writing(self) -> None:
        project = self.small(1024 * PAGE)
        own_namespaces.mount_again(str(project.cache), "ro")
        self.expect_74(project, "Read-only file system", self.repo.folder)
        own_namespaces.mount_again(str(project.cache), "rw")
        self.assertEqual(project.fetch().code, 0)
        own_namespaces.mount_again(str(project.cache), "ro")
        self.assertEqual(project.fetch().code, 0)

    def test_a_cache_of_somebody_else_is_74_and_untouched(self) -> None:
        project = self.as_nobody(self.project())
        project.cache.mkdir()
        project.cache.chmod(0o555)
        self.expect_74(project, "Permission denied", self.repo.folder)
        self.assertEqual(list(project.cache.iterdir()), [])
        project.cache.chmod(0o755)

    def test_a_folder_of_somebody_else_in_it_is_named(self) -> None:
        for place in ("blobs", "snapshots", "refs", "trees"):
            with self.subTest(place):
                project = self.project()
                locked = project.cache / self.repo.folder / place
                locked.mkdir(parents=True)
                self.as_nobody(project)
                locked.chmod(0o555)
                self.expect_74(project, "Permission denied", place)
                self.expect_no_lie(project)
                locked.chmod(0o755)
                self.assertEqual(project.fetch().code, 0)

    def test_too_few_descriptors_are_74_and_the_next_fetch_completes(self) -> None:
        # UBSan looks at an object through a pipe, and stops where there is no descriptor for one.
        least = (8,) if "ASAN_OPTIONS" in os.environ else (5, 8)
        for limit in (*least, 12, 16, 20):
            with self.subTest(limit):
                project = self.project()
                project.before = ["prlimit", f"--nofile={limit}", "--"]
                self.expect_74(project, "Too many open files")
                self.expect_no_lie(project)
                project.before = []
                self.assertEqual(project.fetch().code, 0)
                self.assertEqual(project.partials(self.repo), [])

    def test_a_bad_minute_of_the_hub_does_not_cost_more_descriptors_than_there_are(self) -> None:
        """Each file waits for its retry with a lock and a partial file; a hundred of them had two hundred."""
        contents = {f"f{number}.json": b"%d" % number for number in range(100)}
        listed = [{"type": "file", "path": path, "size": len(content),
                   "oid": hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()}
                  for path, content in contents.items()]
        once: set[str] = set()

        def answer(request: Request) -> Answer | None:
            name = request.path.rsplit("/", 1)[-1]
            if "/tree/" in request.path:
                return Answer(200, json.dumps(listed).encode())
            if "/resolve/" not in request.path:
                return None
            if name not in once and not once.add(name):
                return Answer(503)
            return Answer(200, contents[name])

        self.hub.intercept = answer
        project = self.project()
        project.before = ["prlimit", "--nofile=128", "--"]
        done = project.fetch("--parallel", "4")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(once, set(contents))

    def test_a_file_larger_than_this_process_may_write_is_74(self) -> None:
        lfs = max(self.repo.files().values(), key=lambda file: file.size)
        project = self.project(f"{self.repo.manifest_id} file:{lfs.path}")
        project.before = ["prlimit", f"--fsize={lfs.size // 2}", "--"]
        self.expect_74(project, "File too large")
        self.expect_no_lie(project)


if __name__ == "__main__":
    WHY_NOT = own_namespaces.enter_mounts()
    unittest.main()
