"""Writes docs/clients.md from what hubward said of each client's cache, and holds the page against a run.

The page is written by a full run only. A quick run has fewer rows; its own must stand there word for
word, but for the release where the newest published one was asked for.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from fills import FilledCache
from judging import Judged

HEAD = """# Caches by the real clients

What `hubward verify` says of caches that the published clients filled, one row a cache. `./dev clients --full` fills
them all from a Hub on the loopback interface, holds every finding against what the client's way of working lets
expect, reads each cache back with the Hub gone, and writes this page; `./dev clients`, the part of the gate, fills those by
the newest `huggingface_hub` and by `hf-hub` 0.4.3 and holds their rows against it. A finding that nobody
expected and an expected one that is lacking both fail the run. The same run kills downloads half way (incomplete,
never corrupt) and damages the caches (each by its code).

*All* is `verify --all`; *manifest* is `verify` with a manifest that names every revision in the cache. A code in
brackets is a warning or a note: it changes no verdict. *Basis*: `tree` where the client left a listing of the commit, `assumed`
where it left none.

"""
TABLE = "| cache | release | basis | all | manifest | why |\n|---|---|---|---|---|---|\n"
_RELEASE_IN_NAME = re.compile(r"-(js-)?(newest|\d+\.[\dx]+(\.\d+)?)$")


@dataclass(frozen=True)
class Row:
    """One cache as the page tells it."""

    writer: str
    cells: tuple[str, ...]  # cache, release, basis, all, manifest, why
    pinned: bool  # to one release; else the newest published one was asked for

    @property
    def line(self) -> str:
        return f"| {' | '.join(self.cells)} |"


def short_name(name: str) -> str:
    """The fill's name without the release."""
    return _RELEASE_IN_NAME.sub("", name)


def _said(judged: Judged) -> str:
    """The verdict and how often each code was said."""
    counts = Counter((found.code, found.kind) for found in judged.findings)
    words = []
    for (code, kind), count in sorted(counts.items()):
        text = f"{count} {code}"
        words.append(f"({text})" if kind in ("warning", "note") else text)
    return ", ".join([f"**{judged.verdict}**", *words])


def row(cache: FilledCache, everything: Judged, named: Judged) -> Row:
    fill = cache.fill
    cells = (short_name(fill.name), cache.version, "tree" if fill.listed else "assumed", _said(everything),
             _said(named), fill.why)
    return Row("several clients in turn" if fill.client == "both" else fill.writer, cells,
               pinned=any(character.isdigit() for character in fill.client) or fill.client == "hf-hub")


def write(page: Path, rows: list[Row]) -> None:
    parts = [HEAD]
    for writer in dict.fromkeys(row.writer for row in rows):
        parts.append(f"## {writer}\n\n{TABLE}")
        parts += [f"{row.line}\n" for row in rows if row.writer == writer]
        parts.append("\n")
    page.write_text("".join(parts).rstrip("\n") + "\n", encoding="utf-8")


def differences(page: Path, rows: list[Row]) -> list[str]:
    """A line for each row that the page does not have."""
    if not page.exists():
        return [f"there is no {page}: ./dev clients --full writes it"]
    lines = page.read_text(encoding="utf-8").splitlines()

    def comparable(line: str, pinned: bool) -> str:
        cells = line.split(" | ")
        return line if pinned or len(cells) < 2 else " | ".join([cells[0], "newest", *cells[2:]])

    return [f"lacking: {row.line}" for row in rows
            if comparable(row.line, row.pinned) not in {comparable(line, row.pinned) for line in lines}]
