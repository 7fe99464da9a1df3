"""Wrong refs, listings and markers, leftovers, wrong places: cases 43-73 (hub-cache-format 8.3, 8.4)."""

import json
import shutil

from damage import SHARDED, TINY, WEIGHTS, Cache, Table

refs = Table()
ENTRY = "tiny-gpt\n"
# The contract leaves open which note a leftover gets that is neither partial nor strange.
LEFTOVER = "partial-download|unexpected-entry:note"


def _at(code: str, cache: Cache, place) -> list[str]:
    return [f"{code} {cache.rel(place)}"]


def _ref(cache: Cache, text: bytes, code: str) -> list[str]:
    cache.ref(TINY).write_bytes(text)
    return _at(code, cache, cache.ref(TINY))


@refs("43", 1, manifest=ENTRY)
def ref_to_a_commit_never_downloaded(cache):
    return _ref(cache, b"f" * 40, "ref-dangling:incomplete")


@refs("43", 0)
def ref_to_a_commit_never_downloaded_that_no_entry_asks_for(cache):
    return _ref(cache, b"f" * 40, "ref-dangling:note")


@refs("44", 2, manifest=ENTRY)
def ref_with_a_newline(cache):
    return _ref(cache, cache.commit(TINY).encode() + b"\n", "ref-whitespace:corrupt")


@refs("44", 2, base="sync")
def ref_with_a_newline_in_a_cache_of_hf_hub(cache):
    return ref_with_a_newline(cache)


@refs("44", 2, manifest=ENTRY)
def ref_with_a_byte_order_mark(cache):
    return _ref(cache, b"\xef\xbb\xbf" + cache.commit(TINY).encode(), "ref-whitespace:corrupt")


@refs("44", 2, manifest=ENTRY)
def ref_with_windows_line_end(cache):
    return _ref(cache, cache.commit(TINY).encode() + b"\r\n", "ref-whitespace:corrupt")


@refs("45", 2, manifest=ENTRY)
def ref_empty(cache):
    return _ref(cache, b"", "ref-malformed:corrupt")


@refs("45", 2, manifest=ENTRY)
def ref_a_byte_short(cache):
    return _ref(cache, cache.commit(TINY).encode()[:39], "ref-malformed:corrupt")


@refs("46", 2, manifest=ENTRY)
def ref_that_names_a_branch(cache):
    return _ref(cache, b"ref: refs/heads/main", "ref-malformed:corrupt")


@refs("46", 2, manifest=ENTRY)
def ref_in_uppercase(cache):
    return _ref(cache, cache.commit(TINY).upper().encode(), "ref-malformed:corrupt")


@refs("47", 2, manifest=ENTRY)
def ref_is_a_folder(cache):
    cache.ref(TINY).unlink()
    cache.ref(TINY).mkdir()
    return _at("ref-malformed:corrupt", cache, cache.ref(TINY))


@refs("48", 0)
def ref_half_written(cache):
    half = cache.ref(TINY).with_name("main.1a2b3c4d.tmp")
    half.write_bytes(b"")
    return _at(LEFTOVER, cache, half)


@refs("49", 1, manifest=ENTRY)
def no_refs(cache):
    shutil.rmtree(cache.folder(TINY) / "refs")
    return _at("ref-missing:incomplete", cache, cache.ref(TINY))


@refs("50", 2)
def ref_named_by_a_commit_says_another(cache):
    ref = cache.ref(TINY, cache.commit(TINY, "v1.0"))
    ref.write_text(cache.commit(TINY))
    return _at("ref-malformed:corrupt", cache, ref)


@refs("50", 0, manifest=ENTRY)
def ref_named_by_a_commit_that_no_entry_pins(cache):
    ref_named_by_a_commit_says_another(cache)
    return []


@refs("52", 1, manifest=ENTRY)
def snapshot_made_but_never_filled(cache):
    shutil.rmtree(cache.snapshot(TINY))
    cache.snapshot(TINY).mkdir()
    return _at("snapshot-empty:incomplete", cache, cache.snapshot(TINY))


@refs("53", 1, manifest="lab/sharded\n")
def shard_missing(cache):
    shard = cache.pointer(SHARDED, "model-00002-of-00003.safetensors")
    shard.unlink()
    return _at("shard-missing:incomplete", cache, shard)


@refs("53", 1, base="files", manifest="lab/sharded\n")
def shard_missing_without_a_listing(cache):
    return shard_missing(cache)


@refs("54", 1, manifest=ENTRY)
def listed_file_missing(cache):
    pointer = cache.pointer(TINY, "tokenizer.json")
    pointer.unlink()
    return _at("file-missing:incomplete", cache, pointer)


@refs("54", 0, manifest=ENTRY)
def listed_file_missing_that_no_load_needs(cache):
    cache.pointer(TINY, "README.md").unlink()
    return []


@refs("54", 1, base="sync", manifest=ENTRY)
def weights_never_downloaded(cache):
    cache.pointer(TINY, WEIGHTS).unlink()
    return [f"file-missing:incomplete {cache.rel(cache.snapshot(TINY))}/*.safetensors"]


def _listing(cache: Cache, change) -> list[str]:
    """Rewrites the listing of main; the entry falls back to the basis assumed and stays complete."""
    place = cache.listing(TINY)
    listing = json.loads(place.read_text())
    change(listing)
    place.write_text(json.dumps(listing, indent=1))
    return _at("listing-malformed:warning", cache, place)


@refs("55", 0, manifest=ENTRY)
def listing_cut_short(cache):
    cache.listing(TINY).write_text(cache.listing(TINY).read_text()[:100])
    return _at("listing-malformed:warning", cache, cache.listing(TINY))


@refs("55", 0, manifest=ENTRY)
def listing_of_another_version(cache):
    return _listing(cache, lambda listing: listing.update(format_version=2))


@refs("55", 0, manifest=ENTRY)
def listing_with_a_bad_xet_hash(cache):
    return _listing(cache, lambda listing: listing["files"][WEIGHTS].update(xet_hash="abc"))


@refs("56", 0, manifest=ENTRY)
def listing_that_contradicts_its_own_pointer_id(cache):
    return _listing(cache, lambda listing: listing["files"][WEIGHTS].update(lfs_sha256="0" * 64))


@refs("57", 2, manifest=ENTRY)
def link_to_another_sound_blob(cache):
    pointer = cache.pointer(TINY, "tokenizer_config.json")
    cache.relink(pointer, f"../../blobs/{cache.blob(TINY, 'config.json').name}")
    return _at("oid-mismatch:corrupt", cache, pointer)


@refs("58", 2, manifest=ENTRY)
def marker_says_absent_what_is_there(cache):
    marker = cache.folder(TINY) / ".no_exist" / cache.commit(TINY) / "config.json"
    marker.parent.mkdir(parents=True)
    marker.touch()
    return _at("absent-marker-conflict:corrupt", cache, marker)


def _beside(cache: Cache, suffix: str, code: str = "partial-download:note") -> list[str]:
    blob = cache.blob(TINY, WEIGHTS)
    leftover = blob.with_name(blob.name + suffix)
    leftover.write_bytes(b"half")
    return _at(code, cache, leftover)


@refs("60", 0)
def partial_of_the_python_client(cache):
    return _beside(cache, ".1a2b3c4d.incomplete")


@refs("60", 0, manifest=ENTRY)
def partial_that_no_entry_looks_at(cache):
    _beside(cache, ".1a2b3c4d.incomplete")
    return []


@refs("61", 0)
def partial_of_an_older_python_client(cache):
    return _beside(cache, ".incomplete")


@refs("62", 0, base="sync")
def partial_of_hf_hub(cache):
    return _beside(cache, ".part")


@refs("63", 0, base="sync")
def partial_of_hf_hub_tokio(cache):
    return _beside(cache, ".sync.part")


@refs("64", 0, base="sync")
def partials_of_hf_hub_0_4_0(cache):
    return _beside(cache, "..part") + _beside(cache, "..sync.part")


@refs("65", 0)
def lock_file_of_hf_hub(cache):
    leftover = cache.blob(TINY, WEIGHTS)
    leftover = leftover.with_name(leftover.name + ".lock")
    leftover.touch()
    return _at("stale-lock-file:note", cache, leftover)


@refs("66", 0)
def lock_files_of_the_python_client(cache):
    folder = cache.root / ".locks" / "models--never-finished"
    folder.mkdir(parents=True)
    (folder / ("0" * 40 + ".lock")).touch()
    return []


@refs("67", 0)
def temporary_files_of_the_clients(cache):
    places = [cache.root / "tmpab12cd34", cache.folder(TINY) / "blobs" / "tmp_0b7e4e1e-9a4c-4b3e-8e0e-0123456789ab",
              cache.listing(TINY).with_name("tmpab12cd34.tmp")]
    for place in places:
        place.touch()
    return [line for place in places for line in _at(LEFTOVER, cache, place)]


@refs("68", 0)
def blob_without_a_link(cache):
    cache.pointer(TINY, "README.md").unlink()
    return _at("orphan-blob:note", cache, cache.blob(TINY, "README.md"))


@refs("71", 1, manifest="someone/tiny-gpt\n")
def cached_under_another_owner(cache):
    return ["repo-missing:incomplete models--someone--tiny-gpt"]


@refs("71", 1, manifest=ENTRY)
def file_in_place_of_the_repo(cache):
    shutil.rmtree(cache.folder(TINY))
    cache.folder(TINY).write_text("")
    return _at("repo-missing:incomplete", cache, cache.folder(TINY))


@refs("73", 1, manifest=ENTRY)
def cache_gone(cache):
    shutil.rmtree(cache.root)
    return _at("repo-missing:incomplete", cache, cache.folder(TINY))
