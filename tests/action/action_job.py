"""What the tests of the action share: a project with one model, a Hub and releases on this machine, jobs."""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from unittest import TestCase

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

import yaml  # noqa: E402
from loopback_hub import LoopbackHub  # noqa: E402
from stand_ins import CacheStore, Releases, make_package, sums_of  # noqa: E402
from workflow_runner import Job  # noqa: E402

TOP = Path(__file__).resolve().parents[2]
SCRIPTS = TOP / ".ci/action"
COMPOSITES = {"OWNER/hubward": TOP, "OWNER/hubward/restore": TOP / "restore", "OWNER/hubward/save": TOP / "save"}
VERSION = re.search(r"^project\(hubward VERSION ([0-9.]+) ", (TOP / "CMakeLists.txt").read_text(), re.MULTILINE)[1]
MODEL = ("model", "lab/sentence-embedder")

RAKEFILE = """task(:compile) { puts "compiled" }
task(:test) do
  puts "the tests see mode=#{ENV.fetch("HUBWARD_MODE", "none")} offline=#{ENV.fetch("HF_HUB_OFFLINE", "none")}"
  abort "the tests fail" if File.exist?("red")
end
"""
BINARY = Path(os.environ["HUBWARD_BINARY"])
# The bundle of a project without gems.
BUNDLE = '#!/bin/sh\n[ "$1" = exec ] || exit 64\nshift\nexec "$@"\n'



def workflow(heading: str) -> dict:
    """The YAML of the first block below a heading of docs/ci.md."""
    page = (TOP / "docs/ci.md").read_text()
    part = re.split(rf"^#+ {re.escape(heading)}$", page, flags=re.MULTILINE)[1]
    return yaml.safe_load(re.search(r"```yaml\n(.*?)```", part, re.DOTALL)[1])


class ActionTest(TestCase):
    """Each test has a Hub, a release and a cache store of its own; they outlive the jobs that it runs."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-action-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.hub = self.enterContext(LoopbackHub(page_size=1000))
        self.repo = self.hub.repos[MODEL]
        self.store = CacheStore(self.folder / "store")
        self.release = self.folder / f"www/OWNER/hubward/releases/download/v{VERSION}"
        self.release.mkdir(parents=True)
        self.package = make_package(self.release, f"hubward-{VERSION}-linux-amd64")
        (self.release / "SHA256SUMS").write_text(sums_of(self.package))
        self.releases = self.enterContext(Releases(self.folder / "www"))
        self.project = self.folder / "project"
        (self.project / "test").mkdir(parents=True)
        (self.project / "test/model_manifest.txt").write_text(f"{self.repo.manifest_id} profile:all\n")
        (self.project / "Rakefile").write_text(RAKEFILE)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/bundle").write_text(BUNDLE)
        (self.folder / "bin/bundle").chmod(0o755)
        self.jobs = 0

    def job(self, os_name: str = "Linux", **environment: str) -> Job:
        """A fresh machine: an empty home, nothing checked out."""
        self.jobs += 1
        home = self.folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        made = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(home), "HF_ENDPOINT": self.hub.origin,
                "HF_HUB_DOWNLOAD_TIMEOUT": "2", "GITHUB_SERVER_URL": self.releases.origin}
        return Job(self.folder / f"job-{self.jobs}", made | environment, COMPOSITES, {
            "actions/checkout": self.check_out, "ruby/setup-ruby": lambda given, job: {},
            "actions/cache/restore": self.store.restore, "actions/cache/save": self.store.save}, os_name)

    def check_out(self, given: dict[str, str], job: Job) -> dict[str, str]:
        shutil.copytree(self.project, job.workspace, dirs_exist_ok=True)
        return {}

    @property
    def cache(self) -> Path:
        return self.folder / "home/.cache/huggingface/hub"

    def use(self, job: Job, name: str = "", **given: str):
        """One step that uses the action, as the step `it`."""
        inputs = {key.replace("_", "-"): value for key, value in given.items()}
        return job.run([{"id": "it", "uses": f"OWNER/hubward{name}@v{VERSION}", "with": inputs}])["it"]
