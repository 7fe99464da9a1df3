"""Random caches: a healthy world from a seed, written to disk, then damaged step by step.

The same seed gives the same cache on every machine: names, content and damage come from one
random.Random, and nothing depends on the order of a directory or on the clock.
"""

import hashlib
import json
import os
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "hub"))

from containers import gguf, noise, safetensors  # noqa: E402
from slow_content import git_id, pointer_text  # noqa: E402

IDS = ("gpt2", "org/tiny", "Org/Tiny-2.0", "other/tiny", "squad", "a_b/c.d", "datasets/squad")
BRANCHES = ("main", "main", "main", "v1.0", "refs/pr/1", "feature/ünï")


@dataclass
class File:
    content: bytes
    lfs: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def git_id(self) -> str:
        return git_id(self.content)

    @property
    def etag(self) -> str:
        return self.sha256 if self.lfs else self.git_id

    @property
    def xet_hash(self) -> str:
        return hashlib.sha256(b"xet:" + self.content).hexdigest()


@dataclass
class Repo:
    type: str  # with its s, as in the folder
    id: str
    layout: str
    commits: dict[str, dict[str, File]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    refs: dict[str, str] = field(default_factory=dict)
    absent: dict[str, set[str]] = field(default_factory=dict)  # listed, never downloaded

    @property
    def folder(self) -> str:
        return "--".join([self.type, *self.id.split("/")])

    def place(self, commit: str) -> str:
        return f"{self.folder}/snapshots/{commit}"


class World:
    """The repos as upstream has them, and the cache that holds them."""

    def __init__(self, seed: int, root: Path):
        self.dice = random.Random(f"hubward differential {seed}")
        self.root = root
        self.repos: list[Repo] = []
        self.steps: list[str] = []

    def at(self, path: str) -> str:
        return f"{self.root}/{path}"

    def write(self, path: str, data: bytes) -> None:
        whole = self.at(path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        if os.path.lexists(whole):
            os.unlink(whole)
        with open(whole, "wb") as file:
            file.write(data)

    def link(self, path: str, text: str) -> None:
        whole = self.at(path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        if os.path.lexists(whole):
            os.unlink(whole)
        os.symlink(text, whole)

    def chance(self, percent: int) -> bool:
        return self.dice.randrange(100) < percent


def _weights(dice: random.Random, place: str) -> dict[str, bytes]:
    """The weight files of one folder: a kind, sometimes two, sometimes in shards."""
    files: dict[str, bytes] = {}
    kinds = dice.choice((("safetensors",), ("safetensors",), ("bin",), ("gguf",), ("safetensors", "bin"),
                         ("shards",), ("bin-shards",), ("shards", "bin"), ("parts",)))
    tag = f"{place}{dice.randrange(10**9)}"
    size = dice.choice((16, 100, 1500, 3000))
    for kind in kinds:
        if kind == "safetensors":
            files["model.safetensors"] = safetensors({"w": size}, tag)
        elif kind == "bin":
            files["pytorch_model.bin"] = noise(tag + "b", size)
        elif kind == "gguf":
            files["tiny.Q4_K.gguf"] = gguf({"w": 32}, tag)
        elif kind == "parts":
            for part in (1, 2):
                files[f"q-0000{part}-of-00002.gguf"] = gguf({f"w{part}": 32}, tag + str(part))
        else:
            stem, end = ("model", "safetensors") if kind == "shards" else ("pytorch_model", "bin")
            names = [f"{stem}-0000{n}-of-00002.{end}" for n in (1, 2)]
            for n, name in enumerate(names):
                files[name] = safetensors({f"w{n}": size}, tag + name) if end == "safetensors" else noise(tag + name, size)
            text = json.dumps({"metadata": {}, "weight_map": {f"w{n}": name for n, name in enumerate(names)}})
            files[f"{stem}.{end}.index.json"] = text.encode()
    return {place + name: data for name, data in files.items()}


def _model_files(dice: random.Random) -> dict[str, bytes]:
    mark = dice.randrange(10**9)
    files = {}
    if dice.randrange(10) < 9:
        files["config.json"] = json.dumps({"model_type": "gpt2", "n": mark}).encode()
    if dice.randrange(10) < 9:
        files[dice.choice(("tokenizer.json", "vocab.json", "tokenizer_config.json"))] = json.dumps({"v": mark}).encode()
    if dice.randrange(10) < 9:
        files |= _weights(dice, "")
    if dice.randrange(4) == 0:
        files["1_Pooling/config.json"] = json.dumps({"pool": mark}).encode()
    if dice.randrange(6) == 0:
        files |= _weights(dice, dice.choice(("text_encoder/", "deep/er/unet/")))
    return files


_ODD = ("README.md", "données/été.json", "日本/モデル.txt", "a b/c d.txt", "-dash.txt", "onnx/model.onnx",
        "flax_model.msgpack", "spiece.model", "empty.dat", "modeling_x.py", "vocab.txt", "a/b/c/d/e.txt",
        "..three.json", "chat_template.jinja", "onnx/config.json", "imgs/é\u0301.bin", "100%.json", "#x.json")


def _files(dice: random.Random, type_: str) -> dict[str, File]:
    files = _model_files(dice) if type_ == "models" else {
        f"data/part-{n}.csv": noise(f"csv{dice.randrange(10**9)}", 200).hex().encode() for n in range(1, 3)}
    for path in dice.sample(_ODD, dice.randrange(0, 5)):
        data = json.dumps({"o": path, "n": dice.randrange(10**9)}).encode()
        files[path] = b"" if path == "empty.dat" else data
    if not files:
        files["README.md"] = b"# nothing else\n"
    big = (".safetensors", ".bin", ".gguf", ".onnx", ".msgpack")
    return {path: File(data, path.endswith(big) or dice.randrange(12) == 0) for path, data in files.items()}


def _repo(world: World, type_: str, id_: str) -> Repo:
    dice = world.dice
    repo = Repo(type_, id_, dice.choice(("links", "links", "links", "copies", "mixed", "shared")))
    files = _files(dice, type_)
    for _ in range(dice.choice((1, 1, 2, 3))):
        commit = hashlib.sha1(f"{id_}{dice.random()}".encode()).hexdigest()
        repo.commits[commit] = files
        repo.absent[commit] = set()
        if dice.randrange(2):
            repo.listed.add(commit)
        if dice.randrange(4) == 0:
            repo.absent[commit] = set(dice.sample(sorted(files), dice.randrange(1, len(files) + 1)))
        files = dict(files)
        path = dice.choice(sorted(files))
        if not path.endswith((".safetensors", ".gguf", "index.json")):
            files[path] = File(files[path].content + b" ", files[path].lfs)
    commits = list(repo.commits)
    for branch in sorted({dice.choice(BRANCHES) for _ in commits}):
        repo.refs[branch] = dice.choice(commits)
    if dice.randrange(4) == 0:
        repo.refs[commits[0]] = commits[0]
    return repo


def listing_text(files: dict[str, File]) -> dict:
    entries = {}
    for path, file in sorted(files.items()):
        entry = {"size": len(file.content), "blob_id": file.git_id}
        if file.lfs:
            entry |= {"blob_id": git_id(pointer_text(file.sha256, len(file.content))), "lfs_sha256": file.sha256,
                      "lfs_size": len(file.content), "xet_hash": file.xet_hash}
        entries[path] = entry
    return {"format_version": 1, "files": entries}


def _store(world: World, repo: Repo, commit: str, path: str, file: File) -> None:
    pointer = f"{repo.place(commit)}/{path}"
    copied = repo.layout == "copies" or (repo.layout == "mixed" and world.chance(40))
    if copied:
        world.write(pointer, file.content)
        return
    blob = f"{repo.folder}/blobs/{file.etag}"
    if repo.layout == "shared" and file.lfs:
        payload = f"blobs/{file.xet_hash[:2]}/{file.xet_hash}"
        world.write("blobs/.huggingface-shared-blobs", b"1\n")
        world.write(payload, file.content)
        world.link(blob, f"../../{payload}")
    elif not os.path.lexists(world.at(blob)):
        world.write(blob, file.content)
    world.link(pointer, "../" * (2 + path.count("/")) + f"blobs/{file.etag}")


def _put(world: World, repo: Repo) -> None:
    for commit, files in repo.commits.items():
        os.makedirs(world.at(repo.place(commit)), exist_ok=True)
        for path, file in sorted(files.items()):
            if path not in repo.absent[commit]:
                _store(world, repo, commit, path, file)
        if commit in repo.listed:
            text = json.dumps(listing_text(files), indent=1, sort_keys=True)
            world.write(f"{repo.folder}/trees/{commit}.json", text.encode())
    for name, commit in sorted(repo.refs.items()):
        world.write(f"{repo.folder}/refs/{name}", commit.encode())


def healthy_world(seed: int, root: Path) -> World:
    world = World(seed, root)
    os.makedirs(root)
    dice = world.dice
    for id_ in dice.sample(IDS[:-1], dice.choice((1, 1, 2, 3))):
        type_ = dice.choice(("models",) * 6 + ("datasets", "spaces", "kernels"))
        if id_ == "squad" and "/" not in id_:
            type_ = dice.choice(("models", "datasets"))
        repo = _repo(world, type_, id_)
        world.repos.append(repo)
        _put(world, repo)
    return world
