"""What a second verification costs, when a ledger has met the cache before."""

import os
import statistics
import tempfile

import caches


def remembering(bench):
    with tempfile.TemporaryDirectory() as state:
        environment = {name: value for name, value in bench.environment.items() if name != "HUBWARD_NO_LEDGER"}
        environment |= {"HUBWARD_LEDGER": "1", "XDG_STATE_HOME": state}
        again(bench, environment)
        start_of_a_command(bench, environment)


def again(bench, environment):
    """The same tree read whole, by its names alone, and on the ledger's word. Two pairs: what comes behind 4 GB that were
    hashed finds the processor's caches full of them, and under `chrt` waits where the kernel ends such a task's share of a
    second."""
    cache = bench.cache("remembered", caches.large_and_small)
    bench.forget_names()
    bench.seconds(bench.verify(cache), environment)  # fills the ledger
    second, first = bench.pair(bench.verify(cache), bench.verify(cache, "--no-ledger"), environment)
    what = "second content of 4 GB and 20,000 files of 4 KB"
    bench.row(what + " / the first", f"{1000 * second:.1f} ms", f"{1000 * first:.0f} ms",
              f"{first / second:.1f} x", ">= 10 x", first >= 10 * second)
    second, layout = bench.pair(bench.verify(cache), bench.verify(cache, "--level", "layout"), environment)
    bench.row(what + " / layout", f"{1000 * second:.1f} ms", f"{1000 * layout:.1f} ms",
              f"{second / layout:.2f} x as long", "<= 2.0 x", second <= 2 * layout)
    bench.peaks[what] = bench.peak_kib(bench.verify(cache), environment=environment)


def start_of_a_command(bench, environment):
    """From `run` to the command, which ends at once, over the command alone."""
    cache = bench.cache("nine", caches.nine_models)
    with tempfile.TemporaryDirectory() as folder:
        manifest = os.path.join(folder, "model_manifest.txt")
        with open(manifest, "w", encoding="ascii") as stream:
            stream.writelines(f"bench/model-{repo} file:*\n" for repo in range(9))
        run = [bench.hubward, "run", "--cache-dir", cache.path, "--manifest", manifest, "--quiet", "--", "true"]
        bench.seconds(run, environment)
        costs = []
        for _ in range(bench.runs):
            pairs = [(bench.seconds(run, environment), bench.seconds(["true"])) for _ in range(20)]
            costs.append(1000 * (sum(whole for whole, _ in pairs) - sum(bare for _, bare in pairs)) / len(pairs))
        cost = statistics.median(costs)
        bench.row("`run` of a command, 9 models known to the ledger / the bare command", f"{cost:.2f} ms", "-",
                  f"{cost:.2f} ms", "< 15 ms", cost < 15)
