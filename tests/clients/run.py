#!/usr/bin/env python3
"""The client matrix: real clients fill caches, hubward judges them, intact and damaged.

Three questions, each with its own way to be wrong: are the clients' own caches found intact (false
alarms), can the clients read them back with the Hub gone (is the fill what it claims to be), and is
every kind of damage called by its documented code and no other (blind spots)? Ends in the line
"N passed, N failed"; the exit status is 1 when anything disagrees.
"""

import argparse
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "hub"))

import clients_page  # noqa: E402
import filling  # noqa: E402
import hf_verify  # noqa: E402
import interrupted  # noqa: E402
import judging  # noqa: E402
import pruned  # noqa: E402
import record  # noqa: E402
import repaired  # noqa: E402
from damage import Cache, fresh_copy  # noqa: E402
from damages import all_damages, kinds  # noqa: E402
from fills import FilledCache, expected_bases, expected_of_manifest, expected_under_all, manifest_text, quick_fills  # noqa: E402
from fills_of_releases import (JS_RELEASES, NEWEST_RUST, PYTHON_RELEASES, RUST_RELEASES,  # noqa: E402
                               fills_of_releases)
from loopback_hub import LoopbackHub  # noqa: E402
from toolchain import (ToolchainError, js_client, newest_rust_client, older_python_client, older_rust_client,  # noqa: E402
                       python_client, rust_client)


class Tally:
    """Counts, and prints a row for everything that was asked."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def row(self, columns: str, wrong: list[str]) -> None:
        print(f"{'ok  ' if not wrong else 'FAIL'}  {columns}", flush=True)
        for line in wrong[:20]:
            print(f"        {line}")
        if len(wrong) > 20:
            print(f"        and {len(wrong) - 20} more")
        self.failed += bool(wrong)
        self.passed += not wrong


def tallied(name: str, check: Callable[[Path, Tally], None]) -> int:
    """An exit code: of a check in a folder that is gone afterwards. Ends in "N passed, N failed"."""
    tally = Tally()
    try:
        with tempfile.TemporaryDirectory(prefix=f"hubward-{name}-") as work:
            check(Path(work).resolve(), tally)
    except ToolchainError as problem:
        print(f"clients: {problem}", file=sys.stderr)
        return 1
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 0 if tally.failed == 0 else 1


def fill_all(hub: LoopbackHub, clients: filling.Clients, full: bool, place: Path, tally: Tally) -> list[FilledCache]:
    filled = []
    for fill in quick_fills(hub.repos) + (fills_of_releases(hub.repos) if full else []):
        cache = filling.fill_cache(fill, hub, clients, place)
        columns = f"{fill.writer:16} {cache.version:14} {fill.name:24} filled, {len(fill.revisions)} revisions"
        tally.row(columns, cache.failures)
        filled.append(cache)
    return filled


def kill_and_finish(hub: LoopbackHub, clients: filling.Clients, hubward: judging.Hubward | None, place: Path,
                    tally: Tally) -> list[FilledCache]:
    """Killed downloads are incomplete and never corrupt; finished, they are caches like any other."""
    killed = interrupted.kill_all(hub, clients, place)
    for cache in killed:
        columns = f"{cache.fill.writer:16} {cache.version:14} {cache.fill.name:24}"
        tally.row(f"{columns} killed by SIGKILL", cache.failures)
        if hubward:
            judged = hubward.verify(cache.cache)
            tally.row(f"{columns} killed, --all: {judged.verdict}",
                      interrupted.judge_killed(judged, 0, interrupted.LEFTOVERS))
            judged = hubward.verify(cache.cache, "lab/sharded\n")
            tally.row(f"{columns} killed, manifest: {judged.verdict}",
                      interrupted.judge_killed(judged, 1, interrupted.UNFINISHED))
        tally.row(f"{columns} finished", interrupted.finish(cache, hub, clients))
    return killed


def judge_intact(filled: list[FilledCache], repos: dict, hubward: judging.Hubward, tally: Tally,
                 killed: list[FilledCache]) -> list[clients_page.Row]:
    """Everything, then what a manifest names: all that the client's habits explain, and no finding more.

    What a kill left behind depends on where it fell, so the notes of those are allowed and not asked for.
    """
    rows = []
    for cache in filled + killed:
        fill = cache.fill
        columns = f"{fill.writer:16} {cache.version:14} {fill.name:24}"
        everything = hubward.verify(cache.cache)
        code, verdict = (2, "corrupt") if fill.wrong else (0, "complete")
        wrong = judging.judge_fill(everything, expected_under_all(fill, repos), fill.notes, code, verdict)
        tally.row(f"{columns} --all: {everything.verdict}", wrong)
        named = hubward.verify(cache.cache, manifest_text(fill, repos))
        expected = expected_of_manifest(fill, repos)
        incomplete = any(line.startswith(("ref-missing", "not-proven")) for line in expected)
        code, verdict = (1, "incomplete") if incomplete else (0, "complete")
        wrong = judging.judge_fill(named, expected, fill.notes, code, verdict)
        bases = expected_bases(fill, repos)
        if sorted(named.bases) != bases:
            wrong.append(f"bases {sorted(named.bases)}, expected {bases}")
        said = {found.code for found in everything.findings + named.findings}
        wrong += [f"lacking: the note {code}" for code in sorted(fill.notes - said) if cache not in killed]
        tally.row(f"{columns} manifest: {named.verdict}, {'+'.join(sorted(set(bases)))}", wrong)
        if cache not in killed:
            rows.append(clients_page.row(cache, everything, named))
    return rows


def read_back(filled: list[FilledCache], repos: dict, clients: filling.Clients, dead: str, tally: Tally) -> None:
    """By the newest Python client, by hf-hub 0.4.3, and by the client itself where it is another."""
    python, rust = clients["huggingface_hub"], clients["hf-hub"]
    for cache in filled:
        columns = f"{cache.fill.name:24} read with the Hub gone by"
        for client in {python: 0, rust: 0, clients.get(cache.fill.client, rust): 0}:
            wrong = filling.read_back_own(cache, repos, client, dead)
            if client is clients.get(cache.fill.client):
                wrong = filling.without_known_wrong(cache.fill, wrong)
            tally.row(f"{columns} {client.name} {client.version}", wrong)


def judge_damaged(filled: list[FilledCache], repos: dict, hubward: judging.Hubward, work: Path, tally: Tally) -> None:
    by_name = {cache.fill.name: cache.cache for cache in filled}
    healthy: dict[tuple, judging.Judged] = {}
    for number, damage in enumerate(all_damages()):
        root = fresh_copy(by_name[damage.base], work / str(number) / "hub", damage.as_nobody)
        how = {"manifest": damage.manifest, "as_nobody": damage.as_nobody}
        key = (damage.base, damage.manifest, damage.as_nobody)
        if key not in healthy:
            healthy[key] = hubward.verify(root, **how)
        expected = damage.do(Cache(root, repos))
        judged = hubward.verify(root, **how)
        wrong = judging.differences(expected, judged.findings, healthy[key].findings)
        if judged.exit_code != damage.exit_code or judged.verdict == judging.NO_REPORT:
            wrong.append(f"exit {judged.exit_code}, {judged.verdict}; expected {damage.exit_code}; {judged.text}")
        asked = "--all" if damage.manifest is None else f"manifest {damage.manifest.strip()}"
        said = ", ".join(line.split(" ")[0] for line in expected) or "nothing"
        tally.row(f"#{damage.case:9} {damage.title} ({damage.base}, {asked}): {said}", wrong)


def run(args: argparse.Namespace, work: Path, tally: Tally) -> None:
    clients = {"huggingface_hub": python_client(args.keep), "hf-hub": rust_client()}
    if args.full:
        clients |= {f"huggingface_hub {version}": older_python_client(version) for version in PYTHON_RELEASES}
        clients |= {f"hf-hub {version}": older_rust_client(version) for version in RUST_RELEASES}
        clients[NEWEST_RUST] = newest_rust_client(args.keep)
        clients |= {f"@huggingface/hub {version}": js_client(version, args.keep) for version in JS_RELEASES}
    hubward = judging.Hubward(args.hubward, work) if args.hubward else None
    print(", ".join(f"{c.name} {c.version}" for c in clients.values()) + (f"; {hubward.version}" if hubward else ""))
    began = time.monotonic()
    with LoopbackHub(filling.TOKEN) as hub:
        filled = fill_all(hub, clients, args.full, work / "fills", tally)
        killed = kill_and_finish(hub, clients, hubward, work / "killed", tally)
        repos, dead = hub.repos, hub.origin
    read_back(filled + killed, repos, clients, dead, tally)
    if args.record:
        record.write_recipes(filled, repos, TOP / "fixtures" / "caches" / "clients")
    if hubward:
        rows = judge_intact(filled, repos, hubward, tally, killed)
        page = TOP / "docs" / "clients.md"
        if args.full:
            clients_page.write(page, rows)
        tally.row("docs/clients.md says the same", clients_page.differences(page, rows))
        judge_damaged(filled, repos, hubward, work / "damaged", tally)
        pruned.judge_pruned(filled, repos, clients, args.hubward, dead, work / "pruned", tally)
        repaired.judge_repaired(filled, repos, clients, args.hubward, dead, work / "repaired", tally)
        hf_verify.judge_both(filled, clients["huggingface_hub"], args.hubward, work / "hf-verify", tally)
    damages = all_damages()
    print(f"{len(filled) + len(killed)} caches, {len(damages)} damages of {kinds(damages)} kinds, "
          f"{time.monotonic() - began:.0f} s without setting the clients up")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubward", type=Path, help="the binary to judge; without it only the clients run")
    parser.add_argument("--full", action="store_true", help="also what takes long to build or to run")
    parser.add_argument("--keep", action="store_true", help="use the clients at hand, ask no index for newer ones")
    parser.add_argument("--record", action="store_true", help="rewrite the recipes in fixtures/caches/clients")
    parser.add_argument("--work", type=Path, help="keep everything in this new folder instead of a temporary one")
    args = parser.parse_args()
    if args.hubward and not args.hubward.is_file():
        parser.error(f"there is no binary at {args.hubward}")
    tally = Tally()
    os.umask(0o022)
    with contextlib.ExitStack() as stack:
        work = args.work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hubward-clients-")))
        work.mkdir(parents=True, exist_ok=bool(args.work is None))
        work.chmod(0o755)  # nobody has to come in
        try:
            run(args, work.resolve(), tally)
        except ToolchainError as problem:
            tally.row("the clients themselves", [str(problem)])
    line = f"{tally.passed} passed, {tally.failed} failed"
    (TOP / "build" / "clients").mkdir(parents=True, exist_ok=True)
    (TOP / "build" / "clients" / "tally").write_text(line + "\n")
    print(line)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
