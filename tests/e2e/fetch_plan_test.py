"""`hubward fetch --plan`, and the reports of a fetch that could not begin."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from fetching import TOKEN, FetchTest, Project  # noqa: E402


class PlanTest(FetchTest):
    def fetched(self, *lines: str, **how: str) -> Project:
        project = self.project(*lines, **how)
        self.assertEqual(project.fetch().code, 0)
        self.hub.requests.clear()
        return project

    def blob(self, project: Project) -> Path:
        return project.cache / self.repo.folder / "blobs" / self.file().etag

    def damaged(self, *lines: str, **how: str) -> Project:
        project = self.fetched(*lines, **how)
        self.blob(project).write_bytes(b"no")
        return project

    def expect_untouched(self, project: Project) -> None:
        self.assertEqual(self.blob(project).read_bytes(), b"no")
        self.assertFalse((project.folder / ".hubward-quarantine").exists())
        self.assertEqual(self.asked("/resolve/"), [])

    def pointer(self) -> str:
        return f"{self.repo.folder}/snapshots/{self.repo.branches['main']}/config.json"


class Plan(PlanTest):
    def test_what_is_corrupt_is_planned_to_go_and_to_come_anew(self) -> None:
        project = self.damaged()
        done = project.fetch("--plan")
        self.assertEqual(done.code, 0, done)
        self.assertIn(f"quarantine {self.repo.folder}/blobs/{self.file().etag} (blob-corrupt)\n", done.out)
        self.assertRegex(done.out, r"\n  download {6,}\d+ B  config\.json\n")
        self.assertIn("1 for files", done.out)
        self.expect_untouched(project)

    def test_a_ref_that_would_be_written_anew_is_planned(self) -> None:
        project = self.project()
        project.lock(self.repo, self.file())
        self.assertEqual(project.fetch().code, 0)
        ref = project.cache / self.repo.folder / "refs" / "main"
        ref.write_text("0" * 40)
        done = project.fetch("--plan")
        self.assertEqual(done.code, 0, done)
        self.assertIn(f"quarantine {self.repo.folder}/refs/main (ref-drift)\n", done.out)
        self.assertIn("  write               refs/main\n", done.out)
        self.assertEqual(ref.read_text(), "0" * 40)

    def test_an_empty_cache_is_planned_with_its_ref(self) -> None:
        self.assertIn("  write               refs/main\n", self.project().fetch("--plan").out)

    def test_for_programs_it_is_the_report_with_planned_actions(self) -> None:
        project = self.damaged()
        (project.cache / self.repo.folder / "refs" / "main").unlink()
        done = project.fetch("--plan", "--format", "json")
        self.assertEqual(done.code, 0, done)
        report = json.loads(done.out)
        self.assertEqual((report["verdict"], report["exit_code"]), ("incomplete", 0))
        self.assertIn({"what": "plan", "path": f"{self.repo.folder}/refs/main",
                       "detail": "ref: " + self.repo.branches["main"]}, report["actions"])

    def test_a_program_reads_which_files_would_come(self) -> None:
        project = self.damaged()
        report = json.loads(project.fetch("--plan", "--format", "json").out)
        self.assertEqual(report["actions"], [
            {"what": "plan", "path": f"{self.repo.folder}/blobs/{self.file().etag}", "detail": "quarantine: blob-corrupt"},
            {"what": "plan", "path": self.pointer(), "detail": f"download: {self.file().size} bytes"}])
        self.expect_untouched(project)

    def test_it_goes_where_results_go(self) -> None:
        project = self.project()
        shown = project.fetch("--plan").out
        done = project.fetch("--plan", "-o", "plan.txt")
        self.assertEqual((done.code, done.out), (0, ""), done)
        self.assertEqual((project.folder / "plan.txt").read_text(), shown)
        both = project.fetch("--plan", "--format", "text", "--format", "json=plan.json")
        self.assertEqual(both.out, shown)
        self.assertEqual(json.loads((project.folder / "plan.json").read_text())["exit_code"], 0)

    def test_quiet_is_the_sums_alone(self) -> None:
        lines = self.damaged().fetch("--plan", "--quiet").out.splitlines()
        self.assertEqual([line.split(":")[0] for line in lines], ["total", "requests"])

    def test_a_plan_that_nobody_could_read_is_74(self) -> None:
        for project in (self.project(), self.fetched()):
            with open("/dev/full", "w") as full:
                done = subprocess.run(project.command("fetch", "--plan"), cwd=project.folder, stdout=full,
                                      env=project.environment(), stderr=subprocess.PIPE, text=True, timeout=60)
            self.assertEqual(done.returncode, 74, done)
            self.assertIn("the result cannot be written", done.stderr)

    def test_the_projects_own_downloader_is_planned_in_every_format(self) -> None:
        project = self.damaged()
        (project.folder / "hubward.toml").write_text('[fetch]\ncommand = ["true"]\n')
        report = json.loads(project.fetch("--plan", "--format", "json").out)
        self.assertEqual([action["detail"] for action in report["actions"]],
                         ["quarantine: blob-corrupt", "fetch: by true"])
        self.assertTrue(project.fetch("--plan", "-q").out.startswith("fetch: by `true`"))
        self.expect_untouched(project)


class Ends(PlanTest):
    def test_offline_leaves_the_report_of_what_is_lacking(self) -> None:
        for words in ((), ("--plan",)):
            done = self.project().fetch("--format", "json", *words, HF_HUB_OFFLINE="1")
            self.assertEqual(done.code, 69, done)
            report = json.loads(done.out)
            self.assertEqual((report["verdict"], report["exit_code"]), ("incomplete", 69))
            self.assertIn("HF_HUB_OFFLINE", done.err)

    def test_offline_what_is_corrupt_is_left_where_it_is_and_said(self) -> None:
        project = self.damaged()
        done = project.fetch("--format", "json", "--offline")
        self.assertEqual(done.code, 2, done)
        self.assertEqual(json.loads(done.out)["exit_code"], 2)
        self.expect_untouched(project)

    def test_a_quarantine_that_cannot_be_written_leaves_the_report(self) -> None:
        project = self.damaged()
        (project.folder / ".hubward-quarantine").write_text("in the way")
        done = project.fetch("--format", "json")
        self.assertEqual(done.code, 74, done)
        report = json.loads(done.out)
        self.assertEqual((report["verdict"], report["exit_code"]), ("corrupt", 74))
        self.assertEqual(self.blob(project).read_bytes(), b"no")

    def test_a_token_that_cannot_be_sent_matters_only_where_one_would_be(self) -> None:
        project = self.fetched()
        broken = TOKEN + "\nX-Forged: yes"
        self.assertEqual(project.fetch(HF_TOKEN=broken).code, 0)
        self.assertEqual(project.run("run", "--", "true", HF_TOKEN=broken).code, 0)
        self.blob(project).write_bytes(b"no")
        done = project.fetch(HF_TOKEN=broken)
        self.assertEqual(done.code, 64, done)
        self.expect_untouched(project)
        done = project.run("run", "--", "true", HF_TOKEN=broken)
        self.assertEqual(done.code, 125, done)
        self.assertTrue(done.err.endswith("[64 usage]\n"), done)
        self.expect_untouched(project)
        self.assertNotIn(TOKEN, done.out + done.err)

    def test_verbose_names_what_has_come(self) -> None:
        done = self.project().fetch("-v")
        self.assertEqual(done.code, 0, done)
        names = [line for line in done.err.splitlines() if line.startswith("hubward: fetched models--")]
        self.assertEqual(len(names), len(self.repo.files()))
        self.assertIn("hubward: fetched " + self.pointer(), names)
        self.assertNotIn("fetched models--", self.project().fetch().err)

    def test_a_mirror_is_trusted_for_what_no_lock_lists(self) -> None:
        project = self.project()
        self.assertIn("without a lock it is trusted", project.fetch("--plan").err)
        project.lock(self.repo, self.file())
        self.assertIn("what it sends is held against the lock", project.fetch("--plan").err)
        project.manifest(self.repo.manifest_id + " profile:all", "lab/private")
        self.assertIn("what the lock does not list it is trusted for", project.fetch("--plan").err)


if __name__ == "__main__":
    unittest.main()
