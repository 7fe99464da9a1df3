"""Whether time and memory grow with what is in a cache, and no faster; and the plot of it."""

import os
from dataclasses import dataclass

import caches
import plot

# Ten times as much may take ten times as long, and half as much again for what is not the same from
# one run to the next; a quadratic step would take a hundred times.
MOST_FOR_TEN_TIMES = 15.0

# Below these, what is measured is the clock and the allocator, not hubward.
LEAST_SECONDS = 0.004
LEAST_KIB = 1024

# Memory that does not depend on the bytes: what one run takes more than another of the same work.
MOST_KIB_FOR_BYTES = 1024

BYTES_A_POINTER = 200
BYTES_A_FILE = 512  # a pointer and a blob of its own

KINDS = (
    ("files of one repo", caches.files, (1_000, 10_000, 100_000)),
    ("repos of 5 files", caches.repos, (20, 200, 2_000)),
    ("revisions of 100 blobs", caches.revisions, (5, 50, 500)),
    ("MB in each of 8 blobs", caches.megabytes, (1, 10, 100)),
)


@dataclass(frozen=True)
class Grown:
    """What the caches of one kind cost: seconds and KiB, of 1x, 10x and 100x."""

    what: str
    counts: tuple
    times: tuple
    peaks: tuple

    def spelt(self):
        return " / ".join(f"{count:,}" for count in self.counts) + " " + self.what


def growth_of(costs, nothing, least):
    """The larger of two factors: 10x by 1x, and 100x by 10x, each beyond what nothing costs.

    costs: of 1x, 10x and 100x. A cost too small to be measured counts as `least`; from such a one
    the first factor is not taken."""
    beyond = [max(cost - nothing, least) for cost in costs]
    return max(beyond[1] / beyond[0] if beyond[0] > least else 1.0, beyond[2] / beyond[1])


def bytes_each(grown, names_a_count):
    """Of memory, for each name more between the smallest and the largest cache."""
    names = (grown.counts[-1] - grown.counts[0]) * names_a_count
    return (grown.peaks[-1] - grown.peaks[0]) * 1024 / names


def growth(bench):
    empty = bench.cache("empty", caches.nothing)
    nothing = bench.median_seconds(bench.verify(empty)), bench.median_peak_kib(bench.verify(empty))
    grown = []
    for what, fill, counts in KINDS:
        made = [bench.cache(f"{fill.__name__}-{count}", fill(count)) for count in counts]
        grown.append(Grown(what, counts,
                           tuple(bench.median_seconds(bench.verify(cache)) for cache in made),
                           tuple(bench.median_peak_kib(bench.verify(cache)) for cache in made)))
        time_row(bench, grown[-1], nothing[0])
    files, repos, revisions, megabytes = grown
    for each in (files, repos, revisions):
        memory_row(bench, each, nothing[1])
    more = max(megabytes.peaks) - min(megabytes.peaks)
    bench.row("memory for " + megabytes.spelt(), mebibytes(megabytes), "-", f"{more / 1024:.2f} MiB apart",
              f"<= {MOST_KIB_FOR_BYTES / 1024:.0f} MiB", more <= MOST_KIB_FOR_BYTES)
    a_pointer, a_file = bytes_each(revisions, 100), bytes_each(files, 1)
    bench.row("memory a pointer, its blob shared", f"{a_pointer:.0f} bytes", "-", f"{a_pointer:.0f} bytes",
              f"< {BYTES_A_POINTER}", a_pointer < BYTES_A_POINTER)
    bench.row("memory a pointer with a blob of its own", f"{a_file:.0f} bytes, so {a_file - a_pointer:.0f} a blob",
              "-", f"{a_file:.0f} bytes", f"< {BYTES_A_FILE}", a_file < BYTES_A_FILE)
    draw(bench, grown, nothing)


def mebibytes(grown):
    return " / ".join(f"{kib / 1024:.1f}" for kib in grown.peaks) + " MiB"


def time_row(bench, grown, nothing):
    factor_row(bench, "time for " + grown.spelt(), " / ".join(f"{1000 * took:.1f}" for took in grown.times) + " ms",
               growth_of(grown.times, nothing, LEAST_SECONDS))


def memory_row(bench, grown, nothing):
    factor_row(bench, "memory for " + grown.spelt(), mebibytes(grown), growth_of(grown.peaks, nothing, LEAST_KIB))


def factor_row(bench, what, costs, factor):
    bench.row(what, costs, "-", f"{factor:.1f} x for 10 x", f"<= {MOST_FOR_TEN_TIMES:.0f} x",
              factor <= MOST_FOR_TEN_TIMES)


def draw(bench, grown, nothing):
    panels = [plot.Panel(each.what, each.counts, tuple(1000 * (took - nothing[0]) for took in each.times),
                         tuple((kib - nothing[1]) / 1024 for kib in each.peaks))
              for each in grown]
    with open(bench.plot, "w", encoding="utf-8") as stream:
        stream.write(plot.growth_svg(panels, bench.machine()))
    print(f"  drawn in {os.path.relpath(bench.plot)}", flush=True)
