"""`hubward fetch` speaks HTTP/2 where it is offered, by the word of the server's own log, and HTTP/1.1 where not."""

import os
import shutil
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

from faults import Fault, path_has, status  # noqa: E402
from fetching import FetchTest  # noqa: E402

# nginx before 1.25 takes http2 beside the port alone, later ones warn of it.
CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
{user}
events {{ worker_connections 64; }}
http {{
  log_format seen '$server_protocol $status $request_uri';
  access_log {folder}/access.log seen;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl {http2};
    ssl_certificate {folder}/ca.pem; ssl_certificate_key {folder}/key.pem;
    location / {{ proxy_pass {hub}; proxy_http_version 1.1; proxy_redirect off; }}
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        return there.getsockname()[1]


@unittest.skipUnless(shutil.which("nginx") and shutil.which("openssl"), "no nginx here")
class Http2(FetchTest):
    def serve(self, http2: str) -> None:
        self.place = self.project(f"{self.repo.manifest_id} file:*.json")
        self.folder = self.place.folder / "nginx"
        self.folder.mkdir()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hub",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(self.folder / "key.pem"),
                        "-out", str(self.folder / "ca.pem")], check=True, capture_output=True)
        port = free_port()
        self.endpoint = f"https://127.0.0.1:{port}"
        (self.folder / "nginx.conf").write_text(CONFIGURATION.format(
            folder=self.folder, port=port, http2=http2, hub=self.hub.origin,
            user="user root;" if os.getuid() == 0 else ""))
        (self.folder / "error.log").touch()
        server = subprocess.Popen(["nginx", "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        while True:
            self.assertIsNone(server.poll(), (self.folder / "error.log").read_text())
            with socket.socket() as there:
                if there.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)

    def seen(self) -> list[str]:
        return (self.folder / "access.log").read_text().splitlines()

    def fetch(self, *words: str, **environment: str):
        return self.place.fetch(*words, HF_ENDPOINT=self.endpoint, SSL_CERT_FILE=str(self.folder / "ca.pem"),
                                **environment)

    def expect_fetched_by(self, protocol: str) -> None:
        done = self.fetch()
        self.assertEqual(done.code, 0, done)
        wanted = sum(path.endswith(".json") for path in self.repo.files())
        # A lookup, a listing, and each file by way of its redirect.
        self.assertEqual(len(self.seen()), 2 + 2 * wanted)
        self.assertEqual({line.split()[0] for line in self.seen()}, {protocol})

    def test_http2_is_spoken_where_it_is_offered(self) -> None:
        self.serve("http2")
        self.expect_fetched_by("HTTP/2.0")

    def test_http1_is_spoken_where_it_is_not(self) -> None:
        self.serve("")
        self.expect_fetched_by("HTTP/1.1")

    def test_a_rate_limit_and_a_refusal_are_understood_by_http2_too(self) -> None:
        self.serve("http2")
        self.hub.intercept = Fault(status(429, Retry_After="1"), path_has("/resolve/"))
        self.assertEqual(self.fetch().code, 0)
        self.assertEqual(sum(" 429 " in line for line in self.seen()), 1)

    def test_an_unknown_ca_is_refused_by_http2_too(self) -> None:
        self.serve("http2")
        done = self.place.fetch("--retries", "0", HF_ENDPOINT=self.endpoint)
        self.assertEqual(done.code, 69, done)
        self.assertIn("a CA of your own is named by SSL_CERT_FILE", done.err)
        self.assertEqual(self.seen(), [])

    def test_a_ca_file_that_is_not_there_is_said(self) -> None:
        self.serve("http2")
        done = self.place.fetch("--retries", "0", HF_ENDPOINT=self.endpoint, SSL_CERT_FILE="/nowhere/ca.pem")
        self.assertEqual(done.code, 69, done)
        self.assertIn("SSL_CERT_FILE", done.err)


if __name__ == "__main__":
    unittest.main()
