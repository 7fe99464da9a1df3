"""A cache as it lies on the disk: nodes, links by their text, refs, listings (F 2, design.md 7.1)."""

import json
import os
import re
import stat
from pathlib import Path

from slow_content import git_id, pointer_text
from slow_manifest import COMMIT, Promise

HEX64 = re.compile(r"[0-9a-f]{64}\Z")
AROUND_A_REF = re.compile(rb"\A(?:\xef\xbb\xbf|[ \t\r\n\v\f])+|(?:\xef\xbb\xbf|[ \t\r\n\v\f])+\Z")
REF_LIMIT = 1024
REPO_FOLDER = re.compile(r"(models|datasets|spaces|kernels)--.+")


class Tree:
    """The cache below one root, asked by paths relative to it; never follows a link by itself."""

    def __init__(self, root: Path):
        self.root = str(root)

    def _at(self, path: str) -> str:
        return f"{self.root}/{path}"

    def kind(self, path: str) -> str:
        """dir, file, link, other, absent; closed where a folder on the way may not be entered."""
        try:
            mode = os.lstat(self._at(path)).st_mode
        except PermissionError:
            return "closed"
        except (FileNotFoundError, NotADirectoryError):
            return "absent"
        if stat.S_ISLNK(mode):
            return "link"
        if stat.S_ISDIR(mode):
            return "dir"
        return "file" if stat.S_ISREG(mode) else "other"

    def names(self, path: str) -> list[str]:
        try:
            return sorted(os.listdir(self._at(path)))
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return []

    def text(self, link: str) -> str:
        return os.readlink(self._at(link))

    def data(self, path: str) -> bytes | None:
        """None when it may not be read."""
        try:
            with open(self._at(path), "rb") as file:
                return file.read()
        except PermissionError:
            return None

    def size(self, path: str) -> int:
        return os.lstat(self._at(path)).st_size

    def below(self, folder: str) -> list[str]:
        """All that is not a folder beneath it, as paths relative to it."""
        found = []
        for name in self.names(folder):
            if self.kind(f"{folder}/{name}") == "dir":
                found += [f"{name}/{rest}" for rest in self.below(f"{folder}/{name}")]
            else:
                found.append(name)
        return found

    def target(self, link: str) -> str | None:
        """Where the text of a link leads, from the root; None when that is out of the cache."""
        text = self.text(link)
        if text.startswith("/"):
            if not (text + "/").startswith(self.root + "/"):
                return None
            parts = text[len(self.root):].split("/")
        else:
            parts = [*link.split("/")[:-1], *text.split("/")]
        walked: list[str] = []
        for part in parts:
            if part == "..":
                if not walked:
                    return None
                walked.pop()
            elif part not in ("", "."):
                walked.append(part)
        return "/".join(walked)


def hostile_name(name: str) -> bool:
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in name):
        return True
    return "..\\" in name or name.startswith("\\\\") or re.match(r"[A-Za-z]:", name) is not None


def read_ref(tree: Tree, path: str) -> tuple[str | None, str | None]:
    """(code, commit): what is wrong with a ref, and the commit that it means all the same."""
    kind = tree.kind(path)
    if kind == "absent":
        return "ref-missing", None
    if kind == "other":
        return "not-a-regular-file", None
    if kind == "link" and tree.target(path) is None:
        return "pointer-escapes", None
    if kind != "file":
        return "ref-malformed", None
    data = tree.data(path)
    if data is None:
        return "unreadable", None
    if len(data) > REF_LIMIT:
        return "ref-malformed", None
    trimmed = AROUND_A_REF.sub(b"", data).decode("utf-8", "surrogateescape")
    if not COMMIT.match(trimmed):
        return "ref-malformed", None
    return (None if data == trimmed.encode() else "ref-whitespace"), trimmed


def read_listing(tree: Tree, path: str) -> tuple[str | None, dict[str, Promise] | None]:
    """(code, files): `trees/<commit>.json` once it has passed its own check (F 2.7)."""
    if tree.kind(path) == "absent":
        return None, None
    data = tree.data(path)
    try:
        whole = json.loads((data or b"").decode())
        if type(whole["format_version"]) is not int or whole["format_version"] != 1:
            return "listing-malformed", None
        files = {name: _promise(entry) for name, entry in whole["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return "listing-malformed", None
    if any(hostile_name(n) or {"", ".", ".."} & set(n.split("/")) for n in files):
        return "name-hostile", None
    return None, files


def _promise(entry: dict) -> Promise:
    size, blob_id, xet = entry["size"], entry["blob_id"], entry.get("xet_hash")
    if type(size) is not int or not COMMIT.match(blob_id) or (xet is not None and not HEX64.match(xet)):
        raise ValueError
    sha256 = entry.get("lfs_sha256")
    if sha256 is None:
        return Promise(size, sha1=blob_id, xet_hash=xet)
    if entry["lfs_size"] != size or not HEX64.match(sha256) or git_id(pointer_text(sha256, size)) != blob_id:
        raise ValueError
    return Promise(size, sha256=sha256, xet_hash=xet)
