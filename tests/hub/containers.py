"""Small but sound weight files: safetensors and GGUF, built byte by byte.

A verifier reads the headers of such files and holds them against the size, so random bytes under a
".safetensors" name would be a damaged file, not a test file. The content is a pure function of the
seed: the same repo has the same oids on every machine.
Source of the layouts: safetensors README (8-byte little-endian header length, JSON, data without
gaps); ggml docs/gguf.md, version 3 (magic, counts, metadata, tensor infos, data aligned to 32).
"""

import hashlib
import json
import struct

GGUF_ALIGNMENT = 32
_GGUF_STRING = 8
_GGUF_UINT32 = 4
_GGML_F32 = 0


def noise(seed: str, size: int) -> bytes:
    """Bytes that do not compress, the same for the same seed on every machine and version."""
    parts = []
    for block in range(0, size, 32):
        parts.append(hashlib.sha256(f"{seed}:{block}".encode()).digest())
    return b"".join(parts)[:size]


def safetensors(tensors: dict[str, int], seed: str) -> bytes:
    """A file with one F32 tensor per name, of that many elements."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    position = 0
    for name, elements in tensors.items():
        end = position + 4 * elements
        header[name] = {"dtype": "F32", "shape": [elements], "data_offsets": [position, end]}
        position = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + noise(seed, position)


def _gguf_string(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def gguf(tensors: dict[str, int], seed: str, extra: dict[str, int] | None = None) -> bytes:
    """A version 3 file with one F32 tensor per name, of that many elements; `extra` are uint32 keys."""
    metadata = [
        _gguf_string("general.architecture") + struct.pack("<I", _GGUF_STRING) + _gguf_string("llama")
    ]
    for key, value in (extra or {}).items():
        metadata.append(_gguf_string(key) + struct.pack("<II", _GGUF_UINT32, value))
    infos = []
    position = 0
    for name, elements in tensors.items():
        infos.append(_gguf_string(name) + struct.pack("<IQIQ", 1, elements, _GGML_F32, position))
        position += 4 * elements
        position += -position % GGUF_ALIGNMENT
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    head += b"".join(metadata) + b"".join(infos)
    head += b"\0" * (-len(head) % GGUF_ALIGNMENT)
    return head + noise(seed, position)
