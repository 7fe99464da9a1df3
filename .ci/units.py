#!/usr/bin/env python3
"""Which source files can stand in one compiled unit, one after the other.

A compiler spends most of a file's time on the headers that its neighbours include too. What a
file declares for itself (in an anonymous namespace, as static, as a macro) is there for all that come
with it, so a file goes only with those in whose text no name of its own occurs, nor theirs in its.
That is known from the text, laid out as clang-format does it: no compiler is asked, nobody keeps a list.

usage: units.py MOST FILE...    a line for each unit of several files, at most MOST: FILE|FILE|...
"""

import os
import re
import sys

# Comments, raw strings, strings and characters, whichever begins first.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL)
WORD = re.compile(r"[A-Za-z_]\w*")
# But for a member of something, which no name of a namespace is taken for.
WORD_ALONE = re.compile(r"(?<![\w.])(?<!->)[A-Za-z_]\w*")
# What a file sets for the headers behind it, and a part of a class: g++ warns of one that has anonymous types
# where it is not in the file that is compiled.
FOR_ITSELF = re.compile(r"^(?:#\s*(?:define|pragma)|(?:struct|class) \w+::\w+)", re.MULTILINE)
INCLUDED = re.compile(r'^#include ["<](.+?)[">]', re.MULTILINE)
ANONYMOUS = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
STATIC = re.compile(r"^static [^;{]*[;{]", re.MULTILINE)
TYPE_OR_CONSTANT = re.compile(r"\b(?:[A-Z]|k[A-Z])\w*")
# A declaration begins where a line does.
AT_MARGIN = re.compile(r"^[A-Za-z_\[:].*?(?:[;{]|\Z)", re.MULTILINE | re.DOTALL)
TYPE = re.compile(r"\b(?:struct|class|union|enum(?: class)?) (?:alignas\([^)]*\) )?(\w+)")
ALIAS = re.compile(r"using (\w+) =")
# gtest's: TEST_F(FileName, Sentence), MATCHER_P(Name, argument, "").
CALLED_MACRO = re.compile(r"(MATCHER\w*|[A-Z][A-Z_]+)\(\s*(\w+)")


def code_of(text):
    """The text without comments and literals, but for the comment that ends an anonymous namespace."""
    return NOT_CODE.sub(lambda found: found[0] if found[0] == "// namespace" else " 0 ", text)


def without_arguments(text):
    """Without what stands in <>, innermost first."""
    while True:
        shorter = re.sub(r"<[^<>]*>", "", text)
        if shorter == text:
            return text
        text = shorter


def declared(declaration):
    """The name that a declaration gives: of a type or an alias, else the last word before what it is given."""
    declaration = without_arguments(re.sub(r"\[\[.*?\]\]", "", declaration)).strip()
    macro = CALLED_MACRO.match(declaration)
    if macro:
        return macro[2] if macro[1].startswith("MATCHER") else ""
    if re.match(r"using [^=]*$", declaration):
        return ""
    named = ALIAS.match(declaration) or TYPE.match(re.sub(r"^template ", "", declaration))
    if named:
        return named[1]
    words = WORD.findall(re.split(r"[(={\[;]", declaration, maxsplit=1)[0])
    return words[-1] if words else ""


def own_names(code):
    names = set()
    for body in ANONYMOUS.findall(code):
        names |= {declared(found[0]) for found in AT_MARGIN.finditer(body)}
    names |= {declared(found[0]) for found in STATIC.finditer(code)}
    return names - {""}


class Source:
    def __init__(self, path, headers):
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        code = code_of(text)
        self.path = path
        self.names = own_names(code)
        self.words = set(WORD_ALONE.findall(code)).union(*map(headers.words, headers.included(path, text)))
        self.is_for_itself = FOR_ITSELF.search(code) is not None


class Headers:
    """Of the project: what each says of types and constants, with what it includes."""

    def __init__(self, top):
        self.top = top
        self.known = {}

    def included(self, path, text):
        for name in INCLUDED.findall(text):
            for folder in (self.top, os.path.join(self.top, "include"), os.path.dirname(path)):
                if os.path.isfile(os.path.join(folder, name)):
                    yield os.path.join(folder, name)
                    break

    def words(self, path):
        if path not in self.known:
            self.known[path] = set()
            with open(path, encoding="utf-8") as stream:
                text = stream.read()
            words = set(TYPE_OR_CONSTANT.findall(code_of(text)))
            self.known[path] = words.union(*map(self.words, self.included(path, text)))
        return self.known[path]


class Unit:
    def __init__(self):
        self.files = []
        self.names = set()
        self.words = set()

    def takes(self, source):
        return self.words.isdisjoint(source.names) and self.names.isdisjoint(source.words)

    def add(self, source):
        self.files.append(source.path)
        self.names |= source.names
        self.words |= source.words


def units_of(files, most):
    """The files in units of at most `most`, each in the first one that takes it; some stay alone."""
    headers = Headers(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    units = []
    alone = []
    for source in (Source(file, headers) for file in files):
        if source.is_for_itself:
            alone.append([source.path])
            continue
        fitting = (unit for unit in units if len(unit.files) < most and unit.takes(source))
        unit = next(fitting, None)
        if unit is None:
            unit = Unit()
            units.append(unit)
        unit.add(source)
    return [unit.files for unit in units] + alone


def main():
    for files in units_of(sys.argv[2:], int(sys.argv[1])):
        if len(files) > 1:
            print("|".join(files))


if __name__ == "__main__":
    main()
