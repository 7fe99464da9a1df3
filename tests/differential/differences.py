"""Where hubward and the slow verifier may differ, and why. Everything else is a bug of one of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Explained:
    name: str
    line: str  # a pattern for the line of run.differences
    after: str  # a pattern for what was done or asked
    reason: str


_UNDER_A_HOSTILE_NAME = (
    "what lies under a hostile name is not looked at, so it is no file of the snapshot and may hide pointers; "
    "the verdict is corrupt by the name itself")

EXPLAINED: tuple[Explained, ...] = (
    Explained("nothing is missed in a snapshot of hostile names alone",
              r"^(file-missing|entry) .*: slow \(.*, hubward (None|.*None\)$)",
              r"^hostile_name ", _UNDER_A_HOSTILE_NAME),
    Explained("no orphans beside a hostile name", r"^orphan-blob .* hubward None", r"^hostile_name ",
              _UNDER_A_HOSTILE_NAME),
    Explained("a closed plain file below level content", r"^pointer-copied .* hubward None", r"^closed_blob ",
              "a plain file that may not be read can be the text of a link as well as a copy: unreadable is all "
              "that is known, and the contract asks for no more"),
    Explained("a size that another entry's listing knows",
              r"^blob-corrupt .*: slow \('corrupt', 'other'\), hubward \('corrupt', '(truncated|oversized)'\)",
              r"^(truncate|grow|asked:) ",
              "hubward takes a blob's size from every listing that it has read, the slow one only from the listing "
              "of the pointer at hand; the code is the same"),
)


def explained_by(line: str, context: Sequence[str]) -> str | None:
    return next((e.name for e in EXPLAINED
                 if re.search(e.line, line) and any(re.search(e.after, step) for step in context)), None)
