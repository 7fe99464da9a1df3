"""A scratch project and hubward's binary in it, against a loopback Hub: what the tests of `fetch` share.

The binary is named by HUBWARD_BINARY (CTest sets it). Nothing of the caller's environment reaches it
but PATH: a token or a cache of the person who runs the tests must play no part.
"""

import json
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path
from unittest import TestCase

from faults import Fault
from loopback_hub import LoopbackHub
from synthetic_repos import File, Repo

TOKEN = "hf_loopbacktokenloopbacktoken0000"


class Ended:
    """How a run of the binary ended."""

    def __init__(self, done: subprocess.CompletedProcess):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __repr__(self) -> str:
        return f"exit {self.code}\n{self.out}{self.err}"


class Project:
    """A context manager; `with Project(hub, "org/name") as project: project.fetch()`."""

    def __init__(self, hub: LoopbackHub, *lines: str, token: str | None = None):
        self.hub, self.token = hub, token
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-fetch-"))
        self.cache = self.folder / "hub"
        self.before: list[str] = []  # words before the binary: who runs it, with which limits
        self.manifest(*lines)

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def manifest(self, *lines: str) -> None:
        (self.folder / "model_manifest.txt").write_text("".join(f"{line}\n" for line in lines))

    def lock(self, repo: Repo, file: File, oid: str | None = None) -> None:
        """One file of main, under its own git id or another."""
        (self.folder / "model_manifest.lock.toml").write_text(
            f'version = 1\n\n[[repo]]\nid = "{repo.id}"\ntype = "model"\nrevision = "main"\n'
            f'commit = "{repo.branches["main"]}"\n\n  [[repo.file]]\n  path = "{file.path}"\n'
            f'  size = {file.size}\n  oid = "sha1:{oid or file.etag}"\n')

    def environment(self, **more: str) -> dict[str, str]:
        made = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "HF_HUB_CACHE": str(self.cache),
                "HF_ENDPOINT": self.hub.origin, "HF_HUB_DOWNLOAD_TIMEOUT": "2"}
        if self.token:
            made["HF_TOKEN"] = self.token
        return made | more

    def command(self, *words: str) -> list[str]:
        return [*self.before, os.environ["HUBWARD_BINARY"], *words]

    def run(self, *words: str, **environment: str) -> Ended:
        wanted = {name: value for name, value in self.environment(**environment).items() if value != ""}
        return Ended(subprocess.run(self.command(*words), cwd=self.folder, env=wanted, timeout=120,
                                    capture_output=True, text=True, stdin=subprocess.DEVNULL))

    def fetch(self, *words: str, **environment: str) -> Ended:
        return self.run("fetch", *words, **environment)

    def verdict(self) -> str:
        done = self.run("verify", "--format", "json")
        return json.loads(done.out)["verdict"]

    def snapshot(self, repo: Repo, revision: str = "main") -> Path:
        return self.cache / repo.folder / "snapshots" / str(repo.resolve(revision))

    def blobs(self, repo: Repo) -> list[str]:
        folder = self.cache / repo.folder / "blobs"
        return sorted(os.listdir(folder)) if folder.is_dir() else []

    def partials(self, repo: Repo) -> list[str]:
        return [name for name in self.blobs(repo) if name.endswith(".incomplete")]


EMBEDDER = ("model", "lab/sentence-embedder")


class FetchTest(TestCase):
    """Gives each test a Hub of its own, and projects that are gone afterwards."""
    def setUp(self) -> None:
        self.hub = LoopbackHub(token=TOKEN, page_size=1000)
        self.enterContext(self.hub)
        self.repo = self.hub.repos[EMBEDDER]

    def project(self, *lines: str, **how: str) -> Project:
        return self.enterContext(Project(self.hub, *(lines or (self.repo.manifest_id + " profile:all",)), **how))

    def file(self, path: str = "config.json"):
        return self.repo.files()[path]

    def asked(self, part: str) -> list:
        return [entry for entry in self.hub.requests if part in entry[2]]


class FaultTest(FetchTest):
    """One file, and what the Hub does wrong about it."""

    def one_file(self, path: str = "config.json", **how: str) -> Project:
        return self.project(f"{self.repo.manifest_id} file:{path}", **how)

    def expect_mended(self, fault: Fault, *flags: str, seen: int = 2) -> None:
        self.hub.intercept = fault
        project = self.one_file()
        done = project.fetch(*flags)
        self.assertEqual(done.code, 0, done)
        self.assertEqual(len(fault.seen), seen)
        self.assertEqual(project.blobs(self.repo), [self.file().etag])

    def expect_failure(self, fault: Fault, code: int, words: str, *flags: str) -> Project:
        self.hub.intercept = fault
        project = self.one_file()
        done = project.fetch(*flags)
        self.assertEqual(done.code, code, done)
        self.assertIn(words, done.err)
        self.assertNotIn(self.file().etag, project.blobs(self.repo))
        return project


def add_large_repo(hub: LoopbackHub, size: int) -> Repo:
    """A repo of two files that are written and hashed behind the line, one in git and one in LFS."""
    source = random.Random(size)
    repo = Repo("model", "lab/large")
    files = [File("vocabulary.txt", source.randbytes(size)), File("weights.bin", source.randbytes(size), lfs=True)]
    repo.branches["main"] = repo.commit("first", files)
    hub.add(repo)
    return repo
