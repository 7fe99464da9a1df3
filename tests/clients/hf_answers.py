"""Reduces what hubward and `hf cache verify` say of a cache to the same words, and compares them.

A file is sound, wrong, missing or extra, and the whole sound, missing or wrong. hubward knows two
words more: unproven, where nothing says what the bytes ought to be, and unsaid, where nothing asks for
the file.
"""

import fnmatch
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from fills import repo_of
from synthetic_repos import Repo

SOUND, UNPROVEN, WRONG, MISSING, EXTRA, UNSAID = "sound", "unproven", "wrong", "missing", "extra", "unsaid"
MISMATCH = "Checksum verification failed for the following file(s):"
ABSENT = "Missing files (present remotely, absent locally):"
SURPLUS = "Extra files (present locally, absent remotely):"
# How hf says that it judges nothing: a text of its own, or the one exception that it lets through.
REFUSALS = ("Error: ", "PermissionError: ")
ENDING = {"repo-missing", "ref-missing", "ref-malformed", "ref-dangling", "directory-link", "unreadable"}
ABSENCE = {"file-missing", "shard-missing", "pointer-dangling", "snapshot-empty"}


@dataclass(frozen=True)
class Case:
    title: str
    cache: Path
    repo: Repo  # with the id as asked
    revision: str
    listed: bool
    as_nobody: bool = False


@dataclass
class Answer:
    """One tool about one repo at one revision."""

    whole: str  # sound, missing, wrong; "none" where hf ends in an error
    files: dict[str, str] = field(default_factory=dict)
    ends: str = ""  # why no file was judged
    beside: tuple[str, ...] = ()  # what is wrong beside the files, though they were judged
    trouble: list[str] = field(default_factory=list)  # what contradicts itself in the answer


def _blocks(text: str) -> dict[str, list[str]]:
    """The lists that `hf` prints, by heading. A name may hold a line end."""
    found: dict[str, list[str]] = {MISMATCH: [], ABSENT: [], SURPLUS: []}
    for heading in found:
        _, there, rest = text.partition(f" {heading}\n")
        if there:
            rest = re.split(r"\n\S* ?(?:Missing files|Extra files) \(", rest)[0]
            found[heading] = re.split(r"^  - ", rest.rstrip("\n"), flags=re.MULTILINE)[1:]
            found[heading] = [line.rstrip("\n") for line in found[heading]]
    return found


def by_hf(case: Case, said: dict[str, dict], repos: dict) -> Answer:
    """From the exit codes of the three ways to ask, and what the strictest of them prints."""
    exits = {how: answer["exit"] for how, answer in said.items()}
    text = said["both"]["out"] + said["both"]["err"]
    commit = re.search(r"^  (?:Revision: |path: .*/snapshots/)([0-9a-f]*)", text, re.MULTILINE)
    if commit is None:
        lines = [line for line in said["both"]["err"].splitlines() if line and not line.startswith("Hint")]
        answer = Answer("none", ends=lines[-1] if lines else "no answer")
        if set(exits.values()) != {1} or not answer.ends.startswith(REFUSALS):
            answer.trouble.append(f"hf: exits {exits}, {answer.ends}")
        return answer
    blocks = _blocks(said["both"]["out"])
    wrong = [line.rpartition(": expected ")[0] for line in blocks[MISMATCH]]
    answer = Answer(WRONG if exits["bare"] else MISSING if exits["missing"] else SOUND)
    answer.files = dict.fromkeys(repo_of(repos, case.repo.type, case.repo.id).files(commit[1] or "main"), SOUND)
    checked = len(answer.files) - len(blocks[ABSENT])
    for word, paths in ((WRONG, wrong), (MISSING, blocks[ABSENT]), (EXTRA, blocks[SURPLUS])):
        answer.files |= dict.fromkeys(paths, word)
    must = {"bare": bool(wrong), "missing": bool(wrong or blocks[ABSENT]),
            "both": bool(wrong or blocks[ABSENT] or blocks[SURPLUS])}
    answer.trouble += [f"hf {how}: exit {exits[how]}, but its lists are {blocks}" for how in must
                       if exits[how] != int(must[how])]
    counted = re.search(r"Verified (\d+) file", said["bare"]["out"])
    if counted and int(counted[1]) != checked:
        answer.trouble.append(f"hf checked {counted[1]} files, expected {checked}")
    return answer


def _unshown(path: str) -> str:
    """Undoes the spelling of reports: \\xHH, and a backslash as two."""
    data = re.sub(rb"\\(\\|x[0-9A-F]{2})", lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1][1:], 16)]),
                  path.encode(), flags=re.IGNORECASE)
    return data.decode("utf-8", "surrogateescape")


def _names_beneath(folder: Path) -> list[str]:
    return [os.path.relpath(os.path.join(place, name), folder) for place, folders, names in os.walk(folder)
            for name in [*names, *(each for each in folders if os.path.islink(os.path.join(place, each)))]]


def _paths_of(found: dict, prefix: str, present: list[str], listed: list[str]) -> list[str]:
    """The files of the snapshot that a finding is about. Where nothing lists names, a missing one is a pattern."""
    if found["code"] == "snapshot-empty":
        return listed
    places = [_unshown(path) for path in [found["path"] or "", *found["affects"]]]
    paths = [place.removeprefix(f"{prefix}/") for place in places if place.startswith(f"{prefix}/")]
    if found["code"] == "file-missing" and "*" in found["path"]:
        return [path for path in listed if path not in present and fnmatch.fnmatchcase(path, paths[0])]
    return paths


def by_hubward(case: Case, report: dict, repos: dict) -> Answer:
    """From the findings of one entry: those about its files, and all the others.

    A file about which nothing is found is sound where the Hub has it; of others nothing is said.
    """
    answer = Answer({0: SOUND, 1: MISSING, 2: WRONG}[report["exit_code"]])
    entry = report["repos"][0]
    prefix = f"{case.repo.folder}/snapshots/{entry['commit']}"
    present = _names_beneath(case.cache / prefix)
    listed = list(repo_of(repos, case.repo.type, case.repo.id).commits.get(entry["commit"], ()))
    words = {path: SOUND for path in present if path in listed}
    for found in report["findings"]:
        unproven = found["code"] == "unverifiable"
        if found["class"] == "note" or (found["class"] == "warning" and not unproven):
            continue
        paths = _paths_of(found, prefix, present, listed)
        word = MISSING if found["code"] in ABSENCE else UNPROVEN if unproven else WRONG
        words |= dict.fromkeys(paths, word)
        if not paths:
            answer.beside += (found["code"],)
    ending = [code for code in answer.beside if code in ENDING]
    if ending:
        answer.ends = ending[0]
    else:
        answer.files = words
    return answer


def lines_of(knows: str, hubward: Answer, hf: Answer) -> list[str]:
    """What the two judge differently, a line each. Both refusing to judge files is the same judgement."""
    lines = []
    if bool(hubward.ends) != bool(hf.ends):
        lines.append(f"{knows}: files: hubward {hubward.ends or 'judges'}, hf {hf.ends or 'judges'}")
    elif not hf.ends:
        lines += [f"{knows}: beside the files: hubward {code}" for code in hubward.beside]
        for path in sorted(hubward.files.keys() | hf.files.keys()):
            ours, theirs = hubward.files.get(path, UNSAID), hf.files.get(path, UNSAID)
            if ours != theirs:
                lines.append(f"{knows}: {path!r}: hubward {ours}, hf {theirs}")
    if hubward.whole != hf.whole and not (hf.whole == "none" and hubward.whole != SOUND):
        lines.append(f"{knows}: whole: hubward {hubward.whole}, hf {hf.whole}")
    return lines
