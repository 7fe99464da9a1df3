"""Writes caches that real clients filled as recipes, so that the plain tests replay them offline.

A recipe holds bytes, links and folders verbatim (not "a healthy repo of ours"): what is replayed is
what the client did, to the last lock file. A folder a client version; older ones stay, as the record
of what earlier releases wrote. The format is the one of every recipe in fixtures/caches.
"""

import json
import os
from pathlib import Path

from clients_page import short_name
from fills import FilledCache, expected_under_all

MOST_BYTES = 200_000


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _spelled(raw: bytes) -> str:
    """A path or link text in the recipes' spelling: a backslash doubled, what is no UTF-8 as \\xHH."""
    parts = []
    for character in raw.decode("utf-8", "surrogateescape"):
        if "\udc80" <= character <= "\udcff":
            parts.append(f"\\x{ord(character) - 0xDC00:02x}")
        else:
            parts.append("\\\\" if character == "\\" else character)
    return "".join(parts)


def _content(data: bytes) -> str:
    """As text where a person can read it and no placeholder could be seen in it."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return f'hex = "{data.hex()}"'
    if any(ord(c) < 32 and c not in "\n\t" for c in text) or any(f"{{{n}" in text for n in
                                                                 ("blob:", "payload:", "commit", "cache", "folder")):
        return f'hex = "{data.hex()}"'
    return f"text = {_quoted(text)}"


def _steps(root: bytes) -> list[str]:
    """Every entry in sorted order; a folder only where it is empty, for writing makes the parents."""
    steps = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        relative = os.path.relpath(folder, root)
        for name in sorted(names):
            path = os.path.join(folder, name)
            place = _quoted(_spelled(os.path.normpath(os.path.join(relative, name))))
            if os.path.islink(path):
                to = os.readlink(path)
                # Absolute links lead into the cache wherever it is replayed.
                to = "{cache}" + _spelled(to.removeprefix(root)) if to.startswith(root + b"/") else _spelled(to)
                steps.append(f'[[step]]\ndo = "link"\npath = {place}\nto = {_quoted(to)}\n')
            else:
                content = _content(Path(os.fsdecode(path)).read_bytes())
                steps.append(f'[[step]]\ndo = "write"\npath = {place}\n{content}\n')
        if not names and not folders:
            steps.append(f'[[step]]\ndo = "mkdir"\npath = {_quoted(_spelled(relative))}\n')
    return steps


def _expected(filled: FilledCache, repos: dict) -> list[str]:
    """From the client's habits: copies where it makes copies, hf-hub's own lock files as notes."""
    locks = [f"stale-lock-file {path.relative_to(filled.cache)}" for path in filled.cache.glob("*/blobs/*.lock")]
    blobs = [f"orphan-blob {path.relative_to(filled.cache)}" for path in filled.cache.glob("*/blobs/*")]
    orphans = blobs if filled.fill.layout == "copies-beside-blobs" else []
    return sorted(expected_under_all(filled.fill, repos) + locks + orphans)


def recipe(filled: FilledCache, repos: dict) -> str:
    fill = filled.fill
    about = f"{fill.writer} {filled.version} filled this: {short_name(fill.name).replace('-', ' ')}."
    if fill.wrong:
        about += f" {fill.why[0].upper()}{fill.why[1:]}."
    lines = "".join(f"    {_quoted(line)},\n" for line in _expected(filled, repos))
    head = f"about = {_quoted(about)}\n" + 'args = ["--all"]\n'
    head += f"expect = [\n{lines}]\n" if lines else "expect = []\n"
    if fill.wrong:
        # What stands there is whole, but another revision's file: no damage has a name for it.
        head += f"damage = {json.dumps(['other'] * len(fill.wrong))}\n"
    return head + f"exit = {2 if fill.wrong else 0}\n\n" + "\n".join(_steps(os.fsencode(filled.cache)))


def write_recipes(filled: list[FilledCache], repos: dict, place: Path) -> None:
    for cache in filled:
        if not cache.fill.recorded:
            continue
        writer = cache.fill.writer.replace("@huggingface/hub", "huggingface-hub-js")
        folder = place / f"{writer}-{cache.version}-{short_name(cache.fill.name)}"
        text = recipe(cache, repos)
        if len(text.encode()) > MOST_BYTES:
            raise ValueError(f"{folder.name}: {len(text)} bytes are too many for a fixture")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "recipe.toml").write_text(text, encoding="utf-8")
        print(f"recorded {folder.name}")
