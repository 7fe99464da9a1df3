"""Which caches the real clients fill, and what hubward must say of each: the matrix as a table.

A fill is a list of steps by one or more clients into one fresh cache. What hubward has to say is
derived from how the client works (its layout, whether it leaves a listing), never from hubward's
own answer. Every fill must be intact; a few are rightly not complete, and say why.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

from synthetic_repos import Repo

MODEL, DATASET, SPACE, KERNEL = "model", "dataset", "space", "kernel"

# What a whole cache of everything holds: type, id, revision.
EVERYTHING = [
    (MODEL, "tiny-gpt", "main"), (MODEL, "tiny-gpt", "v1.0"), (MODEL, "tiny-gpt", "refs/pr/1"),
    (MODEL, "lab/odd-names", "main"), (MODEL, "lab/sharded", "main"), (MODEL, "lab/Quantized-GGUF", "main"),
    (MODEL, "lab/words-only", "main"), (MODEL, "lab/sentence-embedder", "main"), (MODEL, "lab/old-name", "main"),
    (MODEL, "lab/private", "main"), (MODEL, "lab/gated", "main"),
    (DATASET, "lab/rows", "main"), (DATASET, "lab/rows", "refs/convert/parquet"),
    (SPACE, "lab/demo", "main"), (KERNEL, "lab/activation", "main"),
]
# hf-hub 0.4 encodes no path, gets no empty file (its probe for one byte is refused) and no kernel.
FOR_RUST = [
    (MODEL, "tiny-gpt", "main"), (MODEL, "tiny-gpt", "v1.0"), (MODEL, "tiny-gpt", "refs/pr/1"),
    (MODEL, "lab/sharded", "main"), (MODEL, "lab/Quantized-GGUF", "main"), (MODEL, "lab/words-only", "main"),
    (MODEL, "lab/sentence-embedder", "main"), (MODEL, "lab/old-name", "main"),
    (DATASET, "lab/rows", "main"), (DATASET, "lab/rows", "refs/convert/parquet"),
]
FEW = [(MODEL, "tiny-gpt", "main"), (MODEL, "tiny-gpt", "v1.0"), (MODEL, "tiny-gpt", "refs/pr/1"),
       (DATASET, "lab/rows", "main")]
ODD = [(MODEL, "lab/odd-names", "main")]
SHARED = [(MODEL, "tiny-gpt", "main"), (MODEL, "lab/tiny-gpt-copy", "main"), (MODEL, "lab/sharded", "main")]

# Without a listing `auto` wants weights beside a config.json; these repos need to be asked otherwise.
ASSUMED_OPTIONS = {
    "lab/Quantized-GGUF": "gguf:tiny.Q4_0.gguf", "lab/odd-names": 'file:"my weights #2.bin"',
    "lab/private": "profile:tokenizer", "lab/gated": "profile:tokenizer",
}

# Each changed what lies on disk (hub-cache-format 9); the newest is asked for by name of no version.
OLDER_RELEASES = ("0.20.3", "0.23.5", "0.30.2", "0.36.0", "1.0.1", "1.22.0")

NO_XET = {"HF_HUB_DISABLE_XET": "1"}
NO_LINKS = {"HF_HUB_DISABLE_SYMLINKS": "1"}


@dataclass(frozen=True)
class Step:
    """One client at work. `verb` is snapshot, files or absent for Python, fill or fill-tokio for Rust."""

    client: str
    verb: str
    revisions: tuple[tuple[str, str, str], ...]
    environment: tuple[tuple[str, str], ...] = ()
    xet: bool = False
    main_is: str | None = None  # where tiny-gpt's branch main stands meanwhile; None: where it ends


@dataclass(frozen=True)
class Fill:
    """A cache and what must be said of it.

    `layout`: "links", or "copies" (one pointer-copied a snapshot). `listed`: every snapshot has a
    listing, so the basis is tree. `notes`: codes of notes that this client's habits explain.
    """

    name: str
    client: str
    steps: tuple[Step, ...]
    layout: str = "links"
    listed: bool = True
    notes: frozenset[str] = frozenset()
    recorded: bool = False

    @property
    def writer(self) -> str:
        """The client's name without a release."""
        return self.client.split(" ")[0]

    @property
    def revisions(self) -> list[tuple[str, str, str]]:
        seen = {revision: None for step in self.steps if step.verb != "absent" for revision in step.revisions}
        return list(seen)


def python(verb: str, revisions: list, xet: bool = False, main_is: str | None = None, **environment: str) -> Step:
    variables = environment if xet else NO_XET | environment
    return Step("huggingface_hub", verb, tuple(revisions), tuple(variables.items()), xet, main_is)


def older(version: str) -> list["Fill"]:
    """What a release of earlier years wrote: only from 1.22 on does a snapshot leave a listing."""
    client = f"huggingface_hub {version}"
    listed = tuple(int(part) for part in version.split(".")) >= (1, 22)
    revisions = [revision for revision in EVERYTHING if revision[0] != KERNEL]
    snapshot, files = python("snapshot", revisions), python("files", revisions)
    return [Fill(f"snapshots-{version}", client, (replace(snapshot, client=client),), listed=listed),
            Fill(f"files-{version}", client, (replace(files, client=client),), listed=False)]


def rust(revisions: list, verb: str = "fill") -> Step:
    return Step("hf-hub", verb, tuple(revisions))


def _pinned(repos: dict[tuple[str, str], Repo]) -> list[tuple[str, str, str]]:
    """The commit of tiny-gpt's pull request, and the only one of lab/sharded, asked for by id."""
    return [(MODEL, id, repos[MODEL, id].resolve(name))
            for id, name in (("tiny-gpt", "refs/pr/1"), ("lab/sharded", "main"))]


def all_fills(repos: dict[tuple[str, str], Repo], full: bool = False) -> list[Fill]:
    more = [fill for version in OLDER_RELEASES for fill in older(version)] if full else []
    pinned = _pinned(repos)
    locks, blind = "stale-lock-file", "client-blind"
    return [
        *more,
        Fill("snapshots", "huggingface_hub", (python("snapshot", EVERYTHING),)),
        Fill("snapshots-no-symlinks", "huggingface_hub", (python("snapshot", EVERYTHING, **NO_LINKS),),
             layout="copies"),
        Fill("files", "huggingface_hub", (python("files", EVERYTHING), python("absent", EVERYTHING[:1])),
             listed=False),
        Fill("files-no-symlinks", "huggingface_hub", (python("files", EVERYTHING, **NO_LINKS),),
             layout="copies", listed=False),
        Fill("pinned", "huggingface_hub", (python("snapshot", pinned),), notes=frozenset({blind})),
        Fill("pinned-files", "huggingface_hub", (python("files", pinned),), listed=False,
             notes=frozenset({blind})),
        Fill("moved-branch", "huggingface_hub",
             (python("snapshot", EVERYTHING[:1], main_is="v1.0"), python("snapshot", EVERYTHING[:1]))),
        Fill("shared-store", "huggingface_hub", (python("snapshot", SHARED, xet=True),), recorded=True),
        Fill("sync", "hf-hub", (rust(FOR_RUST),), listed=False, notes=frozenset({locks})),
        Fill("sync-pinned", "hf-hub", (rust(pinned),), listed=False, notes=frozenset({locks, blind})),
        Fill("tokio", "hf-hub", (rust(FOR_RUST, "fill-tokio"),), listed=False, notes=frozenset({locks})),
        Fill("hf-hub-into-python", "both",
             (python("files", [(MODEL, "tiny-gpt", "main")]), rust(FOR_RUST), python("snapshot", FOR_RUST)),
             notes=frozenset({locks})),
        # Small ones, whose caches are kept as recipes and replayed without any client.
        Fill("few-snapshots", "huggingface_hub", (python("snapshot", FEW),), recorded=True),
        Fill("few-no-symlinks", "huggingface_hub", (python("snapshot", FEW[:2], **NO_LINKS),), layout="copies",
             recorded=True),
        Fill("few-files", "huggingface_hub", (python("files", FEW), python("absent", FEW[:1])), listed=False,
             recorded=True),
        Fill("odd-names", "huggingface_hub", (python("snapshot", ODD),), recorded=True),
        Fill("few-sync", "hf-hub", (rust(FEW),), listed=False, notes=frozenset({locks}), recorded=True),
    ]


@dataclass
class FilledCache:
    """A fill that has been done: where it lies and which client versions made it."""

    fill: Fill
    home: Path
    version: str
    failures: list[str] = field(default_factory=list)

    @property
    def cache(self) -> Path:
        return self.home / ".cache" / "huggingface" / "hub"


def repo_of(repos: dict[tuple[str, str], Repo], type: str, id: str) -> Repo:
    """The repo behind an id, an old name's too; with the id as asked, for the folder is named so."""
    if (type, id) in repos:
        return repos[type, id]
    renamed = repos[type, "lab/new-name"]
    return Repo(type, id, renamed.commits, renamed.branches)


def manifest_text(fill: Fill, repos: dict[tuple[str, str], Repo]) -> str:
    """An entry a revision; profile:all where a listing makes it provable."""
    lines = []
    for type, id, revision in fill.revisions:
        name = repo_of(repos, type, id).manifest_id + ("" if revision == "main" else f"@{revision}")
        option = "profile:all" if fill.listed else ASSUMED_OPTIONS.get(id, "")
        lines.append(f"{name} {option}".rstrip() + "\n")
    return "".join(lines)


def expected_warnings(fill: Fill, repos: dict[tuple[str, str], Repo]) -> list[str]:
    """The findings above a note, as "CODE PATH": only a copied layout has any.

    Where no listing says what the copies should be, no hash is known for their bytes either.
    """
    if fill.layout != "copies":
        return []
    found = []
    for type, id, revision in fill.revisions:
        repo = repo_of(repos, type, id)
        snapshot = f"{repo.folder}/snapshots/{repo.resolve(revision)}"
        found.append(f"pointer-copied {snapshot}")
        if not fill.listed:
            found += [f"unverifiable {snapshot}/{path}" for path in repo.files(revision)]
    return found


def expected_incomplete(fill: Fill, repos: dict[tuple[str, str], Repo]) -> list[str]:
    """What the manifest adds: copies without a listing prove nothing, so each entry is not-proven."""
    if fill.layout != "copies" or fill.listed:
        return []
    return [f"not-proven {repo_of(repos, type, id).folder}*" for type, id, _ in fill.revisions]
