"""Whether time and memory grow with what is in a cache, and no faster."""

import caches

# Ten times as much may take ten times as long, and half as much again for what is not the same from
# one run to the next; a quadratic step would take a hundred times.
MOST_FOR_TEN_TIMES = 15.0

# Below these, what is measured is the clock and the allocator, not hubward.
LEAST_SECONDS = 0.004
LEAST_KIB = 1024

KINDS = (
    ("files of one repo", caches.files, (1_000, 10_000, 100_000)),
    ("repos of 5 files", caches.repos, (20, 200, 2_000)),
    ("revisions of 100 blobs", caches.revisions, (5, 50, 500)),
)


def growth_of(costs, nothing, least):
    """The larger of two factors: 10x by 1x, and 100x by 10x, each beyond what nothing costs.

    costs: of 1x, 10x and 100x. A cost too small to be measured counts as `least`; from such a one
    the first factor is not taken."""
    beyond = [max(cost - nothing, least) for cost in costs]
    return max(beyond[1] / beyond[0] if beyond[0] > least else 1.0, beyond[2] / beyond[1])


def growth(bench):
    empty = bench.cache("empty", caches.nothing)
    no_time = bench.median_seconds(bench.verify(empty))
    no_memory = bench.peak_kib(bench.verify(empty))
    for what, fill, counts in KINDS:
        stem = fill.__name__
        made = [bench.cache(f"{stem}-{count}", fill(count)) for count in counts]
        times = [bench.median_seconds(bench.verify(cache)) for cache in made]
        peaks = [bench.peak_kib(bench.verify(cache)) for cache in made]
        counted = " / ".join(f"{count:,}" for count in counts)
        for kind, costs, factor in (
            ("time", [f"{1000 * took:.1f}" for took in times],
             growth_of(times, no_time, LEAST_SECONDS)),
            ("memory", [f"{kib / 1024:.1f}" for kib in peaks],
             growth_of(peaks, no_memory, LEAST_KIB)),
        ):
            unit = "ms" if kind == "time" else "MiB"
            bench.row(f"{kind} for {counted} {what}", " / ".join(costs) + f" {unit}", "-",
                      f"{factor:.1f} x for 10 x", f"<= {MOST_FOR_TEN_TIMES:.0f} x",
                      factor <= MOST_FOR_TEN_TIMES)
