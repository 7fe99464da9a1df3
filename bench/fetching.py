"""What `hubward fetch` costs beside a downloader that hashes nothing, and beside the Python client.

Both sides ask one nginx for the same bytes and write them to the same disk, into an empty folder each
time. hubward's time is that of the whole command: it also hashes and syncs what it writes, and verifies
the cache again afterwards.
"""

import os
import shutil
import statistics

import caches
import toolchain
from hub_by_nginx import NginxHub

MEMORY_LIMIT_KIB = 64 * 1024
STREAMS = 8
LARGE_DUE = 0.9
SMALL_DUE = 5.0


def eight_files(cache):
    def files():
        for number in range(8):
            data = os.urandom(500_000_000)
            yield f"weights-{number}.safetensors", (caches.sha256(data), data)

    cache.repo("eight", files())


def small_files(cache):
    cache.repo("many", caches.parts(5_000, 4096, 7))


class Place:
    """A project and the folders that the clients fill, empty before each run."""

    def __init__(self, bench, hub, pinned_to=None):
        self.bench, self.hub, self.pinned_to = bench, hub, pinned_to
        self.folder = os.path.join(bench.data, "filled")
        # NO_PROXY: the hosts are on this machine whatever the environment says.
        self.environment = bench.environment | {
            "HF_ENDPOINT": hub.origin, "HF_HUB_CACHE": os.path.join(self.folder, "hub"),
            "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        del self.environment["HF_HUB_OFFLINE"]

    def empty(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(os.path.join(self.folder, "plain"))
        with open(os.path.join(self.folder, "model_manifest.txt"), "w", encoding="ascii") as stream:
            stream.write(f"{self.hub.repo} profile:all\n")

    def pinned(self, command):
        return command if self.pinned_to is None else ["taskset", "-c", self.pinned_to, *command]

    def seconds(self, command):
        self.empty()
        return self.bench.seconds(self.pinned(command), cwd=self.folder, environment=self.environment)

    def peak_kib(self, command):
        self.empty()
        return self.bench.peak_kib(command, cwd=self.folder, environment=self.environment)

    def pair(self, ours, theirs):
        """Medians of alternating runs, after one of each."""
        self.seconds(ours)
        self.seconds(theirs)
        times = [(self.seconds(ours), self.seconds(theirs)) for _ in range(self.bench.runs)]
        shutil.rmtree(self.folder)
        return tuple(statistics.median(side) for side in zip(*times))

    def fetch(self):
        return [self.bench.hubward, "fetch", "--quiet", "--parallel", str(STREAMS)]

    def curl(self):
        command = ["curl", "-sS", "--fail", "--parallel", "--parallel-max", str(STREAMS)]
        for number, url in enumerate(self.hub.content_urls()):
            command += ["-o", os.path.join(self.folder, "plain", str(number)), url]
        return command

    def snapshot_download(self, client):
        return [str(client.python), "-c", "import huggingface_hub; "
                f"huggingface_hub.snapshot_download({self.hub.repo!r}, max_workers={STREAMS})"]


def row(bench, place, what, mine, other, due, why=""):
    bench.peaks[what] = place.peak_kib(place.fetch())
    shutil.rmtree(place.folder)
    bench.row(what, f"{mine:.3f} s", f"{other:.3f} s", f"{other / mine:.2f} x", f"{due:.2f} x{why}",
              other >= due * mine)


def large(bench):
    """Where two processes that only hash these bytes are slower than curl, that is what is due."""
    cache = bench.cache("served-large", eight_files)
    with NginxHub(cache.folder_of("eight"), "bench/eight") as hub:
        place = Place(bench, hub)
        mine, other = place.pair(place.fetch(), place.curl())
        blobs = "".join(blob + "\n" for blob in cache.blobs())
        hashing = bench.median_seconds(
            ["xargs", f"-P{os.cpu_count()}", "-n1", "openssl", "dgst", "-sha256"], input=blobs.encode())
        bench.notes.append(f"openssl dgst of the 4 GB, {os.cpu_count()} at once: {hashing:.3f} s")
        row(bench, place, "fetch, 4 GB in 8 files / curl --parallel, which hashes nothing", mine, other,
            min(LARGE_DUE, other / hashing))


def small(bench):
    """The server has a core of its own where there are two."""
    cache = bench.cache("served-small", small_files)
    cores = os.cpu_count()
    with NginxHub(cache.folder_of("many"), "bench/many", core=0 if cores > 1 else None) as hub:
        place = Place(bench, hub, pinned_to=f"1-{cores - 1}" if cores > 1 else None)
        client = toolchain.python_client(keep=False)
        bench.notes.append(f"huggingface_hub {client.version}")
        mine, other = place.pair(place.fetch(), place.snapshot_download(client))
        row(bench, place, "fetch, 5,000 files of 4 KB / snapshot_download", mine, other, SMALL_DUE)


def fetching(bench):
    large(bench)
    small(bench)
