"""Wrong bytes: cases 1-16 of the catalogue (hub-cache-format 8.1), and payloads of the shared store."""

import gzip
import hashlib

from damage import GGUF, TINY, WEIGHTS, Cache, Table

content = Table()
# The ETag of a multipart upload, as a mirror in front of an object store hands it out.
FOREIGN = "0123456789abcdef0123456789abcdef-2"


# Which files of main stand in v1.0 and in the pull request too; a finding names every pointer.
SHARED_BY = {"README.md": 1, WEIGHTS: 2}


def _rewrite(cache: Cache, path: str, data: bytes, damage: str, pointers: int | None = None) -> list[str]:
    blob = cache.blob(TINY, path)
    blob.write_bytes(data)
    return [f"blob-corrupt={damage}:corrupt@{pointers or SHARED_BY.get(path, 3)} {cache.rel(blob)}"]


def _bytes(cache: Cache, path: str) -> bytes:
    return cache.file(TINY, path).content


@content("1", 2)
def weights_cut_short(cache):
    return _rewrite(cache, WEIGHTS, _bytes(cache, WEIGHTS)[:9000], "truncated")


@content("1", 2, manifest="tiny-gpt\n")
def weights_cut_short_in_an_entry(cache):
    """Only main is in scope."""
    return _rewrite(cache, WEIGHTS, _bytes(cache, WEIGHTS)[:9000], "truncated", pointers=1)


@content("1", 2, base="files")
def weights_cut_short_without_a_listing(cache):
    """The size is known from the file's own header."""
    return weights_cut_short(cache)


@content("1", 2, base="sync")
def weights_cut_short_in_a_cache_of_hf_hub(cache):
    return weights_cut_short(cache)


@content("1", 2, base="files")
def text_cut_short_without_a_listing(cache):
    """Nobody knows the size here: it cannot be called truncated."""
    return _rewrite(cache, "README.md", _bytes(cache, "README.md")[:5], "other")


@content("2", 2)
def end_never_written(cache):
    data = _bytes(cache, WEIGHTS)
    return _rewrite(cache, WEIGHTS, data[:8192] + bytes(len(data) - 8192), "zero-filled")


@content("2", 2)
def page_in_the_middle_never_written(cache):
    data = _bytes(cache, WEIGHTS)
    return _rewrite(cache, WEIGHTS, data[:8192] + bytes(4096) + data[12288:], "zero-filled")


@content("2", 2)
def one_bit_flipped(cache):
    data = bytearray(_bytes(cache, WEIGHTS))
    data[10000] ^= 4
    return _rewrite(cache, WEIGHTS, bytes(data), "other")


@content("3", 2)
def config_edited_through_the_link(cache):
    data = _bytes(cache, "config.json").replace(b"32", b"64")
    return _rewrite(cache, "config.json", data, "other")


@content("3", 2)
def config_appended_to_through_the_link(cache):
    return _rewrite(cache, "config.json", _bytes(cache, "config.json") + b"\n", "oversized")


@content("4", 0, base="files")
def named_by_the_pointers_id(cache):
    blob = cache.rename_blob(TINY, WEIGHTS, cache.file(TINY, WEIGHTS).blob_id)
    return [f"blob-misnamed:warning {cache.rel(blob)}"]


@content("5", 2)
def pointer_text_in_place_of_weights(cache):
    return _rewrite(cache, WEIGHTS, cache.file(TINY, WEIGHTS).pointer, "lfs-pointer")


@content("6", 2, base="files")
def pointer_text_under_its_own_id(cache):
    file = cache.file(TINY, WEIGHTS)
    blob = cache.rename_blob(TINY, WEIGHTS, file.blob_id)
    blob.write_bytes(file.pointer)
    return [f"content-malformed:corrupt {cache.rel(blob)}"]


@content("6", 2, manifest="tiny-gpt\n")
def pointer_text_where_the_listing_says_weights(cache):
    pointer_text_under_its_own_id(cache)
    return [f"oid-mismatch:corrupt {cache.rel(cache.pointer(TINY, WEIGHTS))}"]


@content("7", 2)
def html_error_page(cache):
    return _rewrite(cache, WEIGHTS, b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", "html")


@content("7", 2)
def xml_error_of_the_object_store(cache):
    page = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'
    return _rewrite(cache, WEIGHTS, page, "xml")


@content("7", 2)
def json_error_of_the_hub(cache):
    return _rewrite(cache, WEIGHTS, b'{"error":"Access to model is restricted"}', "json-error")


@content("8", 2)
def nothing_written(cache):
    return _rewrite(cache, WEIGHTS, b"", "empty")


@content("9", 2)
def whole_body_appended_by_a_resume(cache):
    data = _bytes(cache, WEIGHTS)
    return _rewrite(cache, WEIGHTS, data + data, "oversized")


@content("10", 2)
def gzip_encoding_kept(cache):
    return _rewrite(cache, "tokenizer.json", gzip.compress(_bytes(cache, "tokenizer.json"), mtime=0), "compressed")


@content("11", 2)
def line_ends_translated(cache):
    return _rewrite(cache, "config.json", _bytes(cache, "config.json").replace(b"\n", b"\r\n"), "crlf")


@content("12", 2, base="files")
def safetensors_cut_short_under_a_foreign_name(cache):
    blob = cache.rename_blob(TINY, WEIGHTS, FOREIGN)
    blob.write_bytes(_bytes(cache, WEIGHTS)[:9000])
    return [f"content-malformed:corrupt {cache.rel(blob)}"]


@content("12", 2, base="files")
def safetensors_header_longer_than_the_file(cache):
    blob = cache.rename_blob(TINY, WEIGHTS, FOREIGN)
    data = _bytes(cache, WEIGHTS)
    blob.write_bytes((len(data)).to_bytes(8, "little") + data[8:])
    return [f"content-malformed:corrupt {cache.rel(blob)}"]


@content("13", 2, base="files")
def gguf_cut_short_under_a_foreign_name(cache):
    blob = cache.rename_blob(GGUF, "tiny.Q8_0.gguf", FOREIGN)
    blob.write_bytes(cache.file(GGUF, "tiny.Q8_0.gguf").content[:5000])
    return [f"content-malformed:corrupt {cache.rel(blob)}"]


@content("13", 2, base="files")
def gguf_without_its_magic(cache):
    blob = cache.rename_blob(GGUF, "tiny.Q8_0.gguf", FOREIGN)
    blob.write_bytes(b"GGML" + cache.file(GGUF, "tiny.Q8_0.gguf").content[4:])
    return [f"content-malformed:corrupt {cache.rel(blob)}"]


@content("14", 2, base="snapshots-no-symlinks")
def copied_file_edited(cache):
    pointer = cache.pointer(TINY, WEIGHTS)
    data = bytearray(pointer.read_bytes())
    data[-1] ^= 1
    pointer.write_bytes(bytes(data))
    return [f"oid-mismatch:corrupt {cache.rel(pointer)}"]


@content("14", 2, base="snapshots-no-symlinks", manifest="tiny-gpt\n")
def copied_file_edited_in_an_entry(cache):
    return copied_file_edited(cache)


@content("15", 0, base="files")
def foreign_name_over_sound_bytes(cache):
    blob = cache.rename_blob(TINY, "tokenizer_config.json", FOREIGN)
    return [f"unverifiable:warning {cache.rel(blob)}"]


@content("15", 0, manifest="tiny-gpt\n")
def foreign_name_that_the_listing_vouches_for(cache):
    cache.rename_blob(TINY, "tokenizer_config.json", FOREIGN)
    return []


@content("15", 0, base="files")
def named_by_md5(cache):
    name = hashlib.md5(_bytes(cache, "tokenizer_config.json"), usedforsecurity=False).hexdigest()
    blob = cache.rename_blob(TINY, "tokenizer_config.json", name)
    return [f"blob-misnamed:warning {cache.rel(blob)}"]


@content("16", 0)
def named_by_the_xet_hash(cache):
    blob = cache.rename_blob(TINY, WEIGHTS, cache.file(TINY, WEIGHTS).xet_hash)
    return [f"blob-misnamed:warning {cache.rel(blob)}"]


def _payload(cache: Cache):
    name = cache.file(TINY, WEIGHTS).xet_hash
    return cache.root / "blobs" / name[:2] / name


@content("28 store", 2, base="shared-store")
def shared_payload_with_a_flipped_bit(cache):
    """Two repos stand over one payload: one finding, at the payload."""
    payload = _payload(cache)
    payload.chmod(0o644)
    data = bytearray(payload.read_bytes())
    data[10000] ^= 1
    payload.write_bytes(bytes(data))
    return [f"blob-corrupt=other:corrupt@2 {cache.rel(payload)}"]


@content("28 store", 1, base="shared-store", manifest="tiny-gpt\n")
def shared_payload_gone(cache):
    _payload(cache).unlink()
    return [f"pointer-dangling:incomplete {cache.rel(cache.pointer(TINY, WEIGHTS))}"]


@content("28 store", 0, base="shared-store")
def shared_store_without_its_hints(cache):
    """Lines about who refers are for deletion only; nothing is read through them."""
    payload = _payload(cache)
    payload.with_name(f"{payload.name}.refs").unlink()
    return []
