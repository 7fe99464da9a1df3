#!/usr/bin/env python3
"""What `hubward fetch` writes, held against the real clients: can they read it with the Hub gone, and is
it what the newest Python client would have written?

The same repos are fetched by hubward and by huggingface_hub from the same loopback Hub. Names, link
texts, bytes and modes of the two trees must be equal but for the differences that DIFFERENCES gives
reasons for. Ends in "N passed, N failed", as run.py does.
"""

import argparse
import hashlib
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "hub"))

import filling  # noqa: E402
from fills import EVERYTHING, FOR_RUST, NO_LINKS, NO_XET, Fill, FilledCache, python  # noqa: E402
from loopback_hub import LoopbackHub  # noqa: E402
from run import Tally  # noqa: E402
from toolchain import ToolchainError, python_client, rust_client  # noqa: E402

# What may differ, by the beginning of a path in the cache, and why.
DIFFERENCES = {
    ".locks": "the lock files stay or go with the version of Python's filelock",
    "mode of trees": "Python writes 0600, which others of a shared cache cannot read; hubward as the umask says",
}
TOGETHER = ("model", "lab/sharded", "main")
UNSHARED = {"HF_HUB_DISABLE_SHARED_BLOBS": "1"}


def manifest_of(revisions: list[tuple[str, str, str]]) -> str:
    return "".join(f"{type}s/{id}@{revision} profile:all\n" for type, id, revision in revisions)


def fetch(program: Path, hub: LoopbackHub, fill: Fill, place: Path, links: bool) -> FilledCache:
    """Lets hubward do what the fill's steps say of the Python client."""
    filled = FilledCache(fill, place / fill.name, "hubward")
    filled.home.mkdir(parents=True)
    manifest = filled.home / "model_manifest.txt"
    manifest.write_text(manifest_of(fill.revisions))
    more = {"HF_TOKEN": filling.TOKEN} | ({} if links else NO_LINKS)
    done = subprocess.run([str(program), "fetch", "--manifest", str(manifest), "--quiet"], capture_output=True, text=True,
                          cwd=filled.home, env=filling.environment_of(filled.home, hub.origin, more))
    if done.returncode != 0:
        filled.failures.append(f"exit {done.returncode}: {done.stderr}{done.stdout}")
    return filled


def tree_of(cache: Path) -> dict[str, str]:
    """Each path with its kind, its mode, and its link text or its bytes."""
    tree = {}
    for folder, folders, files in os.walk(cache):
        for name in folders + files:
            path = Path(folder) / name
            seen = path.relative_to(cache).as_posix()
            if seen.split("/")[0] == ".locks":
                continue
            mode = stat.S_IMODE(path.lstat().st_mode)
            if path.is_symlink():
                tree[seen] = f"link {os.readlink(path)}"
            elif path.is_dir():
                tree[seen] = f"folder {mode:o}"
            else:
                shown = "" if "/trees/" in seen else f"{mode:o} "
                tree[seen] = f"file {shown}{hashlib.sha256(path.read_bytes()).hexdigest()}"
    return tree


def differences(ours: Path, theirs: Path) -> list[str]:
    left, right = tree_of(ours), tree_of(theirs)
    return [f"{path}: hubward {left.get(path, 'has none')}, the client {right.get(path, 'has none')}"
            for path in sorted(left.keys() | right.keys()) if left.get(path) != right.get(path)]


def fetch_together(program: Path, hub: LoopbackHub, client: Path, home: Path) -> list[str]:
    """Two fetches and the Python client into one cache at the same time; what went wrong, a line each."""
    home.mkdir(parents=True)
    (home / "model_manifest.txt").write_text(manifest_of([TOGETHER]))
    environment = filling.environment_of(home, hub.origin, UNSHARED | NO_XET)
    script = f"import huggingface_hub as h; h.snapshot_download({TOGETHER[1]!r})"
    commands = [[str(program), "fetch"], [str(program), "fetch"], [str(client), "-c", script]]
    hub.requests.clear()
    children = [subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True) for command in commands]
    wrong = []
    for child in children:
        said, _ = child.communicate(timeout=120)
        if child.returncode != 0:
            wrong.append(f"{child.args[0]}: exit {child.returncode}: {said}")
    judged = subprocess.run([str(program), "verify"], cwd=home, env=environment, capture_output=True, text=True)
    if judged.returncode != 0:
        wrong.append(judged.stdout)
    bodies = [path for _, method, path, _ in hub.requests
              if method == "GET" and ("/resolve-cache/" in path or "/xet-bridge/" in path)]
    return wrong + [f"{path} was downloaded {bodies.count(path)} times" for path in sorted(set(bodies))
                    if bodies.count(path) > 1]


def check(program: Path, keep: bool, work: Path, tally: Tally) -> None:
    clients = {"huggingface_hub": python_client(keep), "hf-hub": rust_client()}
    names = ", ".join(f"{client.name} {client.version}" for client in clients.values())
    print(f"{names}; what may differ: " + "; ".join(f"{what} ({why})" for what, why in DIFFERENCES.items()))
    pairs = []
    with LoopbackHub(filling.TOKEN) as hub:
        for name, revisions, links in (("everything", EVERYTHING, True), ("for-rust", FOR_RUST, True),
                                       ("no-symlinks", EVERYTHING, False)):
            more = UNSHARED if links else UNSHARED | NO_LINKS
            fill = Fill(name, "huggingface_hub", (python("snapshot", revisions, **more),),
                        layout="links" if links else "copies")
            ours = fetch(program, hub, fill, work / "hubward", links)
            tally.row(f"{name:12} fetched by hubward, {len(revisions)} revisions", ours.failures)
            theirs = filling.fill_cache(fill, hub, clients, work / "client")
            tally.row(f"{name:12} filled by {theirs.version}", theirs.failures)
            tally.row(f"{name:12} hubward's tree is the client's", differences(ours.cache, theirs.cache))
            pairs.append(ours)
        wrong = fetch_together(program, hub, clients["huggingface_hub"].python, work / "together")
        tally.row("two fetches and the Python client at once, each blob once", wrong)
        repos, dead = hub.repos, hub.origin
    for ours in pairs:
        wrong = filling.read_back_python(ours, repos, clients["huggingface_hub"], dead)
        tally.row(f"{ours.fill.name:12} read with the Hub gone by huggingface_hub {clients['huggingface_hub'].version}", wrong)
    wrong = filling.read_back_rust(pairs[1], repos, clients["hf-hub"])
    tally.row(f"for-rust     read with the Hub gone by hf-hub {clients['hf-hub'].version}", wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubward", type=Path, required=True, help="the binary that fetches")
    parser.add_argument("--keep", action="store_true", help="use the clients at hand, ask no index for newer ones")
    args = parser.parse_args()
    tally = Tally()
    try:
        with tempfile.TemporaryDirectory(prefix="hubward-fetched-") as work:
            check(args.hubward.resolve(), args.keep, Path(work), tally)
    except ToolchainError as problem:
        print(f"clients: {problem}", file=sys.stderr)
        return 1
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 0 if tally.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
