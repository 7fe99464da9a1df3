"""The man pages that `hubward help --man` prints, read by the programs that people read them with."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

BINARY = os.environ["HUBWARD_BINARY"]


def page(*command: str) -> str:
    return subprocess.run([BINARY, "help", "--man", *command], capture_output=True, text=True, check=True).stdout


class ManPages(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-man-"))
        self.addCleanup(shutil.rmtree, self.folder)
        commands = re.findall(r"^\.BR hubward\\-([a-z]+) \(1\)$", page(), re.MULTILINE)
        self.assertIn("verify", commands)
        self.pages = {"hubward.1": page(), **{f"hubward-{command}.1": page(command) for command in commands}}
        for name, text in self.pages.items():
            (self.folder / name).write_text(text)

    def told(self, *command: str) -> tuple[str, str]:
        said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MAN_KEEP_FORMATTING": "0"})
        return said.stdout, said.stderr

    def test_a_command_that_is_none_has_no_page(self) -> None:
        said = subprocess.run([BINARY, "help", "--man", "no-command"], capture_output=True, check=False)
        self.assertEqual((said.returncode, said.stdout), (64, b""))

    def test_each_page_tells_what_every_page_must(self) -> None:
        for name, text in self.pages.items():
            for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS OF EVERY COMMAND", "EXIT STATUS", "SEE ALSO"):
                self.assertEqual(text.count(f"\n.SH {heading}\n"), 1, (name, heading))
            title = name.removesuffix(".1").replace("-", "\\-")
            self.assertEqual(text.count(f"\n.SH NAME\n{title} \\- "), 1, name)

    @unittest.skipUnless(shutil.which("mandoc"), "there is no mandoc here")
    def test_mandoc_finds_nothing_wrong(self) -> None:
        for name in self.pages:
            faults = [line for line in self.told("mandoc", "-Tlint", "-Wwarning", name)[0].splitlines()
                      # A day would make two builds of the same sources differ.
                      if "missing date" not in line]
            self.assertEqual(faults, [])

    @unittest.skipUnless(shutil.which("man") and shutil.which("groff"), "there is no man here")
    def test_man_finds_nothing_wrong(self) -> None:
        for name in self.pages:
            self.assertEqual(self.told("man", "--warnings", "-l", name)[1], "", name)

    @unittest.skipUnless(shutil.which("mandoc"), "there is no mandoc here")
    def test_every_flag_of_the_help_stands_in_the_page_as_it_is_read(self) -> None:
        for name in self.pages:
            command = name[len("hubward-"):-2]
            shown = self.told("mandoc", "-Tascii", "-Owidth=200", name)[0].replace("_\b", "")
            shown = re.sub(".\b", "", shown)
            told = self.told(BINARY, "help", *([command] if command else []))[0]
            flags = re.findall(r"^  ((?:-\w|   )[ ,].*?)  ", told, re.MULTILINE)
            self.assertGreater(len(flags), 7)
            for flag in flags:
                self.assertIn(f"\n     {flag.strip()}", shown.replace("\n       -", "\n     -"), name)


if __name__ == "__main__":
    unittest.main()
