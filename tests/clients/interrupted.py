"""Downloads killed half way by SIGKILL, then finished by the same client: what a CI runner leaves.

The Hub holds the second half of one shard back, so that the kill falls at the same place each time.
What else was already done is the client's own affair (the Python one downloads in parallel), so the
findings are held against a set of codes; that the shard is among them, and nothing is called
corrupt, is not left open.
"""

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import filling
from fills import MODEL, Fill, FilledCache, python, rust
from hub_protocol import Answer, Request, ranged
from judging import Judged
from loopback_hub import LoopbackHub
from toolchain import HERE

REPO = (MODEL, "lab/sharded", "main")
SHARD = "model-00002-of-00003.safetensors"
# What is there when a shard is half there; nothing else may be said of such a cache.
UNFINISHED = {"file-missing", "shard-missing", "snapshot-empty", "ref-missing", "ref-dangling"}
# unexpected-entry: the folder in which the Python client tries whether links work, when killed in there.
LEFTOVERS = {"partial-download", "stale-lock-file", "orphan-blob", "snapshot-empty", "ref-dangling",
             "unexpected-entry"}


def _fills() -> list[Fill]:
    return [
        Fill("killed-snapshot", "huggingface_hub", (python("snapshot", [REPO]),),
             notes=frozenset({"partial-download", "unexpected-entry"})),
        Fill("killed-sync", "hf-hub", (rust([REPO]),), listed=False, notes=frozenset({"stale-lock-file"})),
        Fill("killed-tokio", "hf-hub", (rust([REPO], "fill-tokio"),), listed=False,
             notes=frozenset({"stale-lock-file"})),
    ]


def _start(fill: Fill, hub: LoopbackHub, clients: filling.Clients, home: Path) -> subprocess.Popen:
    step = fill.steps[0]
    environment = filling.environment_of(home, hub.origin, dict(step.environment))
    if step.client == "hf-hub":
        command = [str(clients["hf-hub"].program), step.verb]
        environment = filling.without_proxies(environment)
        text = filling.lines_of(filling.file_tasks(hub.repos, [REPO]))
    else:
        command = [str(clients["huggingface_hub"].python), str(HERE / "python_client.py")]
        text = json.dumps({"tasks": [filling.task("snapshot", *REPO)]})
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             env=environment, text=True, start_new_session=True)
    child.stdin.write(text)
    child.stdin.close()
    return child


def _kill_half_way(fill: Fill, hub: LoopbackHub, clients: filling.Clients, home: Path) -> list[str]:
    shard = hub.repos[REPO[:2]].files()[SHARD]
    reached, release = threading.Event(), threading.Event()

    def hold_back(request: Request) -> Answer | None:
        wanted = request.headers.get("Range")
        if request.method != "GET" or not request.path.endswith(shard.sha256) or wanted == "bytes=0-0":
            return None
        answer = ranged(shard.content, wanted)
        answer.hold = release
        reached.set()
        return answer

    hub.intercept = hold_back
    child = _start(fill, hub, clients, home)
    try:
        came = reached.wait(60) and filling.wait_for_partial(home, shard)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        release.set()
        hub.intercept = None
    return [] if came else [f"{fill.name}: no half a file came to the disk"]


def kill_all(hub: LoopbackHub, clients: filling.Clients, place: Path) -> list[FilledCache]:
    """Each client's cache as the kill left it."""
    killed = []
    for fill in _fills():
        cache = FilledCache(fill, place / fill.name, clients[fill.client].version)
        cache.home.mkdir(parents=True)
        cache.failures += _kill_half_way(fill, hub, clients, cache.home)
        killed.append(cache)
    return killed


def finish(cache: FilledCache, hub: LoopbackHub, clients: filling.Clients) -> list[str]:
    """The same client once more, unhindered."""
    return filling.do_step(cache.fill.steps[0], hub, clients, cache.home)


def judge_killed(judged: Judged, exit_code: int, allowed: set[str]) -> list[str]:
    """Only the codes of an unfinished download, the verdict that goes with them, never corrupt."""
    wrong = [f"unexpected: {f}" for f in judged.findings
             if f.code not in allowed or f.kind not in ("incomplete", "note")]
    if judged.exit_code != exit_code:
        wrong.append(f"exit {judged.exit_code}, expected {exit_code}; {judged.text}")
    return wrong
