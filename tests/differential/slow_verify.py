"""The slow verifier: what design.md says of a cache, in the order in which it says it."""

from dataclasses import dataclass, field
from pathlib import Path

import slow_profile as profiles
from slow_cache import REPO_FOLDER, Tree, hostile_name, read_listing, read_ref
from slow_content import Content, git_id, pointer_text, shards_of
from slow_files import Where, judge_bytes, locate
from slow_manifest import COMMIT, Entry, Promise, read_lock, read_manifest
from slow_required import Requirement, require
from slow_whole import judge_whole

HOSTILE = frozenset(("pointer-escapes", "not-a-regular-file", "name-hostile"))
INCOMPLETE = frozenset(("repo-missing", "ref-missing", "ref-dangling", "snapshot-empty", "file-missing",
                        "shard-missing", "pointer-dangling", "not-proven"))
WARNING = frozenset(("pointer-copied", "pointer-absolute", "blob-misnamed", "unverifiable", "listing-malformed"))
NOTE = frozenset(("client-blind", "optional-absent", "partial-download", "stale-lock-file", "orphan-blob",
                  "case-collision", "snapshot-name", "unexpected-entry"))
RANKS = {"assumed": 0, "tree": 1, "lock": 2}


def class_of(code: str) -> str:
    for codes, name in ((HOSTILE, "hostile"), (INCOMPLETE, "incomplete"), (WARNING, "warning"), (NOTE, "note")):
        if code in codes:
            return name
    return "corrupt"


@dataclass
class Asked:
    """One call of `hubward verify`."""

    manifest: str | None = None
    lock: str | None = None
    all: bool = False
    level: str = "content"
    require: str = "assumed"


@dataclass
class Answer:
    """What is compared: {(code, path): (class, damage)}, the rows of the entries, verdict and exit code."""

    findings: dict[tuple[str, str], tuple[str, str | None]] = field(default_factory=dict)
    entries: dict[tuple, tuple] = field(default_factory=dict)
    verdict: str = "complete"
    exit_code: int = 0


def show(path: str) -> str:
    return "".join(f"\\x{ord(c) - 0xDC00:02x}" if 0xDC80 <= ord(c) <= 0xDCFF else c
                   for c in path.replace("\\", "\\\\"))


def contradicts(listing: dict[str, Promise], locked: dict[str, Promise]) -> bool:
    """Whether the cache's own listing says of a locked file what the lock does not say."""
    for path, promise in locked.items():
        listed = listing.get(path)
        if listed is None or listed.size != promise.size:
            return True
        if listed.sha256 is not None:
            wrong = promise.sha256 not in (None, listed.sha256)
        elif promise.sha1 is not None:
            wrong = listed.sha1 != promise.sha1
        else:
            wrong = listed.sha1 == git_id(pointer_text(promise.sha256, promise.size))
        if wrong:
            return True
    return False


class Verifier:
    def __init__(self, root: Path, asked: Asked):
        self.tree = Tree(root)
        self.asked = asked
        self.locked = read_lock(asked.lock)
        self.found: dict[tuple[str, str], tuple[str, str | None]] = {}
        self.forgiven: set[str] = set()  # what optional entries lack
        self._sound: dict[str, set[str]] = {}
        self._contents: dict[str, Content | None] = {}

    def say(self, code: str, path: str, kind: str | None = None, damage: str | None = None) -> None:
        """The graver class wins where two askers meet at one finding."""
        order = ("hostile", "corrupt", "incomplete", "warning", "note")
        kind = kind or class_of(code)
        known = self.found.get((code, path))
        if known is None or order.index(kind) < order.index(known[0]) or known[1] == "other":
            self.found[code, path] = (kind, damage)

    def content(self, path: str) -> Content | None:
        if path not in self._contents:
            data = self.tree.data(path)
            self._contents[path] = None if data is None else Content(data)
        return self._contents[path]

    def blob_names(self, folder: str) -> set[str]:
        """Those whose bytes have their name: only they can vouch for a copied file."""
        if folder not in self._sound:
            self._sound[folder] = {n for n in self.tree.names(f"{folder}/blobs") if self._is_sound(folder, n)}
        return self._sound[folder]

    def _is_sound(self, folder: str, name: str) -> bool:
        path = f"{folder}/blobs/{name}"
        if self.tree.kind(path) == "link":
            path = self.tree.target(path) or ""
        content = self.content(path) if self.tree.kind(path) == "file" else None
        return content is not None and name in (content.sha1, content.sha256)

    def judge_file(self, folder: str, commit: str, path: str, promise: Promise | None) -> tuple:
        """(code, path, damage, where, held): a file that is there; held when its bytes could be told."""
        pointer = f"{folder}/snapshots/{commit}/{path}"
        where = locate(self.tree, folder, pointer)
        if where.code:
            return where.code, where.path, None, where, False
        if self.asked.level == "layout":
            return None, None, None, where, _could_be_held(where, promise)
        if self.asked.level == "size":
            if promise is not None and promise.size != self.tree.size(where.path):
                return "size-mismatch", pointer, None, where, True
            return None, None, None, where, _could_be_held(where, promise)
        content = self.content(where.path)
        if content is None:
            return "unreadable", where.path, None, where, False
        code, at, damage = judge_bytes(where, path, pointer, content, promise, self.blob_names(folder))
        return code, at, damage, where, code not in ("unverifiable", "content-malformed") or promise is not None

    def listing(self, folder: str, commit: str) -> tuple[str | None, dict[str, Promise] | None]:
        return read_listing(self.tree, f"{folder}/trees/{commit}.json")

    def hostile_anywhere(self, folder: str) -> None:
        """Names and link texts of the whole repo folder: hostile codes always count."""
        for path in self.tree.below(folder):
            whole = f"{folder}/{path}"
            if any(hostile_name(part) for part in path.split("/")):
                parts = path.split("/")
                bad = next(i for i, part in enumerate(parts) if hostile_name(part))
                self.say("name-hostile", f"{folder}/" + "/".join(parts[:bad + 1]))
            elif self.tree.kind(whole) == "other":
                self.say("not-a-regular-file", whole)
            elif self.tree.kind(whole) == "link":
                if path.startswith("snapshots/"):
                    if (where := locate(self.tree, folder, whole)).code in HOSTILE:
                        self.say(where.code, where.path)
                elif self.tree.target(whole) is None:
                    self.say("pointer-escapes", whole)

    def is_hostile_name(self, path: str) -> bool:
        return any(hostile_name(part) for part in path.split("/"))

    def judge_entry(self, entry: Entry) -> None:
        """Says what is wrong with one entry and leaves its row."""
        before, self.found = self.found, {}
        commit, basis, held = self._entry(entry)
        here, self.found = self.found, before
        short = any(kind == "incomplete" for kind, _ in here.values())
        wrong = any(kind in ("hostile", "corrupt") for kind, _ in here.values())
        verdict = "corrupt" if wrong else "complete"
        if short and not entry.optional and not wrong:
            verdict = "incomplete"
        if short and entry.optional:
            self.forgiven |= {path for (_, path), value in here.items() if value[0] == "incomplete"}
            here = {key: value for key, value in here.items() if value[0] != "incomplete"}
            here["optional-absent", entry.folder] = ("note", None)
        for (code, path), (kind, damage) in here.items():
            self.say(code, path, kind, damage)
        self.rows[entry.type, entry.id, entry.revision] = (commit, basis)

    def _ref_of(self, entry: Entry) -> tuple[str | None, str]:
        """(commit, path of the ref); None ends the entry."""
        path = f"{entry.folder}/refs/{entry.revision}"
        code, commit = read_ref(self.tree, path)
        if entry.pinned:
            if code == "ref-missing":
                return entry.revision, path
            if code is None and commit != entry.revision:
                code, commit = "ref-malformed", None
        locked = self.locked.get((entry.type, entry.id, entry.revision))
        if code:
            self.say(code, path)
        if commit and locked and not entry.pinned and locked.commit != commit:
            if code is None:
                self.say("ref-drift", path)
            commit = locked.commit
        return commit, path

    def _entry(self, entry: Entry) -> tuple:
        folder, tree = entry.folder, self.tree
        if tree.kind(folder) != "dir":
            self.say("repo-missing", folder)
            return None, None, False
        self.hostile_anywhere(folder)
        commit, ref = self._ref_of(entry)
        if commit is None:
            return None, None, False
        place = f"{folder}/snapshots/{commit}"
        locked = self.locked.get((entry.type, entry.id, entry.revision))
        if tree.kind(place) != "dir":
            self.say("ref-dangling", ref if not entry.pinned else place)
            return commit, None, False
        listing_code, listing = self.listing(folder, commit)
        basis = "lock" if locked else "tree" if listing is not None else "assumed"
        present = [p for p in tree.below(place)]
        if not present:
            self.say("snapshot-empty", place)
            return commit, None, False
        if not listing_code and locked and listing is not None and contradicts(listing, locked.files):
            listing_code = "listing-malformed"
        if listing_code:
            self.say(listing_code, f"{folder}/trees/{commit}.json")
        promises = locked.files if locked else listing or {}
        wanted = require(entry, basis, present, promises, self.index_of(folder, place))
        self._markers(folder, commit, present, set(promises) | set(listing or {}))
        held = self._files(entry, folder, commit, present, wanted, promises)
        if locked:
            for path in present:
                if path not in locked.files and loadable(path) and not self.is_hostile_name(path):
                    self.say("unlisted-file", f"{place}/{path}")
        if RANKS[basis] < RANKS[self.asked.require] or wanted.unknowable:
            self.say("not-proven", place)
        elif not held and not any(k in ("incomplete", "corrupt", "hostile") for k, _ in self.found.values()):
            self.say("not-proven", place)
        unseen = listing is None or tree.kind(ref) == "absent"  # by Python >= 1.26, by hf-hub 0.x
        if entry.pinned and unseen and not any(
                kind in ("hostile", "corrupt", "incomplete") for kind, _ in self.found.values()):
            self.say("client-blind", place)
        return commit, basis, held

    def index_of(self, folder: str, place: str):
        """A function from an index's path to the shards it names, None for an unsound one."""
        def shards(path: str) -> list[str] | None:
            where = locate(self.tree, folder, f"{place}/{path}")
            if where.code:
                return None
            if self.asked.level == "layout":
                return []  # not opened
            content = self.content(where.path)
            return shards_of(content.data) if content else None
        return shards

    def _markers(self, folder: str, commit: str, present: list[str], known: set[str]) -> None:
        for path in self.tree.below(f"{folder}/.no_exist/{commit}"):
            if path in known or path in present:
                self.say("absent-marker-conflict", f"{folder}/.no_exist/{commit}/{path}")

    def _files(self, entry: Entry, folder: str, commit: str, present: list[str], wanted: Requirement,
               promises: dict[str, Promise]) -> bool:
        place = f"{folder}/snapshots/{commit}"
        held = copied = False
        for path in sorted(wanted.judged | wanted.files):
            if self.is_hostile_name(path):
                continue
            if path not in present:
                if path in wanted.files:
                    self.say("shard-missing" if path in wanted.shards else "file-missing", f"{place}/{path}")
                continue
            held |= self.say_file(folder, commit, path, promises.get(path), "incomplete")
        for path in wanted.patterns:
            self.say("file-missing", f"{place}/{path}")
        for path in (wanted.judged | wanted.files) & set(present):
            if not self.is_hostile_name(path) and self.tree.kind(f"{place}/{path}") == "file":
                copied |= locate(self.tree, folder, f"{place}/{path}").code != "pointer-as-text"
        if copied:
            self.say("pointer-copied", place)
        return held

    def say_file(self, folder: str, commit: str, path: str, promise: Promise | None, dangling: str) -> bool:
        code, at, damage, where, held = self.judge_file(folder, commit, path, promise)
        if where.absolute:
            self.say("pointer-absolute", f"{folder}/snapshots/{commit}/{path}")
        if code:
            self.say(code, at, dangling if code == "pointer-dangling" else None, damage)
        return held

    def answer(self) -> Answer:
        self.rows: dict[tuple, tuple] = {}
        entries = read_manifest(self.asked.manifest) if self.asked.manifest is not None else []
        for entry in entries:
            self.judge_entry(entry)
        if self.asked.all:
            judge_whole(self, entries)
        kinds = {kind for kind, _ in self.found.values()}
        code = 2 if kinds & {"hostile", "corrupt"} else 1 if "incomplete" in kinds else 0
        findings = {(c, show(p)): value for (c, p), value in self.found.items()
                    if c != "unverifiable" or ("unlisted-file", p) not in self.found}
        return Answer(findings, self.rows, ("complete", "incomplete", "corrupt")[code], code)


def loadable(path: str) -> bool:
    return profiles.weights(path) or path.endswith((".json", ".py", ".jinja")) or profiles.is_tokenizer(path)


def _could_be_held(where: Where, promise: Promise | None) -> bool:
    return promise is not None or where.name is not None and len(where.name) in (40, 64)


def verify(root: Path, asked: Asked) -> Answer:
    return Verifier(root, asked).answer()
