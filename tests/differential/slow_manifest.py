"""The manifest and the lock as the contract words them (design.md 4 and 5), read the slow way.

Only well-formed texts come here: the errors of the two formats have tests of their own.
"""

import fnmatch
import re
import tomllib
from dataclasses import dataclass, field

COMMIT = re.compile(r"[0-9a-f]{40}\Z")


@dataclass
class Entry:
    """What the lines about one type, id and revision ask for."""

    type: str
    id: str
    revision: str
    files: list[str] = field(default_factory=list)  # globs
    gguf: list[str] = field(default_factory=list)  # literal paths
    excluded: list[str] = field(default_factory=list)  # globs
    profile: str | None = None
    optional: bool = False

    @property
    def folder(self) -> str:
        return "--".join([self.type, *self.id.split("/")])

    @property
    def pinned(self) -> bool:
        return COMMIT.match(self.revision) is not None

    @property
    def asked_profile(self) -> str | None:
        """`gguf:` and `file:` alone replace `auto`; beside an explicit profile they add."""
        if self.profile is None and (self.files or self.gguf):
            return None
        return self.profile or "auto"

    def excludes(self, path: str) -> bool:
        return any(matches(glob, path) for glob in self.excluded)


def matches(glob: str, path: str) -> bool:
    """The Hub's allow_patterns: fnmatch, and a trailing slash means all below."""
    return fnmatch.fnmatchcase(path, glob + "*" if glob.endswith("/") else glob)


def _words(line: str) -> list[str]:
    """The words of a line: split at white space outside quotes, up to a comment."""
    words, position = [], 0
    while position < len(line):
        if line[position] in " \t":
            position += 1
        elif line[position] == "#":  # only ever met at a word's start
            break
        else:
            word, quoted = "", False
            while position < len(line) and (quoted or line[position] not in " \t"):
                character = line[position]
                if character == '"' and (quoted or word.endswith(":")):
                    quoted = not quoted
                elif quoted and character == "\\":
                    position += 1
                    word += line[position]
                else:
                    word += character
                position += 1
            words.append(word)
    return words


def read_manifest(text: str) -> list[Entry]:
    entries: dict[tuple, Entry] = {}
    for line in text.removeprefix("\ufeff").split("\n"):
        words = _words(line.removesuffix("\r"))
        if not words:
            continue
        name, _, revision = words[0].partition("@")
        kind = "models"
        first, _, rest = name.partition("/")
        if rest and first in ("models", "datasets", "spaces", "kernels"):
            kind, name = first, rest
        key = (kind, name, revision or "main")
        entry = entries.setdefault(key, Entry(*key))
        for word in words[1:]:
            option, _, value = word.partition(":")
            if option == "optional":
                entry.optional = True
            elif option == "profile":
                entry.profile = value
            else:
                {"file": entry.files, "gguf": entry.gguf, "not": entry.excluded}[option].append(value)
    return list(entries.values())


@dataclass(frozen=True)
class Promise:
    """What a lock or a listing says of one path."""

    size: int
    sha1: str | None = None  # git blob id
    sha256: str | None = None
    xet_hash: str | None = None


@dataclass(frozen=True)
class LockedRepo:
    commit: str
    files: dict[str, Promise]


def read_lock(text: str | None) -> dict[tuple, LockedRepo]:
    locked = {}
    for repo in tomllib.loads(text or "").get("repo", []):
        files = {}
        for file in repo.get("file", []):
            algorithm, _, digest = file["oid"].partition(":")
            digests = {algorithm: digest}
            if "sha256" in file:
                digests["sha256"] = file["sha256"]
            files[file["path"]] = Promise(file["size"], **digests)
        locked[(repo["type"] + "s", repo["id"], repo["revision"])] = LockedRepo(repo["commit"], files)
    return locked
