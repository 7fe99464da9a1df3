#!/usr/bin/env python3
"""What `hubward doctor` says of the clients, held against what they say of themselves.

In each of many odd environments the real client is asked where its cache is, whether it is offline, which
endpoint it has and whether it would send a token; hubward's answer must be the same. Then caches are filled and
damaged, and huggingface_hub offline and hf-hub load every file: how many come, and what hf-hub asks the Hub for
first, must be what hubward has foretold. Ends in "N passed, N failed", as run.py does. Quick: huggingface_hub and
hf-hub 0.4.3; --full: the newest hf-hub and @huggingface/hub too.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "hub"))

import filling  # noqa: E402
from fills import MODEL  # noqa: E402
from loopback_hub import LoopbackHub  # noqa: E402
from run import Tally, tallied  # noqa: E402
from synthetic_repos import Repo  # noqa: E402
from toolchain import (JsClient, PythonClient, RustClient, ToolchainError, js_client, newest_rust_client,  # noqa: E402
                       python_client, rust_client)

TOKEN = "hf_" + "D" * 34
ASK_PYTHON = """
import json
from huggingface_hub import constants
from huggingface_hub.utils import build_hf_headers
print(json.dumps({"cache": constants.HF_HUB_CACHE, "offline": constants.HF_HUB_OFFLINE,
                  "endpoint": constants.ENDPOINT, "token": "authorization" in build_hf_headers()}))
"""
ASK_JS = """
const hub = await import(process.argv[1]);
console.log(JSON.stringify({cache: hub.getHFHubCachePath()}));
"""
# Variables by what they try; HOME is the temporary one unless it is named. None: not set at all.
ENVIRONMENTS: dict[str, dict[str, str | None]] = {
    "nothing set": {},
    "HF_HOME": {"HF_HOME": "/srv/hf"},
    "HF_HOME relative": {"HF_HOME": "cache/../hf/./x"},
    "HF_HOME with a final slash": {"HF_HOME": "/srv/hf//"},
    "HF_HOME ~": {"HF_HOME": "~"},
    "HF_HOME ~/x": {"HF_HOME": "~/x"},
    "HF_HOME ~root": {"HF_HOME": "~root/x"},
    "HF_HOME ~nobodyhere": {"HF_HOME": "~nobodyhere/x"},
    "HF_HOME $NAME": {"HF_HOME": "$PLACE/x", "PLACE": "/srv/place"},
    "HF_HOME ${NAME}": {"HF_HOME": "/srv/${PLACE}x", "PLACE": "a"},
    "HF_HOME $NOBODY": {"HF_HOME": "/srv/$NOBODY"},
    "HF_HOME expanded twice": {"HF_HOME": "$ONE", "ONE": "$TWO", "TWO": "/srv/two"},
    "HF_HOME empty": {"HF_HOME": ""},
    "HF_HOME with a space": {"HF_HOME": "/srv/my models"},
    "XDG_CACHE_HOME": {"XDG_CACHE_HOME": "/srv/xdg"},
    "XDG_CACHE_HOME ~": {"XDG_CACHE_HOME": "~/xdg"},
    "XDG_CACHE_HOME empty": {"XDG_CACHE_HOME": ""},
    "XDG_CACHE_HOME relative": {"XDG_CACHE_HOME": "xdg"},
    "HF_HUB_CACHE": {"HF_HUB_CACHE": "/srv/hub", "HF_HOME": "/srv/hf", "XDG_CACHE_HOME": "/srv/xdg"},
    "HF_HUB_CACHE ~": {"HF_HUB_CACHE": "~/hub"},
    "HF_HUB_CACHE empty": {"HF_HUB_CACHE": ""},
    "HF_HUB_CACHE relative": {"HF_HUB_CACHE": "hub"},
    "HUGGINGFACE_HUB_CACHE": {"HUGGINGFACE_HUB_CACHE": "~/old", "HF_HOME": "/srv/hf"},
    "both names of the cache": {"HUGGINGFACE_HUB_CACHE": "/srv/old", "HF_HUB_CACHE": "/srv/new"},
    "TRANSFORMERS_CACHE": {"TRANSFORMERS_CACHE": "/srv/t"},
    "HOME empty": {"HOME": ""},
    "HOME not set": {"HOME": None},
    "offline 1": {"HF_HUB_OFFLINE": "1"},
    "offline yes": {"HF_HUB_OFFLINE": "yEs"},
    "offline true with a space": {"HF_HUB_OFFLINE": "true "},
    "offline 2": {"HF_HUB_OFFLINE": "2"},
    "offline by transformers": {"TRANSFORMERS_OFFLINE": "ON"},
    "offline 0 beats transformers": {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "1"},
    "offline empty leaves it to transformers": {"HF_HUB_OFFLINE": "", "TRANSFORMERS_OFFLINE": "1"},
    "offline by datasets": {"HF_DATASETS_OFFLINE": "1"},
    "HF_ENDPOINT": {"HF_ENDPOINT": "https://mirror.example/hub//"},
    "staging": {"HUGGINGFACE_CO_STAGING": "1", "HF_ENDPOINT": "https://mirror.example"},
    "HF_TOKEN": {"HF_TOKEN": TOKEN},
    "HF_TOKEN empty": {"HF_TOKEN": ""},
    "HF_TOKEN white space": {"HF_TOKEN": " \n"},
    "HF_TOKEN white space before the older name": {"HF_TOKEN": " ", "HUGGING_FACE_HUB_TOKEN": TOKEN},
    "older name": {"HUGGING_FACE_HUB_TOKEN": TOKEN},
    "token of a login": {"HF_HOME": "WORK/with-token"},
    "token of a login, implicit ones off": {"HF_HOME": "WORK/with-token", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"},
    "implicit ones not off": {"HF_TOKEN": TOKEN, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "0"},
    "HF_TOKEN_PATH": {"HF_TOKEN_PATH": "WORK/with-token/token"},
    "HF_TOKEN_PATH that is not there": {"HF_TOKEN_PATH": "WORK/no", "HF_HOME": "WORK/with-token"},
}


class Scene:
    """A working directory with a home and a login's token."""

    def __init__(self, work: Path):
        self.work = work
        (work / "home").mkdir()
        (work / "with-token").mkdir()
        (work / "with-token/token").write_text(TOKEN + "\n")

    def environment(self, wanted: dict[str, str | None]) -> dict[str, str]:
        made: dict[str, str | None] = {"PATH": os.environ["PATH"], "HOME": str(self.work / "home")} | wanted
        return {name: value.replace("WORK", str(self.work)) for name, value in made.items() if value is not None}

    def ask(self, command: list[str], wanted: dict[str, str | None]) -> str:
        done = subprocess.run(command, cwd=self.work, env=self.environment(wanted), capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise ToolchainError(f"{command[0]}: {done.stderr.strip()}")
        return done.stdout

    def absolute(self, path: str) -> str:
        return os.path.normpath(self.work / path)


def python_rows(client: PythonClient, scene: Scene, wanted: dict) -> Iterator[tuple[str, dict]]:
    told = json.loads(scene.ask([str(client.python), "-c", ASK_PYTHON], wanted))
    yield "huggingface_hub", told | {"cache": scene.absolute(told["cache"])}


def rust_0_rows(client: RustClient, scene: Scene, wanted: dict) -> Iterator[tuple[str, dict]]:
    for line in scene.ask([str(client.program), "where"], wanted).splitlines():
        door, cache, token = line.split("\t")
        yield f"hf_hub_0_{door}", {"cache": scene.absolute(cache), "token": token == "true"}


def rust_1_rows(client: RustClient, scene: Scene, wanted: dict) -> Iterator[tuple[str, dict]]:
    _, cache, endpoint = scene.ask([str(client.program), "where"], wanted).rstrip("\n").split("\t")
    yield "hf_hub_1", {"cache": scene.absolute(cache), "endpoint": endpoint}


def js_rows(client: JsClient, scene: Scene, wanted: dict) -> Iterator[tuple[str, dict]]:
    told = json.loads(scene.ask(["node", "--input-type=module", "-e", ASK_JS, str(client.module)], wanted))
    yield "js", {"cache": scene.absolute(told["cache"])}


def differences(own: dict, real: dict) -> list[str]:
    """What hubward says otherwise than the client itself; only what the client was asked."""
    said = {"cache": own["cache"], "offline": own["offline"] == "on", "endpoint": own["endpoint"],
            "token": own["token"]["present"]}
    return [f"{what}: hubward says {said[what]!r}, the client {value!r}" for what, value in real.items()
            if said[what] != value]


def _newline(folder: Path) -> None:
    ref = folder / "refs/main"
    ref.write_text(ref.read_text() + "\n")


def _without_blob_of(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (link,) = folder.glob(f"snapshots/*/{name}")
        link.resolve().unlink()
    return damage


# What is done to a repo folder that hubward has filled, and whether its commit is pinned.
DAMAGES: dict[str, tuple[bool, Callable[[Path], object]]] = {
    "whole": (False, lambda folder: None),
    "whole, pinned, no ref of its own": (True, lambda folder: None),
    "whole, pinned, with hf-hub's own ref": (True, lambda folder: [
        (folder / "refs").mkdir(exist_ok=True),
        [(folder / "refs" / path.name).write_text(path.name) for path in (folder / "snapshots").iterdir()]]),
    "a newline in the ref": (False, _newline),
    "an empty ref": (False, lambda folder: (folder / "refs/main").write_text("")),
    "no ref": (False, lambda folder: (folder / "refs/main").unlink()),
    "a blob is gone": (False, _without_blob_of("tokenizer.json")),
    "a link is gone": (False, lambda folder: [path.unlink() for path in folder.glob("snapshots/*/config.json")]),
    "the snapshot is gone": (False, lambda folder: [path.rename(folder / "elsewhere")
                                                    for path in folder.glob("snapshots/*")]),
}


class Loads:
    """One cache, and what doctor and the clients say of it."""

    def __init__(self, program: str, hub: LoopbackHub, place: Path, is_pinned: bool):
        self.program, self.hub, self.home = program, hub, place
        self.repo: Repo = hub.repos[MODEL, "lab/sentence-embedder"]
        self.revision = self.repo.resolve("main") if is_pinned else "main"
        self.cache = place / ".cache/huggingface/hub"
        self.cache.mkdir(parents=True)
        (place / "model_manifest.txt").write_text(f"{self.repo.manifest_id}@{self.revision} profile:all\n")
        self._run("fetch", {"HF_HUB_CACHE": str(self.cache), "HF_ENDPOINT": hub.origin})
        files = sorted(self.repo.files("main"), key=lambda path: (path != "config.json", path))
        self.tasks = [filling.task("file", MODEL, self.repo.id, self.revision, path) for path in files]

    def _run(self, word: str, more: dict[str, str], *flags: str) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home)} | more
        done = subprocess.run([self.program, word, *flags], cwd=self.home, env=environment, capture_output=True,
                              text=True, timeout=60, stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 1, 2):
            raise ToolchainError(f"hubward {word}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    def sights(self) -> dict[str, dict]:
        told = json.loads(self._run("doctor", {"HF_HUB_OFFLINE": "1"}, "--format", "json"))
        return {row["client"]: row for row in told["entries"][0]["clients"]}

    def came(self, client: PythonClient | RustClient) -> int:
        """How many files come with nobody to ask."""
        environment = filling.environment_of(self.home, filling.NOWHERE, {"HF_HUB_OFFLINE": "1"})
        if isinstance(client, RustClient):
            answers = filling._rust(client, "read", self.tasks, environment)
        else:
            answers = filling._scripted(client, {"tasks": self.tasks}, environment)
        return sum("ok" in answer for answer in answers)

    def first_asked(self, client: RustClient) -> str:
        """The first file that hf-hub asks the Hub for; it fetches, so this is the last question."""
        before = len(self.hub.requests)
        filling._rust(client, "fill", self.tasks, filling.environment_of(self.home, self.hub.origin, {}))
        asked = [path for _, _, path, _ in self.hub.requests[before:] if "/resolve/" in path]
        return asked[0].split("/resolve/")[1].split("/", 1)[1] if asked else ""


def sight_of(came: int, wanted: int) -> str:
    return "whole" if came == wanted else "part" if came else "nothing"


def check_sights(program: str, python: PythonClient, rust: RustClient, work: Path, tally: Tally) -> None:
    with LoopbackHub() as hub:
        for number, (name, (is_pinned, damage)) in enumerate(DAMAGES.items()):
            loads = Loads(program, hub, work / str(number), is_pinned)
            damage(loads.cache / loads.repo.folder)
            sights, wrong = loads.sights(), []
            for row, client in (("huggingface_hub", python), ("hf_hub_0_new", rust)):
                came = loads.came(client)
                due = (sight_of(came, len(loads.tasks)), came)
                said = (sights[row]["sight"], sights[row]["found"])
                if said != due:
                    wrong.append(f"{row}: hubward foretells {said}, and {due} came true")
            asked = loads.first_asked(rust)
            if asked != (sights["hf_hub_0_from_env"]["first_fetch"] or ""):
                wrong.append(f"hf-hub first asks for {asked!r}, not {sights['hf_hub_0_from_env']['first_fetch']!r}")
            tally.row(f"{name:42} loads as foretold: {sights['huggingface_hub']['sight']} to huggingface_hub, "
                      f"{sights['hf_hub_0_new']['sight']} to hf-hub", wrong)


def check(args: argparse.Namespace, work: Path, tally: Tally) -> None:
    clients = [(python_client(args.keep), python_rows), (rust_client(), rust_0_rows)]
    if args.full:
        clients += [(newest_rust_client(args.keep), rust_1_rows), (js_client("newest", args.keep), js_rows)]
    print(", ".join(f"{client.name} {client.version}" for client, _ in clients))
    scene = Scene(work)
    program = str(args.hubward.resolve())
    for name, wanted in ENVIRONMENTS.items():
        done = subprocess.run([program, "doctor", "--cache-dir", str(work), "--format", "json"], cwd=work,
                              env=scene.environment(wanted), capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            tally.row(name, [f"doctor: exit {done.returncode}: {done.stderr}"])
            continue
        own = {row["id"]: row for row in json.loads(done.stdout)["clients"]}
        wrong, asked = [], []
        for client, rows in clients:
            for row, real in rows(client, scene, wanted):
                wrong += [f"{row}: {line}" for line in differences(own[row], real)]
                asked.append(row)
        tally.row(f"{name:42} as {', '.join(asked)} say", wrong)
    (work / "loads").mkdir()
    check_sights(program, clients[0][0], clients[1][0], work / "loads", tally)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hubward", type=Path, required=True, help="the binary that is asked")
    parser.add_argument("--full", action="store_true", help="also the clients that take long to build")
    parser.add_argument("--keep", action="store_true", help="use the clients at hand, ask no index for newer ones")
    args = parser.parse_args()
    return tallied("doctored", lambda work, tally: check(args, work, tally))


if __name__ == "__main__":
    sys.exit(main())
