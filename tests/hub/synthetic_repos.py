"""The repos that the loopback Hub serves: invented content, every shape that a cache can take.

All of it is deterministic (no clock, no random source), so that commits and oids can stand in
recorded caches. Together well under 3 MB: what matters is the shapes, not the bytes.
A file is LFS because its repo says so, as on the real Hub (.gitattributes decides, not the size).
"""

import hashlib
import json
from dataclasses import dataclass, field

from containers import gguf, noise, safetensors


def git_blob_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass(frozen=True)
class File:
    """One file of a commit, with the identities that the Hub gives it."""

    path: str
    content: bytes
    lfs: bool = False

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def pointer(self) -> bytes:
        """The text that git stores in place of an LFS file."""
        text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {self.size}\n"
        return text.encode()

    @property
    def blob_id(self) -> str:
        """The git blob id: of the pointer for an LFS file."""
        return git_blob_id(self.pointer if self.lfs else self.content)

    @property
    def etag(self) -> str:
        """What the clients name the blob after."""
        return self.sha256 if self.lfs else self.blob_id

    @property
    def xet_hash(self) -> str | None:
        """Not a real Merkle hash: like one it is 64 hex, depends on the content, is not its SHA-256."""
        return hashlib.sha256(b"xet:" + self.content).hexdigest() if self.lfs else None


@dataclass
class Repo:
    """A repo with its commits; `branches` and the others map a short name to a commit."""

    type: str
    id: str
    commits: dict[str, dict[str, File]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    converts: dict[str, str] = field(default_factory=dict)
    pulls: dict[str, str] = field(default_factory=dict)
    private: bool = False
    gated: bool = False
    parents: dict[str, str] = field(default_factory=dict)

    def commit(self, name: str, files: list[File], parent: str | None = None) -> str:
        """Adds a commit and returns its id, which depends on repo and name alone."""
        commit_id = hashlib.sha1(f"{self.type}/{self.id}/{name}".encode()).hexdigest()
        self.commits[commit_id] = {file.path: file for file in files}
        if parent is not None:
            self.parents[commit_id] = parent
        return commit_id

    def last_commit(self, commit: str, path: str) -> str:
        """The commit, going back from this one, that gave the file at `path` its content."""
        file = self.commits[commit][path]
        while commit in self.parents and self.commits[self.parents[commit]].get(path) == file:
            commit = self.parents[commit]
        return commit

    def resolve(self, revision: str) -> str | None:
        """The commit that a branch, tag, full ref or commit id names."""
        if revision in self.commits:
            return revision
        for prefix, names in (("refs/heads/", self.branches), ("refs/tags/", self.tags)):
            name = revision.removeprefix(prefix)
            if name in names:
                return names[name]
        for prefix, names in (("refs/convert/", self.converts), ("refs/pr/", self.pulls)):
            if revision.startswith(prefix) and revision.removeprefix(prefix) in names:
                return names[revision.removeprefix(prefix)]
        return None

    def files(self, revision: str = "main") -> dict[str, File]:
        commit_id = self.resolve(revision)
        if commit_id is None:
            raise KeyError(f"{self.type}s/{self.id} has no revision {revision}")
        return self.commits[commit_id]

    @property
    def folder(self) -> str:
        """The name of its folder in a cache."""
        return "--".join([f"{self.type}s", *self.id.split("/")])

    @property
    def manifest_id(self) -> str:
        """Its spelling in a manifest, where a model needs no type."""
        return self.id if self.type == "model" else f"{self.type}s/{self.id}"


def _json(path: str, value: object) -> File:
    return File(path, (json.dumps(value, indent=2, sort_keys=True) + "\n").encode())


def _text(path: str, text: str) -> File:
    return File(path, text.encode())


def _attributes() -> File:
    patterns = ("*.safetensors", "*.bin", "*.gguf", "*.parquet", "*.onnx")
    return _text(".gitattributes", "".join(f"{p} filter=lfs diff=lfs merge=lfs -text\n" for p in patterns))


def _config(architecture: str) -> File:
    return _json("config.json", {"architectures": [architecture], "hidden_size": 32, "model_type": "tiny"})


def _tokenizer(seed: str) -> list[File]:
    words = {hashlib.sha256(f"{seed}:{i}".encode()).hexdigest()[:6]: i for i in range(300)}
    model = {"type": "WordLevel", "unk_token": "[UNK]", "vocab": words}
    return [
        _json("tokenizer.json", {"version": "1.0", "model": model}),
        _json("tokenizer_config.json", {"model_max_length": 512, "seed": seed}),
        _json("special_tokens_map.json", {"unk_token": "[UNK]"}),
    ]


def _several_revisions() -> Repo:
    """No namespace (so the Hub serves its small files directly), three revisions that share blobs."""
    repo = Repo("model", "tiny-gpt")
    weights = File("model.safetensors", safetensors({"wte": 4000, "wpe": 1200}, "tiny-gpt"), lfs=True)
    tuned = File("model.safetensors", safetensors({"wte": 4000, "wpe": 1200}, "tuned"), lfs=True)
    base = [_attributes(), _config("TinyGPT"), *_tokenizer("tiny-gpt"), weights]
    first = repo.commit("first", [*base, _text("README.md", "# tiny-gpt\n\nFirst.\n")])
    second = repo.commit("second", [*base, _text("README.md", "# tiny-gpt\n\nSecond.\n")], first)
    pull = repo.commit("pull", [f for f in base if f.path != "model.safetensors"] + [tuned], second)
    repo.branches = {"main": second, "feature/long-context": first}
    repo.tags = {"v1.0": first}
    repo.pulls = {"1": pull}
    return repo


def _odd_names() -> Repo:
    """Names that a URL, a shell or a line of text could break on; one of the longest allowed."""
    repo = Repo("model", "lab/odd-names")
    files = [
        _json("config.json", {"model_type": "odd"}),
        File("my weights #2.bin", noise("odd-weights", 5000), lfs=True),
        _text("a b/c  d.txt", "two spaces\n"),
        _text("quote'\"s.txt", "quotes\n"),
        _text("what?.txt", "question\n"),
        _text("100%25.txt", "percent\n"),
        _text("-rf", "leading dash\n"),
        _text("ünï/çødé.json", "{}\n"),
        _text("e\u0301/combining.txt", "e and a combining acute\n"),
        _text("模型/词表.txt", "一\n二\n"),
        _text("\U0001f917.txt", "four bytes of UTF-8\n"),
        _text("deep/" * 12 + "leaf.txt", "deep\n"),
        _text("l" * 251 + ".txt", "a name of 255 bytes\n"),
        File("empty.txt", b""),
        File("empty.bin", b"", lfs=True),
    ]
    repo.branches = {"main": repo.commit("first", files)}
    return repo


def _far_names() -> Repo:
    """Nested and non-ASCII names that also a client which encodes no path can ask for."""
    repo = Repo("model", "lab/far-names")
    files = [
        _config("Far"), *_tokenizer("far"), File("weights/ünï/模型.safetensors",
                                                 safetensors({"w": 700}, "far"), lfs=True),
        _text("ünï/çødé.json", "{}\n"), _text("e\u0301/combining.txt", "e and a combining acute\n"),
        _text("模型/词表.txt", "一\n二\n"), _text("\U0001f917.txt", "four bytes of UTF-8\n"),
        _text("deep/" * 12 + "leaf.txt", "deep\n"),
    ]
    repo.branches = {"main": repo.commit("first", files)}
    return repo


def _sharded() -> Repo:
    repo = Repo("model", "lab/sharded")
    shards = [{"layer.0": 2000}, {"layer.1": 2000, "layer.2": 800}, {"head": 1000}]
    weights = []
    weight_map = {}
    for number, tensors in enumerate(shards, start=1):
        name = f"model-{number:05}-of-{len(shards):05}.safetensors"
        weights.append(File(name, safetensors(tensors, name), lfs=True))
        weight_map |= dict.fromkeys(tensors, name)
    total = sum(4 * n for tensors in shards for n in tensors.values())
    # The index before its shards: in this order loaders ask for them.
    index = _json("model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": weight_map})
    files = [_attributes(), _config("Sharded"), *_tokenizer("sharded"), index, *weights]
    repo.branches = {"main": repo.commit("first", files)}
    return repo


def _quantized() -> Repo:
    repo = Repo("model", "lab/Quantized-GGUF")
    files = [_attributes(), _text("README.md", "# Quantized\n")]
    for kind in ("Q4_0", "Q8_0"):
        name = f"tiny.{kind}.gguf"
        files.append(File(name, gguf({"token_embd": 2000, "output": 500}, name), lfs=True))
    for number in (1, 2):
        name = f"tiny-split-{number:05}-of-00002.gguf"
        keys = {"split.no": number - 1, "split.count": 2}
        files.append(File(name, gguf({f"blk.{number}": 900}, name, keys), lfs=True))
    repo.branches = {"main": repo.commit("first", files)}
    return repo


def _words_only() -> Repo:
    repo = Repo("model", "lab/words-only")
    files = [*_tokenizer("words-only"), _text("vocab.txt", "[UNK]\n[CLS]\nword\n")]
    repo.branches = {"main": repo.commit("first", files)}
    return repo


def _embedder() -> Repo:
    repo = Repo("model", "lab/sentence-embedder")
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    files = [
        _attributes(), _config("BertModel"), *_tokenizer("embedder"), _json("modules.json", modules),
        _json("1_Pooling/config.json", {"pooling_mode_mean_tokens": True, "word_embedding_dimension": 32}),
        _json("sentence_bert_config.json", {"max_seq_length": 128}),
        _json("config_sentence_transformers.json", {"__version__": {"sentence_transformers": "3.0"}}),
        File("model.safetensors", safetensors({"embeddings": 3000}, "embedder"), lfs=True),
        File("onnx/model.onnx", noise("embedder-onnx", 3000), lfs=True),
    ]
    repo.branches = {"main": repo.commit("first", files)}
    return repo


def _same_weights() -> Repo:
    """Holds the weights of tiny-gpt too: what the shared store keeps once."""
    repo = Repo("model", "lab/tiny-gpt-copy")
    weights = _several_revisions().files()["model.safetensors"]
    repo.branches = {"main": repo.commit("first", [_config("TinyGPT"), *_tokenizer("copy"), weights])}
    return repo


def _rows() -> Repo:
    repo = Repo("dataset", "lab/rows")
    parquet = b"PAR1" + noise("rows", 4000) + b"PAR1"
    files = [_text("README.md", "---\nlicense: cc0-1.0\n---\n"), _text("rows.csv", "a,b\n1,2\n"),
             File("data/train-00000-of-00001.parquet", parquet, lfs=True)]
    converted = [File("default/train/0000.parquet", parquet, lfs=True)]
    repo.branches = {"main": repo.commit("first", files)}
    repo.converts = {"parquet": repo.commit("converted", converted)}
    return repo


def _demo() -> Repo:
    repo = Repo("space", "lab/demo")
    files = [_text("app.py", "print('demo')\n"), _text("requirements.txt", ""), _text("README.md", "# Demo\n")]
    repo.branches = {"main": repo.commit("first", files)}
    return repo


def _page() -> Repo:
    """A space without an empty file, which some clients cannot get."""
    repo = Repo("space", "lab/page")
    files = [_text("index.html", "<p>page</p>\n"), _text("README.md", "# Page\n")]
    repo.branches = {"main": repo.commit("first", files)}
    return repo


def _kernel() -> Repo:
    repo = Repo("kernel", "lab/activation")
    files = [_text("build/torch-universal/activation/__init__.py", "def gelu(x):\n    return x\n"),
             _text("README.md", "# activation\n")]
    repo.branches = {"main": repo.commit("first", files)}
    return repo


def _renamed() -> Repo:
    repo = Repo("model", "lab/new-name")
    repo.branches = {"main": repo.commit("first", [_config("Renamed"), *_tokenizer("renamed"),
                     File("model.safetensors", safetensors({"w": 500}, "renamed"), lfs=True)])}
    return repo


def _closed(name: str, **how: bool) -> Repo:
    repo = Repo("model", f"lab/{name}", **how)
    repo.branches = {"main": repo.commit("first", [_config("Closed"), *_tokenizer(name)])}
    return repo


# Old id -> new id, per type: the Hub answers the old one with a redirect, clients keep its folder.
RENAMED = {("model", "lab/old-name"): "lab/new-name"}


def all_repos() -> dict[tuple[str, str], Repo]:
    """Every synthetic repo by (type, id)."""
    repos = [_several_revisions(), _odd_names(), _far_names(), _sharded(), _quantized(), _words_only(), _embedder(),
             _same_weights(), _rows(), _demo(), _page(), _kernel(), _renamed(),
             _closed("private", private=True), _closed("gated", gated=True)]
    return {(repo.type, repo.id): repo for repo in repos}
