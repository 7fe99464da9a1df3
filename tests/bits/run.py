#!/usr/bin/env python3
"""One bit of a locked cache is changed, at a random place: hubward must find it. It is put back: hubward must
find nothing.

    run.py --hubward BINARY [--flips N] [--seed S] [--jobs J]

The caches are those of the differential test in every layout (links, copies, the shared store), each locked by
`hubward lock` itself. Places are drawn over all that the lock stands on: the bytes of blobs, of copied files and
of shared payloads, refs, listings, and the texts of links, which a flip re-points.

Found means:
  bytes, refs, links   exit 2 (a link may come to lead nowhere: then 1), and a finding that names the file
                       or, of a blob that is a link, the pointers to it
  a listing            a finding that names it, if the flip makes it unusable or changes what it says of a locked
                       file. The lock outranks it, so that is a warning. What else a listing says (a xet_hash, files
                       that no lock names) nobody vouches for: then hubward must find nothing.
Ends in "N found, N passed over as told, 0 failed".
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "differential"))

from slow_cache import Tree, read_listing  # noqa: E402
from slow_manifest import read_lock  # noqa: E402
from slow_verify import contradicts  # noqa: E402
from worlds import Repo, World, healthy_world  # noqa: E402

WORLDS = 24
LAYOUTS = ("links", "copies", "mixed", "shared")


@dataclass
class Place:
    """Something with bits in it; `path` starts at the cache."""

    kind: str  # blob, copy, payload, ref, listing, link
    path: str
    size: int  # bytes


class Locked:
    """A healthy cache with the lock that hubward wrote of it."""

    def __init__(self, binary: str, seed: int, folder: Path):
        self.binary, self.folder, self.root = binary, folder, folder / "hub"
        self.world = healthy_world(seed, self.root)
        self.manifest = folder / "model_manifest.txt"
        lines = [line for repo in self.world.repos if (line := self._line(repo))]
        self.manifest.write_text("".join(f"{line}\n" for line in lines))
        self.is_usable = bool(lines) and self.run("lock").returncode == 0
        if self.is_usable:
            self.lock = tomllib.loads((folder / "model_manifest.lock.toml").read_text())
            self.promises = read_lock((folder / "model_manifest.lock.toml").read_text())
            self.clean = self.findings()
            self.is_usable = self.clean is not None and self.places() != []

    @staticmethod
    def _line(repo: Repo) -> str | None:
        """Its whole commits alone: what a lock is made of has to be there."""
        whole = {commit for commit in repo.commits if not repo.absent[commit]}
        for name, commit in sorted(repo.refs.items()):
            if commit in whole:
                return f"{repo.type}/{repo.id}@{name}"
        pinned = sorted(whole)
        return f"{repo.type}/{repo.id}@{pinned[0]}" if pinned else None

    def run(self, command: str, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.binary, command, "--cache-dir", str(self.root), "--manifest", str(self.manifest), "-j", "1", *words],
            cwd=self.folder, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}
            | {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})

    def verify(self) -> tuple[int, list[dict]]:
        done = self.run("verify", "--locked", "--format", "json")
        try:
            return done.returncode, json.loads(done.stdout)["findings"]
        except ValueError:
            raise RuntimeError(f"no report: {done.stdout}{done.stderr}") from None

    def findings(self) -> list[dict] | None:
        code, findings = self.verify()
        return findings if code == 0 else None

    def places(self) -> list[Place]:
        """All that the lock stands on, each once."""
        found: dict[str, Place] = {}

        def add(kind: str, path: str) -> None:
            whole = self.root / path
            if kind == "link":
                found[path] = Place(kind, path, len(os.fsencode(os.readlink(whole))))
            elif whole.stat().st_size:
                found[path] = Place(kind, path, whole.stat().st_size)

        for repo in self.lock["repo"]:
            folder = "--".join([repo["type"] + "s", *repo["id"].split("/")])
            for file in repo["file"]:
                at = f"{folder}/snapshots/{repo['commit']}/{file['path']}"
                if not (self.root / at).is_symlink():
                    add("copy", at)
                    continue
                add("link", at)
                blob = os.path.normpath(os.path.join(os.path.dirname(at), os.readlink(self.root / at)))
                if (self.root / blob).is_symlink():
                    add("link", blob)
                    add("payload", os.path.normpath(os.path.join(os.path.dirname(blob), os.readlink(self.root / blob))))
                else:
                    add("blob", blob)
            for kind, path in (("ref", f"refs/{repo['revision']}"), ("listing", f"trees/{repo['commit']}.json")):
                if (self.root / folder / path).is_file():
                    add(kind, f"{folder}/{path}")
        return [found[path] for path in sorted(found)]


class Flip:
    """A bit changed; a context manager, which puts it back."""

    def __init__(self, cache: Locked, place: Place, bit: int):
        self.whole, self.kind = cache.root / place.path, place.kind
        old = os.fsencode(os.readlink(self.whole)) if place.kind == "link" else self.whole.read_bytes()
        new = bytearray(old)
        new[bit // 8] ^= 1 << bit % 8
        self.old, self.new = old, bytes(new)

    def put(self, data: bytes) -> None:
        if self.kind == "link":
            self.whole.unlink()
            os.symlink(data, os.fsencode(self.whole))
        else:
            self.whole.write_bytes(data)

    def __enter__(self) -> "Flip":
        self.put(self.new)
        return self

    def __exit__(self, *_: object) -> None:
        self.put(self.old)


def must_be_found(cache: Locked, place: Place) -> bool:
    """Only of a listing not every bit counts; what it says now is read by the slow verifier's reader."""
    if place.kind != "listing":
        return True
    code, files = read_listing(Tree(cache.root), place.path)
    if code or files is None:
        return True
    commit = place.path.rsplit("/", 1)[1].removesuffix(".json")
    folder = place.path.split("/")[0]
    return any(contradicts(files, locked.files) for (type_, id_, _), locked in cache.promises.items()
               if locked.commit == commit and "--".join([type_, *id_.split("/")]) == folder)


def is_named(place: Place, finding: dict) -> bool:
    # A blob that is a link, to the shared store, and leads nowhere: said at its pointers, with their text.
    if place.kind == "link" and (finding["actual"] or "").endswith("/blobs/" + os.path.basename(place.path)):
        return True
    return any(place.path in where for where in (finding["path"] or "", *finding["affects"]))


def judge(cache: Locked, place: Place, bit: int) -> str:
    """"found", "passed over", or a sentence of what went wrong."""
    with Flip(cache, place, bit) as flip:
        due = must_be_found(cache, place)
        code, findings = cache.verify()
        new = [finding for finding in findings if finding not in cache.clean]
        what = f"{place.kind} {place.path} bit {bit} ({flip.old[:60]!r} -> {flip.new[:60]!r}): exit {code}, {new}"
    if due and not any(finding["class"] != "note" for finding in new):
        return "not found: " + what
    if due and code == 0 and place.kind != "listing":
        return "exit 0: " + what
    if due and not any(is_named(place, finding) for finding in new):
        return "not named: " + what
    if not due and (code != 0 or new):
        return "a false alarm: " + what
    code, findings = cache.verify()
    if code != 0 or findings != cache.clean:
        return f"not clean when undone: {what}, then {findings}"
    return "found" if due else "passed over"


def places_of_all(caches: list[Locked]) -> dict[str, list[tuple[Locked, Place]]]:
    kinds: dict[str, list[tuple[Locked, Place]]] = {}
    for cache in caches:
        for place in cache.places():
            kinds.setdefault(place.kind, []).append((cache, place))
    return kinds


def flips_of(caches: list[Locked], dice: random.Random, flips: int) -> list[tuple[Locked, Place, int]]:
    """Each kind has its share, or blobs would have nearly all; within a kind any bit is as likely as any other."""
    kinds = places_of_all(caches)
    chosen = []
    for number in range(flips):
        places = kinds[sorted(kinds)[number % len(kinds)]]
        cache, place = dice.choices(places, weights=[place.size for _, place in places])[0]
        chosen.append((cache, place, dice.randrange(place.size * 8)))
    return chosen


def work(job: tuple[str, int, int, str, int]) -> tuple[Counter, list[str], set[str]]:
    """A share of the flips, in caches of its own."""
    binary, seed, flips, work_folder, share = job
    dice = random.Random(f"bits {seed} {share}")
    caches, layouts = [], set()
    number = 0
    while len(caches) < WORLDS or layouts < set(LAYOUTS):
        number += 1
        folder = Path(work_folder) / f"{share}-{number}"
        folder.mkdir()
        cache = Locked(binary, 1000 * share + number + seed, folder)
        if cache.is_usable:
            caches.append(cache)
            layouts |= {repo.layout for repo in cache.world.repos}
    told: Counter = Counter()
    failures = []
    for cache, place, bit in flips_of(caches, dice, flips):
        outcome = judge(cache, place, bit)
        if outcome in ("found", "passed over"):
            told[place.kind, outcome] += 1
        else:
            failures.append(outcome)
    return told, failures, {kind for kind, _ in told}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--hubward", required=True)
    asked.add_argument("--flips", type=int, default=10000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    args = asked.parse_args()
    began = time.monotonic()
    top = Path(tempfile.mkdtemp(prefix="hubward-bits-"))
    try:
        shares = [(os.path.abspath(args.hubward), args.seed, args.flips // args.jobs + (n < args.flips % args.jobs),
                   str(top), n) for n in range(args.jobs)]
        with multiprocessing.Pool(args.jobs) as pool:
            results = pool.map(work, shares, chunksize=1)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    told: Counter = sum((result[0] for result in results), Counter())
    failures = [failure for result in results for failure in result[1]]
    for failure in failures[:20]:
        print(f"FAILED: {failure}")
    for kind in sorted({kind for kind, _ in told}):
        print(f"  {kind:8} {told[kind, 'found']:6} found, {told[kind, 'passed over']} passed over")
    found = sum(count for (_, outcome), count in told.items() if outcome == "found")
    passed = sum(told.values()) - found
    print(f"{time.monotonic() - began:.0f} s, each undone and clean again")
    print(f"{found} found, {passed} passed over as told, {len(failures)} failed")
    return 1 if failures or not told else 0


if __name__ == "__main__":
    sys.exit(main())
