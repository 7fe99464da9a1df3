"""One file of a snapshot: where its link leads, and whether its bytes are what they should be."""

import re
from dataclasses import dataclass

from slow_cache import Tree
from slow_content import Content, damage_of, is_weights, malformed
from slow_manifest import Promise

_SHARED = re.compile(r"\.\./\.\./(blobs/([0-9a-f]{2})/(\2[0-9a-f]{62}))\Z")
_LINK_TEXT = re.compile(r"(\.\./)+blobs/[0-9A-Za-z._-]+\n?\Z")


@dataclass
class Where:
    """Either a code with its path, or the plain file that holds the bytes."""

    code: str | None = None
    path: str | None = None  # of the finding, or of the file
    name: str | None = None  # the repo's name for a blob; None for a copied file
    absolute: bool = False


def _moved(folder: str, text: str) -> bool:
    return text.startswith("/") and re.search(rf"/{re.escape(folder)}/blobs/[^/]+\Z", text) is not None


def _through(tree: Tree, folder: str, link: str) -> str | None:
    """The code of a link that does not lead to a blob of its repo, by its text alone."""
    seen = set()
    at = link
    while True:
        to = tree.target(at)
        if to is None:
            return "pointer-misdirected" if at == link and _moved(folder, tree.text(at)) else "pointer-escapes"
        seen.add(at)
        if to in seen:
            return "pointer-loop"
        if at == link and re.fullmatch(rf"{re.escape(folder)}/blobs/.+", to) and not tree.text(at).endswith("/"):
            return None
        if tree.kind(to) != "link" or to.startswith(folder + "/blobs/"):
            return "pointer-misdirected"
        at = to


def locate(tree: Tree, folder: str, pointer: str) -> Where:
    """`pointer` is there, in a snapshot of the repo `folder`, and is no directory."""
    kind = tree.kind(pointer)
    if kind == "other":
        return Where("not-a-regular-file", pointer)
    if kind == "file":
        if tree.size(pointer) <= 1024:
            data = tree.data(pointer)
            if data is None:
                return Where("unreadable", pointer)
            text = data.decode("utf-8", "replace")
            depth = pointer.count("/") - 2  # below the commit's folder
            if _LINK_TEXT.match(text) or re.match(rf"(\.\./){{{depth + 2},}}[^\s/][^\s]*\n?\Z", text):
                return Where("pointer-as-text", pointer)
        return Where(None, pointer)
    if code := _through(tree, folder, pointer):
        return Where(code, pointer)
    blob = tree.target(pointer)
    name = blob.removeprefix(f"{folder}/blobs/")
    absolute = tree.text(pointer).startswith("/")
    kind = tree.kind(blob)
    if kind == "closed":
        return Where("unreadable", f"{folder}/blobs")
    if kind in ("absent", "dir"):
        return Where("pointer-dangling" if kind == "absent" else "pointer-misdirected", pointer, name, absolute)
    if kind == "other":
        return Where("not-a-regular-file", blob)
    if kind == "file":
        return Where(None, blob, name, absolute)
    shared = _SHARED.match(tree.text(blob))
    if shared is None:
        return Where("pointer-escapes" if tree.target(blob) is None else "pointer-misdirected", blob)
    payload = shared.group(1)
    kind = tree.kind(payload)
    if kind == "absent":
        return Where("pointer-dangling", pointer, name, absolute)
    if kind != "file":
        return Where("not-a-regular-file", payload)
    return Where(None, payload, name, absolute)


def keeps(promise: Promise, content: Content) -> bool:
    """Compared in the expectation's algorithm; with two digests both must be right."""
    return promise.sha256 in (None, content.sha256) and promise.sha1 in (None, content.sha1)


def judge_bytes(where: Where, path: str, pointer: str, content: Content, promise: Promise | None,
                blob_names: set[str]) -> tuple[str | None, str | None, str | None]:
    """(code, path, damage) for sound links: 7.1 from blob-corrupt on."""
    name = where.name
    of_weights = is_weights(path) or (promise is not None and promise.sha256 is not None)
    own = {40: content.sha1, 64: content.sha256}.get(len(name or "")) if re.fullmatch("[0-9a-f]*", name or "") else None
    if own is not None and own != name:
        explained = content.pointer_id == name or (promise is not None and promise.xet_hash == name)
        if not explained:
            size = promise.size if promise else None
            return "blob-corrupt", where.path, damage_of(content, name, path, size)
    if promise is not None and not keeps(promise, content):
        return "oid-mismatch", pointer, None
    proven = own == name and own is not None
    vouched = promise is not None
    if name is None and not vouched:
        proven = content.sha1 in blob_names or content.sha256 in blob_names
    if content.is_pointer_text and of_weights and (proven or vouched):
        return "content-malformed", where.path, None
    if proven or vouched:
        # A digest's form that its bytes do not have is explained, and told so, whoever vouches.
        return ("blob-misnamed", where.path, None) if own is not None and own != name else (None, None, None)
    if malformed(path, content):
        return "content-malformed", where.path, None
    if name is not None and name in (content.md5, content.pointer_id):
        return "blob-misnamed", where.path, None
    return "unverifiable", where.path, None
