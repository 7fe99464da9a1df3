"""Where hubward and the slow verifier may differ, and why. Everything else is a bug of one of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Explained:
    name: str
    line: str  # a pattern for the line of run.differences
    reason: str


EXPLAINED: tuple[Explained, ...] = ()


def explained_by(line: str, context: Sequence[str]) -> str | None:
    return next((e.name for e in EXPLAINED if re.search(e.line, line)), None)
