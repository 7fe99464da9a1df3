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

from fills import FilledCache, Fill, Step, has_ref, repo_of
from loopback_hub import LoopbackHub
from synthetic_repos import File, Repo
from toolchain import HERE, JsClient, PythonClient, RustClient

TOKEN = "hf_loopbackLoopbackLoopbackLoopback0"
ABSENT = "not-there.json"
OTHER_BYTES = "other bytes than the Hub's"
# Nobody listens at port 9; loopback itself is reached without it.
NOWHERE = "http://127.0.0.1:9"
Client = PythonClient | RustClient | JsClient
Clients = dict[str, Client]


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


def _scripted(client: PythonClient | JsClient, job: dict, environment: dict[str, str]) -> list[dict[str, str]]:
    """The two clients that take a job as JSON and answer with a list."""
    if isinstance(client, JsClient):
        command = ["node", str(HERE / "js_client.mjs"), str(client.module)]
    else:
        command = [str(client.python), str(HERE / "python_client.py")]
    job = {"links": True} | job
    done = subprocess.run(command, input=json.dumps(job), env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{client.name} {client.version}: {done.stderr}")
    return json.loads(done.stdout)


def without_proxies(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.lower().endswith("_proxy")}


def lines_of(tasks: list[dict]) -> str:
    return "".join("\t".join((t["type"], t["id"], t["revision"], t["path"])) + "\n" for t in tasks)


def _rust(client: RustClient, verb: str, tasks: list[dict], environment: dict[str, str]) -> list[dict[str, str]]:
    # The crate's sync client would send even loopback through a proxy: only the reader gets them.
    if not verb.startswith("read"):
        environment = without_proxies(environment)
    done = subprocess.run([str(client.program), verb], input=lines_of(tasks), env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{client.name} {client.version}: {done.stderr}")
    answers = []
    for line in done.stdout.splitlines():
        word, _, text = line.partition("\t")
        answer = {word: text}
        if word == "ok" and not verb.endswith("snapshot"):
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
            wrong.append(f"{place}: {OTHER_BYTES}")
    return wrong


def without_known_wrong(fill: Fill, wrong: list[str]) -> list[str]:
    """Takes out the files that this client is known to write wrongly; says so where it no longer does."""
    left = list(wrong)
    for type, id, _, path in fill.wrong:
        known = [line for line in left if f"{type}s/{id}@" in line and line.endswith(f" {path}: {OTHER_BYTES}")]
        if known:
            left.remove(known[0])
        else:
            left.append(f"{fill.client} gives {path} the right bytes, though it is known to err")
    return left


def _xet_sources(hub: LoopbackHub) -> dict[str, str]:
    """Where the stand-in for Xet finds the bytes of each hash."""
    files = [f for repo in hub.repos.values() for commit in repo.commits.values() for f in commit.values()]
    return {f.xet_hash: f"{hub.content_origin}/xet-bridge/{f.sha256}?Signature=loopback" for f in files if f.lfs}


def _snapshot_tasks(revisions) -> list[dict[str, str]]:
    return [task("snapshot", *revision) for revision in revisions]


def do_step(step: Step, hub: LoopbackHub, clients: Clients, home: Path) -> list[str]:
    """Lets the step's client work; the Hub is meanwhile as the step wants it."""
    hub.protocol.offers_xet = step.hub != "no-xet"
    hub.protocol.redirects_small_files = step.hub != "before-2025"
    try:
        return _do_step(step, hub, clients[step.client], home)
    finally:
        hub.protocol.offers_xet = hub.protocol.redirects_small_files = True


def _do_step(step: Step, hub: LoopbackHub, client: Client, home: Path) -> list[str]:
    repos = hub.repos
    environment = environment_of(home, hub.origin, dict(step.environment) | {"HF_TOKEN": TOKEN})
    who = f"{client.name} {client.version} fills"
    tasks = _snapshot_tasks(step.revisions) if step.verb == "snapshot" else file_tasks(repos, step.revisions)
    if isinstance(client, RustClient):
        return compare(repos, tasks, _rust(client, step.verb, tasks, environment), who)
    if step.verb == "absent":
        tasks = [task("absent", *revision, ABSENT) for revision in step.revisions]
        answers = _scripted(client, {"tasks": tasks}, environment)
        return [f"{ABSENT}: {a}" for a in answers if "EntryNotFound" not in a.get("error", "")]
    job = {"tasks": tasks, "links": step.links, "xet": _xet_sources(hub) if step.xet else None}
    return compare(repos, tasks, _scripted(client, job, environment), who)


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
    filled.failures = without_known_wrong(fill, filled.failures)
    return filled


def _split(filled: FilledCache, repos, sees) -> tuple[list, list]:
    """The revisions of the fill that a reader can find, and those that it must not."""
    seen, blind = [], []
    for type, id, revision in filled.fill.revisions:
        (seen if sees(repo_of(repos, type, id), revision) else blind).append((type, id, revision))
    return seen, blind


def _must_fail(tasks: list[dict], answers: list[dict], who: str) -> list[str]:
    return [f"{who} {task['id']}@{task['revision']} though it has no ref"
            for task, answer in zip(tasks, answers, strict=True) if "ok" in answer]


def read_back_python(filled: FilledCache, repos, client: PythonClient, dead: str) -> list[str]:
    """Every file by hf_hub_download, and every snapshot by snapshot_download, with HF_HUB_OFFLINE=1."""
    more = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_XET": "1"}
    environment = environment_of(filled.home, dead, more)
    seen, blind = _split(filled, repos, lambda repo, revision: has_ref(filled.fill, repo, revision))
    tasks = _snapshot_tasks(seen) + file_tasks(repos, seen)
    who = f"{client.name} reads offline"
    wrong = compare(repos, tasks, _scripted(client, {"tasks": tasks}, environment), who)
    tasks = file_tasks(repos, blind)
    return wrong + _must_fail(tasks, _scripted(client, {"tasks": tasks}, environment), who)


def read_back_rust(filled: FilledCache, repos, client: RustClient) -> list[str]:
    """Every file by Api::new() with HOME alone. A commit that has no ref of its name must fail.

    hf-hub 0.x resolves through refs/ only, and has no kernels: that it cannot see those is what the
    note client-blind says.
    """
    kernels = [revision for revision in filled.fill.revisions if revision[0] == "kernel"]
    seen, blind = _split(filled, repos,
                         lambda repo, revision: (filled.cache / repo.folder / "refs" / revision).exists())
    tasks = file_tasks(repos, [revision for revision in seen if revision not in kernels])
    environment = environment_of(filled.home, NOWHERE, {})
    del environment["HF_HOME"], environment["HF_ENDPOINT"]
    wrong = compare(repos, tasks, _rust(client, "read", tasks, environment), "hf-hub reads")
    tasks = file_tasks(repos, [revision for revision in blind if revision not in kernels])
    return wrong + _must_fail(tasks, _rust(client, "read", tasks, environment), "hf-hub reads")


def read_back_newest_rust(filled: FilledCache, repos, client: RustClient) -> list[str]:
    """Every file and every snapshot of hf-hub 1.x with local_files_only."""
    environment = environment_of(filled.home, NOWHERE, {})
    files, snapshots = file_tasks(repos, filled.fill.revisions), _snapshot_tasks(filled.fill.revisions)
    who = "hf-hub reads with local_files_only"
    return (compare(repos, files, _rust(client, "read", files, environment), who)
            + compare(repos, snapshots, _rust(client, "read-snapshot", snapshots, environment), who))


def read_back_js(filled: FilledCache, repos, client: JsClient) -> list[str]:
    """Every file, by the commit under which it lies: with any other name the library asks the Hub."""
    tasks = []
    for type, id, revision in filled.fill.revisions:
        repo = repo_of(repos, type, id)
        commit = repo.resolve(revision)
        for path in repo.files(revision):
            under = commit if has_ref(filled.fill, repo, revision) else repo.last_commit(commit, path)
            tasks.append(task("file", type, id, under, path))
    answers = _scripted(client, {"tasks": tasks}, environment_of(filled.home, NOWHERE, {}))
    return compare(repos, tasks, answers, f"{client.name} reads by commit")


def read_back_own(filled: FilledCache, repos, client: Client, dead: str) -> list[str]:
    """By the client that wrote it, in the way that this client has to read without the Hub."""
    if isinstance(client, JsClient):
        return read_back_js(filled, repos, client)
    if isinstance(client, PythonClient):
        return read_back_python(filled, repos, client, dead)
    if client.version.startswith("0."):
        return read_back_rust(filled, repos, client)
    return read_back_newest_rust(filled, repos, client)
