"""Lets the real clients fill a cache from the loopback Hub, and read it back when the Hub is gone.

A client that quietly asked the network would make "readable offline" mean nothing: everything but
loopback is barred by proxies that nobody listens at, and the Hub's port is closed before reading.
"""

import hashlib
import json
import os
import subprocess
import time
from pathlib import Path

from fills import FilledCache, Fill, Step, repo_of
from loopback_hub import LoopbackHub
from synthetic_repos import File, Repo
from toolchain import HERE, PythonClient, RustClient

TOKEN = "hf_loopbackLoopbackLoopbackLoopback0"
ABSENT = "not-there.json"
# Nobody listens at port 9; loopback itself is reached without it.
NOWHERE = "http://127.0.0.1:9"
Clients = dict[str, PythonClient | RustClient]


def environment_of(home: Path, endpoint: str, more: dict[str, str]) -> dict[str, str]:
    """A fresh one: nothing of the developer's own HF_… variables reaches a client."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8",
        "HF_HOME": str(home / ".cache" / "huggingface"), "HF_ENDPOINT": endpoint,
        "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1", "NO_PROXY": "127.0.0.1",
    }
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        environment[name] = environment[name.lower()] = NOWHERE
    environment["no_proxy"] = "127.0.0.1"
    return environment | more


def _python(client: PythonClient, job: dict, environment: dict[str, str]) -> list[dict[str, str]]:
    command = [str(client.python), str(HERE / "python_client.py")]
    done = subprocess.run(command, input=json.dumps(job), env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"python_client.py: {done.stderr}")
    return json.loads(done.stdout)


def without_proxies(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.lower().endswith("_proxy")}


def lines_of(tasks: list[dict]) -> str:
    return "".join("\t".join((t["type"], t["id"], t["revision"], t["path"])) + "\n" for t in tasks)


def _rust(client: RustClient, verb: str, tasks: list[dict], environment: dict[str, str]) -> list[dict[str, str]]:
    # The crate's sync client would send even loopback through a proxy: only the reader gets them.
    if verb != "read":
        environment = without_proxies(environment)
    done = subprocess.run([str(client.program), verb], input=lines_of(tasks), env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"hf_hub_client: {done.stderr}")
    answers = []
    for line in done.stdout.splitlines():
        word, _, text = line.partition("\t")
        answer = {word: text}
        if word == "ok":
            answer["sha256"] = hashlib.sha256(Path(text).read_bytes()).hexdigest()
        answers.append(answer)
    return answers


def task(do: str, type: str, id: str, revision: str, path: str = "") -> dict[str, str]:
    return {"do": do, "type": type, "id": id, "revision": revision, "path": path}


def file_tasks(repos: dict[tuple[str, str], Repo], revisions) -> list[dict[str, str]]:
    """A task a file, for every file of the revisions."""
    return [task("file", type, id, revision, path) for type, id, revision in revisions
            for path in repo_of(repos, type, id).files(revision)]


def _expected_sha256(repos: dict[tuple[str, str], Repo], task: dict[str, str]) -> str:
    return repo_of(repos, task["type"], task["id"]).files(task["revision"])[task["path"]].sha256


def compare(repos, tasks: list[dict], answers: list[dict], who: str) -> list[str]:
    """A line for every file whose bytes did not come, or came wrong."""
    wrong = []
    for task, answer in zip(tasks, answers, strict=True):
        place = f"{who}: {task['type']}s/{task['id']}@{task['revision']} {task['path']}"
        if "error" in answer:
            wrong.append(f"{place}: {answer['error']}")
        elif task["do"] == "file" and answer["sha256"] != _expected_sha256(repos, task):
            wrong.append(f"{place}: other bytes than the Hub's")
    return wrong


def _xet_sources(hub: LoopbackHub) -> dict[str, str]:
    """Where the stand-in for Xet finds the bytes of each hash."""
    files = [f for repo in hub.repos.values() for commit in repo.commits.values() for f in commit.values()]
    return {f.xet_hash: f"{hub.content_origin}/xet-bridge/{f.sha256}?Signature=loopback" for f in files if f.lfs}


def do_step(step: Step, hub: LoopbackHub, clients: Clients, home: Path) -> list[str]:
    repos = hub.repos
    environment = environment_of(home, hub.origin, dict(step.environment) | {"HF_TOKEN": TOKEN})
    client = clients[step.client]
    if step.client == "hf-hub":
        tasks = file_tasks(repos, step.revisions)
        return compare(repos, tasks, _rust(client, step.verb, tasks, environment), "hf-hub fills")
    if step.verb == "absent":
        tasks = [task("absent", *revision, ABSENT) for revision in step.revisions]
        answers = _python(client, {"tasks": tasks}, environment)
        return [f"{ABSENT}: {a}" for a in answers if "EntryNotFound" not in a.get("error", "")]
    if step.verb == "snapshot":
        tasks = [task("snapshot", *revision) for revision in step.revisions]
    else:
        tasks = file_tasks(repos, step.revisions)
    job = {"tasks": tasks, "xet": _xet_sources(hub) if step.xet else None}
    return compare(repos, tasks, _python(client, job, environment), "huggingface_hub fills")


def wait_for_partial(home: Path, file: File) -> bool:
    """True once a client has made the file's partial (its first bytes may still be in a buffer)."""
    for _ in range(600):
        names = home.glob(f".cache/huggingface/hub/*/blobs/{file.etag}.*")
        if any(partial.suffix in (".incomplete", ".part") for partial in names):
            return True
        time.sleep(0.05)
    return False


def fill_cache(fill: Fill, hub: LoopbackHub, clients: Clients, place: Path) -> FilledCache:
    """Does the fill's steps in a fresh home beneath `place`."""
    used = {step.client: clients[step.client].version for step in fill.steps}
    filled = FilledCache(fill, place / fill.name, " + ".join(used.values()))
    filled.home.mkdir(parents=True)
    tiny = hub.repos["model", "tiny-gpt"]
    end = tiny.branches["main"]
    for step in fill.steps:
        tiny.branches["main"] = tiny.resolve(step.main_is) if step.main_is else end
        filled.failures += do_step(step, hub, clients, filled.home)
    tiny.branches["main"] = end
    return filled


def read_back_python(filled: FilledCache, repos, client: PythonClient, dead: str) -> list[str]:
    """Every file by hf_hub_download, and every snapshot by snapshot_download, with HF_HUB_OFFLINE=1."""
    more = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_XET": "1"}
    snapshots = [task("snapshot", *revision) for revision in filled.fill.revisions]
    tasks = snapshots + file_tasks(repos, filled.fill.revisions)
    answers = _python(client, {"tasks": tasks}, environment_of(filled.home, dead, more))
    return compare(repos, tasks, answers, "huggingface_hub reads offline")


def read_back_rust(filled: FilledCache, repos, client: RustClient) -> list[str]:
    """Every file by Api::new() with HOME alone. A commit that has no ref of its name must fail.

    hf-hub 0.4 resolves through refs/ only, and has no kernels: that it cannot see those is what the
    note client-blind says.
    """
    tasks, blind = [], []
    for type, id, revision in filled.fill.revisions:
        if type == "kernel":
            continue
        repo = repo_of(repos, type, id)
        seen = (filled.cache / repo.folder / "refs" / revision).exists()
        (tasks if seen else blind).extend(file_tasks(repos, [(type, id, revision)]))
    environment = environment_of(filled.home, NOWHERE, {})
    del environment["HF_HOME"], environment["HF_ENDPOINT"]
    wrong = compare(repos, tasks, _rust(client, "read", tasks, environment), "hf-hub reads")
    for task, answer in zip(blind, _rust(client, "read", blind, environment), strict=True):
        if "ok" in answer:
            wrong.append(f"hf-hub reads {task['id']}@{task['revision']} though it has no ref")
    return wrong
