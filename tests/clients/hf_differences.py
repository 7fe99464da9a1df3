"""Where hubward and `hf cache verify` may differ, and why. Everything else is a bug of one of them.

Each row must be met by every case that it names, so that none outlives its reason.
docs/hf-cache-verify.md tells the same to people.
"""

import json
import re
import shutil
from dataclasses import dataclass

from damage import SHARDED, TINY, WEIGHTS, Cache, Table


@dataclass(frozen=True)
class Explained:
    name: str
    line: str  # a pattern for the line of hf_answers.lines_of, from its start
    case: str  # a pattern for the title of the case
    reason: str


_THROUGH_LINKS = r"(tree|lock): ('.*'|whole): hubward wrong, hf (sound|missing)$"

EXPLAINED: tuple[Explained, ...] = (
    Explained("links that lead astray", _THROUGH_LINKS, r"^#(23 link|24 |28 blob|29 )",
              "hf opens what the link leads to: right bytes anywhere on the disk satisfy it, and a link that ends "
              "nowhere is a file less. hubward judges the link by its text: elsewhere, or with the target filled "
              "in, it gives other bytes."),
    Explained("folders that are links", r"(tree|lock): (files: hubward directory-link, hf judges"
              r"|whole: hubward wrong, hf (sound|missing))$", r"^#27 .* out of",
              "hf follows them out of the cache, or finds no file behind them; hubward enters no folder that lies "
              "outside of the cache, for whoever made the link chose the bytes."),
    Explained("special files", r"(tree|lock): ('.*'|whole): hubward wrong, hf missing$", r"^#31 ",
              "for hf a FIFO or a socket is no file, so one is missing; hubward says what lies in its place."),
    Explained("hostile names", r"(tree|lock): ('.*'|whole): hubward wrong, hf (extra|sound)$",
              r"^#37 name (with|that cl)",
              "hf prints such a name as one file more, line end and all; hubward calls the name itself hostile."),
    Explained("files that the Hub does not have", r"(tree|assumed|lock): '.*': hubward unsaid, hf extra$",
              r"^#(34|37 name that is|39|extra|several) ",
              "without a lock hubward knows no file to be too many: a listing is the cache's own claim, and users "
              "put files of their own beside a model's."),
    Explained("extra files that a lock forbids",
              r"lock: ('.*': hubward wrong, hf extra|whole: hubward wrong, hf sound)$",
              r"^#(34|37 name that is|39) ",
              "under a lock a client could load them, so they are corrupt (unlisted-file); hf warns, and fails with "
              "--fail-on-extra-files alone."),
    Explained("refs that some clients cannot read", r"(tree|assumed|lock): (beside the files: hubward ref-whitespace"
              r"|whole: hubward wrong, hf sound)$", r"^#44 ref with (a newline|windows)",
              "hf cache verify strips the ref; Python's loaders, its scan and hf-hub 0.x do not."),
    Explained("a byte order mark in a ref", r"(tree|lock): files: hubward judges, hf Error: .*does not exist",
              r"^#44 ref with a byte order mark",
              "hf takes the mark as part of the commit and stops; hubward says the ref and judges the files all the "
              "same. Both fail."),
    Explained("markers of absence", r"(tree|lock): (beside the files: hubward absent-marker-conflict"
              r"|whole: hubward wrong, hf sound)$", r"^#58 ",
              "hf does not look into .no_exist; its own loaders do, and then hide a file that is there."),
    Explained("files that may not be read",
              r"(tree|lock): (files: hubward (judges, hf PermissionError|unreadable, hf judges)"
              r"|whole: hubward wrong, hf missing$)", r"^#41 (blob|snapshot folder) of another user",
              "hf ends in an exception at the first such file, and takes a closed snapshot folder for an empty one; "
              "hubward says which file, and goes on."),
    Explained("a ref behind or beside the lock", r"lock: (files: hubward judges, hf Error: .*does not exist"
              r"|beside the files: hubward ref-drift|whole: hubward wrong, hf sound$)", r"^#(43|drift) ",
              "hf judges the commit that the ref names, whichever it is; a lock names the commit, and that its ref "
              "leads elsewhere is what it is there to find (ref-drift)."),
    Explained("what a listing would prove",
              r"tree: (beside the files: hubward not-proven|whole: hubward missing, hf sound)$",
              r"^#(41 listing|55|56) ",
              "all files are asked for (profile:all), and without a sound listing nobody but the Hub knows what all "
              "are: hubward says that it cannot prove it."),
    Explained("files of which nothing in the cache knows", r"assumed: ('.*': hubward unsaid, hf missing"
              r"|whole: hubward sound, hf missing)$", r"^#unlisted ",
              "without a listing a file that no load needs cannot be missed."),
    Explained("bytes that no name explains", r"assumed: '.*': hubward unproven, hf sound$", r"^#15 foreign name over",
              "under a name that is no hash nothing in the cache says what the bytes ought to be; the Hub does."),
    Explained("names that lie over right bytes", r"assumed: ('.*'|whole): hubward wrong, hf sound$",
              r"^#misnamed .* without",
              "hf does not look at the names of blobs. Without a listing the name is all that says what the bytes "
              "ought to be, and which of the two is wrong nothing tells."),
    Explained("what a forger or a mirror put there", r"(tree|assumed): ('.*'|whole): hubward sound, hf wrong$",
              r"^#forged ",
              "names, listings and bytes come from the same hands: who can write the cache can make them agree. "
              "hf asks the Hub, hubward a lock; with one they agree."),
    Explained("a cache without refs",
              r"(tree|lock): (files: hubward ref-missing, hf judges|whole: hubward missing, hf sound)$",
              r"^#no refs ",
              "where one snapshot is all there is, hf takes it for main; no loader does, offline it finds nothing."),
)


def explained_by(line: str, title: str) -> str | None:
    return next((e.name for e in EXPLAINED if re.match(e.line, line) and re.search(e.case, title)), None)


def expected_of(title: str) -> set[str]:
    """The differences that a case of this title has to show."""
    return {e.name for e in EXPLAINED if re.search(e.case, title)}


# Damage that only this comparison asks about; the expectations of the client suite have no use here.
more_damages = Table()


@more_damages("all links dangle", 1)
def every_blob_is_gone(cache: Cache) -> list[str]:
    shutil.rmtree(cache.folder(TINY) / "blobs")
    return []


@more_damages("misnamed", 2)
def named_by_no_hash_of_the_bytes(cache: Cache) -> list[str]:
    cache.rename_blob(TINY, WEIGHTS, "0" * 64)
    return []


@more_damages("misnamed", 2, base="files")
def named_by_no_hash_of_the_bytes_without_a_listing(cache: Cache) -> list[str]:
    cache.rename_blob(TINY, WEIGHTS, "0" * 64)
    return []


@more_damages("unlisted", 0, base="files")
def readme_gone_without_a_listing(cache: Cache) -> list[str]:
    cache.pointer(TINY, "README.md").unlink()
    return []


@more_damages("forged", 0, base="files")
def link_to_another_sound_blob_without_a_listing(cache: Cache) -> list[str]:
    cache.relink(cache.pointer(TINY, "tokenizer_config.json"), f"../../blobs/{cache.blob(TINY, 'config.json').name}")
    return []


@more_damages("forged", 0)
def file_and_listing_replaced_alike(cache: Cache) -> list[str]:
    other = cache.file(TINY, "config.json")
    cache.relink(cache.pointer(TINY, "tokenizer_config.json"), f"../../blobs/{other.etag}")
    listing = json.loads(cache.listing(TINY).read_text())
    listing["files"]["tokenizer_config.json"] = listing["files"]["config.json"]
    cache.listing(TINY).write_text(json.dumps(listing))
    return []


@more_damages("drift", 0)
def branch_that_stayed_behind(cache: Cache) -> list[str]:
    cache.ref(TINY).write_text(cache.commit(TINY, "v1.0"))
    return []


@more_damages("no refs", 1)
def refs_dropped_where_one_snapshot_is_all(cache: Cache) -> list[str]:
    shutil.rmtree(cache.folder(SHARDED) / "refs")
    return [f"ref-missing {cache.rel(cache.ref(SHARDED))}"]


@more_damages("extra", 0, base="files")
def file_of_the_users_own(cache: Cache) -> list[str]:
    name = cache.blob(TINY, "README.md").name
    (cache.snapshot(TINY) / "notes.md").symlink_to(f"../../blobs/{name}")
    return []


@more_damages("several", 2)
def one_file_wrong_one_gone_one_more(cache: Cache) -> list[str]:
    cache.blob(TINY, WEIGHTS).write_bytes(b"")
    cache.pointer(TINY, "tokenizer.json").unlink()
    (cache.snapshot(TINY) / "notes.md").write_text("remember\n")
    return []
