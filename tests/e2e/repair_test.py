"""`hubward repair` as a user meets it: plans, locks, what is hostile, undo, purge, a download behind it."""

import fcntl
import json
import os
import stat
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from fetching import Ended, FetchTest, Project  # noqa: E402


def tree(folder: Path) -> dict[str, object]:
    """Every name with its kind, mode and bytes."""
    seen: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        kind = stat.S_IFMT(status.st_mode)
        what = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        seen[str(path.relative_to(folder))] = (kind, 0 if path.is_symlink() else status.st_mode, what)
    return seen


class RepairTest(FetchTest):
    """A whole cache of one repo, and ways to harm it."""

    def setUp(self) -> None:
        super().setUp()
        self.at = self.project()
        self.assertEqual(self.at.fetch().code, 0)
        self.folder = self.at.cache / self.repo.folder
        self.home = self.at.folder / ".hubward-quarantine" / "hub"

    def repair(self, *words: str, **environment: str) -> Ended:
        return self.at.run("repair", *words, **environment)

    def actions(self, *words: str) -> list[dict]:
        return json.loads(self.repair("--format", "json", *words).out)["actions"]

    def pointer(self, path: str = "config.json") -> Path:
        return self.at.snapshot(self.repo) / path

    def make_text(self, path: str = "config.json") -> None:
        pointer = self.pointer(path)
        text = os.readlink(pointer)
        pointer.unlink()
        pointer.write_text(text)

    def rot(self, path: str = "config.json") -> Path:
        blob = self.pointer(path).resolve()
        blob.write_bytes(b"?" + blob.read_bytes()[1:])
        return blob

    def sessions(self) -> list[Path]:
        return sorted(self.home.iterdir()) if self.home.is_dir() else []


class Plans(RepairTest):
    def test_a_dry_run_tells_steps_and_bytes_and_changes_nothing(self) -> None:
        self.make_text()
        blob = self.rot("tokenizer.json")
        before = tree(self.at.folder)
        done = self.repair("--dry-run")
        self.assertEqual(done.code, 2, done)
        self.assertIn("dry run: nothing is changed", done.out)
        self.assertRegex(done.out, r"\n  link        +\d+ B  \S+/config\.json -> \.\./\.\./blobs/")
        self.assertRegex(done.out, rf"\n  quarantine +\S+ k?B  \S+/{blob.name} \(blob-corrupt\)\n")
        self.assertIn("2 changes, ", done.out)
        self.assertEqual(tree(self.at.folder), before)
        planned = self.actions("--dry-run")
        self.assertEqual([action["what"] for action in planned], ["plan", "plan"])

    def test_a_sound_cache_is_left_alone(self) -> None:
        before = tree(self.at.folder)
        done = self.repair()
        self.assertEqual(done.code, 0, done)
        self.assertNotIn("repaired", done.out)
        self.assertEqual(tree(self.at.folder), before)
        self.assertIn("nothing to repair", self.repair("--dry-run").out)


class Words(RepairTest):
    def test_it_tells_what_was_done_where_originals_lie_and_how_to_undo(self) -> None:
        self.make_text()
        done = self.repair()
        self.assertEqual(done.code, 0, done)
        (session,) = self.sessions()
        self.assertIn("repaired: 1 change\n", done.out)
        self.assertIn(f"originals: {session}\n", done.out)
        self.assertIn(f"to take it back: hubward repair --undo {session.name}\n", done.out)
        self.assertTrue(self.repair("-q").out.startswith("complete"))

    def test_only_the_named_repo_is_repaired(self) -> None:
        self.make_text()
        done = self.repair("nobody/nothing")
        self.assertEqual(done.code, 64, done)
        self.assertEqual(self.repair(self.repo.manifest_id).code, 0)

    def test_links_are_not_made_where_the_user_wants_none(self) -> None:
        self.make_text()
        done = self.repair(HF_HUB_DISABLE_SYMLINKS="1")
        self.assertEqual(done.code, 1, done)
        self.assertFalse(self.pointer().exists())
        self.assertIn("quarantine", done.out)

    def test_copies_stay_copies_in_a_cache_without_links(self) -> None:
        for path in self.at.snapshot(self.repo).rglob("*"):
            if path.is_symlink():
                data = path.read_bytes()
                path.unlink()
                path.write_bytes(data)
        before = tree(self.at.cache)
        done = self.repair()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(tree(self.at.cache), before)


class Locks(RepairTest):
    def held(self, path: Path) -> object:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
        self.addCleanup(file.close)
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def test_a_client_at_work_in_the_repo_is_75_and_nothing_is_changed(self) -> None:
        self.make_text()
        for lock in (self.at.cache / ".locks" / self.repo.folder / "x.lock", self.folder / "blobs" / "x.lock"):
            with self.subTest(lock=lock):
                held = self.held(lock)
                before = tree(self.at.cache)
                done = self.repair()
                self.assertEqual(done.code, 75, done)
                self.assertIn("x.lock", done.err)
                self.assertEqual(tree(self.at.cache), before)
                self.assertEqual(self.sessions(), [])
                held.close()
        self.assertEqual(self.repair().code, 0)

    def test_it_waits_as_long_as_it_is_told(self) -> None:
        self.make_text()
        held = self.held(self.at.cache / ".locks" / self.repo.folder / "x.lock")
        self.assertEqual(self.repair("--lock-timeout", "1s").code, 75)
        held.close()
        self.assertEqual(self.repair("--lock-timeout", "1s").code, 0)

    def test_a_lock_of_another_repo_or_without_work_is_no_hindrance(self) -> None:
        self.held(self.at.cache / ".locks" / self.repo.folder / "x.lock")
        self.assertEqual(self.repair().code, 0)
        self.make_text()
        self.held(self.at.cache / ".locks" / "models--other" / "x.lock")
        self.assertEqual(self.repair().code, 75)

    def test_no_lock_file_is_made(self) -> None:
        self.make_text()
        locks = tree(self.at.cache / ".locks")
        self.assertEqual(self.repair().code, 0)
        self.assertEqual(tree(self.at.cache / ".locks"), locks)

    def test_a_leftover_goes_unless_a_process_has_it_open(self) -> None:
        partial = self.folder / "blobs" / ("a" * 64 + ".part")
        partial.write_bytes(b"half")
        with partial.open("rb"):
            done = self.repair()
            self.assertEqual(done.code, 0, done)
            self.assertIn("not mended", done.out)
            self.assertTrue(partial.exists())
        self.assertEqual(self.repair().code, 0)
        self.assertFalse(partial.exists())
        (session,) = self.sessions()
        self.assertEqual((session / partial.relative_to(self.at.cache)).read_bytes(), b"half")


class Hostile(RepairTest):
    def test_without_yes_or_a_terminal_it_is_left_and_told(self) -> None:
        link = self.pointer("evil")
        link.symlink_to("/etc/passwd")
        self.make_text()
        before = os.readlink(link)
        done = self.repair("--fetch")
        self.assertEqual(done.code, 2, done)
        self.assertIn("--yes sets them aside", done.err)
        self.assertEqual(os.readlink(link), before)
        self.assertTrue(self.pointer().is_symlink())

    def test_with_yes_it_is_set_aside_and_undo_brings_it_back(self) -> None:
        link = self.pointer("evil")
        link.symlink_to("/etc/passwd")
        before = tree(self.at.cache)
        done = self.repair("--yes")
        self.assertEqual(done.code, 0, done)
        self.assertFalse(link.is_symlink())
        self.assertEqual(self.repair("--undo").code, 0)
        self.assertEqual(tree(self.at.cache), before)


class Undo(RepairTest):
    def test_the_newest_session_first_then_the_one_before(self) -> None:
        whole = tree(self.at.cache)
        self.make_text()
        first = tree(self.at.cache)
        self.assertEqual(self.repair().code, 0)
        self.assertEqual(tree(self.at.cache), whole)
        self.make_text("tokenizer.json")
        second = tree(self.at.cache)
        self.assertEqual(self.repair().code, 0)
        self.assertEqual(self.repair("--undo").code, 0)
        self.assertEqual(tree(self.at.cache), second)
        # As it was before the second session, but for what the first one had mended.
        self.assertEqual(self.repair("--undo").code, 0)
        place = str(self.pointer("tokenizer.json").relative_to(self.at.cache))
        self.assertEqual(tree(self.at.cache), first | {place: second[place]})
        self.assertEqual(self.repair("--undo").out, "nothing to undo\n")
        self.assertFalse(self.home.parent.exists())

    def test_a_named_session_by_name_or_path(self) -> None:
        self.make_text()
        before = tree(self.at.cache)
        for name in (lambda session: session.name, str):
            self.assertEqual(self.repair().code, 0)
            (session,) = self.sessions()
            done = self.repair("--undo", name(session))
            self.assertEqual(done.code, 0, done)
            self.assertEqual(tree(self.at.cache), before)
        self.assertEqual(self.repair("--undo", "20200101T000000Z-1").code, 66)

    def test_what_has_come_since_is_not_overwritten(self) -> None:
        blob = self.rot()
        bad = blob.read_bytes()
        done = self.repair("--fetch")
        self.assertEqual(done.code, 0, done)
        good = blob.read_bytes()
        self.assertNotEqual(good, bad)
        undone = self.repair("--undo")
        self.assertEqual(undone.code, 1, undone)
        self.assertIn("something else has come into its place since", undone.out)
        self.assertEqual(blob.read_bytes(), good)
        (session,) = self.sessions()
        self.assertEqual((session / blob.relative_to(self.at.cache.resolve())).read_bytes(), bad)
        blob.unlink()
        self.assertEqual(self.repair("--undo").code, 0)
        self.assertEqual(blob.read_bytes(), bad)

    def test_a_session_of_run_or_fetch_is_taken_back_too(self) -> None:
        self.rot()
        before = tree(self.at.cache)
        done = self.at.fetch(HF_ENDPOINT="http://127.0.0.1:9", HUBWARD_DEADLINE="1s")
        self.assertNotEqual(done.code, 0)
        self.assertNotEqual(tree(self.at.cache), before)
        self.assertEqual(self.repair("--undo").code, 0)
        self.assertEqual(tree(self.at.cache), before)

    def test_a_hostile_journal_is_refused_and_touches_nothing(self) -> None:
        precious = self.at.folder / "precious"
        precious.write_text("p")
        self.make_text()
        self.assertEqual(self.repair().code, 0)
        (session,) = self.sessions()
        journal = session / "journal.jsonl"
        sound = journal.read_text()
        before = tree(self.at.cache)
        for line in ('{"do":"take","path":"../precious","kind":"file"}',
                     '{"do":"take","path":"a","kind":"file","at":"../../../precious"}',
                     '{"do":"link","path":"/etc/passwd","text":"x"}',
                     '{"do":"ref","path":"a","text":"short"}',
                     '{"do":"mode","path":"a","was":"7777","now":"0644"}',
                     '{"do":"sing","path":"a"}', '{"undone":9}', 'no json', '{"path":"a"}'):
            with self.subTest(line=line):
                journal.write_text(sound + line + "\n")
                done = self.repair("--undo", session.name)
                self.assertEqual(done.code, 65, done)
                self.assertEqual(tree(self.at.cache), before)
                self.assertEqual(precious.read_text(), "p")
        journal.write_text(sound.replace("quarantine/1", "quarantine/2"))
        self.assertEqual(self.repair("--undo", session.name).code, 65)
        self.assertEqual(self.repair("--undo").code, 65)
        journal.write_text(sound + '{"do":"take","pa')
        self.assertEqual(self.repair("--undo", session.name).code, 0)

    def test_a_session_that_was_killed_before_its_first_line_is_no_hindrance(self) -> None:
        self.make_text()
        before = tree(self.at.cache)
        for torn in (None, "", '{"schema":"hub'):
            with self.subTest(torn=torn):
                self.assertEqual(self.repair().code, 0)
                (session,) = self.sessions()
                newer = session.parent / "29991231T235959Z-1"
                newer.mkdir(mode=0o700)
                if torn is not None:
                    (newer / "journal.jsonl").write_text(torn)
                done = self.repair("--undo")
                self.assertEqual((done.code, tree(self.at.cache)), (0, before), done)
                self.assertEqual(self.repair("--undo").code, 0)
                self.assertFalse(self.home.exists())

    def test_a_quarantine_that_is_a_link_is_not_entered(self) -> None:
        elsewhere = self.at.folder / "elsewhere"
        elsewhere.mkdir(mode=0o755)
        (self.at.cache.parent / ".hubward-quarantine").symlink_to(elsewhere)
        self.make_text()
        before = tree(self.at.cache)
        self.assertEqual(self.repair().code, 74)
        self.assertEqual(self.repair("--purge", "--yes").code, 74)
        self.assertEqual(tree(self.at.cache), before)
        self.assertEqual((elsewhere.stat().st_mode & 0o777, list(elsewhere.iterdir())), (0o755, []))

    def test_a_journal_of_another_cache_is_refused(self) -> None:
        self.make_text()
        self.assertEqual(self.repair().code, 0)
        (session,) = self.sessions()
        other = self.at.folder / "other"
        other.mkdir()
        done = self.at.run("repair", "--undo", str(session), "--cache-dir", str(other))
        self.assertEqual(done.code, 65, done)
        self.assertTrue(session.is_dir())


class Purge(RepairTest):
    def test_it_asks_a_terminal_and_is_64_without_one(self) -> None:
        self.make_text()
        self.assertEqual(self.repair().code, 0)
        done = self.repair("--purge")
        self.assertEqual(done.code, 64, done)
        self.assertIn("--yes", done.err)
        self.assertEqual(len(self.sessions()), 1)

    def test_it_deletes_our_sessions_and_nothing_else(self) -> None:
        self.make_text()
        self.assertEqual(self.repair().code, 0)
        (session,) = self.sessions()
        precious = self.at.folder / "precious"
        precious.mkdir()
        (precious / "p").write_text("p")
        (session / "link").symlink_to(precious)
        (self.home / "notes").mkdir()
        (self.home / "20200101T000000Z-1").symlink_to(precious)
        (self.home / "20200101T000000Z-2").mkdir()
        self.assertIn(str(session), self.repair("--purge", "--dry-run").out)
        done = self.repair("--purge", "--yes")
        self.assertEqual(done.code, 0, done)
        self.assertIn("deleted: 1 session\n", done.out)
        self.assertFalse(session.exists())
        self.assertEqual((precious / "p").read_text(), "p")
        self.assertEqual(sorted(path.name for path in self.home.iterdir()),
                         ["20200101T000000Z-1", "20200101T000000Z-2", "notes"])

    def test_flags_that_contradict_are_64(self) -> None:
        for words in (("--undo", "--purge"), ("--undo", "--fetch"), ("--purge", "x"), ("--undo", "a", "b"),
                      ("--undo", "--format", "json")):
            with self.subTest(words=words):
                self.assertEqual(self.repair(*words).code, 64)


class Fetching(RepairTest):
    def test_what_was_set_aside_is_downloaded_and_the_cache_is_whole(self) -> None:
        self.rot()
        self.make_text("tokenizer.json")
        self.assertEqual(self.repair().code, 1)
        done = self.repair("--fetch")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(self.at.verdict(), "complete")
        self.assertEqual(self.pointer().read_bytes(), self.file().content)

    def test_the_projects_own_command_is_run_in_its_place(self) -> None:
        (self.at.folder / "hubward.toml").write_text('[fetch]\ncommand = ["sh", "-c", "echo own >> ran; exit 75"]\n')
        self.rot()
        done = self.repair("--fetch")
        self.assertEqual(done.code, 75, done)
        self.assertEqual((self.at.folder / "ran").read_text(), "own\n")

    def test_offline_is_offline(self) -> None:
        self.rot()
        asked = len(self.hub.requests)
        done = self.repair("--fetch", HF_HUB_OFFLINE="1")
        self.assertEqual(done.code, 69, done)
        self.assertEqual(len(self.hub.requests), asked)


if __name__ == "__main__":
    unittest.main()
