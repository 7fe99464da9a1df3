#!/usr/bin/env python3
"""Parses files with clang, by the commands of a compilation database, without making objects.

A full clang build would double the time of the gate to learn the same: does the other compiler
accept them without a warning, and each source with what it includes itself? Most of a test's text is gmock
and the support of tests: gmock is precompiled once a set of flags, and several tests are parsed as one.

usage: clang_syntax.py COMPILE_COMMANDS JOBS FILE...
"""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys
import tempfile

from units import units_of

TESTS_TOGETHER = 12
HEAVY = "#include <gmock/gmock.h>\n#include <gtest/gtest.h>\n"


def run(command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def flags_of(entry):
    """The command without its output and its source."""
    command = shlex.split(entry["command"])
    output = command.index("-o")
    del command[output : output + 2]
    command.remove("-c")
    command.remove(entry["file"])
    return tuple(command)


def write_batch(path, files):
    with open(path, "w", encoding="utf-8") as stream:
        for file in files:
            stream.write(f'#include "{file}"  // NOLINT(bugprone-suspicious-include)\n')


def batches_of(entries, most, folder):
    """Several files in one source, as many as units.py finds possible: (path, flags, directory) of each."""
    groups = {}
    batches = []
    for entry in sorted(entries, key=lambda entry: entry["file"]):
        groups.setdefault((flags_of(entry), entry["directory"]), []).append(entry["file"])
    for (flags, directory), files in groups.items():
        for unit in units_of(files, most, for_gcc=False):
            batches.append((os.path.join(folder, f"{len(batches)}.cpp"), flags, directory))
            write_batch(batches[-1][0], unit)
    return batches


class HeavyHeaders:
    """gmock, precompiled once for each set of flags."""

    def __init__(self, folder):
        self.folder = folder
        self.source = os.path.join(folder, "heavy.h")
        with open(self.source, "w", encoding="ascii") as stream:
            stream.write(HEAVY)
        self.made = {}

    def flags(self, flags, directory):
        if flags not in self.made:
            target = os.path.join(self.folder, f"{len(self.made)}.pch")
            done = run([*flags, "-x", "c++-header", self.source, "-o", target], directory)
            self.made[flags] = ["-include-pch", target] if done.returncode == 0 else []
        return self.made[flags]


def main():
    database, jobs, wanted = sys.argv[1], int(sys.argv[2]), set(sys.argv[3:])
    with open(database, encoding="utf-8") as stream:
        entries = [e for e in json.load(stream) if os.path.relpath(e["file"]) in wanted]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        heavy = HeavyHeaders(folder)
        parsed, tests = [], []
        for entry in entries:
            if os.path.relpath(entry["file"]).startswith("tests/"):
                tests.append(entry)
            else:
                parsed.append((entry["file"], flags_of(entry), entry["directory"], []))
        for path, flags, directory in batches_of(tests, TESTS_TOGETHER, folder):
            parsed.append((path, flags, directory, heavy.flags(flags, directory)))
        commands = [[*flags, *extra, "-fsyntax-only", path] for path, flags, _, extra in parsed]
        folders = [directory for _, _, directory, _ in parsed]
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for result in pool.map(run, commands, folders):
                if result.returncode != 0:
                    failed = True
                    sys.stderr.write(result.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
