"""Holds hubward against `hf cache verify` of the newest huggingface_hub, cache by cache and file by file.

`hf cache verify` asks the Hub for the listing of one commit and holds each file of the snapshot
against it. hubward asks nobody: it is run once with what the cache itself has (a listing, or none)
and once with a lock that says what the Hub says. Both answers are reduced to the same words: a file
is sound, wrong, missing or extra; the whole is sound, missing or wrong. Where they differ,
hf_differences has to say why; an entry of that list which nothing met is wrong too.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import filling
import judging
from damage import EMBEDDER, GGUF, SHARDED, TINY, Cache, fresh_copy
from damages import all_damages
from fills import ASSUMED_OPTIONS, FilledCache, repo_of
from hf_answers import Case, by_hf, by_hubward, lines_of
from hf_differences import EXPLAINED, expected_of, explained_by, more_damages
from loopback_hub import LoopbackHub
from synthetic_repos import Repo
from toolchain import PythonClient

ASKED = {
    "bare": [],
    "missing": ["--fail-on-missing-files"],
    "both": ["--fail-on-missing-files", "--fail-on-extra-files"],
}
# Intact caches by their fills; each of its revisions is a case.
INTACT = ("snapshots", "moved-branch", "pinned", "pinned-files", "shared-store", "few-files", "few-no-symlinks",
          "few-sync")
# Asked of the program itself too: one that passes, one with all kinds of trouble, one without an answer.
AS_PROGRAM = ("intact models/tiny-gpt@main", "#several", "#49 ")
# What lies in a copy that is to be damaged: the recipes look at nothing else.
DAMAGED_REPOS = (TINY, SHARDED, GGUF, EMBEDDER, "lab/tiny-gpt-copy")


class Tally(Protocol):
    def row(self, columns: str, wrong: list[str]) -> None: ...


def intact_cases(filled: dict[str, FilledCache], repos: dict) -> Iterator[Case]:
    for name in INTACT:
        cache = filled[name]
        for type, id, revision in cache.fill.revisions:
            yield Case(f"intact {type}s/{id}@{revision[:12]} ({name})", cache.cache, repo_of(repos, type, id), revision,
                       cache.fill.listed)


def _copy(filled: FilledCache, repos: dict, place: Path, for_nobody: bool) -> Path:
    """The repos that the recipes of damage look at, and the shared store."""
    place.mkdir(parents=True)
    for name in ["blobs", *(repo_of(repos, "model", id).folder for id in DAMAGED_REPOS)]:
        if (filled.cache / name).exists():
            fresh_copy(filled.cache / name, place / name, for_nobody)
    return place


def _repo_asked(manifest: str | None, expected: list[str], repos: dict) -> Repo:
    """That of the manifest; under --all that of the findings."""
    if manifest is not None:
        id = manifest.split()[0]
        return repos.get(("model", id)) or Repo("model", id)
    named = [id for id in (SHARDED, GGUF, EMBEDDER)
             if any(f" {repos['model', id].folder}/" in line for line in expected)]
    return repos["model", named[0] if named else TINY]


def damaged_cases(filled: dict[str, FilledCache], repos: dict, work: Path) -> Iterator[Case]:
    for number, damage in enumerate([*all_damages(), *more_damages.rows]):
        root = _copy(filled[damage.base], repos, work / str(number) / "hub", damage.as_nobody)
        expected = damage.do(Cache(root, repos))
        title = f"#{damage.case} {damage.title} ({damage.base})"
        yield Case(title, root, _repo_asked(damage.manifest, expected, repos), "main", filled[damage.base].fill.listed,
                   damage.as_nobody)


class Reporter(judging.Hubward):
    """hubward, asked for the whole report of one entry."""

    def report(self, cache: Path, manifest: Path, as_nobody: bool) -> dict | str:
        """Text where there is none. A lock beside the manifest is used."""
        command = [str(self._program), "verify", "--cache-dir", str(cache), "--format", "json"]
        command += ["--manifest", str(manifest)]
        if as_nobody and os.geteuid() == 0:
            nobody = judging.NOBODY
            command = ["setpriv", f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups", *command]
        done = self._run(command)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return f"hubward: exit {done.returncode}, no report: {(done.stdout + done.stderr).strip()}"


def lock_text(repo: Repo, revision: str) -> str:
    """What the Hub says of the revision, as a lock."""
    text = f'version = 1\n\n[[repo]]\nid = "{repo.id}"\ntype = "{repo.type}"\nrevision = "{revision}"\n'
    text += f'commit = "{repo.resolve(revision)}"\n'
    for path, file in sorted(repo.files(revision).items(), key=lambda item: item[0].encode()):
        oid = f"sha256:{file.sha256}" if file.lfs else f"sha1:{file.blob_id}"
        quoted = json.dumps(path, ensure_ascii=False)
        text += f'\n  [[repo.file]]\n  path = {quoted}\n  size = {file.size}\n  oid = "{oid}"\n'
    return text


class BothTools:
    """Runs them: the binary under test, and the client's own `hf` (see hf_cli.py)."""

    def __init__(self, hub: LoopbackHub, client: PythonClient, hubward: Path, work: Path):
        work.mkdir(parents=True)
        self._hub, self._client, self._hubward, self._work = hub, client, Reporter(hubward, work), work

    def _environment(self) -> dict[str, str]:
        # An empty folder of certificates: reading the system's takes ten times as long as a verification.
        certificates = self._work / "no-certificates"
        certificates.mkdir(exist_ok=True)
        return filling.environment_of(self._work / "home", self._hub.origin,
                                      {"HF_TOKEN": filling.TOKEN, "SSL_CERT_DIR": str(certificates), "NO_COLOR": "1"})

    @staticmethod
    def arguments(case: Case, how: str) -> list[str]:
        revision = [] if case.revision == "main" else ["--revision", case.revision]
        return ["cache", "verify", case.repo.id, "--repo-type", case.repo.type, *revision,
                "--cache-dir", str(case.cache), *ASKED[how]]

    def ask_hf(self, cases: list[Case]) -> list[dict[str, dict]]:
        """A dict of {"exit", "out", "err"} a case, by how it was asked."""
        calls = [{"args": self.arguments(case, how), "as_nobody": case.as_nobody} for case in cases for how in ASKED]
        done = subprocess.run([str(self._client.python), str(filling.HERE / "hf_cli.py")], input=json.dumps(calls),
                              env=self._environment(), capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"hf {self._client.version}: {done.stderr}")
        answers = iter(json.loads(done.stdout))
        return [{how: next(answers) for how in ASKED} for _ in cases]

    def ask_program(self, case: Case, how: str) -> dict:
        """The program `hf` itself, as a person starts it."""
        done = subprocess.run([str(self._client.python.with_name("hf")), *self.arguments(case, how)],
                              env=self._environment(), capture_output=True, text=True, errors="surrogateescape")
        return {"exit": done.returncode, "out": done.stdout, "err": done.stderr}

    def ask_hubward(self, case: Case, knows: str) -> dict | str:
        name = case.repo.manifest_id + ("" if case.revision == "main" else f"@{case.revision}")
        option = "profile:all" if knows == "tree" else ASSUMED_OPTIONS.get(case.repo.id, "")
        place = self._work / knows
        place.mkdir(exist_ok=True)
        (place / "models.txt").write_text(f"{name} {option}\n")
        if knows == "lock":
            (place / "model_manifest.lock.toml").write_text(lock_text(case.repo, case.revision))
        return self._hubward.report(case.cache, place / "models.txt", case.as_nobody)


def _judge(case: Case, said: dict[str, dict], tools: BothTools, repos: dict, tally: Tally) -> set[str]:
    """One row; the names of the written differences that this case met."""
    hf = by_hf(case, said, repos)
    wrong, columns, met = list(hf.trouble), [], set()
    known = case.repo.resolve(case.revision) is not None  # of what the Hub lacks there is nothing to lock
    for knows in ("tree" if case.listed else "assumed", *(["lock"] if known else [])):
        report = tools.ask_hubward(case, knows)
        if isinstance(report, str):
            wrong.append(report)
            continue
        ours = by_hubward(case, report, repos)
        columns.append(f"{knows} {ours.whole}")
        for line in lines_of(knows, ours, hf):
            why = explained_by(line, case.title)
            if why is None:
                wrong.append(line)
            else:
                met.add(why)
    wrong += [f"no longer differs: {name}" for name in expected_of(case.title) - met]
    tally.row(f"hf cache verify: {case.title}: {hf.whole}; {', '.join(columns)}", wrong)
    return met


def _judge_program(cases: list[Case], answers: list[dict[str, dict]], tools: BothTools, tally: Tally) -> None:
    """What was forked says what the program says that a person starts."""
    for title in AS_PROGRAM:
        at = next(i for i, case in enumerate(cases) if case.title.startswith(title))
        said = tools.ask_program(cases[at], "both")
        wrong = [] if said == answers[at]["both"] else [f"hf: {said}", f"forked: {answers[at]['both']}"]
        tally.row(f"hf cache verify: the program itself on {title}: exit {said['exit']}", wrong)


def judge_both(filled: list[FilledCache], client: PythonClient, hubward: Path, work: Path, tally: Tally) -> None:
    """A row a case, and one that every written difference was met."""
    began = time.monotonic()
    by_name = {cache.fill.name: cache for cache in filled}
    # A listing in one page: what is asked here is asked some hundred times.
    with LoopbackHub(filling.TOKEN, page_size=1000) as hub:
        tools = BothTools(hub, client, hubward, work)
        cases = [*intact_cases(by_name, hub.repos), *damaged_cases(by_name, hub.repos, work / "caches")]
        answers = tools.ask_hf(cases)
        _judge_program(cases, answers, tools, tally)
    met = set().union(*(_judge(case, said, tools, hub.repos, tally)
                        for case, said in zip(cases, answers, strict=True)))
    wrong = [f"no case met: {entry.name}" for entry in EXPLAINED if entry.name not in met]
    tally.row(f"hf cache verify {client.version}: {len(cases)} caches, {len(met)} kinds of difference with reasons, "
              f"{time.monotonic() - began:.0f} s", wrong)
