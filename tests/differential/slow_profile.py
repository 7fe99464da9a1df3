"""What a profile requires of a list of paths (design.md 4)."""

import re

CONFIGURATION = frozenset(
    "config.json generation_config.json preprocessor_config.json processor_config.json modules.json "
    "sentence_bert_config.json config_sentence_transformers.json model_index.json scheduler_config.json "
    "adapter_config.json".split())
_TOKENIZER = frozenset(
    "tokenizer.json tokenizer_config.json special_tokens_map.json added_tokens.json vocab.txt vocab.json "
    "merges.txt chat_template.jinja chat_template.json".split())
_NEVER_FOLDERS = frozenset(("onnx", "openvino", "coreml"))
KINDS = ("safetensors", "bin", "gguf")
MARKS = frozenset(("config.json", "modules.json", "model_index.json"))


def last(path: str) -> str:
    return path.rpartition("/")[2]


def folder(path: str) -> str:
    return path.rpartition("/")[0]


def never(path: str) -> bool:
    *folders, name = path.split("/")
    if any(f in _NEVER_FOLDERS or f.endswith(".mlpackage") for f in folders):
        return True
    return name.startswith(("flax_", "tf_")) or name.endswith((".ot", ".h5", ".msgpack"))


def is_tokenizer(path: str) -> bool:
    return last(path) in _TOKENIZER or path.endswith((".model", ".tiktoken"))


def kind_of(path: str) -> str | None:
    """The kind of weights that a file is part of, itself or as its index."""
    name = last(path).removesuffix(".index.json")
    if name.endswith(".safetensors"):
        return "safetensors"
    if re.fullmatch(r"pytorch_model.*\.bin|adapter_model\.bin", name):
        return "bin"
    return "gguf" if last(path).endswith(".gguf") else None


def is_index(path: str) -> bool:
    return path.endswith(".index.json") and kind_of(path) is not None


def gguf_parts(path: str) -> list[str]:
    """All N parts of X-00001-of-0000N.gguf; of a whole file itself alone."""
    found = re.fullmatch(r"(.*)-(\d{5})-of-(\d{5})\.gguf", path)
    if not found:
        return [path]
    stem, _, count = found.groups()
    return [f"{stem}-{part:05}-of-{count}.gguf" for part in range(1, int(count) + 1)]


def listed_profile(profile: str, models: bool, paths: list[str]) -> set[str]:
    """Basis tree; `paths` is the listing without what `not:` rules out."""
    if profile == "all" or (profile == "auto" and not models):
        return set(paths)
    able = [p for p in paths if not never(p)]
    required = {p for p in able if last(p) in CONFIGURATION or is_tokenizer(p)}
    if profile == "auto":
        for place in {folder(p) for p in able}:
            here = [p for p in able if folder(p) == place and kind_of(p)]
            if here:
                first = min((kind_of(p) for p in here), key=KINDS.index)
                required |= {p for p in here if kind_of(p) == first}
    return required


def weights(path: str) -> bool:
    """Weights of any kind, for what a client may load beside a lock."""
    return path.endswith((".safetensors", ".bin", ".gguf", ".h5", ".msgpack", ".ot", ".onnx", ".pt", ".pth", ".ckpt"))
