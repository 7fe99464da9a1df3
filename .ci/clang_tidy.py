#!/usr/bin/env python3
"""clang-tidy over many files, several in one run.

Nine tenths of its time go into the library headers that every file includes. Files of one folder and with the
same flags are therefore included into one source after the other and looked at together, which is
some five times as fast. Two that define the same name for themselves cannot stand in one source: the
later one goes into another.

That each file also compiles alone is for clang_syntax.py to say.

usage: clang_tidy.py COMPILE_COMMANDS JOBS FILE...
"""

import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys

from clang_syntax import flags_of, run

TOGETHER = 12
FAULT = re.compile(r"^(?P<file>[^\s:]+):\d+:\d+: (?:fatal )?error: ", re.MULTILINE)
# What it says of system headers that it read and left out.
COUNTED = re.compile(r"^\d+ warnings? (?:and \d+ errors? )?generated\.\n", re.MULTILINE)
TOP = os.getcwd()


class Group:
    """The files of one folder that are compiled with the same flags."""

    def __init__(self, flags, directory):
        self.flags = flags
        self.directory = directory
        self.files = []

    def batches(self):
        count = -(-len(self.files) // TOGETHER)
        return [self.files[first::count] for first in range(count)]


def groups_of(entries):
    groups = collections.OrderedDict()
    for entry in sorted(entries, key=lambda entry: entry["file"]):
        flags = flags_of(entry)
        key = (flags, os.path.dirname(entry["file"]))
        groups.setdefault(key, Group(flags, entry["directory"])).files.append(entry["file"])
    return list(groups.values())


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


def write_batch(path, files):
    with open(path, "w", encoding="utf-8") as stream:
        for file in files:
            stream.write(f'#include "{file}"  // NOLINT(bugprone-suspicious-include)\n')


def split(group, files, path):
    """Those that can stand in one source, and those that cannot."""
    apart = []
    while len(files) > 1:
        write_batch(path, files)
        done = run([*group.flags, "-fsyntax-only", "-w", path], group.directory)
        if done.returncode == 0:
            break
        named = [os.path.join(group.directory, match["file"]) for match in FAULT.finditer(done.stderr)]
        late = next((name for name in named if name in files), files[-1])
        files = [name for name in files if name != late]
        apart.append(late)
    write_batch(path, files)
    return files, apart


def sources_of(group, folder):
    """Writes the batches of a group; (path, group) of each."""
    left = group.batches()
    made = []
    while left:
        path = f"{folder}-{len(made)}.cpp"
        _, apart = split(group, left.pop(0), path)
        made.append((path, group))
        if apart:
            left.append(apart)
    return made


def tidy(path, group):
    config = "--config-file=" + os.path.join(TOP, ".clang-tidy")
    done = run(["clang-tidy", "--quiet", config, path, "--", *group.flags[1:]], group.directory)
    return done.returncode, done.stdout, COUNTED.sub("", done.stderr)


def main():
    database, jobs, wanted = sys.argv[1], int(sys.argv[2]), set(sys.argv[3:])
    with open(database, encoding="utf-8") as stream:
        entries = list(entries_of(json.load(stream), wanted))
    folder = os.path.join(os.path.dirname(os.path.abspath(database)), "together")
    os.makedirs(folder, exist_ok=True)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        groups = groups_of(entries)
        folders = [os.path.join(folder, str(number)) for number in range(len(groups))]
        batches = [batch for made in pool.map(sources_of, groups, folders) for batch in made]
        for status, findings, errors in pool.map(tidy, *zip(*batches)):
            if status != 0:
                failed = True
                sys.stdout.write(findings)
                sys.stderr.write(errors)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
