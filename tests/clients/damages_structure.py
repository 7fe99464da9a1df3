"""Wrong links and folders: cases 18-41 of the catalogue (hub-cache-format 8.2)."""

import os
import shutil
import socket

from damage import EMBEDDER, SHARDED, TINY, WEIGHTS, Cache, Table

structure = Table()
ENTRY = "tiny-gpt\n"


def _at(code: str, cache: Cache, place) -> list[str]:
    return [f"{code} {cache.rel(place)}"]


@structure("18", 1, manifest=ENTRY)
def blob_gone(cache):
    cache.blob(TINY, WEIGHTS).unlink()
    return _at("pointer-dangling:incomplete", cache, cache.pointer(TINY, WEIGHTS))


@structure("18", 0)
def blob_gone_that_no_entry_asks_for(cache):
    cache.blob(TINY, "README.md").unlink()
    return _at("pointer-dangling:note", cache, cache.pointer(TINY, "README.md"))


@structure("19", 1, manifest=ENTRY)
def links_dropped(cache):
    for pointer in cache.snapshot(TINY).iterdir():
        pointer.unlink()
    return _at("snapshot-empty:incomplete", cache, cache.snapshot(TINY))


@structure("19", 1, manifest=ENTRY)
def snapshots_dropped(cache):
    shutil.rmtree(cache.folder(TINY) / "snapshots")
    return _at("ref-dangling:incomplete", cache, cache.ref(TINY))


@structure("20", 0, manifest=ENTRY)
def links_followed_by_an_archiver(cache):
    cache.to_copies(TINY)
    return _at("pointer-copied:warning", cache, cache.snapshot(TINY))


@structure("21", 0, manifest=ENTRY)
def copies_without_blobs(cache):
    cache.to_copies(TINY)
    shutil.rmtree(cache.folder(TINY) / "blobs")
    return _at("pointer-copied:warning", cache, cache.snapshot(TINY))


@structure("22", 2, manifest=ENTRY)
def link_stored_as_text(cache):
    pointer = cache.pointer(TINY, "config.json")
    text = os.readlink(pointer)
    pointer.unlink()
    pointer.write_text(text)
    return _at("pointer-as-text:corrupt", cache, pointer)


@structure("23", 2, manifest=ENTRY)
def link_into_the_place_where_the_cache_was(cache):
    pointer = cache.pointer(TINY, "config.json")
    cache.relink(pointer, f"/elsewhere/hub/models--tiny-gpt/blobs/{cache.blob(TINY, 'config.json').name}")
    return _at("pointer-misdirected:corrupt", cache, pointer)


@structure("23", 0, manifest=ENTRY)
def absolute_link_to_the_own_blob(cache):
    pointer = cache.pointer(TINY, "config.json")
    cache.relink(pointer, str(cache.blob(TINY, "config.json")))
    return _at("pointer-absolute:warning", cache, pointer)


@structure("24", 2, manifest="lab/sentence-embedder\n")
def link_a_level_too_short(cache):
    pointer = cache.pointer(EMBEDDER, "1_Pooling/config.json")
    cache.relink(pointer, os.readlink(pointer).removeprefix("../"))
    return _at("pointer-misdirected:corrupt", cache, pointer)


@structure("25", 2, manifest=ENTRY)
def link_into_another_repo(cache):
    pointer = cache.pointer(TINY, "config.json")
    cache.relink(pointer, f"../../../models--lab--sharded/blobs/{cache.blob(SHARDED, 'config.json').name}")
    return _at("pointer-misdirected:corrupt", cache, pointer)


@structure("26", 2, manifest=ENTRY)
def link_out_of_the_cache(cache):
    pointer = cache.pointer(TINY, "config.json")
    cache.relink(pointer, "../" * 20 + "etc/passwd")
    return _at("pointer-escapes:hostile", cache, pointer)


@structure("26", 2, manifest=ENTRY)
def absolute_link_out_of_the_cache(cache):
    pointer = cache.pointer(TINY, "config.json")
    cache.relink(pointer, "/etc/passwd")
    return _at("pointer-escapes:hostile", cache, pointer)


def _moved_out(cache: Cache, folder) -> list[str]:
    """What lies behind such a link is not entered, so nothing else can be said of it."""
    outside = cache.root.parent / "other-disk"
    folder.rename(outside)
    folder.symlink_to(outside)
    return _at("directory-link:hostile", cache, folder)


@structure("27", 2, manifest=ENTRY)
def blobs_moved_out_of_the_cache(cache):
    return _moved_out(cache, cache.folder(TINY) / "blobs")


@structure("27", 0, manifest=ENTRY)
def blobs_moved_within_the_cache(cache):
    blobs = cache.folder(TINY) / "blobs"
    blobs.rename(cache.root / "moved-blobs")
    blobs.symlink_to("../moved-blobs")
    return _at("directory-link:warning", cache, blobs)


@structure("27", 2, manifest=ENTRY)
def repo_folder_moved_out_of_the_cache(cache):
    return _moved_out(cache, cache.folder(TINY))


@structure("27", 2, manifest=ENTRY)
def snapshots_moved_out_of_the_cache(cache):
    return _moved_out(cache, cache.folder(TINY) / "snapshots")


@structure("27", 2, manifest=ENTRY)
def one_snapshot_moved_out_of_the_cache(cache):
    return _moved_out(cache, cache.snapshot(TINY))


@structure("27", 2, manifest=ENTRY)
def refs_moved_out_of_the_cache(cache):
    return _moved_out(cache, cache.folder(TINY) / "refs")


@structure("28", 2, manifest=ENTRY)
def blob_is_a_link_into_another_repo(cache):
    blob = cache.blob(TINY, "special_tokens_map.json")
    other = cache.blob(SHARDED, "special_tokens_map.json")
    blob.unlink()
    blob.symlink_to(f"../../models--lab--sharded/blobs/{other.name}")
    return _at("pointer-misdirected:corrupt", cache, blob)


@structure("28", 2, manifest=ENTRY)
def blob_is_a_link_out_of_the_cache(cache):
    blob = cache.blob(TINY, "config.json")
    blob.rename(cache.root.parent / "config.json")
    blob.symlink_to(cache.root.parent / "config.json")
    return _at("pointer-escapes:hostile", cache, blob)


@structure("29", 2, manifest=ENTRY)
def link_to_itself(cache):
    pointer = cache.pointer(TINY, "config.json")
    cache.relink(pointer, "config.json")
    return _at("pointer-loop:corrupt", cache, pointer)


@structure("30", 2)
def link_to_a_folder_inside_a_snapshot(cache):
    extra = cache.pointer(EMBEDDER, "pooling")
    extra.symlink_to("1_Pooling")
    return _at("pointer-misdirected:corrupt", cache, extra)


@structure("31", 2, manifest=ENTRY)
def fifo_in_place_of_a_pointer(cache):
    pointer = cache.pointer(TINY, "config.json")
    pointer.unlink()
    os.mkfifo(pointer)
    return _at("not-a-regular-file:hostile", cache, pointer)


@structure("31", 2, manifest=ENTRY)
def fifo_in_place_of_a_blob(cache):
    blob = cache.blob(TINY, "config.json")
    blob.unlink()
    os.mkfifo(blob)
    return _at("not-a-regular-file:hostile", cache, blob)


@structure("31", 2, manifest=ENTRY)
def socket_in_place_of_a_pointer(cache):
    pointer = cache.pointer(TINY, "config.json")
    pointer.unlink()
    here = os.getcwd()
    os.chdir(pointer.parent)  # a socket's path is at most 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(pointer.name)
    finally:
        os.chdir(here)
    return _at("not-a-regular-file:hostile", cache, pointer)


@structure("32", 0, manifest=ENTRY)
def hard_link_in_place_of_a_pointer(cache):
    pointer = cache.pointer(TINY, "config.json")
    pointer.unlink()
    os.link(cache.blob(TINY, "config.json"), pointer)
    return _at("pointer-copied:warning", cache, cache.snapshot(TINY))


@structure("33", 0)
def snapshot_named_by_hand(cache):
    named = cache.folder(TINY) / "snapshots" / "finetuned"
    cache.snapshot(TINY, "refs/pr/1").rename(named)
    return [*_at("snapshot-name:note", cache, named),
            *_at("ref-dangling:note", cache, cache.ref(TINY, "refs/pr/1"))]


@structure("34", 0)
def names_that_differ_in_case(cache):
    shutil.copy(cache.pointer(TINY, "config.json"), cache.pointer(TINY, "Config.json"), follow_symlinks=False)
    return [f"case-collision:note {cache.rel(cache.snapshot(TINY))}/[Cc]onfig.json"]


@structure("35", 0)
def file_among_the_snapshots(cache):
    stray = cache.folder(TINY) / "snapshots" / "notes.txt"
    stray.write_text("remember\n")
    (stray.parent / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    return _at("unexpected-entry:note", cache, stray)


@structure("36", 0)
def strange_files_at_the_top(cache):
    (cache.root / "version.txt").write_text("1")
    (cache.root / "version_diffusers_cache.txt").write_text("1")
    (cache.root / "download.log").write_text("done\n")
    return _at("unexpected-entry:note", cache, cache.root / "download.log")


def _extra(cache: Cache, name: bytes) -> None:
    folder = os.fsencode(cache.snapshot(TINY))
    os.symlink(os.fsencode(os.readlink(cache.pointer(TINY, "config.json"))), folder + b"/" + name)


@structure("37", 2, manifest=ENTRY)
def name_with_a_newline(cache):
    _extra(cache, b"config.json\nok: all fine")
    return [f"name-hostile:hostile {cache.rel(cache.snapshot(TINY))}/config.json*ok: all fine"]


@structure("37", 2, manifest=ENTRY)
def name_that_climbs_on_windows(cache):
    _extra(cache, b"..\\..\\evil.json")
    return [f"name-hostile:hostile {cache.rel(cache.snapshot(TINY))}/*evil.json"]


@structure("37", 0)
def name_that_is_no_utf_8(cache):
    _extra(cache, b"caf\xe9.json")
    return []


@structure("39", 0)
def sound_file_that_the_listing_lacks(cache):
    _extra(cache, b"extra.json")
    return []


@structure("40", 0)
def weak_etag_made_a_folder(cache):
    folder = cache.folder(TINY) / "blobs" / "W"
    folder.mkdir()
    (folder / "abc").write_text("abc")
    return [f"unexpected-entry:note {cache.rel(folder)}*"]


@structure("41", 2, manifest=ENTRY, as_nobody=True)
def blob_of_another_user(cache):
    blob = cache.blob(TINY, WEIGHTS)
    blob.chmod(0o600)
    return _at("unreadable:corrupt", cache, blob)


@structure("41", 2, manifest=ENTRY, as_nobody=True)
def snapshot_folder_of_another_user(cache):
    cache.snapshot(TINY).chmod(0o700)
    return _at("unreadable:corrupt", cache, cache.snapshot(TINY))


@structure("41", 0, manifest=ENTRY, as_nobody=True)
def listing_of_another_user(cache):
    cache.listing(TINY).chmod(0o600)
    return _at("listing-malformed:warning", cache, cache.listing(TINY))


@structure("41", 2, manifest=ENTRY, as_nobody=True)
def blobs_of_another_user(cache):
    blobs = cache.folder(TINY) / "blobs"
    blobs.chmod(0o700)
    return _at("unreadable:corrupt", cache, blobs)


@structure("41", 2, manifest=ENTRY, as_nobody=True)
def ref_of_another_user(cache):
    cache.ref(TINY).chmod(0o600)
    return _at("unreadable:corrupt", cache, cache.ref(TINY))
