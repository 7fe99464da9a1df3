"""After `hubward gate --prune` the real clients load all that the manifest wants, with the Hub gone.

Each cache is copied, pruned to its first revision, and read back by the newest Python client (every file,
and the snapshot as a whole) and by hf-hub. The revisions that nobody asked for must be gone.
"""

import dataclasses
import shutil
import subprocess
from pathlib import Path

import filling
from fills import Fill, FilledCache, manifest_text
from filling import Clients
from synthetic_repos import Repo

Repos = dict[tuple[str, str], Repo]


def first_alone(fill: Fill) -> Fill:
    """The fill as if only its first revision had been asked for."""
    wanted = fill.revisions[:1]
    steps = (dataclasses.replace(step, revisions=tuple(r for r in step.revisions if r in wanted)) for step in fill.steps)
    return dataclasses.replace(fill, steps=tuple(steps))


def prune(cache: FilledCache, repos: Repos, program: Path, place: Path) -> tuple[FilledCache, list[str]]:
    """A pruned copy, and what went wrong."""
    kept = FilledCache(first_alone(cache.fill), place / cache.fill.name, cache.version)
    shutil.copytree(cache.home, kept.home, symlinks=True)
    text = manifest_text(kept.fill, repos)
    (kept.home / "model_manifest.txt").write_text(text)
    done = subprocess.run([str(program), "gate", "--prune", "--yes"], cwd=kept.home, capture_output=True, text=True,
                          env=filling.environment_of(kept.home, filling.NOWHERE, {}), stdin=subprocess.DEVNULL)
    wrong = [] if done.returncode == 0 else [f"exit {done.returncode} for {text!r}: {done.stdout}{done.stderr}"]
    folders = sorted(path.name for path in kept.cache.iterdir() if "--" in path.name)
    if len(folders) != 1:
        wrong.append(f"more than one repo is left: {folders}")
    snapshots = sorted(path.name for path in kept.cache.glob("*--*/snapshots/*"))
    if len(snapshots) != 1:
        wrong.append(f"more than one snapshot is left: {snapshots}")
    return kept, wrong


def judge_pruned(filled: list[FilledCache], repos: Repos, clients: Clients, program: Path, dead: str, place: Path,
                 tally) -> None:
    python, rust = clients["huggingface_hub"], clients["hf-hub"]
    for cache in filled:
        unproven = cache.fill.layout == "copies" and not cache.fill.listed
        if cache.fill.wrong or not cache.fill.refs or unproven:
            continue  # not complete for any manifest: nothing would be pruned
        kept, wrong = prune(cache, repos, program, place)
        tally.row(f"{cache.fill.name:24} pruned to {kept.fill.revisions[0][1]}", wrong)
        for client in (python, rust):
            wrong = filling.read_back_own(kept, repos, client, dead)
            tally.row(f"{cache.fill.name:24} pruned, read with the Hub gone by {client.name} {client.version}", wrong)
