"""`hubward gate --prune` on random caches: what the manifest needs stays, byte for byte, and the rest goes.

The caches are those of tests/differential, a seed each; HUBWARD_PRUNED says how many (200). Beside what is
needed each gets something that is not: another commit, an interrupted download, a blob without pointer.
"""

import hashlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from questions import ask  # noqa: E402
from worlds import World, healthy_world  # noqa: E402

SEEDS = range(1, int(os.environ.get("HUBWARD_PRUNED", "200")) + 1)


def hubward(folder: Path, *words: str) -> subprocess.CompletedProcess:
    command = [os.environ["HUBWARD_BINARY"], *words, "--cache-dir", str(folder / "hub"),
               "--manifest", str(folder / "model_manifest.txt"), "-j", "1"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    environment |= {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, errors="backslashreplace",
                          stdin=subprocess.DEVNULL, timeout=120)


def contents(root: Path) -> dict[str, str]:
    """Every file by the bytes that a client would read through its name; a link that dangles is None."""
    seen = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            seen[str(path.relative_to(root))] = (
                hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "dangles")
    return seen


def clutter(world: World) -> None:
    """What no entry needs, and a repo that none names."""
    repo = world.repos[0]
    world.write(f"{repo.folder}/blobs/{hashlib.sha1(b'orphan').hexdigest()}", b"an orphan of this cache")
    world.write(f"{repo.folder}/blobs/{'0' * 64}.0123abcd.incomplete", b"half")
    world.write(f"{repo.folder}/blobs/{'0' * 64}.lock", b"")
    world.write(f"{repo.folder}/refs/main.0123abcd.tmp", b"half")
    world.write("models--nobody--asks/refs/main", b"d" * 40)
    world.write(f"models--nobody--asks/blobs/{hashlib.sha1(b'blob 1' + bytes(1) + b'x').hexdigest()}", b"x")
    world.link(f"models--nobody--asks/snapshots/{'d' * 40}/x.txt",
               f"../../blobs/{hashlib.sha1(b'blob 1' + bytes(1) + b'x').hexdigest()}")


def needed_rows(report: dict) -> list[tuple]:
    return [(row["id"], row["type"], row["revision"], row["commit"], row["basis"], row["verdict"], row["files"])
            for row in report["repos"]]


def faults_after_prune(folder: Path, before: dict, held: dict[str, str], twice: bool) -> list[str]:
    pruned = hubward(folder, "gate", "--prune", "--yes", "--format", "json")
    if pruned.returncode not in (0, 1, 2):
        return [f"gate --prune: exit {pruned.returncode}: {pruned.stderr}"]
    left = contents(folder / "hub")
    if before["verdict"] != "complete":
        return [] if left == held else ["a cache that is not whole was changed"]
    faults = []
    if needed_rows(json.loads(pruned.stdout)) != needed_rows(before):
        faults.append(f"the entries are others: {needed_rows(before)} became {pruned.stdout}")
    changed = [path for path, bytes_ in left.items() if held.get(path) != bytes_]
    if changed:
        faults.append(f"what stayed is not as it was: {changed}")
    if pruned.returncode != 0:
        faults.append(f"unfit after the prune: {pruned.stdout}")
    if any("nobody--asks" in path or path.endswith((".incomplete", ".tmp")) for path in left):
        faults.append("something stayed that nobody needs")
    again = hubward(folder, "gate", "--prune", "--dry-run").stdout if twice else "nothing to delete"
    if "nothing to delete" not in again:
        faults.append(f"a second prune finds more: {again}")
    return faults


def try_seed(job: tuple[int, str]) -> tuple[int, bool, list[str], int]:
    """(seed, whether the entries were whole, what is wrong, how many files went)"""
    seed, work = job
    folder = Path(work, str(seed))
    folder.mkdir()
    world = healthy_world(seed, folder / "hub")
    asked = ask(world)
    clutter(world)
    first = world.repos[0]
    revision = next(iter(sorted(first.refs)), next(iter(first.commits)))
    manifest = asked.manifest or f"{first.type}/{first.id}@{revision}\n"
    (folder / "model_manifest.txt").write_text(manifest, newline="")
    if asked.lock:
        (folder / "model_manifest.lock.toml").write_text(asked.lock)
    before = json.loads(hubward(folder, "verify", "--format", "json").stdout)
    held = contents(folder / "hub")
    faults = faults_after_prune(folder, before, held, twice=seed % 4 == 0)
    went = len(held) - len(contents(folder / "hub"))
    shutil.rmtree(folder)
    return seed, before["verdict"] == "complete", faults, went


class Prune(unittest.TestCase):
    def test_what_the_manifest_needs_stays_and_the_rest_goes(self) -> None:
        work = tempfile.mkdtemp(prefix="hubward-prune-")
        self.addCleanup(shutil.rmtree, work, ignore_errors=True)
        with multiprocessing.Pool(os.cpu_count()) as pool:
            tried = pool.map(try_seed, [(seed, work) for seed in SEEDS], 4)
        for seed, _, faults, _ in tried:
            self.assertEqual(faults, [], f"seed {seed}")
        whole = [went for _, is_whole, _, went in tried if is_whole]
        self.assertGreater(len(whole), len(SEEDS) // 4, "too few of the caches were whole to prove anything")
        self.assertGreaterEqual(min(whole), 6, "the clutter alone is more")


if __name__ == "__main__":
    unittest.main()
