"""Runs programs, times them, asks what memory they took, and keeps the rows of the table."""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

from caches import Cache


BESIDE = {
    "one-core": "each side on one core",
    "four": "four processes of each side at once, until the last one ends",
}


class Bench:
    def __init__(self, options):
        self.hubward = os.path.abspath(options.hubward)
        self.runs = options.runs
        self.beside = options.beside
        self.plot = options.plot or os.path.join(options.data, "growth.svg")
        self.data = os.path.abspath(options.data)
        self.hf = options.hf
        self.rows = []
        self.peaks = {}
        self.notes = []
        os.makedirs(self.data, exist_ok=True)
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HF_", "HUBWARD_", "GITHUB_", "HUGGING"))
        }
        # What spares the other tool time is given to it: no question to the network, no hint.
        self.environment.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_UPDATE_CHECK="1", NO_COLOR="1",
                                HUBWARD_NO_LEDGER="1")

    def hashing(self):
        """Which kernels this processor gets: a ratio of hashing is one of them."""
        told = subprocess.run([self.hubward, "--version"], stdout=subprocess.PIPE, text=True, check=True)
        return next(line for line in told.stdout.splitlines() if line.startswith("hashing:"))

    def cache(self, name, fill):
        return Cache(os.path.join(self.data, name)).made_once(fill)

    def verify(self, cache, *more):
        """Without a ledger, unless the environment asks for one."""
        return [self.hubward, "verify", "--all", "--cache-dir", cache.path, "--quiet", *more]

    def seconds(self, command, environment=None, **more):
        begin = time.perf_counter()
        done = subprocess.run(command, env=environment or self.environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False, **more)
        took = time.perf_counter() - begin
        if done.returncode != 0:
            sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
        return took

    def median_seconds(self, command, runs=None, **more):
        self.seconds(command, **more)
        return statistics.median(self.seconds(command, **more) for _ in range(runs or self.runs))

    def peak_kib(self, command, **more):
        """By GNU time: wait4 of a child of ours would count this interpreter's own memory too."""
        with tempfile.NamedTemporaryFile("r") as told:
            self.seconds(["/usr/bin/time", "-f", "%M", "-o", told.name, *command], **more)
            return int(told.read())

    def forget_names(self):
        """Where we may, the kernel's names of files are dropped, so that those which other work left
        behind do not make the look-ups of both sides longer. The run that warms brings back ours."""
        note = "names of other work in the kernel's cache (not root)"
        if not self.drops("2") and note not in self.notes:
            self.notes.append(note)

    @staticmethod
    def drops(what):
        """Of the kernel's caches, "2": names, "3": pages too. False where we may not."""
        try:
            os.sync()
            with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as stream:
                stream.write(what)
        except OSError:
            return False
        return True

    def cold_ratio(self, what, ours, theirs, due, **more):
        """Medians of alternating runs, each on a cache that has to come from the disk."""
        def cold_seconds(command, **given):
            self.drops("3")
            return self.seconds(command, **given)

        if not self.drops("3"):
            self.notes.append(f"{what}: not measured (not root)")
            return
        times = [(cold_seconds(ours), cold_seconds(theirs, **more)) for _ in range(self.runs)]
        mine, other = (statistics.median(side) for side in zip(*times))
        self.row(what, f"{mine:.3f} s", f"{other:.3f} s", f"{other / mine:.2f} x", f"{due} x", other >= due * mine)

    def side(self, command, **more):
        """The time of one side of a pair, under what --beside asks for."""
        if self.beside == "one-core":
            return self.seconds(["taskset", "-c", "0", *command], **more)
        if self.beside == "four":
            return self.seconds_of_four(command, **more)
        return self.seconds(command, **more)

    def seconds_of_four(self, command, input=b"", **more):
        with tempfile.NamedTemporaryFile() as given:
            given.write(input)
            given.flush()
            opened = [open(given.name, "rb") for _ in range(4)]
            begin = time.perf_counter()
            running = [subprocess.Popen(command, env=self.environment, stdin=stream,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
                       for stream in opened]
            codes = [process.wait() for process in running]
            took = time.perf_counter() - begin
            for stream in opened:
                stream.close()
        if any(codes):
            sys.exit(f"{command[0]}, four at once, ended with {codes}")
        return took

    def median_peak_kib(self, command):
        return statistics.median_low(self.peak_kib(command) for _ in range(self.runs))

    def pair(self, ours, theirs, environment=None, **more):
        """Medians of alternating runs; one of each beforehand warms the page cache. The environment, where it is not the
        usual one, is that of both."""
        both = {} if environment is None else {"environment": environment}
        self.side(ours, **both)
        self.side(theirs, **both, **more)
        times = [(self.side(ours, **both), self.side(theirs, **both, **more)) for _ in range(self.runs)]
        return tuple(statistics.median(side) for side in zip(*times))

    def row(self, what, ours, theirs, reached, due, passed):
        self.rows.append((what, ours, theirs, reached, due, "pass" if passed else "FAIL"))
        print(f"  {what}: {ours} | {theirs} | {reached} (due {due})", flush=True)

    def ratio(self, what, ours, theirs, due, **more):
        mine, other = self.pair(ours, theirs, **more)
        self.peaks[what] = self.peak_kib(ours)
        self.row(what, f"{mine:.3f} s", f"{other:.3f} s", f"{other / mine:.2f} x", f"{due} x",
                 other >= due * mine)

    def machine(self):
        with open("/proc/cpuinfo", encoding="utf-8") as stream:
            model = next((line.split(":", 1)[1].strip() for line in stream
                          if line.startswith("model name")), platform.machine())
        return (f"{os.cpu_count()} x {model}; Linux {platform.release()}; "
                f"medians of {self.runs}, hot cache where not said otherwise")

    def table(self):
        print(f"\n{self.machine()}"
              + (f"; {BESIDE[self.beside]}" if self.beside else "") + "".join("; " + note for note in self.notes))
        print(self.hashing() + "; what another processor would give: docs/performance.md, Hashing\n")
        print("| what | hubward | other | reached | due | |")
        print("|---|---|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")
