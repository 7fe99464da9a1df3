"""What bytes are: their hashes, and whether they contradict themselves (design.md 7, F 3.1, F 8.1)."""

import hashlib
import json
import re
import struct
from dataclasses import dataclass
from functools import cached_property

POINTER_LINE = b"version https://git-lfs.github.com/spec/v1"


@dataclass
class Content:
    data: bytes

    @cached_property
    def sha1(self) -> str:
        return hashlib.sha1(b"blob %d\0" % len(self.data) + self.data).hexdigest()

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def md5(self) -> str:
        return hashlib.md5(self.data).hexdigest()

    @cached_property
    def pointer_id(self) -> str:
        return git_id(pointer_text(self.sha256, len(self.data)))

    @property
    def is_pointer_text(self) -> bool:
        return len(self.data) < 1024 and self.data.startswith(POINTER_LINE)


def git_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def pointer_text(sha256: str, size: int) -> bytes:
    return POINTER_LINE + f"\noid sha256:{sha256}\nsize {size}\n".encode()


def is_weights(path: str) -> bool:
    return re.search(r"\.(safetensors|bin|gguf|h5|msgpack|ot|pt|pth|ckpt|onnx|tflite|npz)\Z", path) is not None


def error_page(data: bytes) -> str | None:
    start = data[:512].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"<?xml"):
        return "xml"
    if len(data) <= 4096:
        try:
            text = json.loads(data.decode())
        except ValueError:
            return None
        if isinstance(text, dict) and "error" in text:
            return "json-error"
    return None


def _json_is_unsound(data: bytes) -> bool:
    try:
        json.loads(data.decode())
    except ValueError:
        return True
    return False


def container_size(path: str, data: bytes) -> int | None:
    """The size that a safetensors header announces; -1 when the header itself is none."""
    if not path.endswith(".safetensors"):
        return None
    if len(data) < 8:
        return -1
    length = struct.unpack("<Q", data[:8])[0]
    if length > len(data) - 8:
        return -1
    try:
        header = json.loads(data[8:8 + length])
        ends = [v["data_offsets"][1] for k, v in header.items() if k != "__metadata__"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return -1
    return 8 + length + max(ends, default=0)


def malformed(path: str, content: Content) -> bool:
    """Under a name that can't tell: does the content contradict itself or its path?"""
    data = content.data
    if content.is_pointer_text or error_page(data):
        return True
    size = container_size(path, data)
    if size is not None:
        return size != len(data)
    if path.endswith(".gguf"):
        return gguf_unsound(data)
    return path.endswith(".json") and _json_is_unsound(data)


def gguf_unsound(data: bytes) -> bool:
    """Version 3, string and uint32 metadata and F32 tensors: all that the generator writes."""
    try:
        magic, version, tensors, keys = struct.unpack_from("<4sIQQ", data)
        at = 24
        if magic != b"GGUF" or version != 3:
            return True
        for _ in range(keys):
            at += 8 + struct.unpack_from("<Q", data, at)[0]
            kind = struct.unpack_from("<I", data, at)[0]
            at += 4
            at += 8 + struct.unpack_from("<Q", data, at)[0] if kind == 8 else 4
        end = 0
        for _ in range(tensors):
            at += 8 + struct.unpack_from("<Q", data, at)[0]
            _, elements, _, offset = struct.unpack_from("<IQIQ", data, at)
            at += 24
            end = max(end, offset + 4 * elements)
    except struct.error:
        return True
    return (at + -at % 32) + end > len(data)


def shards_of(data: bytes) -> list[str] | None:
    """The files that a weight index names; None when it is unsound, that is, names none."""
    try:
        files = sorted(set(json.loads(data.decode())["weight_map"].values()))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return files or None


def damage_of(content: Content, name: str, path: str | None, known_size: int | None) -> str:
    """The word for a blob whose bytes do not hash to its name: the first that fits."""
    data = content.data
    if not data:
        return "empty"
    if content.is_pointer_text:
        return "lfs-pointer"
    if page := error_page(data):
        return page
    digest = git_id if len(name) == 40 else (lambda b: hashlib.sha256(b).hexdigest())
    if digest(data.replace(b"\r\n", b"\n")) == name:
        return "crlf"
    if len(data) >= 4096 and (not any(data[-4096:]) or b"\0" * 4096 in
                              (data[p:p + 4096] for p in range(0, len(data), 4096))):
        return "zero-filled"
    size = known_size
    if size is None and path is not None:
        announced = container_size(path, data)
        size = announced if announced and announced > 0 else None
    if size is not None and size != len(data):
        return "oversized" if len(data) > size else "truncated"
    if size is None and any(digest(data[:cut]) == name for cut in range(len(data))):
        return "oversized"
    return "other"
