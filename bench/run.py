#!/usr/bin/env python3
"""Measures what docs/performance.md promises and says whether it is reached.

Only ratios are promised where another tool does the same work, for they hold across machines: each
pair runs alternately in one session, on the same files, with a hot page cache, and the medians are
compared. The caches are made once, of random bytes, under build/bench (about 14 GB, 800,000 names).
The exit status is 0 only when every figure is reached.

usage: run.py --hubward BINARY [--only NAME,...] [--runs 5] [--beside one-core|four] [--data DIR]
              [--hf HF] [--plot FILE]
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests", "clients"))

import fetching  # noqa: E402
import figures  # noqa: E402
import growth  # noqa: E402
import guarding  # noqa: E402
import remembering  # noqa: E402
from measure import BESIDE, Bench  # noqa: E402

FIGURES = {
    "content": figures.content,
    "small": figures.small,
    "cold": figures.cold,
    "layout": figures.layout,
    "limits": figures.limits,
    "launch": figures.launch,
    "start": figures.start,
    "peak": figures.peak,
    "growth": growth.growth,
    "fetching": fetching.fetching,
    "guarding": guarding.guarding,
    "remembering": remembering.remembering,
}

# Their rows are hubward and another program, each run alone: what --beside can change for both.
IN_PAIRS = ("content", "small", "layout")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubward", required=True)
    parser.add_argument("--only", help="of " + ",".join(FIGURES))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--beside", choices=BESIDE, help="; ".join(
        f"{way}: {meaning}" for way, meaning in BESIDE.items()) + "; of " + ",".join(IN_PAIRS))
    parser.add_argument("--plot", metavar="FILE", help="where `growth` draws (default: DATA/growth.svg)")
    parser.add_argument("--data", default=os.path.join(TOP, "build", "bench"))
    parser.add_argument("--hf", help="the hf program to compare with (default: the newest)")
    options = parser.parse_args()
    known = IN_PAIRS if options.beside else tuple(FIGURES)
    wanted = options.only.split(",") if options.only else known
    for name in wanted:
        if name not in FIGURES:
            parser.error(f"no figure is called {name}")
        if name not in known:
            parser.error(f"--beside is for {', '.join(known)}")
    bench = Bench(options)
    for name in wanted:
        FIGURES[name](bench)
    figures.memory(bench)
    bench.table()
    return 0 if all(row[-1] == "pass" for row in bench.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
