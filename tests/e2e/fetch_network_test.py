"""`hubward fetch` by TLS, through a proxy, and beside other processes."""

import subprocess
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from fetching import TOKEN, FetchTest  # noqa: E402
from loopback_hub import LoopbackHub, server_context  # noqa: E402


class Tls(FetchTest):
    """A Hub by https whose content host speaks plain http, as no real one does."""

    def setUp(self) -> None:
        super().setUp()
        self.secure = LoopbackHub(token=TOKEN, page_size=1000)
        self.place = self.project()
        self.ca = self.place.folder / "ca.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hub",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(self.place.folder / "key.pem"),
                        "-out", str(self.ca)], check=True, capture_output=True)
        self.secure._servers[0].speak_tls(server_context(str(self.ca), str(self.place.folder / "key.pem")))
        self.enterContext(self.secure)
        self.endpoint = self.secure.origin.replace("http:", "https:")

    def fetch(self, path: str, **environment: str):
        project = self.project(f"{self.repo.manifest_id} file:{path}", token=TOKEN)
        return project.fetch("--retries", "0", HF_ENDPOINT=self.endpoint, **environment)

    def test_an_unknown_ca_is_refused_and_said(self) -> None:
        done = self.fetch("config.json")
        self.assertEqual(done.code, 69, done)
        self.assertIn("a CA of your own is named by SSL_CERT_FILE", done.err)
        self.assertEqual(self.secure.requests, [])

    def test_a_ca_of_ones_own_is_trusted(self) -> None:
        done = self.fetch("config.json", SSL_CERT_FILE=str(self.ca))
        self.assertEqual(done.code, 0, done)
        self.assertEqual({entry[3] for entry in self.secure.requests}, {f"Bearer {TOKEN}"})

    def test_a_redirect_from_https_to_http_is_refused(self) -> None:
        lfs = next(path for path, file in self.repo.files().items() if file.lfs)
        done = self.fetch(lfs, SSL_CERT_FILE=str(self.ca))
        self.assertEqual(done.code, 2, done)
        self.assertIn("refused: a redirect from https to http", done.err)
        self.assertFalse([entry for entry in self.secure.requests if entry[0] == "content"])


class Proxies(FetchTest):
    def test_a_proxy_of_the_environment_is_used(self) -> None:
        project = self.project(f"{self.repo.manifest_id} file:config.json", token=TOKEN)
        done = project.fetch(HF_ENDPOINT="http://hub.example", http_proxy=self.hub.origin)
        self.assertEqual(done.code, 0, done)
        self.assertTrue(all(entry[2].startswith("http://hub.example/") for entry in self.hub.requests))
        # Plain http to another machine: no token.
        self.assertEqual({entry[3] for entry in self.hub.requests}, {None})
        self.assertIn("plain http", done.err)


class Locked(FetchTest):
    """Under a lock a mirror can only fail."""

    def test_exactly_the_locked_files_are_fetched_without_a_lookup(self) -> None:
        project = self.project(self.repo.manifest_id)
        project.lock(self.repo, self.file())
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(project.blobs(self.repo), [self.file().etag])
        self.assertEqual(self.asked("/revision/"), [])
        ref = project.cache / self.repo.folder / "refs" / "main"
        self.assertEqual(ref.read_text(), self.repo.branches["main"])

    def test_other_bytes_than_the_locked_ones_get_no_name(self) -> None:
        project = self.project(self.repo.manifest_id)
        project.lock(self.repo, self.file(), "1" * 40)
        done = project.fetch()
        self.assertEqual(done.code, 2, done)
        self.assertEqual(project.blobs(self.repo), [])

    def test_a_ref_that_drifted_is_set_right_again(self) -> None:
        project = self.project(self.repo.manifest_id)
        project.lock(self.repo, self.file())
        project.fetch()
        ref = project.cache / self.repo.folder / "refs" / "main"
        ref.write_text("a" * 40)
        done = project.fetch()
        self.assertEqual(done.code, 0, done)
        self.assertEqual(ref.read_text(), self.repo.branches["main"])


if __name__ == "__main__":
    unittest.main()
