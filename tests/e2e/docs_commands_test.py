"""Every command line of the documentation does what its page says: it is run, in a project and a cache that are
whole, against a loopback Hub. What takes too long to run is held against the help instead.

A block of commands is run in its order in one project, as a reader would type it.
"""

import os
import re
import subprocess
import sys
import unittest
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from fetching import EMBEDDER, FetchTest, Project  # noqa: E402

TOP = Path(__file__).resolve().parents[2]
PAGES = ["README.md", *sorted(str(page.relative_to(TOP)) for page in (TOP / "docs").glob("*.md"))]

# What stands for something else in a page, and what it is here.
STANDS_FOR = {"[REPO…]": "", "[REPO]": "", " REPO…": " lab/sentence-embedder", " CMD…": " true",
              " gpt2": " lab/sentence-embedder"}
# Where a page shows what does not end well: (page, command) and its exit code.
ENDS_IN = {("docs/lock.md", "hubward lock --check"): 1}  # nothing is locked there yet

RAKEFILE = 'task(:compile) {}\ntask(:test) { abort "not offline" unless ENV["HF_HUB_OFFLINE"] == "1" }\n'
# The bundle of a project without gems.
BUNDLE = '#!/bin/sh\n[ "$1" = exec ] || exit 64\nshift\nexec "$@"\n'


@dataclass
class Block:
    """A block of code: the line that it begins at, what language it is said to be, its lines."""

    page: str
    line: int
    language: str
    lines: list[str]

    def commands(self, program: str) -> list[str]:
        found = [line.strip().removeprefix("$ ") for line in self.lines]
        return [line for line in found if line.startswith(f"{program} ")]


def blocks(page: str, text: str) -> Iterator[Block]:
    """Fenced blocks, and those that are indented by four behind an empty line."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        fence = re.match(r" *```(\w*)", lines[at])
        begin = at + 1 if fence else at
        if fence:
            at = begin
            while not lines[at].strip().startswith("```"):
                at += 1
        elif lines[at].startswith("    ") and (at == 0 or not lines[at - 1].strip()):
            while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
                at += 1
        if at > begin:
            yield Block(page, begin + 1, fence[1] if fence else "", lines[begin:at])
        at += 1 if fence or at == begin else 0


def all_blocks() -> list[Block]:
    return [block for page in PAGES for block in blocks(page, (TOP / page).read_text())]


def mentions(text: str, program: str) -> list[str]:
    """Each place between backticks or in a block where the program is called, to the end of the call."""
    spans = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    for block in blocks("", text):
        spans += block.lines
    call = re.compile(rf"(?:^|[ ;&|({{`]){re.escape(program)} +((?:-|[a-z])[^`;|&)}}]*)")
    return [match[1].split(" #")[0].strip() for span in spans for match in call.finditer(span)]


class Help:
    """What `hubward help` says of commands and flags."""

    def __init__(self, pages: dict[str, str]):
        self.flags = {name: set(re.findall(r"(?<![\w-])(--[a-z][a-z0-9-]*|-[A-Za-z])(?![\w-])", page))
                      for name, page in pages.items()}

    @classmethod
    def of(cls, binary: str) -> "Help":
        def page(*words: str) -> str:
            return subprocess.run([binary, "help", *words], capture_output=True, text=True, check=True).stdout

        first = page()
        names = re.findall(r"^  ([a-z]+) ", first.split("commands:")[1].split("\n\n")[0], re.MULTILINE)
        return cls({"": first} | {name: page(name) for name in names})

    def complaints(self, call: str) -> list[str]:
        """What this call has that no such command or flag of the help is."""
        words = re.split(r"\s--(?:\s|$)", f" {call} ")[0].split()
        command = next((word for word in words if re.fullmatch("[a-z]+", word)), "")
        if command and command not in self.flags:
            return [f"no command {command}"]
        known = self.flags[command] | self.flags[""]
        flags = [word.split("=")[0] for word in words if re.match(r"--?[A-Za-z]", word)]
        return [f"no flag {flag} of `hubward {command}`" for flag in flags if flag not in known]


def dev_complaints(call: str, help_text: str) -> list[str]:
    """What a `./dev …` has that its help does not know."""
    word, *rest = call.split()
    lines = re.search(rf"^  {re.escape(word)}\b.*(?:\n {{10,}}.*)*", help_text, re.MULTILINE)
    if lines is None:
        return [f"no word {word}"]
    return [f"no flag {flag} of ./dev {word}" for flag in rest if flag.startswith("-") and flag not in lines[0]]


def runnable(command: str) -> str:
    for what, here in STANDS_FOR.items():
        command = command.replace(what, here)
    if re.search(r"…|\[[A-Z]|<[a-z]", command.split(" #")[0]):
        raise ValueError(f"nobody can type this: {command}")
    return command


class DocsCommands(FetchTest):
    def whole_project(self) -> Project:
        """A project with a Rakefile, and its one model where the clients look."""
        project = self.project()
        project.cache = project.folder / "home/.cache/huggingface/hub"
        self.enter_files(project, {"Rakefile": RAKEFILE})
        self.assertEqual(project.fetch(HF_HUB_CACHE="").code, 0)
        return project

    def enter_files(self, project: Project, files: dict[str, str]) -> None:
        programs = project.folder / "bin"
        programs.mkdir()
        (programs / "hubward").symlink_to(os.environ["HUBWARD_BINARY"])
        for name, text in files.items() | {("bin/bundle", BUNDLE)}:
            (project.folder / name).write_text(text)
        (programs / "bundle").chmod(0o755)

    def ended(self, project: Project, command: str) -> subprocess.CompletedProcess:
        made = project.environment(PATH=f"{project.folder}/bin:{os.environ['PATH']}")
        made.pop("HF_HUB_CACHE")
        return subprocess.run(["bash", "-c", command], cwd=project.folder, env=made, text=True, timeout=120,
                              capture_output=True, stdin=subprocess.DEVNULL)

    def test_every_command_of_a_block_ends_as_its_page_says(self) -> None:
        ran = 0
        for block in all_blocks():
            if block.page == "docs/large-caches.md" and block.language:
                continue  # whole scripts: tests/shards/recipes_test.py runs them
            commands = block.commands("hubward")
            project = self.whole_project() if commands else None
            for command in commands:
                done = self.ended(project, runnable(command))
                due = ENDS_IN.get((block.page, command.split(" #")[0].strip()), 0)
                with self.subTest(page=block.page, line=block.line, command=command):
                    self.assertEqual(done.returncode, due, done.stdout + done.stderr)
                ran += 1
        self.assertGreater(ran, 7)

    def test_every_call_of_hubward_has_a_command_and_flags_that_the_help_knows(self) -> None:
        known, seen = Help.of(os.environ["HUBWARD_BINARY"]), 0
        for page in PAGES:
            for call in mentions((TOP / page).read_text(), "hubward"):
                with self.subTest(page=page, call=call):
                    self.assertEqual(known.complaints(call), [])
                seen += 1
        self.assertGreater(seen, 20)

    def test_every_word_of_dev_and_its_flags_are_in_its_help(self) -> None:
        text, seen = subprocess.run([TOP / "dev", "help"], capture_output=True, text=True, check=True).stdout, 0
        for page in PAGES:
            for call in mentions((TOP / page).read_text(), "./dev"):
                with self.subTest(page=page, call=call):
                    self.assertEqual(dev_complaints(call, text), [])
                seen += 1
        self.assertGreater(seen, 8)

    def test_every_variable_of_hubward_is_that_of_a_flag(self) -> None:
        flags = set().union(*Help.of(os.environ["HUBWARD_BINARY"]).flags.values())
        variables = {"HUBWARD_" + flag[2:].upper().replace("-", "_") for flag in flags if flag.startswith("--")}
        for page in PAGES:
            named = set(re.findall(r"`(HUBWARD_[A-Z_]+)", (TOP / page).read_text()))
            self.assertLessEqual(named - {"HUBWARD_MODE", "HUBWARD_GUARDED", "HUBWARD_ACCEPT"}, variables, page)


class TheRulesSee(unittest.TestCase):
    """A rule that sees nothing looks like a page that is right."""

    HELP = Help({"": "commands:\n  verify x\n\n --version --cache-dir DIR -q", "verify": "--all --level"})

    def test_what_the_help_does_not_know(self) -> None:
        self.assertEqual(self.HELP.complaints("verify --all --cache-dir x"), [])
        self.assertEqual(self.HELP.complaints("verify --al"), ["no flag --al of `hubward verify`"])
        self.assertEqual(self.HELP.complaints("verfy"), ["no command verfy"])
        self.assertEqual(self.HELP.complaints("--version"), [])
        self.assertEqual(self.HELP.complaints("verify -- cmd --its-own"), [])

    def test_words_of_dev(self) -> None:
        text = "\n  lint [--changed] x\n  package [--twice]  y\n                   [--install]\n"
        self.assertEqual(dev_complaints("lint --changed", text), [])
        self.assertEqual(dev_complaints("package --install", text), [])
        self.assertEqual(dev_complaints("lint --all", text), ["no flag --all of ./dev lint"])
        self.assertEqual(dev_complaints("lnt", text), ["no word lnt"])

    def test_blocks_of_both_kinds_and_no_paragraph(self) -> None:
        text = "A\n\n    hubward a   # why\n    said\n\nhubward no\n\n```yaml\nhubward b\n```\n- x\n    hubward no\n"
        found = [(block.line, block.language, block.commands("hubward")) for block in blocks("p", text)]
        self.assertEqual(found, [(3, "", ["hubward a   # why"]), (9, "yaml", ["hubward b"])])

    def test_calls_in_text_and_in_scripts(self) -> None:
        text = "`hubward verify --all`; `hubward: error: x`, `hubward/run.cpp`.\n\n    x $(hubward key) && hubward gate --y\n"
        self.assertEqual(mentions(text, "hubward"), ["verify --all", "key", "gate --y"])

    def test_what_nobody_can_type(self) -> None:
        self.assertEqual(runnable("hubward fetch [REPO…]   # all").split(), ["hubward", "fetch", "#", "all"])
        self.assertRaises(ValueError, runnable, "hubward fetch [OTHER…]")


if __name__ == "__main__":
    unittest.main()
