"""Which caches the real clients fill, and what hubward must say of each: the matrix as a table.

A fill is a list of steps by one or more clients into one fresh cache. What hubward has to say is
derived from how the client works (its layout, whether it leaves a listing), never from hubward's
own answer. Every fill must be intact; a few are rightly not complete, and say why.
"""

from dataclasses import dataclass, field
from pathlib import Path

from synthetic_repos import Repo

MODEL, DATASET, SPACE, KERNEL = "model", "dataset", "space", "kernel"

# What a whole cache of everything holds: type, id, revision.
EVERYTHING = [
    (MODEL, "tiny-gpt", "main"), (MODEL, "tiny-gpt", "v1.0"), (MODEL, "tiny-gpt", "refs/pr/1"),
    (MODEL, "lab/odd-names", "main"), (MODEL, "lab/far-names", "main"), (MODEL, "lab/sharded", "main"),
    (MODEL, "lab/Quantized-GGUF", "main"),
    (MODEL, "lab/words-only", "main"), (MODEL, "lab/sentence-embedder", "main"), (MODEL, "lab/old-name", "main"),
    (MODEL, "lab/private", "main"), (MODEL, "lab/gated", "main"),
    (DATASET, "lab/rows", "main"), (DATASET, "lab/rows", "refs/convert/parquet"),
    (SPACE, "lab/demo", "main"), (SPACE, "lab/page", "main"), (KERNEL, "lab/activation", "main"),
]
# hf-hub 0.4 encodes no path, gets no empty file (its probe for one byte is refused) and no kernel.
FOR_RUST = [
    (MODEL, "tiny-gpt", "main"), (MODEL, "tiny-gpt", "v1.0"), (MODEL, "tiny-gpt", "refs/pr/1"),
    (MODEL, "lab/sharded", "main"), (MODEL, "lab/Quantized-GGUF", "main"), (MODEL, "lab/words-only", "main"),
    (MODEL, "lab/sentence-embedder", "main"), (MODEL, "lab/old-name", "main"), (MODEL, "lab/far-names", "main"),
    (DATASET, "lab/rows", "main"), (DATASET, "lab/rows", "refs/convert/parquet"), (SPACE, "lab/page", "main"),
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

NO_XET = {"HF_HUB_DISABLE_XET": "1"}
NO_LINKS = {"HF_HUB_DISABLE_SYMLINKS": "1"}

COPIES_LISTED = "plain files where links are usual; the listing says what each has to be"
COPIES_UNPROVEN = ("plain files where links are usual, and neither blob nor listing says what they ought to "
                   "be: nothing can be proved of them")
UNLISTED = "snapshot_download of huggingface_hub 1.26 asks for a listing of a pinned commit, and there is none"
BLIND = "hf-hub 0.x looks for refs/COMMIT, which only it writes"


@dataclass(frozen=True)
class Step:
    """One client at work.

    `verb` is snapshot, files or absent for Python, snapshot or files for JavaScript, fill, fill-tokio
    or (1.x) snapshot for Rust. `links` no: the disk refuses to link. `hub`: as it was before
    mid-2025, or one without Xet.
    """

    client: str
    verb: str
    revisions: tuple[tuple[str, str, str], ...]
    environment: tuple[tuple[str, str], ...] = ()
    xet: bool = False
    main_is: str | None = None  # where tiny-gpt's branch main stands meanwhile; None: where it ends
    links: bool = True
    hub: str = "today"  # "before-2025", "no-xet"


@dataclass(frozen=True)
class Fill:
    """A cache and what must be said of it.

    `layout`: "links"; "absolute" (a pointer-absolute each); "copies", or "copies-beside-blobs" (one
    pointer-copied a snapshot). `listed`: every snapshot has a listing, so the basis is tree. `refs`
    no: no branch leaves a ref, so a manifest that names one is incomplete, and each file lies under
    the last commit that touched it. `notes`: codes of notes that this client's habits explain.
    `wrong`: (type, id, revision, path) of the blobs that the client itself writes wrongly. `why`: for
    docs/clients.md, where this client's cache is rightly not complete or not plain.
    """

    name: str
    client: str
    steps: tuple[Step, ...]
    layout: str = "links"
    listed: bool = True
    notes: frozenset[str] = frozenset()
    recorded: bool = False
    refs: bool = True
    wrong: tuple[tuple[str, str, str, str], ...] = ()
    why: str = ""

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


def rust(revisions: list, verb: str = "fill") -> Step:
    return Step("hf-hub", verb, tuple(revisions))


def pinned_commits(repos: dict[tuple[str, str], Repo]) -> list[tuple[str, str, str]]:
    """The commit of tiny-gpt's pull request, and the only one of lab/sharded, asked for by id."""
    return [(MODEL, id, repos[MODEL, id].resolve(name))
            for id, name in (("tiny-gpt", "refs/pr/1"), ("lab/sharded", "main"))]


def quick_fills(repos: dict[tuple[str, str], Repo]) -> list[Fill]:
    """The newest Python client and hf-hub 0.4.3; fills_of_releases has all the others."""
    pinned = pinned_commits(repos)
    locks, blind = "stale-lock-file", "client-blind"
    return [
        Fill("snapshots", "huggingface_hub", (python("snapshot", EVERYTHING),)),
        Fill("snapshots-no-symlinks", "huggingface_hub", (python("snapshot", EVERYTHING, **NO_LINKS),),
             layout="copies", why=COPIES_LISTED),
        Fill("files", "huggingface_hub", (python("files", EVERYTHING), python("absent", EVERYTHING[:1])),
             listed=False),
        Fill("files-no-symlinks", "huggingface_hub", (python("files", EVERYTHING, **NO_LINKS),),
             layout="copies", listed=False, why=COPIES_UNPROVEN),
        Fill("pinned", "huggingface_hub", (python("snapshot", pinned),), notes=frozenset({blind}), why=BLIND),
        Fill("pinned-files", "huggingface_hub", (python("files", pinned),), listed=False,
             notes=frozenset({blind}), why=BLIND),
        Fill("moved-branch", "huggingface_hub",
             (python("snapshot", EVERYTHING[:1], main_is="v1.0"), python("snapshot", EVERYTHING[:1]))),
        Fill("shared-store", "huggingface_hub", (python("snapshot", SHARED, xet=True),), recorded=True),
        Fill("sync", "hf-hub", (rust(FOR_RUST),), listed=False, notes=frozenset({locks})),
        Fill("sync-pinned", "hf-hub", (rust(pinned),), listed=False, notes=frozenset({locks, blind}),
             why=UNLISTED),
        Fill("tokio", "hf-hub", (rust(FOR_RUST, "fill-tokio"),), listed=False, notes=frozenset({locks})),
        Fill("hf-hub-into-python", "both",
             (python("files", [(MODEL, "tiny-gpt", "main")]), rust(FOR_RUST), python("snapshot", FOR_RUST)),
             notes=frozenset({locks})),
        # Small ones, whose caches are kept as recipes and replayed without any client.
        Fill("few-snapshots", "huggingface_hub", (python("snapshot", FEW),), recorded=True),
        Fill("few-no-symlinks", "huggingface_hub", (python("snapshot", FEW[:2], **NO_LINKS),), layout="copies",
             recorded=True, why=COPIES_LISTED),
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


def places(fill: Fill, repos: dict[tuple[str, str], Repo]) -> list[tuple[Repo, str, str]]:
    """(repo, commit, path) of every file of the fill: under which commit it was put."""
    found = []
    for type, id, revision in fill.revisions:
        repo = repo_of(repos, type, id)
        commit = repo.resolve(revision)
        for path in repo.files(revision):
            under = commit if has_ref(fill, repo, revision) else repo.last_commit(commit, path)
            found.append((repo, under, path))
    return found


def has_ref(fill: Fill, repo: Repo, revision: str) -> bool:
    """False where a branch or tag was asked for and the client left no ref of it."""
    return fill.refs or revision == repo.resolve(revision)


def expected_under_all(fill: Fill, repos: dict[tuple[str, str], Repo]) -> list[str]:
    """The findings above a note of the whole cache, as "CODE PATH".

    Where neither a blob nor a listing says what a copy should be, no hash is known for its bytes
    either. A blob that the client wrote wrongly is found whoever asks.
    """
    found = set()
    for repo, commit, path in places(fill, repos):
        snapshot = f"{repo.folder}/snapshots/{commit}"
        if fill.layout.startswith("copies"):
            found.add(f"pointer-copied {snapshot}")
        if fill.layout == "copies" and not fill.listed:
            found.add(f"unverifiable {snapshot}/{path}")
        if fill.layout == "absolute":
            found.add(f"pointer-absolute {snapshot}/{path}")
    for type, id, revision, path in fill.wrong:
        repo = repo_of(repos, type, id)
        found.add(f"blob-corrupt {repo.folder}/blobs/{repo.files(revision)[path].etag}")
    return sorted(found)


def expected_of_manifest(fill: Fill, repos: dict[tuple[str, str], Repo]) -> list[str]:
    """The findings above a note for a manifest that names every revision.

    An entry without a ref ends there: of its files nothing is said. Copies of which nothing vouches
    are not proven, an entry each.
    """
    found = [] if not fill.refs else expected_under_all(fill, repos)
    for type, id, revision in fill.revisions:
        repo = repo_of(repos, type, id)
        if not has_ref(fill, repo, revision):
            found.append(f"ref-missing {repo.folder}/refs/{revision}")
        elif fill.layout == "copies" and not fill.listed:
            found.append(f"not-proven {repo.folder}*")
    return found


def expected_bases(fill: Fill, repos: dict[tuple[str, str], Repo]) -> list[str]:
    """What vouches for each entry of the manifest, sorted; nothing where the way ends before a snapshot."""
    basis = "tree" if fill.listed else "assumed"
    return sorted(basis if has_ref(fill, repo_of(repos, type, id), revision) else "none"
                  for type, id, revision in fill.revisions)
