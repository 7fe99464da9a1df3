"""What the guard costs: the same program by `run --guard off` and by `run --guard enforce`, in turn. Nothing leaves the
machine: all that is turned to is loopback."""

import os
import statistics
import subprocess
import sys
import tempfile
import typing

import caches

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OFF, ON = "off", "enforce"
UNWATCHED = (("pair", "write and read of a pipe", 310_000), ("file", "open, fstat and close of a file", 155_000))
EMPTY_CALLS = 620_000
CONNECTS = 62_000
SPAWNS = 10_000
SPAWNS_A_ROUND = 500
# Of hubward's own tests: processes, threads and a Hub on loopback.
SUITE = ("tests/e2e/fetch_test.py", "tests/e2e/run_built_in_test.py")


class Pair(typing.NamedTuple):
    """Microseconds."""

    off: float
    on: float
    ratio: float


class Guarding:
    """A project whose cache is whole, so that what is timed is the command."""

    def __init__(self, bench, folder):
        self._bench = bench
        cache = caches.Cache(os.path.join(folder, "hub"))
        data = b"{}"
        cache.repo("one", [("tokenizer.json", (caches.git_oid(data), data))])
        self._manifest = os.path.join(folder, "model_manifest.txt")
        with open(self._manifest, "w", encoding="ascii") as stream:
            stream.write("bench/one\n")
        self._cache = cache.path
        self.calls = os.path.join(folder, "guarded_calls")
        subprocess.run(["cc", "-O1", "-o", self.calls, os.path.join(TOP, "bench", "guarded_calls.c")], check=True)

    def command(self, mode, *words):
        return [self._bench.hubward, "run", "--cache-dir", self._cache, "--manifest", self._manifest, "--quiet",
                "--guard", mode, "--", *words]

    def told(self, mode, *words):
        """The microseconds that the program tells."""
        done = subprocess.run(self.command(mode, *words), env=self._bench.environment, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            sys.exit(f"{words[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
        return float(done.stdout)

    def pair(self, *words, rounds=None, without=None):
        """Alternating runs, without and with: medians of both, and the median ratio of neighbours, for a processor's clock
        may change between one pair and the next.

        without: other words for the run without a guard"""
        times = [(self.told(OFF, *(without or words)), self.told(ON, *words)) for _ in range(rounds or self._bench.runs)]
        return Pair(*(statistics.median(side) for side in zip(*times)), statistics.median(on / off for off, on in times))


def guarding(bench):
    with tempfile.TemporaryDirectory() as folder:
        place = Guarding(bench, folder)
        for word, what, count in UNWATCHED:
            _row(bench, f"calls that the guard does not watch, {what}", place.pair(place.calls, word, str(count)), 1.2)
        empty = place.pair(place.calls, "getuid", str(EMPTY_CALLS), without=(place.calls, "least", str(EMPTY_CALLS)))
        _row(bench, "the emptiest call, getuid, against the least filter that there is", empty, 1.05)
        bare = place.pair(place.calls, "getuid", str(EMPTY_CALLS))
        bench.notes.append(f"getuid without any filter {bare.off:.3f} µs, under the guard {bare.on:.3f} µs")
        connect = place.pair(place.calls, "connect", str(CONNECTS))
        bench.row("a watched call, UDP connect to loopback", f"{connect.on:.2f} µs", f"{connect.off:.2f} µs",
                  f"{connect.on:.2f} µs", "< 10 µs", connect.on < 10)
        spawned = place.pair(place.calls, "spawn", str(SPAWNS_A_ROUND), rounds=SPAWNS // SPAWNS_A_ROUND)
        _row(bench, "10,000 processes one behind the other, each", spawned, 1.05)
        off, on = _suite(bench, place)
        bench.row("e2e tests of hubward's own under the guard", f"{on:.2f} s", f"{off:.2f} s", f"{on / off:.3f} x",
                  "< 1.05 x", on < 1.05 * off)


def _row(bench, what, pair, due):
    bench.row(what, f"{pair.on:.3f} µs", f"{pair.off:.3f} µs", f"{pair.ratio:.3f} x", f"< {due} x", pair.ratio < due)


def _suite(bench, place):
    """Whole rounds, in turn."""
    environment = bench.environment | {"HUBWARD_BINARY": bench.hubward}
    for name in ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_UPDATE_CHECK"):
        environment.pop(name)
    script = " && ".join(f"{sys.executable} -B {os.path.join(TOP, test)} 2>&1" for test in SUITE)

    def once(mode):
        return bench.seconds(place.command(mode, "sh", "-c", script), environment)

    once(ON)
    times = [(once(OFF), once(ON)) for _ in range(bench.runs)]
    return tuple(statistics.median(side) for side in zip(*times))
