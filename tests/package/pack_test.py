"""What `.ci/pack` makes of a tree is the same to the byte, whoever packs it and when; and holds what a user needs."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
EPOCH = "1700000000"
VERSION = "1.2.3"


def tree(folder: Path, umask: int, time: int) -> Path:
    """An installed tree as `cmake --install` leaves one, by someone with this umask at this time."""
    before = os.umask(umask)
    try:
        pages = {"share/man/man1/hubward.1": ".TH HUBWARD 1\n", "share/man/man1/hubward-run.1": ".TH HUBWARD-RUN 1\n",
                 "share/zsh/site-functions/_hubward": "#compdef hubward\n",
                 "share/bash-completion/completions/hubward": "complete\n", "share/doc/hubward/README.md": "# hubward\n",
                 "share/doc/hubward/LICENSE": "Apache\n", "share/doc/hubward/docs/run.md": "# run\n",
                 "share/doc/hubward/CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n- A thing.\n",
                 "share/hubward/report.schema.json": "{}\n"}
        names = sorted(pages, reverse=time % 2 == 0)
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(pages[name])
        (folder / "share/doc/hubward/docs/report.schema.json").symlink_to("../../../hubward/report.schema.json")
        (folder / "bin").mkdir()
        shutil.copyfile("/bin/true", folder / "bin/hubward")
        (folder / "bin/hubward").chmod(0o777 & ~umask)
        for path in [folder, *folder.rglob("*")]:
            os.utime(path, (time, time), follow_symlinks=False)
    finally:
        os.umask(before)
    return folder


class Pack(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-pack-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def pack(self, kind: str, made: Path, umask: int = 0o022, **told: str) -> subprocess.CompletedProcess:
        return subprocess.run([TOP / ".ci/pack", kind, made, VERSION, self.folder / f"{made.name}-out"],
                              capture_output=True, text=True, umask=umask,
                              env={"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": EPOCH, **told})

    def packed(self, kind: str, name: str, umask: int, time: int, **told: str) -> Path:
        said = self.pack(kind, tree(self.folder / name, umask, time), umask, **told)
        self.assertEqual(said.returncode, 0, said)
        return Path(said.stdout.strip())

    def compiled(self, *arguments: str, text: str) -> Path:
        """A tree whose binary is made of this C text."""
        made = tree(self.folder / "compiled", 0o022, 1_600_000_000)
        subprocess.run(["cc", "-xc", "-", "-o", made / "bin/hubward", *arguments], input=text, text=True, check=True)
        return made

    def out(self, *command: object) -> str:
        return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout

    def test_two_trees_of_the_same_files_give_the_same_bytes(self) -> None:
        for kind in ("deb", "tarball"):
            one = self.packed(kind, f"{kind}-a", 0o022, 1_600_000_000)
            other = self.packed(kind, f"{kind}-b-of-another-length", 0o077, 1_650_000_001)
            self.assertEqual(one.name, other.name)
            self.assertEqual(one.read_bytes(), other.read_bytes(), kind)

    def test_another_byte_gives_another_package(self) -> None:
        """The twin of the test above: a comparison that sees nothing would be fine with everything."""
        one = self.packed("tarball", "a", 0o022, 1_600_000_000)
        made = tree(self.folder / "b", 0o022, 1_600_000_000)
        (made / "share/doc/hubward/README.md").write_text("# Hubward\n")
        said = self.out("env", f"SOURCE_DATE_EPOCH={EPOCH}", TOP / ".ci/pack", "tarball", made, VERSION, self.folder)
        self.assertNotEqual(one.read_bytes(), Path(said.strip()).read_bytes())

    def test_the_debian_package_says_what_it_needs(self) -> None:
        deb = self.packed("deb", "a", 0o022, 1_600_000_000)
        fields = dict(line.split(": ", 1) for line in self.out("dpkg-deb", "-f", deb).splitlines() if ": " in line)
        self.assertEqual((fields["Package"], fields["Version"]), ("hubward", VERSION))
        self.assertIn("libc6 (>=", fields["Depends"])
        # Loaded by this soname, so no linker tells of it.
        self.assertIn('"libcurl.so.4"', (TOP / "runner/hub/libcurl_loaded.cpp").read_text())
        self.assertIn("libcurl4", fields["Recommends"])
        self.assertIn("libsqlite3-0", fields["Recommends"])

    def test_the_debian_package_holds_licence_manual_changelog_and_schema(self) -> None:
        deb = self.packed("deb", "a", 0o077, 1_600_000_000)
        held = {line.split()[5]: line.split()[:2] for line in self.out("dpkg-deb", "-c", deb).splitlines()}
        for path in ("bin/hubward", "share/man/man1/hubward.1.gz", "share/man/man1/hubward-run.1.gz",
                     "share/zsh/vendor-completions/_hubward", "share/bash-completion/completions/hubward", "share/doc/hubward/copyright",
                     "share/doc/hubward/changelog.gz", "share/hubward/report.schema.json"):
            self.assertIn(f"./usr/{path}", held)
        self.assertEqual({owner for _, owner in held.values()}, {"root/root"})
        self.assertEqual(held["./usr/bin/hubward"][0], "-rwxr-xr-x")
        self.assertEqual(held["./usr/share/hubward/report.schema.json"][0], "-rw-r--r--")
        self.assertNotIn("./usr/share/doc/hubward/LICENSE", held)

    def test_whoever_publishes_is_the_maintainer(self) -> None:
        ada = "Ada L. <ada@example.org>"
        deb = self.packed("deb", "a", 0o022, 1_600_000_000, HUBWARD_MAINTAINER=ada)
        self.assertEqual(self.out("dpkg-deb", "-f", deb, "Maintainer").strip(), ada)
        self.out("dpkg-deb", "-x", deb, self.folder / "unpacked")
        self.assertIn(f"\n -- {ada}  ", self.out("zcat", self.folder / "unpacked/usr/share/doc/hubward/changelog.gz"))

    def test_a_maintainer_without_an_address_is_refused(self) -> None:
        made = tree(self.folder / "a", 0o022, 1_600_000_000)
        for name in ("Ada L.", "<ada@example.org>", "Ada <ada>", "Ada <a@b.c>\nDepends: evil", "A\nB: c <a@b.c>"):
            said = self.pack("deb", made, HUBWARD_MAINTAINER=name)
            self.assertEqual(said.returncode, 64, name)
            self.assertIn("HUBWARD_MAINTAINER", said.stderr)

    def test_the_terms_of_what_others_wrote_go_along(self) -> None:
        terms = "share/doc/hubward/copyrights"
        deb = self.packed("deb", "a", 0o022, 1_600_000_000)
        self.out("dpkg-deb", "-x", deb, self.folder / "deb")
        ball = self.packed("tarball", "b", 0o022, 1_600_000_000)
        self.out("tar", "-xf", ball, "-C", self.folder)
        in_deb = {path.name for path in (self.folder / "deb/usr" / terms).iterdir()}
        in_ball = {path.name for path in (self.folder / ball.name.removesuffix(".tar.gz") / terms).iterdir()}
        self.assertIn("nlohmann-json3-dev", in_deb)
        self.assertLess(in_deb, in_ball)
        self.assertIn("libssl-dev", in_ball - in_deb)

    def test_a_tarball_that_needs_another_library_is_refused(self) -> None:
        said = self.pack("tarball", self.compiled("-Wl,--no-as-needed", "-lz", text="int main(void) { return 0; }"))
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("needs libz.so.1", said.stderr)

    def test_a_tarball_that_needs_a_newer_c_library_is_refused(self) -> None:
        newer = "#include <stdlib.h>\nint main(void) { return (int)arc4random(); }"  # glibc 2.36
        said = self.pack("tarball", self.compiled(text=newer))
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("needs glibc 2.36", said.stderr)

    def test_the_tarball_is_one_folder_that_can_lie_anywhere(self) -> None:
        ball = self.packed("tarball", "a", 0o022, 1_600_000_000)
        names = self.out("tar", "-tf", ball).splitlines()
        folder = ball.name.removesuffix(".tar.gz")
        self.assertEqual({name.split("/")[0] for name in names}, {folder})
        self.assertIn(f"{folder}/share/man/man1/hubward.1", names)
        self.out("tar", "-xf", ball, "-C", self.folder)
        self.assertTrue(os.access(self.folder / folder / "bin/hubward", os.X_OK))
        link = self.folder / folder / "share/doc/hubward/docs/report.schema.json"
        self.assertEqual(link.read_text(), "{}\n")


if __name__ == "__main__":
    unittest.main()
