"""What an entry requires, by basis (design.md 4)."""

from collections.abc import Callable
from dataclasses import dataclass, field

import slow_profile as profiles
from slow_manifest import Entry, matches
from slow_profile import folder, last

Shards = Callable[[str], list[str] | None]


@dataclass
class Requirement:
    files: set[str] = field(default_factory=set)  # must be there
    judged: set[str] = field(default_factory=set)  # their bytes are judged when they are there
    shards: set[str] = field(default_factory=set)  # those of `files` that a sound index names
    patterns: set[str] = field(default_factory=set)  # what no file was found for
    unknowable: bool = False


def require(entry: Entry, basis: str, present: list[str], promises: dict, shards_of: Shards) -> Requirement:
    wanted = Requirement()
    if basis == "lock":
        wanted.files = {path for path in promises if not entry.excludes(path)}
        wanted.judged = set(promises)
    able = [p for p in (promises if basis != "assumed" else present) if not entry.excludes(p)]
    if basis == "assumed":
        wanted.judged = set(able)
    for path in entry.gguf:
        wanted.files |= set(profiles.gguf_parts(path))
    for glob in entry.files:
        found = [p for p in able if matches(glob, p)]
        if basis == "tree":
            wanted.files |= set(found)
        if not found:
            wanted.patterns.add(glob)
    profile, models = entry.asked_profile, entry.type == "models"
    if basis == "tree" and profile:
        wanted.files |= profiles.listed_profile(profile, models, able)
    if basis == "assumed" and profile:
        _least(wanted, entry, profile, able, shards_of)
    if able or wanted.files:
        _shards(wanted, basis, entry, able, present, shards_of)
    return wanted


def _least(wanted: Requirement, entry: Entry, profile: str, able: list[str], shards_of: Shards) -> None:
    """The minimum without a listing."""
    if profile == "all":
        wanted.unknowable = True
    elif entry.type != "models" and profile == "auto":
        if not able:
            wanted.patterns.add("*")
    elif profile == "auto" and any(last(p) in profiles.MARKS and not profiles.never(p) for p in able):
        # A sound index counts as a trace: it makes its shards required.
        if not any(profiles.kind_of(p) and not profiles.never(p)
                   and (not profiles.is_index(p) or shards_of(p) is not None) for p in able):
            kinds = {"*.safetensors": "model.safetensors", "pytorch_model*.bin": "pytorch_model.bin",
                     "*.gguf": "model.gguf"}
            wanted.patterns |= set([k for k, usual in kinds.items() if not entry.excludes(usual)][:1])
    elif not any((profiles.is_tokenizer(p) or p.endswith(".gguf")) and not profiles.never(p) for p in able):
        wanted.patterns.add("tokenizer.json")


def _another_is_whole(index: str, able: list[str], present: list[str], named: dict[str, set[str]]) -> bool:
    """One whole kind in a directory is enough."""
    place = folder(index)
    for kind in set(profiles.KINDS) - {profiles.kind_of(index)}:
        files = [p for p in able if p in present and folder(p) == place and profiles.kind_of(p) == kind]
        promised = set().union(*(named.get(p, set()) for p in files))
        if any(not profiles.is_index(p) for p in files) and promised <= set(present):
            return True
    return False


def _shards(wanted: Requirement, basis: str, entry: Entry, able: list[str], present: list[str],
            shards_of: Shards) -> None:
    """Sound indexes of required kinds, and the parts of split GGUF files."""
    pool = wanted.files if basis != "assumed" else set(able) if entry.asked_profile == "auto" else set()
    if basis == "assumed" and entry.type != "models":
        pool = set()
    named: dict[str, set[str]] = {}
    for index in sorted(p for p in pool if profiles.is_index(p) and p in present and not profiles.never(p)):
        shards = shards_of(index)
        if shards:
            named[index] = {f"{folder(index)}/{s}".lstrip("/") for s in shards}
    for index, shards in named.items():
        if basis == "assumed" and _another_is_whole(index, able, present, named):
            continue
        shards = {s for s in shards if not entry.excludes(s)}
        wanted.files |= shards
        wanted.shards |= shards
    for path in sorted(wanted.files if basis != "assumed" else pool):
        if path.endswith(".gguf") and path in present:
            wanted.files |= {p for p in profiles.gguf_parts(path) if not entry.excludes(p)}
