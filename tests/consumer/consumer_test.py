"""What `cmake --install` leaves is a package that another project finds, builds against, and verifies a cache with."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["HUBWARD_BINARY"]).resolve().parents[1]
MODELS = "acme/tiny-classifier\nacme/tiny-chat-GGUF gguf:tiny-chat.Q4_K_M.gguf\n"


def built_with(name: str) -> str:
    """A variable of the build that is installed; empty when it has none."""
    found = re.search(rf"^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)
    return found[1] if found else ""


def instrumentation() -> str:
    """A library that was built with a sanitizer is linked with it too."""
    for option, flag in (("ASAN", "-fsanitize=address,undefined"), ("TSAN", "-fsanitize=thread"),
                         ("COVERAGE", "--coverage")):
        if built_with(f"HUBWARD_{option}") == "ON":
            return flag
    return ""


class Consumer(unittest.TestCase):
    """One installation and one build, for they are what takes the time."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(tempfile.mkdtemp(prefix="hubward-consumer-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.prefix, build = cls.folder / "a prefix", cls.folder / "build"
        cls.must("cmake", "--install", BUILD, "--prefix", cls.prefix)
        # Found where it was moved to, and not where it was installed.
        cls.prefix = cls.prefix.rename(cls.folder / "moved")
        cls.must("cmake", "-S", TOP / "tests/consumer", "-B", build, "-G", "Ninja",
                 f"-DCMAKE_PREFIX_PATH={cls.prefix}", f"-DCMAKE_CXX_COMPILER={built_with('CMAKE_CXX_COMPILER')}",
                 f"-DCMAKE_CXX_FLAGS={instrumentation()}")
        cls.must("cmake", "--build", build)
        cls.program = build / "consumer"
        cls.cache = cls.folder / "hub"
        cls.must(sys.executable, TOP / "fixtures/demo/make_cache.py", cls.cache)

    @classmethod
    def must(cls, *command: object) -> None:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"{command}\n{done.stdout}{done.stderr}")

    def verify(self, manifest: str = MODELS) -> subprocess.CompletedProcess:
        return subprocess.run([self.program, self.cache, manifest], capture_output=True, text=True)

    def test_a_whole_cache_is_complete(self) -> None:
        done = self.verify()
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stdout, r"^hubward \d+\.\d+\.\d+: complete \(")

    def test_a_flipped_bit_is_found(self) -> None:
        blob = max((self.cache / "models--acme--tiny-classifier/blobs").iterdir(), key=lambda file: file.stat().st_size)
        whole = blob.read_bytes()
        self.addCleanup(blob.write_bytes, whole)
        blob.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        done = self.verify()
        self.assertEqual(done.returncode, 2, done)
        self.assertIn("blob-corrupt models--acme--tiny-classifier/blobs/", done.stdout)

    def test_a_line_that_cannot_be_understood_is_an_error_with_its_place(self) -> None:
        done = self.verify("no such model\n")
        self.assertEqual(done.returncode, 64, done)
        self.assertIn("the command line:1:", done.stderr)

    def test_the_installed_binary_tells_the_version_that_the_project_has(self) -> None:
        said = subprocess.run([self.prefix / "bin/hubward", "--version"], capture_output=True, text=True, check=True)
        self.assertEqual(said.stdout.splitlines()[0], f"hubward {built_with('CMAKE_PROJECT_VERSION')}")

    def test_the_pages_and_the_schemas_are_installed_and_find_each_other(self) -> None:
        pages = self.prefix / "share/doc/hubward"
        for told in ("man/man1/hubward.1", "man/man1/hubward-verify.1", "bash-completion/completions/hubward",
                     "zsh/site-functions/_hubward", "fish/vendor_completions.d/hubward.fish"):
            self.assertGreater((self.prefix / "share" / told).stat().st_size, 500, told)
        for schema in (TOP / "docs").glob("*.schema.json"):
            for place in (self.prefix / "share/hubward", pages / "docs"):
                self.assertEqual((place / schema.name).read_bytes(), schema.read_bytes())
        for link in re.findall(r"\]\(([^)#:]+)[^)]*\)", (pages / "README.md").read_text()):
            if "ARCHITECTURE" not in link:
                self.assertTrue((pages / link).is_file(), link)


if __name__ == "__main__":
    unittest.main()
