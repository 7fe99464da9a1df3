"""What `--all` adds: every ref, snapshot, blob, marker, listing and leftover, for integrity only."""

import os
import re

from slow_cache import REPO_FOLDER, read_ref
from slow_content import damage_of
from slow_manifest import COMMIT

_HARMLESS = re.compile(r"\.locks|CACHEDIR\.TAG|version.*\.txt|\.DS_Store|Thumbs\.db|desktop\.ini")
_PARTIAL = re.compile(r".*\.(incomplete|part)|tmp_.*|\..*\.[0-9a-f]{8}\.(shared|new|old)")
_IN_REPO = frozenset(("blobs", "refs", "snapshots", "trees", ".no_exist"))


def judge_whole(verifier, entries: list) -> None:
    tree = verifier.tree
    for name in tree.names(""):
        kind = tree.kind(name)
        if kind == "dir" and REPO_FOLDER.fullmatch(name):
            _repo(verifier, name, [e for e in entries if e.folder == name])
        elif name == "blobs" and tree.kind("blobs/.huggingface-shared-blobs") == "file" or _HARMLESS.fullmatch(name):
            continue
        elif re.fullmatch(r"tmp[0-9A-Za-z_]{8}", name) and kind == "file":
            verifier.say("partial-download", name)
        else:
            verifier.say("unexpected-entry", name)


def _repo(verifier, folder: str, entries: list) -> None:
    tree = verifier.tree
    verifier.hostile_anywhere(folder)
    for name in tree.names(folder):
        if name not in _IN_REPO and not _HARMLESS.fullmatch(name):
            partial = name.startswith("tmp_")
            verifier.say("partial-download" if partial else "unexpected-entry", f"{folder}/{name}")
    _refs(verifier, folder, {e.revision for e in entries})
    pointed = set()
    for commit in tree.names(f"{folder}/snapshots"):
        place = f"{folder}/snapshots/{commit}"
        if tree.kind(place) != "dir":
            verifier.say("unexpected-entry", place)
            continue
        pointed |= _snapshot(verifier, folder, commit, entries)
    _blobs(verifier, folder, pointed)
    _listings(verifier, folder)


def _refs(verifier, folder: str, asked: set[str]) -> None:
    tree = verifier.tree
    for ref in tree.below(f"{folder}/refs"):
        path = f"{folder}/refs/{ref}"
        if re.search(r"\.[0-9a-f]{8}\.tmp\Z", ref):
            verifier.say("partial-download", path)
            continue
        if ref in asked:
            continue
        code, commit = read_ref(tree, path)
        if COMMIT.match(ref) and commit not in (None, ref):
            code = "ref-malformed"
        if code:
            verifier.say(code, path)
        if commit and code != "ref-malformed" and tree.kind(f"{folder}/snapshots/{commit}") == "absent":
            verifier.say("ref-dangling", path, "note")


def _snapshot(verifier, folder: str, commit: str, entries: list) -> set[str]:
    """Judges what no entry has judged, and returns the blobs that are pointed to."""
    tree, place = verifier.tree, f"{folder}/snapshots/{commit}"
    if not COMMIT.match(commit):
        verifier.say("snapshot-name", place)
    present = tree.below(place)
    if not present and ("snapshot-empty", place) not in verifier.found:
        if place not in verifier.forgiven:
            verifier.say("snapshot-empty", place, "note")
    _, listing = verifier.listing(folder, commit)
    promises = dict(listing or {})
    for key, locked in verifier.locked.items():
        if locked.commit == commit and any((e.type, e.id, e.revision) == key for e in entries):
            promises = locked.files
    verifier._markers(folder, commit, present, set(promises) | set(listing or {}))
    pointed, copied, folded = set(), False, {}
    for path in present:
        whole = f"{place}/{path}"
        folded.setdefault(path.lower(), []).append(path)
        if tree.kind(whole) == "link" and (to := tree.target(whole)):
            pointed.add(to)
        if verifier.is_hostile_name(path):
            continue
        code, at, *_ = verifier.judge_file(folder, commit, path, promises.get(path))
        copied |= code != "pointer-as-text" and tree.kind(whole) == "file"
        if not (at in verifier.forgiven and code == "pointer-dangling"):
            verifier.say_file(folder, commit, path, promises.get(path), "note")
    if copied:
        verifier.say("pointer-copied", place)
    for paths in folded.values():
        for later in sorted(paths, key=os.fsencode)[1:]:
            verifier.say("case-collision", f"{place}/{later}")
    return pointed


def _blobs(verifier, folder: str, pointed: set[str]) -> None:
    tree = verifier.tree
    for name in tree.names(f"{folder}/blobs"):
        path = f"{folder}/blobs/{name}"
        if name.endswith(".lock"):
            verifier.say("stale-lock-file", path)
        elif _PARTIAL.fullmatch(name):
            verifier.say("partial-download", path)
        elif path not in pointed and tree.kind(path) in ("file", "link"):
            verifier.say("orphan-blob", path)
            if tree.kind(path) == "file" and verifier.asked.level == "content":
                _orphan(verifier, path, name)


def _orphan(verifier, path: str, name: str) -> None:
    """No pointer tells what it should be: only its own name can."""
    content = verifier.content(path)
    if content is None:
        verifier.say("unreadable", path)
        return
    if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name):
        own = content.sha1 if len(name) == 40 else content.sha256
        if own != name:
            explained = content.pointer_id == name
            verifier.say("blob-misnamed" if explained else "blob-corrupt", path, None,
                         None if explained else damage_of(content, name, None, None))
    elif name == content.md5:
        verifier.say("blob-misnamed", path)
    else:
        verifier.say("unverifiable", path)


def _listings(verifier, folder: str) -> None:
    for name in verifier.tree.names(f"{folder}/trees"):
        path = f"{folder}/trees/{name}"
        if re.fullmatch(r"tmp.{8}(\.tmp)?", name):
            verifier.say("partial-download", path)
        elif COMMIT.match(name.removesuffix(".json")) and name.endswith(".json"):
            if code := verifier.listing(folder, name.removesuffix(".json"))[0]:
                verifier.say(code, path)
        else:
            verifier.say("unexpected-entry", path)
