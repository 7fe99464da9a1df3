"""Writes fixtures/globs/fnmatch.jsonl: what Python's fnmatch.fnmatchcase says, as the truth that
verifier/text/glob.cpp is held against. Run it by hand after a change here; Python 3.9 or newer.

The first line lists the paths; every other line is [pattern, a digit per path]. One corner is left
out: "[z-a!b]", where Python drops the empty range and then takes the "!" for a complement.
"""
import fnmatch
import itertools
import json
import pathlib
import random
import re

PATHS = ["", "a", "b", "-", "!", "]", "[", "/", "ab", "a/", "a/b", "aa", "ba", "a]", "[a", "[]", "[a]",
         "[!a]", "a-b", "abab", "a/b/a", "ä", "aä", "🤗", "a\nb", "\\", "^", "config.json",
         "onnx/model.onnx", "a/b/config.json", "model-00001-of-00002.safetensors"]
ALPHABET = "ab*?[]!-"
REAL = ["*.json", "onnx/*", "*/config.json", "model-*.safetensors", "*.[js]*", "[!o]*", "*[0-9].*",
        "model-0000[1-2]-of-*", "model-0000[!1]-of-*", "?", "??", "[ä-ü]", "[!ä]", "*🤗*", "[^a]", "[\\]",
        "[a\\]", "[[]a[]]", "[]-a]", "[--a]", "[a--]", "[!b-a]", "[b-a]", "[]", "[!]", "[!]]", "[]]", "a\n*",
        "*" * 50, "*a*b*a*", "[a-", "a[", "[!", "[a-c-e]", "[-a]", "[a-]", "[!-a]", "&", "[&&~~||]"]


def is_left_out(pattern):
    return re.search(r"\[!?[^\]]+-[^\]]*!", pattern) is not None


def patterns():
    for length in range(4):
        for letters in itertools.product(ALPHABET, repeat=length):
            yield "".join(letters)
    yield from REAL
    chance = random.Random(20)
    for _ in range(1500):
        yield "".join(chance.choice(ALPHABET + "/ä^") for _ in range(chance.randint(4, 10)))


def main():
    target = pathlib.Path(__file__).parents[2] / "fixtures/globs/fnmatch.jsonl"
    with target.open("w", encoding="utf-8", newline="\n") as table:
        print(json.dumps(PATHS, ensure_ascii=False), file=table)
        for pattern in dict.fromkeys(patterns()):
            if is_left_out(pattern):
                continue
            answers = "".join("01"[fnmatch.fnmatchcase(path, pattern)] for path in PATHS)
            print(json.dumps([pattern, answers], ensure_ascii=False), file=table)


if __name__ == "__main__":
    main()
