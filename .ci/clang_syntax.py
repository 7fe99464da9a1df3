#!/usr/bin/env python3
"""Parses files with clang, by the commands of a compilation database, without making objects.

A full clang build of the tests would double the time of the gate to learn the same: does the other
compiler accept them, without a warning?

usage: clang_syntax.py COMPILE_COMMANDS JOBS FILE...
"""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys


def parse(entry):
    command = shlex.split(entry["command"])
    output = command.index("-o")
    del command[output : output + 2]
    command.append("-fsyntax-only")
    return subprocess.run(command, cwd=entry["directory"], capture_output=True, text=True)


def main():
    database, jobs, wanted = sys.argv[1], int(sys.argv[2]), set(sys.argv[3:])
    with open(database, encoding="utf-8") as stream:
        entries = [e for e in json.load(stream) if os.path.relpath(e["file"]) in wanted]
    failed = False
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(parse, entries):
            if result.returncode != 0:
                failed = True
                sys.stderr.write(result.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
