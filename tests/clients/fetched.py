#!/usr/bin/env python3
"""What `hubward fetch` writes, held against the real clients: can they read it with the Hub gone, and is
it what the newest Python client would have written?

The same repos are fetched by hubward and by huggingface_hub from the same loopback Hub. Names, link
texts, bytes and modes of the two trees must be equal but for the differences that DIFFERENCES gives
reasons for. Ends in "N passed, N failed", as run.py does. Quick: huggingface_hub and hf-hub 0.4.3 read;
--full: the newest hf-hub and @huggingface/hub too.
"""

import argparse
import hashlib
import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "hub"))

import filling  # noqa: E402
from fills import (DATASET, EVERYTHING, FOR_RUST, MODEL, NO_LINKS, NO_XET, Fill, FilledCache, pinned_commits,  # noqa: E402
                   python)
from loopback_hub import LoopbackHub  # noqa: E402
from run import Tally, tallied  # noqa: E402
from synthetic_repos import Repo  # noqa: E402
from toolchain import js_client, newest_rust_client, python_client, rust_client  # noqa: E402

# What may differ, and why. All else of a path is compared: kind, link text, bytes, mode.
DIFFERENCES = {
    ".locks": "the lock files stay or go with the version of Python's filelock",
    "mode of trees": "Python writes 0600, which others of a shared cache cannot read; hubward as the umask says",
}
TOGETHER = (MODEL, "lab/sharded", "main")
UNSHARED = {"HF_HUB_DISABLE_SHARED_BLOBS": "1"}
# The listing is whole in either, for a later client takes it in place of the Hub's own.
SUBSETS = (
    (MODEL, "lab/sentence-embedder", ("modules.json", "1_Pooling/config.json", "onnx/*")),
    (DATASET, "lab/rows", ("data/train-00000-of-00001.parquet",)),
)
FOR_HF_HUB_0 = '[cache]\nclient = "hf-hub-0"\n'


@dataclass(frozen=True)
class Case:
    """The same revisions, asked of hubward and of the Python client."""

    name: str
    revisions: list[tuple[str, str, str]]
    links: bool = True

    @property
    def fill(self) -> Fill:
        more = UNSHARED if self.links else UNSHARED | NO_LINKS
        return Fill(self.name, "huggingface_hub", (python("snapshot", self.revisions, **more),),
                    layout="links" if self.links else "copies")


def cases(repos: dict[tuple[str, str], Repo]) -> list[Case]:
    return [Case("everything", EVERYTHING), Case("for-rust", FOR_RUST), Case("no-symlinks", EVERYTHING, links=False),
            Case("pinned", pinned_commits(repos)), Case("pinned-no-symlinks", pinned_commits(repos), links=False)]


def manifest_of(revisions: list[tuple[str, str, str]]) -> str:
    return "".join(f"{type}s/{id}@{revision} profile:all\n" for type, id, revision in revisions)


def fetch_into(program: Path, hub: LoopbackHub, home: Path, manifest: str, more: dict[str, str]) -> list[str]:
    home.mkdir(parents=True, exist_ok=True)
    (home / "model_manifest.txt").write_text(manifest)
    done = subprocess.run([str(program), "fetch", "--quiet"], capture_output=True, text=True, cwd=home,
                          env=filling.environment_of(home, hub.origin, {"HF_TOKEN": filling.TOKEN} | more))
    return [] if done.returncode == 0 else [f"exit {done.returncode}: {done.stderr}{done.stdout}"]


def fetch(program: Path, hub: LoopbackHub, case: Case, place: Path) -> FilledCache:
    """Lets hubward do what the fill's steps say of the Python client."""
    filled = FilledCache(case.fill, place / case.name, "hubward")
    filled.failures += fetch_into(program, hub, filled.home, manifest_of(case.revisions),
                                  {} if case.links else NO_LINKS)
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
    if not left or not right:
        return ["one of the two trees is empty"]
    return [f"{path}: hubward {left.get(path, 'has none')}, the client {right.get(path, 'has none')}"
            for path in sorted(left.keys() | right.keys()) if left.get(path) != right.get(path)]


def compare_subset(program: Path, hub: LoopbackHub, client: Path, subset: tuple, work: Path) -> list[str]:
    """`file:` beside allow_patterns."""
    type, id, patterns = subset
    manifest = f"{type}s/{id} " + " ".join(f"file:{pattern}" for pattern in patterns) + "\n"
    wrong = fetch_into(program, hub, work / "hubward", manifest, {})
    asked = {"repo_id": id, "repo_type": type, "allow_patterns": list(patterns)}
    script = f"import huggingface_hub, json; huggingface_hub.snapshot_download(**json.loads({json.dumps(asked)!r}))"
    home = work / "client"
    home.mkdir(parents=True)
    done = subprocess.run([str(client), "-c", script], capture_output=True, text=True,
                          env=filling.environment_of(home, hub.origin, UNSHARED | NO_XET))
    if done.returncode != 0:
        wrong.append(done.stderr)
    return wrong or differences(*(place / ".cache/huggingface/hub" for place in (work / "hubward", home)))


def fetch_together(program: Path, hub: LoopbackHub, client: Path, home: Path) -> list[str]:
    """Two fetches and the Python client into one cache at the same time; what went wrong, a line each."""
    home.mkdir(parents=True)
    (home / "model_manifest.txt").write_text(manifest_of([TOGETHER]))
    environment = filling.environment_of(home, hub.origin, UNSHARED | NO_XET)
    script = f"import huggingface_hub as h; h.snapshot_download({TOGETHER[1]!r})"
    # Python takes its time to start: what of the three comes first differs from round to round.
    commands = [[str(client), "-c", script], [str(program), "fetch"], [str(program), "fetch"]]
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


def fetch_all(program: Path, hub: LoopbackHub, clients: filling.Clients, work: Path, tally: Tally) -> list[FilledCache]:
    fetched = []
    for case in cases(hub.repos):
        ours = fetch(program, hub, case, work / "hubward")
        tally.row(f"{case.name:18} fetched by hubward, {len(case.revisions)} revisions", ours.failures)
        theirs = filling.fill_cache(case.fill, hub, clients, work / "client")
        tally.row(f"{case.name:18} filled by {theirs.version}", theirs.failures)
        tally.row(f"{case.name:18} hubward's tree is the client's", differences(ours.cache, theirs.cache))
        fetched.append(ours)
    python_program = clients["huggingface_hub"].python
    for subset in SUBSETS:
        wrong = compare_subset(program, hub, python_program, subset, work / "subsets" / subset[1])
        tally.row(f"{subset[1]:18} file:{' file:'.join(subset[2])}: the tree is that of allow_patterns", wrong)
    return fetched


def fetch_for_hf_hub_0(program: Path, hub: LoopbackHub, work: Path) -> FilledCache:
    """Pinned commits get refs of their own names, by which alone hf-hub 0.x finds them."""
    case = Case("pinned-hf-hub-0", pinned_commits(hub.repos))
    home = work / "hubward" / case.name
    home.mkdir(parents=True)
    (home / "hubward.toml").write_text(FOR_HF_HUB_0)
    filled = fetch(program, hub, case, work / "hubward")
    commits = [(filled.cache / hub.repos[type, id].folder / "refs" / revision, revision)
               for type, id, revision in case.revisions]
    filled.failures += [f"{ref} is not as hf-hub 0.x writes it" for ref, commit in commits
                        if not ref.is_file() or ref.read_text() != commit]
    return filled


def read_all(fetched: list[FilledCache], repos: dict, clients: filling.Clients, dead: str, tally: Tally) -> None:
    """Every client reads every file of each cache, with the Hub's port closed."""
    for ours in fetched:
        for client in clients.values():
            wrong = filling.read_back_own(ours, repos, client, dead)
            tally.row(f"{ours.fill.name:18} read with the Hub gone by {client.name} {client.version}", wrong)


def check(args: argparse.Namespace, work: Path, tally: Tally) -> None:
    program = args.hubward.resolve()
    clients: filling.Clients = {"huggingface_hub": python_client(args.keep), "hf-hub": rust_client()}
    if args.full:
        clients |= {"hf-hub newest": newest_rust_client(args.keep), "@huggingface/hub": js_client("newest", args.keep)}
    names = ", ".join(f"{client.name} {client.version}" for client in clients.values())
    print(f"{names}; what may differ: " + "; ".join(f"{what} ({why})" for what, why in DIFFERENCES.items()))
    with LoopbackHub(filling.TOKEN) as hub:
        fetched = fetch_all(program, hub, clients, work, tally)
        fetched.append(fetch_for_hf_hub_0(program, hub, work))
        tally.row(f"{fetched[-1].fill.name:18} fetched by hubward", fetched[-1].failures)
        for number in range(args.rounds):
            wrong = fetch_together(program, hub, clients["huggingface_hub"].python, work / f"together-{number}")
            tally.row(f"round {number + 1:2}: two fetches and the Python client at once, each blob once", wrong)
        repos, dead = hub.repos, hub.origin
    read_all(fetched, repos, clients, dead, tally)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubward", type=Path, required=True, help="the binary that fetches")
    parser.add_argument("--full", action="store_true", help="also the clients that take long to build")
    parser.add_argument("--keep", action="store_true", help="use the clients at hand, ask no index for newer ones")
    parser.add_argument("--rounds", type=int, default=3, help="of two fetches and the Python client at once (3)")
    args = parser.parse_args()
    os.umask(0o022)
    return tallied("fetched", lambda work, tally: check(args, work, tally))


if __name__ == "__main__":
    sys.exit(main())
