"""`hubward fetch` against the loopback Hub: what it writes, what it asks for, and what it may not have."""

import json
import os
import stat
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, body, path_has  # noqa: E402
from fetching import TOKEN, FetchTest, Project  # noqa: E402
from loopback_hub import LoopbackHub  # noqa: E402


class Writes(FetchTest):
    def test_every_repo_of_the_hub_is_complete_afterwards(self) -> None:
        lines = [repo.manifest_id + " profile:all" for repo in self.hub.repos.values()]
        project = self.project(*lines, token=TOKEN)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(project.verdict(), "complete")

    def test_links_are_relative_and_lead_to_the_bytes(self) -> None:
        project = self.project()
        self.assertEqual(project.fetch().code, 0)
        for path, file in self.repo.files().items():
            link = project.snapshot(self.repo) / path
            self.assertEqual(os.readlink(link), "../" * (2 + path.count("/")) + f"blobs/{file.etag}")
            self.assertEqual(link.read_bytes(), file.content)

    def test_the_ref_is_40_bytes_and_nothing_temporary_is_left(self) -> None:
        project = self.project()
        project.fetch()
        ref = project.cache / self.repo.folder / "refs" / "main"
        self.assertEqual(ref.read_bytes(), self.repo.branches["main"].encode())
        self.assertEqual(project.blobs(self.repo), sorted({file.etag for file in self.repo.files().values()}))
        self.assertTrue((project.cache / "CACHEDIR.TAG").is_file())

    def test_a_blob_has_the_mode_that_the_umask_leaves(self) -> None:
        project = self.project()
        before = os.umask(0o027)
        self.addCleanup(os.umask, before)
        project.fetch()
        blob = project.cache / self.repo.folder / "blobs" / self.file().etag
        self.assertEqual(stat.S_IMODE(blob.stat().st_mode), 0o640)
        self.assertEqual(stat.S_IMODE((project.cache / self.repo.folder).stat().st_mode), 0o750)

    def test_only_what_the_profile_loads_is_fetched_and_the_listing_names_all(self) -> None:
        project = self.project(self.repo.manifest_id + " profile:tokenizer")
        self.assertEqual(project.fetch().code, 0)
        snapshot = project.snapshot(self.repo)
        self.assertFalse(list(snapshot.rglob("*.safetensors")))
        self.assertTrue((snapshot / "tokenizer.json").is_file())
        listing = json.loads((project.cache / self.repo.folder / "trees" / f"{snapshot.name}.json").read_text())
        self.assertEqual(set(listing["files"]), set(self.repo.files()))

    def test_not_is_never_fetched_and_a_glob_brings_what_it_matches(self) -> None:
        project = self.project(self.repo.manifest_id + " file:*.json not:tokenizer*")
        self.assertEqual(project.fetch().code, 0)
        names = {path.name for path in project.snapshot(self.repo).rglob("*") if path.is_file()}
        self.assertIn("config.json", names)
        self.assertFalse([name for name in names if name.startswith("tokenizer")], names)

    def test_where_links_are_off_the_files_stand_in_the_snapshot(self) -> None:
        project = self.project()
        done = project.fetch(HF_HUB_DISABLE_SYMLINKS="1")
        self.assertEqual(done.code, 0, done)
        for path, file in self.repo.files().items():
            copy = project.snapshot(self.repo) / path
            self.assertFalse(copy.is_symlink())
            self.assertEqual(copy.read_bytes(), file.content)
        self.assertEqual(project.verdict(), "complete")

    def test_a_pinned_commit_gets_no_ref_and_is_asked_about_by_no_lookup(self) -> None:
        commit = self.repo.branches["main"]
        project = self.project(f"{self.repo.manifest_id}@{commit} profile:all")
        self.assertEqual(project.fetch().code, 0)
        self.assertFalse((project.cache / self.repo.folder / "refs").exists())
        self.assertEqual(self.asked("/revision/"), [])

    def test_hf_hub_0_finds_a_pinned_commit_by_a_ref_of_its_name(self) -> None:
        commit = self.repo.branches["main"]
        project = self.project(f"{self.repo.manifest_id}@{commit} profile:all")
        (project.folder / "hubward.toml").write_text('[cache]\nclient = "hf-hub-0"\n')
        self.assertEqual(project.fetch("--cache-dir", str(project.cache)).code, 0)
        ref = project.cache / self.repo.folder / "refs" / commit
        self.assertEqual(ref.read_text(), commit)

    def test_one_file_that_is_lacking_is_the_only_one_asked_for(self) -> None:
        project = self.project()
        project.fetch()
        (project.cache / self.repo.folder / "blobs" / self.file().etag).unlink()
        self.hub.requests.clear()
        self.assertEqual(project.fetch().code, 0)
        self.assertEqual({entry[2].rsplit("/", 1)[-1] for entry in self.asked("/resolve/")}, {"config.json"})
        self.assertEqual(project.verdict(), "complete")

    def test_a_corrupt_blob_goes_to_quarantine_and_comes_anew(self) -> None:
        project = self.project()
        project.fetch()
        blob = project.cache / self.repo.folder / "blobs" / self.file().etag
        blob.write_bytes(b"<html>an error page</html>")
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(blob.read_bytes(), self.file().content)
        aside = list((project.folder / ".hubward-quarantine").rglob(self.file().etag))
        self.assertEqual([path.read_bytes() for path in aside], [b"<html>an error page</html>"])

    def test_a_wrong_blob_under_a_commit_that_was_not_there_is_found_out(self) -> None:
        project = self.project()
        blobs = project.cache / self.repo.folder / "blobs"
        blobs.mkdir(parents=True)
        (blobs / self.file().etag).write_bytes(b"not these bytes")
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual((blobs / self.file().etag).read_bytes(), self.file().content)
        self.assertTrue(list((project.folder / ".hubward-quarantine").rglob(self.file().etag)))

    def test_a_complete_cache_costs_no_request(self) -> None:
        project = self.project()
        project.fetch()
        self.hub.requests.clear()
        self.assertEqual(project.fetch().code, 0)
        self.assertEqual(self.hub.requests, [])

    def test_a_hostile_cache_is_not_written_into(self) -> None:
        project = self.project()
        project.fetch()
        link = project.snapshot(self.repo) / "config.json"
        link.unlink()
        link.symlink_to("/etc/passwd")
        self.hub.requests.clear()
        done = project.fetch()
        self.assertEqual(done.code, 2, done)
        self.assertEqual(self.hub.requests, [])

    def test_a_plan_names_files_bytes_and_requests_and_writes_nothing(self) -> None:
        project = self.project()
        done = project.fetch("--plan")
        self.assertEqual(done.code, 0, done)
        self.assertRegex(done.out, r"\n  download +\d+ B  config\.json\n")
        self.assertIn("requests: 2 to the API", done.out)
        self.assertFalse(project.cache.exists())
        self.assertEqual(self.asked("/resolve/"), [])

    def test_the_report_is_that_of_the_last_verification_with_what_was_done(self) -> None:
        project = self.project()
        report = json.loads(project.fetch("--format", "json").out)
        self.assertEqual((report["verdict"], report["exit_code"]), ("complete", 0))
        self.assertEqual([action["what"] for action in report["actions"]], ["fetch"])


class Asks(FetchTest):
    def test_one_lookup_and_one_listing_a_repo(self) -> None:
        project = self.project()
        project.fetch()
        self.assertEqual(len(self.asked("/revision/")), 1)
        self.assertEqual(len(self.asked("/tree/")), 1)
        self.assertFalse([entry for entry in self.hub.requests if entry[1] == "HEAD"])

    def test_a_listing_in_pages_is_followed_to_its_end(self) -> None:
        hub = self.enterContext(LoopbackHub(page_size=2))
        project = self.enterContext(Project(hub, self.repo.manifest_id + " profile:all"))
        self.assertEqual(project.fetch().code, 0)
        self.assertEqual(project.verdict(), "complete")
        self.assertGreater(len([entry for entry in hub.requests if "/tree/" in entry[2]]), 3)

    def test_the_token_goes_to_the_hub_and_never_to_the_content_host(self) -> None:
        project = self.project(token=TOKEN)
        project.fetch()
        to_hub = {entry[3] for entry in self.hub.requests if entry[0] == "hub"}
        to_content = {entry[3] for entry in self.hub.requests if entry[0] == "content"}
        self.assertEqual(to_hub, {f"Bearer {TOKEN}"})
        self.assertEqual(to_content, {None})

    def test_an_endpoint_of_the_configuration_gets_no_token(self) -> None:
        project = self.project(token=TOKEN)
        (project.folder / "hubward.toml").write_text(f'[fetch]\nendpoint = "{self.hub.origin}"\n')
        done = project.fetch(HF_ENDPOINT="")
        self.assertEqual(done.code, 0, done)
        self.assertEqual({entry[3] for entry in self.hub.requests}, {None})
        self.assertIn("HF_ENDPOINT would", done.err)

    def test_the_token_of_a_login_is_sent_trimmed(self) -> None:
        private = self.hub.repos[("model", "lab/private")]
        project = self.project(private.manifest_id + " profile:all")
        home = project.folder / "hf"
        home.mkdir()
        (home / "token").write_text(f"  {TOKEN}\n")
        done = project.fetch(HF_HOME=str(home))
        self.assertEqual(done.code, 0, done)

    def test_a_token_of_two_lines_is_refused_and_not_printed(self) -> None:
        project = self.project(token=TOKEN + "\nX-Forged: yes")
        done = project.fetch()
        self.assertEqual(done.code, 64, done)
        self.assertNotIn(TOKEN, done.out + done.err)
        self.assertEqual(self.hub.requests, [])

    def test_offline_asked_for_by_the_environment_asks_nothing(self) -> None:
        for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
            done = self.project().fetch(**{variable: "1"})
            self.assertEqual(done.code, 69, done)
            self.assertIn(f"error: {variable}: is set", done.err)
        self.assertEqual(self.hub.requests, [])

    def test_a_variable_that_is_for_datasets_alone_forbids_nothing(self) -> None:
        self.assertEqual(self.project().fetch(HF_DATASETS_OFFLINE="1").code, 0)


class Refusals(FetchTest):
    def test_a_private_repo_without_token_is_77_and_says_what_to_do(self) -> None:
        done = self.project("lab/private").fetch()
        self.assertEqual(done.code, 77, done)
        self.assertIn("set HF_TOKEN", done.err)

    def test_a_gated_repo_names_the_page_to_visit(self) -> None:
        done = self.project("lab/gated").fetch()
        self.assertEqual(done.code, 77, done)
        self.assertIn("restricted", done.err)
        self.assertIn(f"ask for access at {self.hub.origin}/lab/gated", done.err)

    def test_a_wrong_token_is_77_in_the_hubs_words_and_is_not_printed(self) -> None:
        wrong = "hf_wrongtokenwrongtokenwrongtoken"
        done = self.project("lab/private", token=wrong).fetch()
        self.assertEqual(done.code, 77, done)
        self.assertIn("Invalid credentials", done.err)
        self.assertNotIn(wrong, done.out + done.err)

    def test_a_repo_that_is_not_there_is_1_and_the_others_go_on(self) -> None:
        project = self.project("lab/nowhere", self.repo.manifest_id + " profile:all", token=TOKEN)
        done = project.fetch()
        self.assertEqual(done.code, 1, done)
        self.assertIn("lab/nowhere@main", done.err)
        self.assertTrue((project.snapshot(self.repo) / "config.json").is_file())

    def test_a_revision_that_is_not_there_is_said(self) -> None:
        done = self.project(self.repo.manifest_id + "@v9").fetch()
        self.assertEqual(done.code, 1, done)
        self.assertIn("RevisionNotFound", done.err)

    def test_a_file_that_no_commit_has_is_said_and_the_rest_is_fetched(self) -> None:
        project = self.project(self.repo.manifest_id + " file:none.bin profile:tokenizer")
        done = project.fetch()
        self.assertEqual(done.code, 1, done)
        self.assertIn("none.bin is not in commit", done.err)
        self.assertTrue((project.snapshot(self.repo) / "tokenizer.json").exists())

    def test_what_an_optional_entry_cannot_have_is_a_note(self) -> None:
        for token in (TOKEN, None):
            project = self.project("lab/nowhere optional", self.repo.manifest_id + " profile:all", token=token)
            done = project.fetch()
            self.assertEqual(done.code, 0, done)
            self.assertIn("note: 1 entry not fetched", done.err)

    def test_offline_what_only_optional_entries_lack_is_no_failure(self) -> None:
        project = self.project("lab/nowhere optional", self.repo.manifest_id + " profile:all", token=TOKEN)
        self.assertEqual(project.fetch().code, 0)
        self.hub.requests.clear()
        done = project.fetch(HF_HUB_OFFLINE="1")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(self.hub.requests, [])

    def test_a_line_that_asks_for_nothing_of_the_commit_leaves_no_ref(self) -> None:
        project = self.project(self.repo.manifest_id + " profile:all not:*")
        done = project.fetch()
        self.assertEqual(done.code, 1, done)
        self.assertIn("is what its line asks for", done.err)
        self.assertEqual(list(project.folder.glob("**/refs/*")), [])
        self.assertEqual(list(project.folder.glob("**/trees/*.json")), [])

    def test_the_worst_of_several_failures_gives_the_code(self) -> None:
        self.hub.intercept = Fault(body(b"x" * self.file().size), path_has("resolve-cache"), times=99)
        done = self.project("lab/private", self.repo.manifest_id + " file:config.json").fetch()
        self.assertEqual(done.code, 2, done)


if __name__ == "__main__":
    unittest.main()
