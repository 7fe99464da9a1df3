"""`hubward key`: what it prints, what changes it, and what `--bump` leaves alone."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
LOCK = (SOURCE / "fixtures/locks/good/every-key.toml").read_bytes()
# GitHub's algorithm, written from its sources (actions/runner, hashFiles.ts) and from nothing of ours.
NODE_HASH_FILES = """
const crypto = require('crypto'), fs = require('fs');
const all = crypto.createHash('sha256');
all.write(crypto.createHash('sha256').update(fs.readFileSync(process.argv[1])).digest());
all.end();
process.stdout.write(all.digest('hex'));
"""
VECTORS = {
    b"": "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456",
    b"hubward\n": "fb0263f704927335b72fb03430ccd2e17a0c5cf9d16837be04fa76ec690ccd6d",
    b'{"version":1}\n': "0b1820ced5e9c559a7531cd607d05349cee1c7c77e66b59382eefde1c8d3eefb",
}


def hash_files(path: Path) -> str:
    if shutil.which("node"):
        return subprocess.run(["node", "-e", NODE_HASH_FILES, str(path)], capture_output=True, text=True,
                              check=True).stdout
    inner = subprocess.run(["openssl", "dgst", "-sha256", "-binary", str(path)], capture_output=True, check=True)
    outer = subprocess.run(["openssl", "dgst", "-sha256", "-binary"], input=inner.stdout, capture_output=True,
                           check=True)
    return outer.stdout.hex()


class Key(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubward-key-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def call(self, *words: str, code: int = 0, folder: Path | None = None, text: bytes = b"") -> tuple[str, str]:
        done = subprocess.run([os.environ["HUBWARD_BINARY"], "key", *words], cwd=folder or self.folder, input=text,
                              env={"PATH": os.environ["PATH"]}, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, code, done)
        return done.stdout.decode(), done.stderr.decode()

    def key(self, *words: str) -> str:
        out, _ = self.call(*words)
        self.assertTrue(out.endswith("\n") and out.count("\n") == 1, out)
        return out.rstrip("\n")

    def test_the_key_has_prefix_version_system_and_hash(self) -> None:
        self.write("model_manifest.txt", "gpt2\n")
        self.write("hubward.toml", '[key]\nprefix = "mine"\nversion = 7\n')
        self.assertRegex(self.key(), "^mine-v7-Linux-[0-9a-f]{64}$")
        self.assertEqual(self.key("--restore-keys"), "mine-v7-Linux-")
        self.assertEqual(self.key(), self.key("--restore-keys") + self.key("--raw"))

    def test_a_comment_or_another_order_leaves_it_and_a_model_changes_it(self) -> None:
        self.write("model_manifest.txt", "gpt2\nbert-base-uncased profile:tokenizer\n")
        before = self.key()
        self.write("model_manifest.txt", "\ufeff# two models\r\nbert-base-uncased\tprofile:tokenizer # b\r\ngpt2")
        self.assertEqual(self.key(), before)
        self.write("model_manifest.txt", "gpt2\nbert-base-uncased\n")
        self.assertNotEqual(self.key(), before)

    def test_a_lock_alone_decides_where_there_is_one(self) -> None:
        self.write("model_manifest.txt", "bert-base-uncased\n")
        of_manifest = self.key("--raw")
        self.write("model_manifest.lock.toml", LOCK)
        of_lock = self.key("--raw")
        self.assertNotEqual(of_lock, of_manifest)
        self.write("model_manifest.txt", "bert-base-uncased profile:tokenizer\n")
        self.assertEqual(self.key("--raw"), of_lock)
        self.write("model_manifest.lock.toml", LOCK.replace(b"\n", b"\r\n"))
        self.assertEqual(self.key("--raw"), of_lock)
        self.write("model_manifest.lock.toml", LOCK.replace(b"466062", b"466063"))
        self.assertNotEqual(self.key("--raw"), of_lock)
        self.assertEqual(self.key("--raw", "--no-lock", "--manifest", str(self.write("m", "bert-base-uncased"))),
                         of_manifest)

    def test_a_named_lock_needs_no_manifest(self) -> None:
        self.write("some.toml", LOCK)
        out, err = self.call("--lock", "some.toml", "--raw")
        self.assertRegex(out, "^[0-9a-f]{64}\n$")
        self.assertEqual(err, "")

    def test_a_model_that_the_lock_lacks_is_warned_of(self) -> None:
        self.write("model_manifest.txt", "bert-base-uncased\ngpt2\norg/b\n")
        self.write("model_manifest.lock.toml", LOCK)
        _, err = self.call()
        self.assertEqual(err, "hubward: warning: model_manifest.lock.toml lacks gpt2 and 1 more, which "
                              "model_manifest.txt names: the key does not depend on it\n")
        self.assertEqual(self.call("--quiet")[1], "")

    def test_hash_files_is_githubs_to_the_byte(self) -> None:
        manifest = self.write("model_manifest.txt", "gpt2\n")
        self.assertEqual(self.key("--raw", "--hash-files"), hash_files(manifest))
        manifest = self.write("model_manifest.txt", "\ufeffgpt2 # x\r\n")
        self.assertEqual(self.key("--raw", "--hash-files"), hash_files(manifest))
        lock = self.write("model_manifest.lock.toml", LOCK)
        self.assertEqual(self.key("--raw", "--hash-files"), hash_files(lock))
        lock = self.write("model_manifest.lock.toml", LOCK.replace(b"\n", b"\r\n"))
        self.assertEqual(self.key("--hash-files"), self.key("--restore-keys") + hash_files(lock))
        out, _ = self.call("--raw", "--hash-files", "--no-lock", "--manifest", "-", text=b"hubward\n")
        self.assertEqual(out, VECTORS[b"hubward\n"] + "\n")

    def test_what_it_is_held_against_knows_the_vectors(self) -> None:
        for content, digest in VECTORS.items():
            self.assertEqual(hash_files(self.write("vector", content)), digest)
            self.assertEqual(hashlib.sha256(hashlib.sha256(content).digest()).hexdigest(), digest)

    def test_json_tells_all_of_it_by_its_schema(self) -> None:
        self.write("model_manifest.txt", "gpt2\n")
        schema = json.loads((SOURCE / "docs/key.schema.json").read_text())
        for words in ((), ("--hash-files",), ("--bump",)):
            answer = json.loads(self.call("--format", "json", *words)[0])
            self.assertEqual(set(answer), set(schema["required"]))
            subprocess.run(["python3", "-c", "import json,sys,jsonschema\n"
                            "jsonschema.validate(json.loads(sys.argv[1]), json.loads(sys.argv[2]))",
                            json.dumps(answer), json.dumps(schema)], check=True)
        answer = json.loads(self.call("--format", "json")[0])
        self.assertEqual((answer["key"], answer["hash"]), (self.key(), self.key("--raw")))
        self.assertEqual((answer["over"], answer["file"], answer["version"]), ("manifest", "model_manifest.txt", 2))

    def test_bump_changes_one_number_and_keeps_mode_and_every_other_byte(self) -> None:
        text = "# mine\r\n[key] # the cache\r\nversion = 9 # raised often\r\nprefix = 'p'\r\n[run]\r\n"
        path = self.write("hubward.toml", text)
        path.chmod(0o640)
        self.assertEqual(self.call("--bump")[0], "hubward.toml: set [key] version = 10 (was 9)\n")
        self.assertEqual(path.read_bytes().decode(), text.replace("= 9", "= 10"))
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)
        self.assertEqual([entry.name for entry in self.folder.iterdir()], ["hubward.toml"])

    def test_bump_makes_the_file_where_the_manifest_is_still_found(self) -> None:
        (self.folder / ".git").mkdir()
        self.write("ruby/test/model_manifest.txt", "gpt2\n")
        inner = self.folder / "ruby"
        self.assertIn("-v1-", self.call(folder=inner)[0])
        self.assertEqual(self.call("--bump", folder=inner)[0],
                         "hubward.toml: created with [key] version = 2 (was 1)\n")
        self.assertIn("-v2-", self.call(folder=inner)[0])

    def test_bump_follows_a_link_and_raises_the_file_above(self) -> None:
        self.write("real.toml", "[key]\nversion = 1\n")
        (self.folder / "hubward.toml").symlink_to("real.toml")
        below = self.folder / "a/b"
        below.mkdir(parents=True)
        self.call("--bump", folder=below)
        self.assertTrue((self.folder / "hubward.toml").is_symlink())
        self.assertEqual((self.folder / "real.toml").read_text(), "[key]\nversion = 2\n")

    def test_bump_touches_nothing_that_it_does_not_understand(self) -> None:
        path = self.write("hubward.toml", "[key]\nversion = 1\n[gaurd]\n")
        self.assertIn("hubward.toml:3:", self.call("--bump", code=65)[1])
        self.assertEqual(path.read_text(), "[key]\nversion = 1\n[gaurd]\n")
        self.assertIn("no such file", self.call("--bump", "--config", "absent.toml", code=66)[1])

    def test_what_contradicts_itself_is_usage(self) -> None:
        self.write("model_manifest.txt", "gpt2\n")
        for words in (("gpt2",), ("--raw", "--restore-keys"), ("--bump", "--raw"), ("--bump", "--hash-files"),
                      ("--all",)):
            self.assertEqual(self.call(*words, code=64)[0], "", words)

    def test_inputs_that_are_not_there_or_not_understood_have_their_codes(self) -> None:
        self.call(code=66)
        self.write("model_manifest.txt", "gpt2 fiel:x\n")
        self.assertIn("model_manifest.txt:1:6: error:", self.call(code=65)[1])
        self.write("model_manifest.txt", "gpt2\n")
        self.call("--locked", code=66)
        self.write("hubward.toml", '[key]\nprefix = "m-v1-Linux"\n')
        self.assertIn("hubward.toml:2:10: error: [key] prefix holds", self.call(code=65)[1])

    def test_no_byte_of_the_cache_is_read(self) -> None:
        self.write("model_manifest.txt", "gpt2\n")
        self.assertRegex(self.key("--cache-dir", "/no/such/place"), "^huggingface-models-v1-")


if __name__ == "__main__":
    unittest.main()
