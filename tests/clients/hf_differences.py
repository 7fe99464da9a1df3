"""Where hubward and `hf cache verify` may differ, and why. Everything else is a bug of one of them."""

import re
from dataclasses import dataclass

from damage import Table

more_damages = Table()


@dataclass(frozen=True)
class Explained:
    name: str
    line: str  # a pattern for the line of hf_answers.lines_of
    case: str  # a pattern for the title of the case
    reason: str


EXPLAINED: tuple[Explained, ...] = ()


def explained_by(line: str, title: str) -> str | None:
    return next((e.name for e in EXPLAINED if re.search(e.line, line) and re.search(e.case, title)), None)
