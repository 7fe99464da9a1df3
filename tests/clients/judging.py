"""Asks hubward about a cache and holds the report against what was expected.

Every finding counts: one that nobody expected is a false alarm, one that is lacking a blind spot.
An expectation is "CODE PATH" or "CODE=DAMAGE PATH", the path with shell wildcards; "A|B PATH" leaves
the choice where the contract does.
"""

import fnmatch
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


@dataclass(frozen=True)
class Judged:
    """One answer of `hubward verify`."""

    exit_code: int
    verdict: str
    findings: tuple[tuple[str, str, str | None, str], ...]  # code, class, damage, path
    text: str  # for messages: standard error, or the whole output when it is no report
    bases: tuple[str, ...] = ()

    def without(self, others: "Judged") -> tuple[tuple[str, str, str | None, str], ...]:
        return tuple(f for f in self.findings if f not in others.findings)


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
            return Judged(done.returncode, "no report", (), (done.stdout + done.stderr).strip())
        findings = tuple((f["code"], f["class"], f["damage"], f["path"] or "") for f in report["findings"])
        bases = tuple(repo["basis"] or "none" for repo in report["repos"])
        return Judged(done.returncode, report["verdict"], findings, done.stderr.strip(), bases)


def _fits(expected: str, finding: tuple[str, str, str | None, str]) -> bool:
    codes, _, pattern = expected.partition(" ")
    code, _, damage = finding[0], finding[1], finding[2]
    wanted_damage = None
    if "=" in codes:
        codes, _, wanted_damage = codes.partition("=")
    if code not in codes.split("|") or (wanted_damage and damage != wanted_damage):
        return False
    return finding[3] == pattern or fnmatch.fnmatchcase(finding[3], pattern)


def differences(expected: list[str], found: tuple[tuple[str, str, str | None, str], ...]) -> list[str]:
    """Empty when every expectation has exactly one finding and every finding is expected."""
    left = list(found)
    wrong = []
    for expectation in expected:
        match = next((f for f in left if _fits(expectation, f)), None)
        if match is None:
            wrong.append(f"lacking: {expectation}")
        else:
            left.remove(match)
    for code, kind, damage, path in left:
        wrong.append(f"unexpected: {code}{f'={damage}' if damage else ''} {path} ({kind})")
    return wrong


def judge_fill(judged: Judged, warnings: set[str], notes: frozenset[str], exit_code: int, verdict: str) -> list[str]:
    """A client's own cache: exactly the expected findings above a note, and no unexplained note."""
    wrong = differences(sorted(warnings), tuple(f for f in judged.findings if f[1] != "note"))
    wrong += [f"unexpected note: {f[0]} {f[3]}" for f in judged.findings if f[1] == "note" and f[0] not in notes]
    if (judged.exit_code, judged.verdict) != (exit_code, verdict):
        wrong.append(f"exit {judged.exit_code}, {judged.verdict}; expected {exit_code}, {verdict}; {judged.text}")
    return wrong
