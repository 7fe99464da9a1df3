#!/usr/bin/env python3
"""Which source files can stand in one compiled unit, one after the other.

A compiler spends most of a file's time on headers and templates that its neighbours need too. What a
file declares for itself (in an anonymous namespace, as static) is there for all that come with it, so
a file goes only with those that do not say a name of its own, nor it one of theirs. That is
known from the text, laid out as clang-format does it: no compiler is asked, nobody keeps a list.

usage: units.py MOST FILE...    a line for each unit of several files, at most MOST: FILE|FILE|...
"""

import collections
import os
import re
import sys

# Comments, raw strings, strings and characters, whichever begins first.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
WORD = re.compile(r"[A-Za-z_]\w*")
# What a name of a namespace would be taken for: no member of something, and no variable of a function.
USED = re.compile(r"(?<![\w.])(?<!->)(?<!std::)(?:[A-Z]\w*|k[A-Z]\w*|[a-z_]\w*(?=[(<{]))")
# What a file sets for the headers behind it, and what it lets in for all.
SETTING = re.compile(r"^(?:#\s*(?:define|pragma)|using enum )", re.MULTILINE)
# g++ warns of one that has members of anonymous types where it is not in the file that is compiled.
PART_OF_A_CLASS = re.compile(r"^(?:struct|class) \w+::\w+", re.MULTILINE)
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
    return names - {"", "static_assert"}


class Source:
    def __init__(self, path, headers):
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        code = code_of(text)
        self.path = path
        self.names = own_names(code)
        self.words = self.names.union(USED.findall(code), *map(headers.words, headers.included(path, text)))
        self.has_setting = SETTING.search(code) is not None
        self.has_part_of_a_class = PART_OF_A_CLASS.search(code) is not None


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


def units_of(files, most, for_gcc):
    """The files in units of at most `most`, each in the first one that takes it; some stay alone."""

    def stays_alone(source):
        return source.has_setting or (for_gcc and source.has_part_of_a_class)

    headers = Headers(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sources = [Source(file, headers) for file in files]
    alone = [[source.path] for source in sources if stays_alone(source)]
    sources = [source for source in sources if not stays_alone(source)]
    said = collections.Counter(word for source in sources for word in source.words)
    units = []
    # Those whose names many others say come first; the rest fills what they leave.
    for source in sorted(sources, key=lambda source: -max((said[name] for name in source.names), default=0)):
        fitting = (unit for unit in units if len(unit.files) < most and unit.takes(source))
        unit = next(fitting, None)
        if unit is None:
            unit = Unit()
            units.append(unit)
        unit.add(source)
    return [unit.files for unit in units] + alone


def main():
    for files in units_of(sys.argv[2:], int(sys.argv[1]), for_gcc=True):
        if len(files) > 1:
            print("|".join(files))


if __name__ == "__main__":
    main()
