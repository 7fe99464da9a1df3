"""Asks hubward about a cache and holds the report against what was expected.

Every finding counts: one that nobody expected is a false alarm, one that is lacking a blind spot.
An expectation is "CODE[=DAMAGE][:CLASS][@AFFECTED] PATH", the path with shell wildcards; "A|B PATH"
leaves the choice where the contract does.
"""

import fnmatch
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
NO_REPORT = "no report"


@dataclass(frozen=True)
class Found:
    """What is compared of one finding."""

    code: str
    kind: str  # its class
    damage: str | None
    path: str
    affected: int

    def __str__(self) -> str:
        return f"{self.code}{f'={self.damage}' if self.damage else ''}:{self.kind}@{self.affected} {self.path}"


@dataclass(frozen=True)
class Judged:
    """One answer of `hubward verify`."""

    exit_code: int
    verdict: str
    findings: tuple[Found, ...]
    text: str  # for messages: standard error, or the whole output when it is no report
    bases: tuple[str, ...] = ()


class Hubward:
    """The binary under test. `as_nobody` runs it without root's right to read everything."""

    def __init__(self, program: Path, work: Path):
        # A copy beneath the work directory: the build directory may be closed to nobody.
        self._program = work / "hubward"
        shutil.copy2(program, self._program)
        self._program.chmod(0o755)
        self.version = self._run([str(self._program), "--version"]).stdout.split("\n")[0].strip()

    def _run(self, command: list[str], text: str = "") -> subprocess.CompletedProcess:
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}
        # Sanitizers report through these; everything else of the environment is a variable of the test.
        environment |= {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
        return subprocess.run(command, input=text, env=environment, capture_output=True, text=True,
                              errors="surrogateescape", cwd="/", timeout=120)

    def verify(self, cache: Path, manifest: str | None = None, level: str = "content",
               as_nobody: bool = False) -> Judged:
        """`manifest` None judges everything (--all); a text only what it names, plus nothing."""
        command = [str(self._program), "verify", "--cache-dir", str(cache), "--format", "json", "--level", level]
        command += ["--all"] if manifest is None else ["--manifest", "-"]
        if as_nobody and os.geteuid() == 0:
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        done = self._run(command, manifest or "")
        try:
            report = json.loads(done.stdout)
        except ValueError:
            return Judged(done.returncode, NO_REPORT, (), (done.stdout + done.stderr).strip())
        findings = tuple(Found(f["code"], f["class"], f["damage"], f["path"] or "", f["affects_total"])
                         for f in report["findings"])
        bases = tuple(repo["basis"] or "none" for repo in report["repos"])
        return Judged(done.returncode, report["verdict"], findings, done.stderr.strip(), bases)


def _fits(expected: str, found: Found) -> bool:
    head, _, pattern = expected.partition(" ")
    head, _, affected = head.partition("@")
    head, _, kind = head.partition(":")
    codes, _, damage = head.partition("=")
    if found.code not in codes.split("|") or (damage and found.damage != damage):
        return False
    if (kind and found.kind != kind) or (affected and found.affected != int(affected)):
        return False
    return found.path == pattern or fnmatch.fnmatchcase(found.path, pattern)


def differences(expected: list[str], found: tuple[Found, ...], before: tuple[Found, ...] = ()) -> list[str]:
    """Empty when every expectation has exactly one finding and every finding is expected.

    `before`: what the healthy cache showed too, which the damage need not explain.
    """
    left = list(found)
    wrong = []
    for expectation in expected:
        match = next((f for f in left if _fits(expectation, f)), None)
        if match is None:
            wrong.append(f"lacking: {expectation}")
        else:
            left.remove(match)
    return wrong + [f"unexpected: {f}" for f in left if f not in before]


def judge_fill(judged: Judged, warnings: list[str], notes: frozenset[str], exit_code: int, verdict: str) -> list[str]:
    """A client's own cache: exactly the expected findings above a note, and no unexplained note."""
    if judged.verdict == NO_REPORT:
        return [f"exit {judged.exit_code}, no report: {judged.text}"]
    wrong = differences(sorted(warnings), tuple(f for f in judged.findings if f.kind != "note"))
    wrong += [f"unexpected: {f}" for f in judged.findings if f.kind == "note" and f.code not in notes]
    if (judged.exit_code, judged.verdict) != (exit_code, verdict):
        wrong.append(f"exit {judged.exit_code}, {judged.verdict}; expected {exit_code}, {verdict}; {judged.text}")
    return wrong
