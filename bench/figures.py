"""The promised figures, a function each: what is run, against what, and what is due."""

import os
import statistics
import subprocess
import tempfile

import caches
import toolchain
from growth import BYTES_A_FILE

MEMORY_LIMIT_KIB = 48 * 1024
WIDE_FILES = 200_000


# The walk shares threads; where a process has no second core to itself, they gain nothing.
TIMES_HF = 50.0
TIMES_HF_ALONE = 30.0
TIMES_JS = 50.0
# Beyond that, work of our own is what takes the time.
TIMES_BARE = 1.8

MEGABYTE = 1_000_000


def beside(bench, what, cache, rival, due):
    """All blobs of a cache, verified by hubward and hashed by another program, as many processes as
    there are processors."""
    blobs = "".join(blob + "\n" for blob in cache.blobs())
    bench.ratio(what, bench.verify(cache), ["xargs", f"-P{os.cpu_count()}", *rival], due,
                input=blobs.encode(), cwd="/")


def content(bench):
    """Many blobs share a processor's units, two do not: what is due of those is to lose nothing."""
    for name, count, size, due in (("32-by-32", 32, 32 * MEGABYTE, 1.7),
                                   ("16-by-64", 16, 64 * MEGABYTE, 1.4),
                                   ("2-by-1000", 2, 1000 * MEGABYTE, 1.0)):
        cache = bench.cache(name, caches.large_blobs(count, size))
        beside(bench, f"content, {count} blobs of {size // MEGABYTE:,} MB / xargs openssl dgst", cache,
               ["-n1", "openssl", "dgst", "-sha256"], due)


def small(bench):
    for name, named, rival, due in (("git-sha1", caches.git_oid, ["git", "hash-object"], 2.5),
                                    ("sha256", caches.sha256, ["openssl", "dgst", "-sha256"], 1.8)):
        cache = bench.cache("small" if named is caches.git_oid else "small-sha256", caches.small_files(named))
        bench.forget_names()
        beside(bench, f"content, 20,000 {name} files of 4 KB / xargs {' '.join(rival[:2])}", cache,
               ["-n1000", *rival], due)


def limits(bench):
    """What no program can spare, by one that does nothing else: how near to it hubward is. It hashes nothing, is written in
    C and needs one library, so twice its time would be far off and its own time is out of reach."""
    with tempfile.TemporaryDirectory() as folder:
        bare = os.path.join(folder, "bare_calls")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bare_calls.c")
        subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", bare, source, "-luring", "-lpthread"], check=True)
        for what, name, fill, way, level in (
                ("layout, 1,000 repos of 20 pointers", "many", caches.many_repos, "walk", "layout"),
                ("content, 20,000 git-sha1 files of 4 KB", "small", caches.small_files(caches.git_oid), "read", "content"),
                ("content, 20,000 sha256 files of 4 KB", "small-sha256", caches.small_files(caches.sha256), "read",
                 "content")):
            cache = bench.cache(name, fill)
            bench.forget_names()
            mine, least = bench.pair(bench.verify(cache, "--level", level),
                                     [bare, way, cache.path, str(os.cpu_count())])
            bench.row(f"{what} / the bare calls", f"{1000 * mine:.1f} ms", f"{1000 * least:.1f} ms",
                      f"{mine / least:.2f} x as long", f"<= {TIMES_BARE} x", mine <= TIMES_BARE * least)


def cold(bench):
    """From the disk: nothing of the cache is in memory. Where others wait for a file at a time, a disk has
    nothing to choose from; of large files the disk is what all wait for."""
    small_cache = bench.cache("small", caches.small_files(caches.git_oid))
    large_cache = bench.cache("32-by-32", caches.large_blobs(32, 32 * MEGABYTE))
    processes = f"-P{os.cpu_count()}"
    for cache, what, rival, due in (
            (small_cache, "cold, 20,000 git-sha1 files of 4 KB / xargs git hash-object",
             ["-n1000", "git", "hash-object"], 1.5),
            (large_cache, "cold, 32 blobs of 32 MB / xargs cat, which hashes nothing", ["-n1", "cat"], 0.75)):
        blobs = "".join(blob + "\n" for blob in cache.blobs())
        bench.cold_ratio(what, bench.verify(cache), ["xargs", processes, *rival], due,
                         input=blobs.encode(), cwd="/")


def layout(bench):
    """Whole processes, their start included."""
    pointers = bench.cache("pointers", caches.many_pointers)
    bench.forget_names()
    bench.ratio("layout, 100,000 pointers / find -L -type f -size +1",
                bench.verify(pointers, "--level", "layout"),
                ["find", "-L", pointers.path, "-type", "f", "-size", "+1"], 1.0)
    cache = bench.cache("many", caches.many_repos)
    ours = bench.verify(cache, "--level", "layout")
    hf, scan = hf_program(bench), js_scan(bench)
    bench.forget_names()
    bench.ratio("layout, 1,000 repos of 20 pointers / hf cache ls", ours,
                [hf, "cache", "ls", "--cache-dir", cache.path], TIMES_HF_ALONE if bench.beside else TIMES_HF)
    bench.ratio("layout, 1,000 repos of 20 pointers / scanCacheDir of @huggingface/hub", ours,
                [*scan, cache.path], TIMES_JS)


def js_scan(bench):
    """Node and the newest release from npm, as the client matrix keeps it."""
    client = toolchain.js_client("newest", keep=False)
    bench.notes.append(f"@huggingface/hub {client.version}")
    return ["node", os.path.join(os.path.dirname(os.path.abspath(__file__)), "js_scan.mjs"),
            str(client.module)]


def hf_program(bench):
    """The newest, from the environment that the client matrix keeps."""
    if bench.hf:
        return bench.hf
    client = toolchain.python_client(keep=False)
    bench.notes.append(f"huggingface_hub {client.version}")
    return str(client.python.with_name("hf"))


def launch(bench):
    """What `run` adds to a command beyond the verification before it and the command itself."""
    with tempfile.TemporaryDirectory() as folder:
        cache = caches.Cache(os.path.join(folder, "hub"))
        data = b"{}"
        cache.repo("one", [("tokenizer.json", (caches.git_oid(data), data))])
        manifest = os.path.join(folder, "model_manifest.txt")
        with open(manifest, "w", encoding="ascii") as stream:
            stream.write("bench/one\n")
        place = ["--cache-dir", cache.path, "--manifest", manifest, "--quiet"]
        run = [bench.hubward, "run", *place, "--", "true"]
        verify = [bench.hubward, "verify", *place]

        def mean(command):
            return sum(bench.seconds(command) for _ in range(20)) / 20

        costs = []
        for _ in range(bench.runs):
            whole, verified, bare = mean(run), mean(verify), mean(["true"])
            costs.append(1000 * (whole - verified - bare))
        cost = statistics.median(costs)
        bench.peaks["run"] = bench.peak_kib(run)
        bench.row("run's own cost after the verdict", f"{cost:.2f} ms", "-", f"{cost:.2f} ms",
                  "< 10 ms", cost < 10)


def start(bench):
    """Nothing but the start of the program: its libraries and their constructors."""
    for flag in ("--version", "--help"):
        took = 1000 * bench.median_seconds([bench.hubward, flag], 41)
        bench.row(f"`hubward {flag}`", f"{took:.2f} ms", "-", f"{took:.2f} ms", "< 10 ms",
                  took < 10)


def peak(bench):
    """Memory is constant in bytes and linear in names, so what is due is told by names where there
    are more of them than 48 MiB hold."""
    many = bench.cache("many", caches.many_repos)
    wide = bench.cache("wide", caches.many_files)
    sparse = bench.cache("sparse", caches.sparse_blobs)
    for what, command in (
        ("1,000 repos of 20 files, content", bench.verify(many)),
        ("100 GB of known size, size", bench.verify(sparse, "--level", "size")),
        ("100 GB of known size, layout", bench.verify(sparse, "--level", "layout")),
    ):
        kib = bench.peak_kib(command)
        bench.row("peak memory, " + what, f"{kib / 1024:.1f} MiB", "-", f"{kib / 1024:.1f} MiB",
                  "< 48 MiB", kib < MEMORY_LIMIT_KIB)
    kib = bench.peak_kib(bench.verify(wide))
    nothing = bench.peak_kib(bench.verify(bench.cache("empty", caches.nothing)))
    each = (kib - nothing) * 1024 / WIDE_FILES
    bench.row("peak memory, 1 repo of 200,000 files, content", f"{kib / 1024:.1f} MiB", "-",
              f"{each:.0f} bytes a file", f"< {BYTES_A_FILE}", each < BYTES_A_FILE)


def memory(bench):
    """The highest of all that was compared with another tool."""
    if not bench.peaks:
        return
    highest = max(bench.peaks.values())
    bench.row("peak memory, the highest of those beside another tool", f"{highest / 1024:.1f} MiB",
              "-", f"{highest / 1024:.1f} MiB", "< 48 MiB", highest < MEMORY_LIMIT_KIB)
