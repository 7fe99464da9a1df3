"""The fills of `./dev clients --full`: every other release that changed what lies on disk.

As in fills.py, what hubward has to say is derived from how the client works, with the release in
which that changed.
"""

from dataclasses import replace

from fills import (BLIND, COPIES_LISTED, COPIES_UNPROVEN, DATASET, EVERYTHING, FEW, FOR_RUST, KERNEL, MODEL, NO_LINKS,
                   SHARED, SPACE, UNLISTED, Fill, Step, pinned_commits, python, rust)
from synthetic_repos import Repo

# Each changed what lies on disk (hub-cache-format 9); the newest is in the quick set.
PYTHON_RELEASES = ("0.20.3", "0.23.5", "0.30.2", "0.36.0", "1.0.1", "1.22.0")
RUST_RELEASES = ("0.3.2", "0.5.0")
# 0.21.0 is the first release of @huggingface/hub that writes a cache.
JS_RELEASES = ("0.21.0", "newest")
NEWEST_RUST = "hf-hub newest"

# JavaScript encodes no path, and its probe for one byte of an empty file is refused.
FOR_JS = [revision for revision in FOR_RUST if revision[1] != "lab/old-name"] + [
    (MODEL, "lab/private", "main"), (MODEL, "lab/gated", "main")]
# hf-hub 0.3 follows no relative redirect: no renamed repo. It sends no token that it is not given in a file.
FOR_RUST_0_3 = [revision for revision in FOR_RUST if revision[1] != "lab/old-name"]
JS_FEW = FEW[:3] + [(MODEL, "lab/far-names", "main"), (DATASET, "lab/rows", "main")]

NOT_READ = "HF_HUB_DISABLE_SYMLINKS is not read yet: the links are there"
NO_REF = "the function for one file writes no ref, so no branch can be found in this cache"
ABSOLUTE = "links are absolute until a later release: the cache may not be moved"
NO_LINKS_JS = "a disk without links: copies beside the blobs that say what they are, and to which no link leads"
WRONG_BRANCH = ("this release fetches the bytes of `main` whatever branch or tag is asked for, and names them "
                "after the right file: hubward is right to call them corrupt")


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _by(client: str, step: Step, **changes: object) -> Step:
    return replace(step, client=client, **changes)


def _python_release(version: str, repos: dict[tuple[str, str], Repo]) -> list[Fill]:
    """A snapshot leaves a listing since 1.22; HF_HUB_DISABLE_SYMLINKS is read since 1.9."""
    client, release = f"huggingface_hub {version}", _release(version)
    listed, reads_switch = release >= (1, 22), release >= (1, 9)
    revisions = [revision for revision in EVERYTHING if revision[0] != KERNEL]
    pinned = pinned_commits(repos)
    blind = frozenset({"client-blind"})
    unproven = {"layout": "copies", "listed": False, "why": COPIES_UNPROVEN}
    switched = {} if not reads_switch else {"layout": "copies"}
    snapshot, files = _by(client, python("snapshot", revisions)), _by(client, python("files", revisions))
    return [
        Fill(f"snapshots-{version}", client, (snapshot,), listed=listed),
        Fill(f"files-{version}", client, (files,), listed=False),
        Fill(f"pinned-{version}", client, (_by(client, python("snapshot", pinned)),), listed=listed, notes=blind,
             why=BLIND),
        Fill(f"switch-{version}", client, (_by(client, python("snapshot", revisions, **NO_LINKS)),), listed=listed,
             why=COPIES_LISTED if reads_switch else NOT_READ, **switched),
        Fill(f"no-links-{version}", client, (replace(files, links=False),), **unproven),
        Fill(f"few-{version}", client, (_by(client, python("snapshot", FEW)),), listed=listed, recorded=True),
    ]


def _rust_release(version: str, repos: dict[tuple[str, str], Repo]) -> list[Fill]:
    """Lock files beside the blobs since 0.4.1; a ref for a commit too, in every 0.x."""
    client = f"hf-hub {version}"
    early = _release(version) < (0, 4)
    notes = frozenset() if early else frozenset({"stale-lock-file"})
    how = {"hub": "before-2025"} if early else {}
    revisions = FOR_RUST_0_3 if early else FOR_RUST

    def fill(name: str, verb: str, what: list, more_notes: frozenset = frozenset(), **more: object) -> Fill:
        step = _by(client, rust(what, verb), **how)
        return Fill(f"{name}-{version}", client, (step,), listed=False, notes=notes | more_notes, **more)

    return [fill("sync", "fill", revisions), fill("tokio", "fill-tokio", revisions),
            fill("sync-pinned", "fill", pinned_commits(repos), frozenset({"client-blind"}), why=UNLISTED),
            fill("few-sync", "fill", FEW, recorded=True)]


def _newest_rust(repos: dict[tuple[str, str], Repo]) -> list[Fill]:
    """1.x writes refs for branches alone, locks where Python does, and no listing."""
    def step(verb: str, revisions: list) -> Step:
        return _by(NEWEST_RUST, rust(revisions, verb), hub="no-xet")

    pinned = pinned_commits(repos)
    blind = {"notes": frozenset({"client-blind"}), "why": BLIND}
    return [
        Fill("files-1.x", NEWEST_RUST, (step("fill", EVERYTHING),), listed=False),
        Fill("tokio-1.x", NEWEST_RUST, (step("fill-tokio", EVERYTHING),), listed=False),
        Fill("snapshots-1.x", NEWEST_RUST, (step("snapshot", EVERYTHING),), listed=False),
        Fill("pinned-1.x", NEWEST_RUST, (step("snapshot", pinned),), listed=False, **blind),
        Fill("few-files-1.x", NEWEST_RUST, (step("fill", FEW),), listed=False, recorded=True),
    ]


def _js_release(version: str, repos: dict[tuple[str, str], Repo]) -> list[Fill]:
    """0.21 has the function for one file only, links absolutely, and asks for main's bytes always."""
    client, first = f"@huggingface/hub {version}", version == "0.21.0"
    layout = "absolute" if first else "links"
    on_main = [revision for revision in FOR_JS if revision[2] == "main"]
    pinned = pinned_commits(repos) + [(type, id, repos[type, id].resolve("main"))
                                      for type, id in ((MODEL, "lab/far-names"), (SPACE, "lab/page"))]

    def step(verb: str, revisions: list, **changes: object) -> Step:
        return Step(client, verb, tuple(revisions), **changes)

    def fill(name: str, *steps: Step, **more: object) -> Fill:
        return Fill(f"{name}-js-{version}", client, steps, listed=False, **({"layout": layout} | more))

    blind = {"notes": frozenset({"client-blind"}), "why": BLIND}
    orphans = frozenset({"orphan-blob"})
    fills = [
        fill("files", step("files", on_main), refs=False, why=f"{NO_REF}; {ABSOLUTE}" if first else NO_REF),
        fill("pinned-files", step("files", pinned), notes=blind["notes"],
             why=f"{ABSOLUTE}; {BLIND}" if first else BLIND),
    ]
    if first:
        wrong = ((MODEL, "tiny-gpt", "v1.0", "README.md"),)
        few = [(MODEL, "tiny-gpt", repos[MODEL, "tiny-gpt"].resolve("main"))]
        return fills + [
            fill("tag", step("files", FEW[1:2]), refs=False, wrong=wrong, recorded=True,
                 why=f"{WRONG_BRANCH}; {ABSOLUTE}"),
            fill("few-pinned", step("files", few), notes=blind["notes"], recorded=True, why=f"{ABSOLUTE}; {BLIND}"),
        ]
    return fills + [
        fill("branches", step("files", FEW[1:3]), refs=False, why=NO_REF),
        fill("snapshots", step("snapshot", FOR_JS)),
        fill("pinned-snapshots", step("snapshot", pinned), **blind),
        fill("no-links", step("snapshot", FOR_JS, links=False), layout="copies-beside-blobs",
             notes=orphans, why=NO_LINKS_JS),
        fill("few-files", step("files", FEW), refs=False, recorded=True, why=NO_REF),
        fill("few-snapshots", step("snapshot", JS_FEW), recorded=True),
        fill("few-no-links", step("snapshot", FEW[:1], links=False), layout="copies-beside-blobs", recorded=True,
             notes=orphans, why=NO_LINKS_JS),
    ]


def fills_of_releases(repos: dict[tuple[str, str], Repo]) -> list[Fill]:
    fills = [fill for version in PYTHON_RELEASES for fill in _python_release(version, repos)]
    fills += [fill for version in RUST_RELEASES for fill in _rust_release(version, repos)]
    fills += _newest_rust(repos)
    fills += [fill for version in JS_RELEASES for fill in _js_release(version, repos)]
    # The newest Python client with Xet, but told to keep payloads in each repo.
    unshared = python("snapshot", SHARED, xet=True, HF_HUB_DISABLE_SHARED_BLOBS="1")
    return [*fills, Fill("xet-unshared", "huggingface_hub", (unshared,))]
