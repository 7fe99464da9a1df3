#!/usr/bin/env python3
"""A Slurm of one node that is there for one run: verifies a cache by the recipe of docs/large-caches.md.

    slurm.py --hubward BINARY

Starts munged, slurmctld and slurmd (Debian's slurm-wlm and munge) over a folder of their own, as root and without
cgroups or systemd; hands in the page's own scripts, once over a sound cache and once over one with damage; holds what
they merged against one verification; and ends what it started. Ends in "N passed, N failed".
"""

import argparse
import ctypes
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from contextlib import ExitStack
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/differential"))

from damages import damage  # noqa: E402
from recipes_test import scripts, timeless  # noqa: E402
from worlds import healthy_world  # noqa: E402

COMMIT = "c" * 40
# The node is told to have more processors than there are, so that some tasks run beside each other.
CONFIGURATION = """\
ClusterName=hubward
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""


def free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Cluster:
    """Its daemons run in the foreground, as children of ours: each is ended by its own id."""

    def __init__(self, folder: Path, on_exit: ExitStack):
        self.folder, self.on_exit = folder, on_exit
        self.environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "SLURM_CONF": f"{folder}/slurm.conf"}
        for name in ("state", "spool"):
            (folder / name).mkdir()
        key = folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        (folder / "slurm.conf").write_text(CONFIGURATION.format(
            folder=folder, host=socket.gethostname(), ports=free_ports(2), cpus=16))
        # munged distrusts a folder that others may write to, and /tmp is one above ours.
        self.start("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={folder}/munge.socket",
                   f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log",
                   f"--seed-file={folder}/munged.seed", "--num-threads=2")
        self.until("munged answers", lambda: (folder / "munge.socket").exists())
        self.start("slurmctld", "-D", "-f", f"{folder}/slurm.conf")
        self.start("slurmd", "-D", "-f", f"{folder}/slurm.conf")
        self.until("the node is idle", lambda: "idle" in self.asked("sinfo", "--noheader", "--format=%t"))

    def start(self, program: str, *arguments: str) -> None:
        with (self.folder / f"{program}.out").open("w") as out:
            child = subprocess.Popen([program, *arguments], env=self.environment, stdin=subprocess.DEVNULL, stdout=out,
                                     stderr=subprocess.STDOUT)
        self.on_exit.callback(self.end, child)

    @staticmethod
    def end(child: subprocess.Popen) -> None:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def asked(self, *command: str) -> str:
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def until(self, what: str, holds) -> None:
        end = time.monotonic() + 60
        while not holds():
            if time.monotonic() > end:
                logs = "\n".join(f"== {path.name}\n{path.read_text(errors='replace')[-2000:]}"
                                 for path in sorted(self.folder.glob("*.[lo][ou][gt]")))
                raise RuntimeError(f"never came: {what}\n{logs}")
            time.sleep(0.2)


def add_large_model(folder: Path) -> None:
    """Enough for every task of the array: 24 shards of weights, 4 MiB each."""
    snapshot = folder / "snapshots" / COMMIT
    for name in ("blobs", "refs"):
        (folder / name).mkdir(parents=True)
    snapshot.mkdir(parents=True)
    (folder / "refs/main").write_text(COMMIT)
    files = {f"model-{part:05}-of-00024.safetensors": os.urandom(4 << 20) for part in range(1, 25)}
    for name, content in (files | {"tokenizer.json": b"{}"}).items():
        blob = hashlib.sha256(content).hexdigest()
        (folder / "blobs" / blob).write_bytes(content)
        (snapshot / name).symlink_to(f"../../blobs/{blob}")


class SlurmArray(unittest.TestCase):
    """By hand alone, so waiting is no fault: nothing here tells when a job has begun or ended but Slurm."""

    hubward: Path

    def setUp(self) -> None:
        self.on_exit = ExitStack()
        self.addCleanup(self.on_exit.close)
        folder = Path(tempfile.mkdtemp(prefix="hubward-slurm-"))
        self.on_exit.callback(shutil.rmtree, folder, ignore_errors=True)
        (folder / "cluster").mkdir(mode=0o700)
        self.work = folder / "work"
        (self.work / "bin").mkdir(parents=True)
        (self.work / "bin/hubward").symlink_to(self.hubward)
        self.cluster = Cluster(folder / "cluster", self.on_exit)
        self.shard, self.merge, self.submit = scripts("Slurm")
        (self.work / "shard.sbatch").write_text(self.shard)
        (self.work / "merge.sbatch").write_text(self.merge)

    def bash(self, script: str) -> subprocess.CompletedProcess:
        made = self.cluster.environment | {"HOME": str(self.work), "HF_HUB_CACHE": str(self.work / "hub"),
                                           "HUBWARD_NO_LEDGER": "1",
                                           "PATH": f"{self.work}/bin:{os.environ['PATH']}"}
        return subprocess.run(["bash", "-c", script], cwd=self.work, env=made, capture_output=True, text=True,
                              timeout=300, check=False)

    def expect_whole(self, exit_code: int) -> None:
        began = time.monotonic()
        done = self.bash(self.submit)
        took = time.monotonic() - began
        said = (self.work / "reports/merged.log").read_text() if done.returncode <= 2 else done.stderr
        whole = self.bash("hubward verify")
        self.assertEqual(timeless(said), timeless(whole.stdout))
        self.assertEqual((done.returncode, whole.returncode), (exit_code, exit_code), done.stderr)
        reports = len(list((self.work / "reports").glob("*.json")))
        print(f"{reports} tasks and a merge in {took:.1f} s: {said.splitlines()[-1]}")

    def runTest(self) -> None:
        """The array ends as one verification does."""
        world = healthy_world(19, self.work / "hub")
        add_large_model(self.work / "hub/models--large--one")
        names = [f"{repo.type}/{repo.id}\n" for repo in world.repos] + ["large/one\n"]
        (self.work / "model_manifest.txt").write_text("".join(names))
        self.expect_whole(0)
        shutil.rmtree(self.work / "reports")
        blob = max((path for path in (self.work / "hub").rglob("blobs/*")), key=lambda path: path.stat().st_size)
        blob.write_bytes(b"\0" * blob.stat().st_size)
        for _ in range(3):
            damage(world)
        self.expect_whole(2)


def adopt_orphans() -> None:
    """slurmd's step daemons outlive it by a moment; an init that reaps nobody is left none of them."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def reap_orphans() -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.1)
        except ChildProcessError:
            return


def main() -> int:
    adopt_orphans()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubward", type=Path, required=True)
    SlurmArray.hubward = parser.parse_args().hubward.resolve()
    os.umask(0o022)
    result = unittest.TextTestRunner(verbosity=2).run(unittest.defaultTestLoader.loadTestsFromTestCase(SlurmArray))
    reap_orphans()
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
