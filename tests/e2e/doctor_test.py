"""`hubward doctor`: what it says of environments, caches, files and a loopback Hub, and what it never says."""

import json
import os
import shutil
import socket
import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, status  # noqa: E402
from fetching import TOKEN, FetchTest, Project  # noqa: E402

SCHEMA = (Path(__file__).resolve().parents[2] / "docs/doctor.schema.json").read_text()
SECRET = "hf_" + "Q" * 34
VALIDATE = "import json,sys,jsonschema\njsonschema.validate(json.loads(sys.argv[1]), json.loads(sys.stdin.read()))"


class DoctorTest(FetchTest):
    def whole(self, *lines: str, **how: str) -> Project:
        project = self.project(*lines, **how)
        self.assertEqual(project.fetch().code, 0)
        return project

    def told(self, project: Project, *words: str, code: int = 0, **environment: str) -> dict:
        done = project.run("doctor", "--format", "json", *words, **environment)
        self.assertEqual(done.code, code, done)
        subprocess.run(["python3", "-c", VALIDATE, done.out], input=SCHEMA, text=True, check=True)
        answer = json.loads(done.out)
        self.assertEqual(answer["exit_code"], code)
        return answer

    def client(self, answer: dict, name: str) -> dict:
        return next(row for row in answer["clients"] if row["id"] == name)

    def sight(self, answer: dict, name: str, entry: int = 0) -> dict:
        return next(row for row in answer["entries"][entry]["clients"] if row["client"] == name)


class Environments(DoctorTest):
    def test_a_whole_cache_is_whole_to_who_looks_there_and_nothing_to_who_does_not(self) -> None:
        project = self.whole()
        answer = self.told(project, HF_HUB_OFFLINE="1")
        self.assertEqual(self.sight(answer, "huggingface_hub")["sight"], "whole")
        rust = self.sight(answer, "hf_hub_0_new")
        self.assertEqual((rust["sight"], rust["first_fetch"]), ("nothing", "config.json"))
        self.assertEqual(self.client(answer, "hf_hub_0_new")["offline"], "deaf")
        self.assertEqual(self.client(answer, "huggingface_hub")["offline"], "on")
        self.assertIn("HF_HUB_CACHE", self.client(answer, "hf_hub_0_new")["ignores"])

    def test_the_guard_that_run_would_have_is_tried_and_told(self) -> None:
        project = self.whole()
        guard = self.told(project)["guard"]
        done = project.run("run", "--guard", "enforce", "--report", str(project.folder / "report.json"), "--", "true")
        if guard["failed"] is None:
            self.assertEqual(done.code, 0, done)
            told = json.loads((project.folder / "report.json").read_text())["guard"]
            self.assertEqual((guard["mechanism"], guard["names"]), (told["mechanism"], told["names"]))
        else:
            self.assertEqual(done.code, 125, done)
        apart = project.run("run", "--guard", "enforce", "--guard-with", "netns", "--", "true")
        self.assertEqual(apart.code, 0 if guard["netns"]["works"] else 125, apart)
        self.assertIsNone(self.told(project, f"{self.repo.manifest_id}/config.json")["guard"])

    def test_no_client_is_moved_by_a_flag_of_hubward(self) -> None:
        project = self.whole()
        answer = self.told(project, "--cache-dir", str(project.cache), HF_HUB_CACHE="")
        self.assertEqual(answer["cache"]["source"], "flag")
        self.assertFalse(self.client(answer, "huggingface_hub")["is_this_cache"])
        self.assertIn("cache-of-hubward", [hint["id"] for hint in answer["hints"]])

    def test_the_first_thing_that_is_missing_is_what_would_be_fetched(self) -> None:
        project = self.whole()
        link = project.snapshot(self.repo) / "tokenizer.json"
        (link.parent / os.readlink(link)).unlink()
        answer = self.told(project, code=1)
        python = self.sight(answer, "huggingface_hub")
        self.assertEqual((python["sight"], python["first_fetch"]), ("part", "tokenizer.json"))
        self.assertEqual(python["wanted"] - python["found"], 1)
        self.assertEqual(answer["next"]["command"], "hubward fetch")

    def test_a_newline_in_a_ref_hides_the_model_from_some(self) -> None:
        project = self.whole()
        ref = project.cache / self.repo.folder / "refs/main"
        ref.write_text(ref.read_text() + "\n")
        answer = self.told(project, code=2, HF_HUB_OFFLINE="1", HF_HOME=str(project.cache.parent))
        self.assertEqual(self.sight(answer, "huggingface_hub")["sight"], "nothing")
        self.assertIn("white space", self.sight(answer, "huggingface_hub")["why"])
        self.assertEqual(self.sight(answer, "hf_hub_1")["sight"], "whole")
        self.assertEqual(answer["next"]["command"].split()[:2], ["hubward", "repair"])

    def test_a_pinned_commit_without_a_ref_of_its_own_is_nothing_to_rust_before_1(self) -> None:
        commit = self.repo.resolve("main")
        project = self.whole(f"{self.repo.manifest_id}@{commit} profile:all")
        shutil.rmtree(project.cache / self.repo.folder / "refs", ignore_errors=True)
        home = project.folder / "home/.cache/huggingface"
        home.mkdir(parents=True)
        (home / "hub").symlink_to(project.cache)
        answer = self.told(project)
        self.assertIn("refs/<commit>", self.sight(answer, "hf_hub_0_new")["why"])
        self.assertFalse(self.sight(answer, "huggingface_hub")["asks_hub"])

    def test_an_optional_model_that_is_cut_short_is_not_whole(self) -> None:
        project = self.whole()
        project.manifest(self.repo.manifest_id + " profile:all optional")
        (project.snapshot(self.repo) / "tokenizer.json").unlink()
        self.assertEqual(self.sight(self.told(project), "huggingface_hub")["sight"], "part")

    def test_without_a_manifest_it_tells_the_rest(self) -> None:
        project = self.whole()
        (project.folder / "model_manifest.txt").unlink()
        answer = self.told(project)
        self.assertEqual((answer["manifest"], answer["entries"]), (None, []))
        self.assertIn("manifest", answer["next"]["what"])

    def test_a_cache_that_is_not_there_is_incomplete_and_one_that_is_a_file_is_no_input(self) -> None:
        project = self.project()
        self.assertFalse(self.told(project, code=1)["health"]["exists"])
        project.cache.parent.mkdir(parents=True, exist_ok=True)
        project.cache.write_text("")
        self.assertEqual(project.run("doctor").code, 66)

    def test_a_lock_file_of_cargo_names_the_client_in_use(self) -> None:
        project = self.whole()
        place = project.folder / "ext/candle"
        place.mkdir(parents=True)
        (place / "Cargo.lock").write_text('[[package]]\nname = "hf-hub"\nversion = "0.4.1"\n')
        answer = self.told(project, HF_HOME=str(project.folder / "hf"), HF_TOKEN=SECRET)
        self.assertEqual(self.client(answer, "hf_hub_0_new")["used_by"],
                         [{"file": "ext/candle/Cargo.lock", "version": "0.4.1"}])
        hints = [hint["id"] for hint in answer["hints"]]
        self.assertIn("rust-ignores-hf-home", hints)
        self.assertIn("rust-ignores-token", hints)

    def test_a_workflow_that_stores_the_folder_of_the_token_is_named(self) -> None:
        project = self.whole()
        place = project.folder / ".github/workflows"
        place.mkdir(parents=True)
        step = "jobs:\n  t:\n    steps:\n      - uses: actions/cache@v4\n        with:\n          path: {}\n"

        def hints(path: object) -> list[str]:
            (place / "ci.yml").write_text(step.format(path))
            return [hint["id"] for hint in self.told(project)["hints"] if hint["id"].startswith("workflow")]

        self.assertEqual(hints(project.cache), [])
        self.assertEqual(hints(project.cache.parent), ["workflow-stores-token"])
        self.assertEqual(hints("vendor/bundle"), ["workflow-stores-elsewhere"])

    def test_a_fork_has_no_token(self) -> None:
        project = self.whole()
        event = project.folder / "event.json"
        event.write_text(json.dumps({"pull_request": {"head": {"repo": {"full_name": "other/x"}},
                                                      "base": {"repo": {"full_name": "me/x"}}}}))
        answer = self.told(project, GITHUB_ACTIONS="true", GITHUB_EVENT_PATH=str(event))
        self.assertEqual(answer["ci"], "GitHub Actions")
        self.assertIn("token-of-fork", [hint["id"] for hint in answer["hints"]])


class Caches(DoctorTest):
    def test_leftovers_strays_and_a_held_lock_are_named(self) -> None:
        project = self.whole()
        blobs = project.cache / self.repo.folder / "blobs"
        (blobs / ("a" * 40 + ".incomplete")).write_bytes(b"x" * 1000)
        (project.folder / "~").mkdir()
        lock = blobs / ("b" * 40 + ".lock")
        holder = subprocess.Popen(["flock", str(lock), "sh", "-c", "echo held; read _"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        try:
            self.assertEqual(holder.stdout.readline(), b"held\n")
            health = self.told(project)["health"]
        finally:
            holder.communicate(b"\n")
        self.assertEqual((health["partials"]["count"], health["partials"]["bytes"]), (1, 1000))
        self.assertEqual(health["locks"]["held"], [f"{self.repo.folder}/blobs/{lock.name}"])
        self.assertEqual(health["locks"]["beside_blobs"], 1)
        answer = self.told(project)
        self.assertEqual([Path(stray["path"]).name for stray in answer["strays"]], ["~"])
        self.assertEqual(answer["health"]["locks"]["held"], [])

    def test_it_changes_nothing_at_all(self) -> None:
        project = self.whole()

        def seen() -> list:
            nodes = sorted(project.folder.rglob("*"))
            return [(str(node), node.lstat().st_mtime_ns, node.lstat().st_ctime_ns) for node in nodes]

        before = seen()
        self.told(project)
        self.told(project, f"{self.repo.manifest_id}/config.json")
        self.assertEqual(seen(), before)

    def test_what_this_user_may_not_read_or_write_is_counted(self) -> None:
        project = self.whole()
        for place in [project.folder, *project.folder.rglob("*")]:
            if not place.is_symlink():
                place.chmod(0o755)
        program = project.folder / "hubward"
        shutil.copy2(os.environ["HUBWARD_BINARY"], program)
        blob = project.cache / self.repo.folder / "blobs" / project.blobs(self.repo)[0]
        blob.chmod(0)
        (project.cache / self.repo.folder / "refs").chmod(0o555)
        nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
        done = subprocess.run([*nobody, str(program), "doctor", "--format", "json"], cwd=project.folder,
                              env=project.environment(), capture_output=True, text=True, timeout=60)
        owners = json.loads(done.stdout)["health"]["ownership"]
        self.assertEqual((owners["unreadable"], owners["first_unreadable"]),
                         (1, f"{self.repo.folder}/blobs/{blob.name}"))
        # Not root's own, to nobody all are closed.
        self.assertGreaterEqual(owners["closed_folders"], 1)

    @unittest.skipUnless(os.geteuid() == 0, "another owner takes root")
    def test_another_owner_is_counted(self) -> None:
        project = self.whole()
        blob = project.cache / self.repo.folder / "blobs" / project.blobs(self.repo)[0]
        os.chown(blob, 12345, 12345)
        owners = self.told(project)["health"]["ownership"]
        self.assertEqual(owners["foreign"], 1)
        self.assertEqual(owners["first_foreign"], f"{self.repo.folder}/blobs/{blob.name}")


class Stories(DoctorTest):
    def test_a_sound_file_is_told_link_by_link(self) -> None:
        project = self.whole()
        story = self.told(project, f"{self.repo.manifest_id}/config.json")["file"]
        self.assertEqual([step["what"] for step in story["steps"]], ["folder", "ref", "snapshot", "link", "blob"])
        self.assertTrue(all(step["good"] for step in story["steps"]))
        self.assertEqual(story["expected"], story["actual"])
        self.assertEqual(story["expected"], "sha1:" + self.file().etag)
        self.assertEqual(story["expected_by"], "listing")
        self.assertEqual(story["findings"], [])

    def test_a_damaged_file_has_its_damage_and_what_mends_it(self) -> None:
        project = self.whole()
        path = (project.snapshot(self.repo) / "config.json").resolve()
        path.chmod(0o644)
        path.write_bytes(b"<!DOCTYPE html><p>no</p>")
        answer = self.told(project, f"{self.repo.manifest_id}/config.json", code=2)
        story = answer["file"]
        self.assertNotEqual(story["expected"], story["actual"])
        self.assertEqual([(row["code"], row["damage"]) for row in story["findings"]], [("blob-corrupt", "html")])
        self.assertEqual(answer["next"]["command"], "hubward fetch")
        # Another file's damage is another story.
        self.assertEqual(self.told(project, f"{self.repo.manifest_id}/tokenizer.json")["file"]["findings"], [])

    def test_a_dangling_link_and_a_file_that_was_never_there_are_incomplete(self) -> None:
        project = self.whole()
        link = project.snapshot(self.repo) / "config.json"
        (link.parent / os.readlink(link)).unlink()
        story = self.told(project, f"{self.repo.manifest_id}/config.json", code=1)["file"]
        self.assertEqual([row["code"] for row in story["findings"]], ["pointer-dangling"])
        story = self.told(project, f"{self.repo.manifest_id}@main/no/such.bin", code=1)["file"]
        self.assertEqual([row["code"] for row in story["findings"]], ["file-missing"])
        self.assertFalse(story["steps"][-1]["good"])

    def test_a_repo_that_only_the_cache_knows_needs_no_manifest(self) -> None:
        project = self.whole()
        (project.folder / "model_manifest.txt").unlink()
        self.told(project, f"models/{self.repo.id}/config.json")
        self.assertEqual(self.told(project, self.repo.id)["entries"][0]["verdict"], "complete")

    def test_a_repo_that_nobody_knows_is_a_usage_error_that_names_the_nearest(self) -> None:
        project = self.whole()
        done = project.run("doctor", self.repo.manifest_id + "s/config.json")
        self.assertEqual(done.code, 64)
        self.assertIn(f"did you mean `{self.repo.manifest_id}`", done.err)
        self.assertEqual(project.run("doctor", "a", "b").code, 64)
        self.assertEqual(project.run("doctor", f"{self.repo.manifest_id}/../../etc/passwd").code, 64)

    def test_an_escaping_link_is_told_and_not_followed(self) -> None:
        project = self.whole()
        secret = project.folder / "secret"
        secret.write_text("top secret")
        link = project.snapshot(self.repo) / "config.json"
        link.unlink()
        link.symlink_to(secret)
        answer = self.told(project, f"{self.repo.manifest_id}/config.json", code=2)
        self.assertEqual([row["code"] for row in answer["file"]["findings"]], ["pointer-escapes"])
        self.assertIsNone(answer["file"]["actual"])


class Online(DoctorTest):
    def test_an_accepted_token_has_a_name_and_a_window(self) -> None:
        hub = self.told(self.whole(token=TOKEN), "--online")["hub"]
        self.assertEqual((hub["token"], hub["account"], hub["tls"]), ("accepted", "tester", "plain"))
        self.assertEqual((hub["requests_left"], hub["reset_seconds"], hub["quota"], hub["window_seconds"]),
                         (999, 55, 1000, 300))
        self.assertEqual(hub["tier"], "a free account")
        self.assertLess(abs(hub["clock_ahead_seconds"]), 5)

    def test_no_token_is_no_error(self) -> None:
        hub = self.told(self.whole(), "--online")["hub"]
        self.assertEqual((hub["token"], hub["quota"]), ("none", 500))
        self.assertTrue(hub["tier"].startswith("anonymous"))

    def test_a_refused_token_is_77_and_its_remedy_comes_first(self) -> None:
        answer = self.told(self.whole(), "--online", code=77, HF_TOKEN=SECRET)
        self.assertEqual(answer["hub"]["token"], "refused")
        self.assertIn("settings/tokens", answer["next"]["what"])

    def test_a_used_up_limit_is_75_and_asked_once(self) -> None:
        project = self.whole()
        self.hub.intercept = Fault(status(429, RateLimit='"api";r=0;t=41'), times=99)
        before = len(self.hub.requests)
        answer = self.told(project, "--online", code=75)
        self.assertEqual(len(self.hub.requests) - before, 1)
        self.assertIn("42 s", answer["next"]["what"])

    def test_a_hub_that_is_not_there_is_69(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            answer = self.told(self.whole(), "--online", code=69,
                               HF_ENDPOINT=f"http://127.0.0.1:{taken.getsockname()[1]}")
        self.assertFalse(answer["hub"]["is_reached"])

    def test_a_token_stays_here_where_only_the_project_names_the_endpoint(self) -> None:
        project = self.whole()
        (project.folder / "hubward.toml").write_text(f'[fetch]\nendpoint = "{self.hub.origin}"\n')
        answer = self.told(project, "--online", HF_ENDPOINT="", HF_TOKEN=SECRET)
        self.assertEqual(answer["hub"]["token"], "kept")
        self.assertNotIn(SECRET, str(self.hub.requests))

    def test_nothing_is_asked_without_the_flag(self) -> None:
        project = self.whole()
        before = len(self.hub.requests)
        self.told(project, HF_TOKEN=SECRET)
        self.told(project, f"{self.repo.manifest_id}/config.json")
        self.assertEqual(len(self.hub.requests), before)


class WhatIsSaid(DoctorTest):
    def test_no_token_stands_in_any_output(self) -> None:
        project = self.whole()
        home = project.folder / "home/.cache/huggingface"
        home.mkdir(parents=True)
        other = "hf_" + "R" * 34
        (home / "token").write_text(other + "\n")
        for words in ((), ("-v",), ("--format", "json"), ("--online",), (f"{self.repo.manifest_id}/config.json",)):
            for token in (SECRET, f'"{SECRET}"', SECRET + "\n"):
                done = project.run("doctor", *words, HF_TOKEN=token)
                self.assertNotIn(SECRET, done.out + done.err)
                self.assertNotIn(other, done.out + done.err)

    def test_a_hostile_name_reaches_no_terminal(self) -> None:
        project = self.whole()
        blobs = project.cache / self.repo.folder / "blobs"
        (blobs / "\x1b[31m::error::x.incomplete").write_text("x")
        stray = project.folder / "\n::add-mask::x"
        stray.mkdir()
        done = project.run("doctor", "-v", HF_HOME=str(stray))
        self.assertNotIn("\x1b", done.out)
        self.assertFalse([line for line in done.out.splitlines() if line.startswith("::")], done.out)

    def test_what_is_wrong_stands_with_its_model(self) -> None:
        project = self.whole()
        ref = project.cache / self.repo.folder / "refs/main"
        ref.write_text(ref.read_text() + "\n")
        self.assertIn(f"\n      corrupt ref-whitespace at {self.repo.folder}/refs/main\n", project.run("doctor").out)

    def test_text_ends_in_the_one_thing_to_do_and_quiet_says_nothing_else(self) -> None:
        project = self.whole()
        text = project.run("doctor").out
        self.assertIn("looks in", text)
        self.assertIn("finds it whole", text)
        self.assertEqual(project.run("doctor", "-q").out,
                         "next: nothing is wrong by names and sizes; this reads every byte\n      hubward verify\n")
        self.assertTrue(text.endswith("\nnext: nothing is wrong by names and sizes; this reads every byte\n"
                                      "      hubward verify\n"), text)


if __name__ == "__main__":
    unittest.main()
