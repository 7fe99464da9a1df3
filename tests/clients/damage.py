"""What a kind of damage is: a case of the catalogue, a function that does it, and what must be said.

The expectation is written from the contract, never copied from an answer of hubward. A function
gets a fresh copy of a cache that a real client filled, damages it, and returns the expected
findings: "CODE[=DAMAGE][:CLASS][@AFFECTED] PATH", the path with shell wildcards, "A|B" where the
contract leaves the choice. Whatever else is found, beyond what the healthy copy shows too, fails.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fills import repo_of
from synthetic_repos import File, Repo

TINY, SHARDED, GGUF, EMBEDDER = "tiny-gpt", "lab/sharded", "lab/Quantized-GGUF", "lab/sentence-embedder"
WEIGHTS = "model.safetensors"


class Cache:
    """A copy to be damaged. All names come from the repos, none from looking at the disk."""

    def __init__(self, root: Path, repos: dict[tuple[str, str], Repo]):
        self.root, self._repos = root, repos

    def repo(self, id: str) -> Repo:
        return repo_of(self._repos, "model", id)

    def file(self, id: str, path: str, revision: str = "main") -> File:
        return self.repo(id).files(revision)[path]

    def folder(self, id: str) -> Path:
        return self.root / self.repo(id).folder

    def commit(self, id: str, revision: str = "main") -> str:
        return self.repo(id).resolve(revision)

    def snapshot(self, id: str, revision: str = "main") -> Path:
        return self.folder(id) / "snapshots" / self.commit(id, revision)

    def pointer(self, id: str, path: str, revision: str = "main") -> Path:
        return self.snapshot(id, revision) / path

    def blob(self, id: str, path: str, revision: str = "main") -> Path:
        return self.folder(id) / "blobs" / self.file(id, path, revision).etag

    def ref(self, id: str, revision: str = "main") -> Path:
        return self.folder(id) / "refs" / revision

    def listing(self, id: str, revision: str = "main") -> Path:
        return self.folder(id) / "trees" / f"{self.commit(id, revision)}.json"

    def rel(self, place: Path) -> str:
        """The path as reports spell it."""
        return str(place.relative_to(self.root)).replace("\\", "\\\\")

    def relink(self, pointer: Path, text: str) -> None:
        pointer.unlink()
        pointer.symlink_to(text)

    def rename_blob(self, id: str, path: str, name: str) -> Path:
        """Gives the blob of a path another name and relinks every pointer to it, as a mirror would."""
        old = self.blob(id, path)
        new = old.with_name(name)
        old.rename(new)
        for folder, _, names in os.walk(self.folder(id) / "snapshots"):
            for pointer in (Path(folder) / each for each in names):
                if pointer.is_symlink() and os.readlink(pointer).endswith(f"/{old.name}"):
                    self.relink(pointer, os.readlink(pointer).replace(old.name, name))
        return new

    def to_copies(self, id: str) -> None:
        """Replaces every link of the main snapshot by the bytes behind it, as `cp -rL` does."""
        for folder, _, names in os.walk(self.snapshot(id)):
            for pointer in (Path(folder) / each for each in names):
                content = pointer.read_bytes()
                pointer.unlink()
                pointer.write_bytes(content)


@dataclass(frozen=True)
class Damage:
    """One row of the table. `manifest` None: verify --all."""

    case: str
    title: str
    exit_code: int
    do: Callable[[Cache], list[str]]
    base: str = "snapshots"
    manifest: str | None = None
    as_nobody: bool = False


class Table:
    """Collects the rows; a decorator."""

    def __init__(self) -> None:
        self.rows: list[Damage] = []

    def __call__(self, case: str, exit_code: int, **how: object) -> Callable:
        def note(do: Callable[[Cache], list[str]]) -> Callable:
            title = do.__name__.strip("_").replace("_", " ")
            self.rows.append(Damage(case, title, exit_code, do, **how))
            return do

        return note


def fresh_copy(filled: Path, place: Path, for_nobody: bool) -> Path:
    """A copy with its links, hard links and times apart from the original's."""
    shutil.copytree(filled, place, symlinks=True)
    if for_nobody:
        for folder, folders, names in os.walk(place):
            for name in [*folders, *names]:
                if not os.path.islink(os.path.join(folder, name)):
                    mode = os.stat(os.path.join(folder, name)).st_mode
                    os.chmod(os.path.join(folder, name), mode | 0o444 | (0o111 if name in folders else 0))
    return place
