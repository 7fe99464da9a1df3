#!/usr/bin/env python3
"""hubward against the slow verifier, on random caches that a seed makes again.

    run.py --hubward BINARY [--late-clock LIBRARY] [--seeds FIRST-LAST] [--keep FOLDER]

With --late-clock (tests/late_clock) a ledger has met each cache before it was damaged, and is believed.

Compares every finding (code, path, class, damage), the commit, basis of every entry, the verdict and
the exit code. A difference is a failure unless differences.py explains it, and an explanation that
meets nothing in the whole range is a failure too. Ends in "N passed, N failed".
"""

import argparse
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from damages import damage  # noqa: E402
from differences import EXPLAINED, explained_by  # noqa: E402
from questions import ask  # noqa: E402
from slow_verify import Answer, Asked, verify  # noqa: E402
from worlds import healthy_world  # noqa: E402

NOBODY = 65534


def environment_for(program: Path, root: Path) -> dict[str, str]:
    made = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    made |= {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    clock = program.with_name("late_clock.so")
    if not clock.exists():
        return made | {"HUBWARD_NO_LEDGER": "1"}
    return made | {"LD_PRELOAD": str(clock), "LATE_CLOCK_SECONDS": "60", "HUBWARD_LEDGER": "1",
                   "XDG_STATE_HOME": str(root.parent / "state")}


def meet(program: Path, root: Path) -> int:
    """What the ledger holds of a healthy cache, if there is one."""
    environment = environment_for(program, root)
    if "HUBWARD_LEDGER" not in environment:
        return 0
    command = [str(program), "verify", "--all", "--cache-dir", str(root), "--format", "json", "-j", "1"]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, cwd=root.parent, timeout=60, env=environment)
    return json.loads(done.stdout)["totals"]["blobs_from_ledger"]


def hubward_says(program: Path, root: Path, asked: Asked) -> Answer:
    command = [str(program), "verify", "--cache-dir", str(root), "--format", "json", "-j", "1",
               "--level", asked.level, "--require", asked.require]
    beside = root.parent
    if asked.all:
        command.append("--all")
    if asked.manifest is not None:
        (beside / "model_manifest.txt").write_text(asked.manifest, newline="")
        command += ["--manifest", str(beside / "model_manifest.txt")]
    if asked.lock is not None:
        (beside / "model_manifest.lock.toml").write_text(asked.lock)
    done = subprocess.run(command, capture_output=True, cwd=beside, timeout=60, env=environment_for(program, root))
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return Answer(verdict="no report: " + (done.stderr or done.stdout).decode(errors="replace"),
                      exit_code=done.returncode)
    answer = Answer(verdict=report["verdict"], exit_code=done.returncode)
    for found in report["findings"]:
        answer.findings[found["code"], found["path"]] = (found["class"], found["damage"])
    for row in report["repos"]:
        answer.entries[row["type"] + "s", row["id"], row["revision"]] = (row["commit"], row["basis"])
    return answer


def differences(slow: Answer, quick: Answer) -> list[str]:
    """A line a difference: who says what the other does not."""
    lines = []
    for key in sorted(slow.findings.keys() | quick.findings.keys()):
        ours, theirs = slow.findings.get(key), quick.findings.get(key)
        if ours != theirs:
            lines.append(f"{key[0]} {key[1]}: slow {ours}, hubward {theirs}")
    for key in sorted(slow.entries.keys() | quick.entries.keys()):
        if slow.entries.get(key) != quick.entries.get(key):
            lines.append(f"entry {key}: slow {slow.entries.get(key)}, hubward {quick.entries.get(key)}")
    if (slow.verdict, slow.exit_code) != (quick.verdict, quick.exit_code):
        lines.append(f"verdict slow {slow.verdict} {slow.exit_code}, hubward {quick.verdict} {quick.exit_code}")
    return lines


def try_seed(job: tuple[int, str, str]) -> tuple[int, list[str], list[str], list[str], int]:
    """(seed, differences, what was done and asked, codes that both said, blobs that a ledger knew)."""
    seed, program, work = job
    folder = Path(work) / str(seed)
    folder.mkdir()
    root = folder / "hub"
    world = healthy_world(seed, root)
    asked = ask(world)
    known = meet(Path(program), root)
    damage(world)
    slow, quick = verify(root, asked), hubward_says(Path(program), root, asked)
    context = [*world.steps, f"asked: {asked.manifest!r} all={asked.all} {asked.level} {asked.require}"
                             f"{' with lock' if asked.lock else ''}"]
    return seed, differences(slow, quick), context, [code for code, _ in slow.findings], known


def leave_root() -> None:
    """What may not be read must be unreadable, so a worker is nobody."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def run(args: argparse.Namespace, work: Path) -> int:
    program = work / "hubward"
    shutil.copy2(args.hubward, program)
    program.chmod(0o755)
    if args.late_clock:
        shutil.copy2(args.late_clock, work / "late_clock.so")
        (work / "late_clock.so").chmod(0o755)
    if os.geteuid() == 0:
        os.chown(work, NOBODY, NOBODY)
    first, _, last = args.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    failed, met, codes, known, began = 0, set(), set(), 0, time.monotonic()
    with multiprocessing.Pool(args.jobs, leave_root) as pool:
        for seed, lines, context, said, met_before in pool.imap(try_seed, ((s, str(program), str(work)) for s in seeds), 8):
            codes.update(said)
            known += met_before
            reasons = {line: explained_by(line, context) for line in lines}
            met.update(reason for reason in reasons.values() if reason)
            if left := [line for line, reason in reasons.items() if reason is None]:
                failed += 1
                print(f"FAIL seed {seed}")
                for line in [*context, *left]:
                    print(f"      {line}".encode("utf-8", "backslashreplace").decode())
    stale = [e.name for e in EXPLAINED if e.name not in met] if len(seeds) >= 1000 else []
    for name in stale:
        print(f"FAIL differences.py explains {name!r}, which no cache shows any more")
    failed += len(stale)
    if args.late_clock and known == 0:
        failed += 1
        print("FAIL no ledger knew anything")
    print(f"{len(seeds)} caches of the seeds {seeds[0]} to {seeds[-1]}, {len(codes)} codes, {len(met)} explained "
          f"differences, {known} blobs that a ledger knew, {time.monotonic() - began:.1f} s")
    line = f"{len(seeds) - failed + len(stale)} passed, {failed} failed"
    if args.tally:
        args.tally.parent.mkdir(parents=True, exist_ok=True)
        args.tally.write_text(line + "\n")
    print(line)
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubward", type=Path, required=True)
    parser.add_argument("--late-clock", type=Path, help="ask with a ledger")
    parser.add_argument("--seeds", default="1-1000", help="the range, as 1-1000 (default) or one seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--tally", type=Path, help="leave the last line in this file, too")
    parser.add_argument("--keep", type=Path, help="leave the caches in this new folder")
    args = parser.parse_args()
    os.umask(0o022)
    if args.keep:
        args.keep.mkdir(parents=True)
        return run(args, args.keep.resolve())
    work = Path(tempfile.mkdtemp(prefix="hubward-differential-"))
    try:
        work.chmod(0o755)
        return run(args, work.resolve())
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
