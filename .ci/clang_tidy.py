#!/usr/bin/env python3
"""clang-tidy over many files, several in one run.

Nine tenths of its time go into the library headers that every file includes. Files with the same flags are
therefore included into one source after the other and looked at together, as many as units.py finds
possible.

That each file also compiles alone is for clang_syntax.py to say.

usage: clang_tidy.py COMPILE_COMMANDS JOBS FILE...
"""

import concurrent.futures
import json
import os
import re
import sys

from clang_syntax import batches_of, run

TOGETHER = 24
# What it says of system headers that it read and left out.
COUNTED = re.compile(r"^\d+ warnings? (?:and \d+ errors? )?generated\.\n", re.MULTILINE)
TOP = os.getcwd()


def entries_of(database, wanted):
    """Those of the files that are wanted. One that this build leaves out is compiled as its neighbours are."""
    named = {os.path.relpath(entry["file"]): entry for entry in database}
    folders = {os.path.dirname(name): entry for name, entry in named.items()}
    for name in sorted(wanted):
        entry = named.get(name) or folders.get(os.path.dirname(name))
        if entry is None:
            sys.exit(f"{name}: no file of its folder is compiled")
        path = os.path.join(TOP, name)
        command = entry["command"].replace(entry["file"], path)
        yield entry | {"file": path, "command": command}


def tidy(path, flags, directory):
    config = "--config-file=" + os.path.join(TOP, ".clang-tidy")
    done = run(["clang-tidy", "--quiet", config, path, "--", *flags[1:]], directory)
    return done.returncode, done.stdout, COUNTED.sub("", done.stderr)


def main():
    database, jobs, wanted = sys.argv[1], int(sys.argv[2]), set(sys.argv[3:])
    with open(database, encoding="utf-8") as stream:
        entries = list(entries_of(json.load(stream), wanted))
    folder = os.path.join(os.path.dirname(os.path.abspath(database)), "together")
    os.makedirs(folder, exist_ok=True)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for status, findings, errors in pool.map(tidy, *zip(*batches_of(entries, TOGETHER, folder))):
            if status != 0:
                failed = True
                sys.stdout.write(findings)
                sys.stderr.write(errors)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
