"""After `hubward repair` the real clients load everything again, with the Hub gone.

Each cache that a client filled is copied and harmed as archives, moves and editors do it: links stored as text,
made absolute, deepened by one, a newline behind each ref. No file's bytes are lost by any of that, so a repair
without the network must end complete, and the newest Python client and hf-hub must read every file.
"""

import os
import shutil
import subprocess
from pathlib import Path

import filling
from fills import FilledCache, manifest_text
from filling import Clients
from synthetic_repos import Repo

Repos = dict[tuple[str, str], Repo]


def as_text(link: Path, text: str) -> None:
    link.write_text(text)


def absolute(link: Path, text: str) -> None:
    link.symlink_to(os.path.normpath(link.parent / text))


def of_a_moved_cache(link: Path, text: str) -> None:
    where = Path(os.path.normpath(link.parent / text))
    link.symlink_to(Path("/elsewhere/hub") / where.relative_to(where.parents[2]))


def too_deep(link: Path, text: str) -> None:
    link.symlink_to("../" + text)


HARMS = (as_text, absolute, of_a_moved_cache, too_deep)


def harm(cache: Path) -> int:
    """How many places were harmed."""
    harmed = 0
    for link in sorted(path for path in cache.glob("*--*/snapshots/**/*") if path.is_symlink()):
        text = os.readlink(link)
        link.unlink()
        HARMS[harmed % len(HARMS)](link, text)
        harmed += 1
    for ref in sorted(path for path in cache.glob("*--*/refs/**/*") if path.is_file()):
        ref.write_text(ref.read_text() + "\n")
        harmed += 1
    return harmed


def repair(cache: FilledCache, repos: Repos, program: Path, place: Path) -> tuple[FilledCache, list[str]]:
    """A harmed and repaired copy, and what went wrong."""
    mended = FilledCache(cache.fill, place / cache.fill.name, cache.version)
    shutil.copytree(cache.home, mended.home, symlinks=True)
    wrong = [] if harm(mended.cache) > 0 else ["nothing was harmed"]
    (mended.home / "model_manifest.txt").write_text(manifest_text(mended.fill, repos))
    done = subprocess.run([str(program), "repair"], cwd=mended.home, capture_output=True, text=True,
                          env=filling.environment_of(mended.home, filling.NOWHERE, {}), stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        wrong.append(f"exit {done.returncode}: {done.stdout}{done.stderr}")
    return mended, wrong


def judge_repaired(filled: list[FilledCache], repos: Repos, clients: Clients, program: Path, dead: str, place: Path,
                   tally) -> None:
    python, rust = clients["huggingface_hub"], clients["hf-hub"]
    for cache in filled:
        unproven = cache.fill.layout == "copies" and not cache.fill.listed
        if cache.fill.wrong or not cache.fill.refs or unproven:
            continue  # not complete for any manifest: a repair would not end complete either
        mended, wrong = repair(cache, repos, program, place)
        tally.row(f"{cache.fill.name:24} harmed and repaired", wrong)
        for client in (python, rust):
            wrong = filling.read_back_own(mended, repos, client, dead)
            tally.row(f"{cache.fill.name:24} repaired, read with the Hub gone by {client.name} {client.version}", wrong)
