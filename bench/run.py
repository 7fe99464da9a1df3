#!/usr/bin/env python3
"""Times hubward against the tools it replaces and says whether the promised ratios are reached.

Only ratios are promised, for they hold across machines: each pair runs alternately in one session, on
the same files, with a hot page cache, and the medians are compared. The caches are made once, of
random bytes, under build/bench (about 4.2 GB). The exit status is 0 only when every figure is reached.

usage: run.py --hubward BINARY [--only NAME,...] [--runs 5] [--data DIR] [--hf HF]
"""

import argparse
import hashlib
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests", "clients"))

import toolchain  # noqa: E402

COMMIT = "b" * 40
MEMORY_LIMIT_KIB = 64 * 1024


def git_oid(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Cache:
    """A healthy hub cache. A directory appears under its name only once it is whole."""

    def __init__(self, path):
        self.path = path

    def made_once(self, fill):
        if os.path.isdir(self.path):
            return self
        print(f"making {self.path} ...", flush=True)
        final, self.path = self.path, self.path + ".part"
        shutil.rmtree(self.path, ignore_errors=True)
        fill(self)
        os.rename(self.path, final)
        self.path = final
        return self

    def repo(self, name, files):
        """files: pairs of path and (blob name, bytes); an iterator keeps one blob in memory."""
        repo = os.path.join(self.path, "models--bench--" + name)
        snapshot = os.path.join(repo, "snapshots", COMMIT)
        for folder in ("blobs", "refs", f"snapshots/{COMMIT}"):
            os.makedirs(os.path.join(repo, folder))
        for path, (blob, data) in files:
            with open(os.path.join(repo, "blobs", blob), "wb") as stream:
                stream.write(data)
            os.symlink(f"../../blobs/{blob}", os.path.join(snapshot, path))
        with open(os.path.join(repo, "refs", "main"), "w", encoding="ascii") as stream:
            stream.write(COMMIT)

    def blobs(self):
        return sorted(
            os.path.join(folder, name)
            for folder, _, names in os.walk(self.path)
            if os.path.basename(folder) == "blobs"
            for name in names
        )


def large_blobs(cache):
    def files():
        for number in range(20):
            data = os.urandom(200_000_000)
            yield f"weights-{number}.bin", (sha256(data), data)

    cache.repo("large", files())


def small_files(cache):
    source = random.Random(20_000)
    for repo in range(20):
        contents = (source.randbytes(4096) for _ in range(1000))
        cache.repo(f"small-{repo}",
                   ((f"part-{i}.dat", (git_oid(data), data)) for i, data in enumerate(contents)))


def many_repos(cache):
    source = random.Random(1000)
    for repo in range(1000):
        contents = (source.randbytes(64) for _ in range(20))
        cache.repo(f"many-{repo}",
                   ((f"part-{i}.dat", (git_oid(data), data)) for i, data in enumerate(contents)))


class Bench:
    def __init__(self, options):
        self.hubward = os.path.abspath(options.hubward)
        self.runs = options.runs
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
        self.environment.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_UPDATE_CHECK="1", NO_COLOR="1")

    def cache(self, name, fill):
        return Cache(os.path.join(self.data, name)).made_once(fill)

    def seconds(self, command, **more):
        begin = time.perf_counter()
        done = subprocess.run(command, env=self.environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, check=False, **more)
        took = time.perf_counter() - begin
        if done.returncode != 0:
            sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
        return took

    def peak_kib(self, command):
        """By GNU time: wait4 of a child of ours would count this interpreter's own memory too."""
        with tempfile.NamedTemporaryFile("r") as told:
            self.seconds(["/usr/bin/time", "-f", "%M", "-o", told.name, *command])
            return int(told.read())

    def pair(self, ours, theirs, **more):
        """Medians of alternating runs; one of each beforehand warms the page cache."""
        self.seconds(ours)
        self.seconds(theirs, **more)
        times = [(self.seconds(ours), self.seconds(theirs, **more)) for _ in range(self.runs)]
        return tuple(statistics.median(side) for side in zip(*times))

    def row(self, what, ours, theirs, reached, due, passed):
        self.rows.append((what, ours, theirs, reached, due, "pass" if passed else "FAIL"))
        print(f"  {what}: {ours} | {theirs} | {reached} (due {due})", flush=True)

    def ratio(self, what, ours, theirs, due, **more):
        mine, other = self.pair(ours, theirs, **more)
        self.peaks[what] = self.peak_kib(ours)
        self.row(what, f"{mine:.3f} s", f"{other:.3f} s", f"{other / mine:.2f} x", f"{due} x",
                 other >= due * mine)

    def verify(self, cache, *more):
        return [self.hubward, "verify", "--all", "--cache-dir", cache.path, "--quiet", *more]

    def content(self):
        cache = self.cache("large", large_blobs)
        blobs = "".join(blob + "\n" for blob in cache.blobs())
        self.ratio("content, 4 GB in 20 blobs / xargs openssl dgst", self.verify(cache),
                   ["xargs", f"-P{os.cpu_count()}", "-n1", "openssl", "dgst", "-sha256"], 1.0,
                   input=blobs.encode())

    def small(self):
        cache = self.cache("small", small_files)
        blobs = "".join(blob + "\n" for blob in cache.blobs())
        self.ratio("content, 20,000 git-sha1 files of 4 KB / xargs git hash-object",
                   self.verify(cache),
                   ["xargs", f"-P{os.cpu_count()}", "-n1000", "git", "hash-object"], 1.5,
                   input=blobs.encode(), cwd="/")

    def layout(self):
        cache = self.cache("many", many_repos)
        self.ratio("layout, 1,000 repos of 20 pointers / hf cache ls",
                   self.verify(cache, "--level", "layout"),
                   [self.hf_program(), "cache", "ls", "--cache-dir", cache.path], 15.0)

    def hf_program(self):
        """The newest, from the environment that the client matrix keeps."""
        if self.hf:
            return self.hf
        client = toolchain.python_client(keep=False)
        self.notes.append(f"huggingface_hub {client.version}")
        return str(client.python.with_name("hf"))

    def launch(self):
        """What `run` adds to a command beyond the verification before it and the command itself."""
        with tempfile.TemporaryDirectory() as folder:
            cache = Cache(os.path.join(folder, "hub"))
            data = b"{}"
            cache.repo("one", [("tokenizer.json", (git_oid(data), data))])
            manifest = os.path.join(folder, "model_manifest.txt")
            with open(manifest, "w", encoding="ascii") as stream:
                stream.write("bench/one\n")
            place = ["--cache-dir", cache.path, "--manifest", manifest, "--quiet"]
            run = [self.hubward, "run", *place, "--", "true"]
            verify = [self.hubward, "verify", *place]
            def mean(command):
                return sum(self.seconds(command) for _ in range(20)) / 20
            costs = []
            for _ in range(self.runs):
                whole, verified, bare = mean(run), mean(verify), mean(["true"])
                costs.append(1000 * (whole - verified - bare))
            cost = statistics.median(costs)
            self.peaks["run"] = self.peak_kib(run)
            self.row("run's own cost after the verdict", f"{cost:.2f} ms", "-", f"{cost:.2f} ms",
                     "< 10 ms", cost < 10)

    def memory(self):
        peak = max(self.peaks.values())
        self.row("peak memory, the highest of the above", f"{peak / 1024:.1f} MiB", "-",
                 f"{peak / 1024:.1f} MiB", "< 64 MiB", peak < MEMORY_LIMIT_KIB)

    def table(self):
        model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                      if line.startswith("model name")), platform.machine())
        print(f"\n{os.cpu_count()} x {model}; Linux {platform.release()}; "
              f"medians of {self.runs}, hot cache" + "".join("; " + note for note in self.notes) + "\n")
        print("| what | hubward | other | reached | due | |")
        print("|---|---|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")


def main():
    names = ("content", "small", "layout", "launch")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubward", required=True)
    parser.add_argument("--only", default=",".join(names), help="of " + ",".join(names))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--data", default=os.path.join(TOP, "build", "bench"))
    parser.add_argument("--hf", help="the hf program to compare with (default: the newest)")
    options = parser.parse_args()
    bench = Bench(options)
    for name in options.only.split(","):
        if name not in names:
            parser.error(f"no figure is called {name}")
        getattr(bench, name)()
    bench.memory()
    bench.table()
    return 0 if all(row[-1] == "pass" for row in bench.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
