"""A Hub on 127.0.0.1 that serves the synthetic repos, so that real clients fill caches without network.

Two servers on two free ports: the Hub and its content host. They must differ, for clients follow a
redirect to the same origin and stop at another one. As a program it prints one JSON line with its
addresses and serves until its standard input ends, so that it never outlives who started it.
"""

import argparse
import json
import ssl
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from hub_protocol import Answer, HubProtocol, Request
from synthetic_repos import Repo, all_repos

# Three entries a page: every client must follow Link to see a whole repo.
DEFAULT_PAGE_SIZE = 3
LONGEST_HOLD = 60

Intercept = Callable[[Request], Answer | None]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave as two writes; without this the second waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True
    server: "_Server"

    def _serve(self) -> None:
        # The request line came as Latin-1; some clients send names beyond ASCII unencoded, as UTF-8.
        path, _, query = self.path.encode("latin-1").decode("utf-8", "surrogateescape").partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, path, query, self.headers, body)
        answer = self.server.hub.take(self.server.role, request, self.server.answer)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answer.headers and answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if answer.drip:
            return self._drip(answer.body, *answer.drip)
        half = len(answer.body) // 2 if answer.hold else 0
        if answer.hold:
            self.wfile.write(answer.body[:half])
            answer.hold.wait(LONGEST_HOLD)
        self.wfile.write(answer.body[half:])

    def _drip(self, body: bytes, at_once: int, pause: float) -> None:
        self.wfile.write(body[:at_once])
        for at in range(at_once, len(body)):
            if self.server.is_over.wait(pause):
                return
            self.wfile.write(body[at : at + 1])

    do_GET = do_HEAD = do_POST = _serve

    def log_message(self, format: str, *args: object) -> None:
        """The requests are kept in LoopbackHub.requests; standard error stays the tests' own."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Clients open many connections at once; the default backlog of 5 makes some wait a second.
    request_queue_size = 64

    def __init__(self, hub: "LoopbackHub", role: str, answer: Callable[[Request], Answer], address: str):
        super().__init__((address, 0), _Handler)
        self.hub, self.role, self.answer = hub, role, answer
        self.is_over = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up (a reset, a killed process) is no error of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def speak_tls(self, context: ssl.SSLContext) -> None:
        self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def origin(self) -> str:
        scheme = "https" if isinstance(self.socket, ssl.SSLSocket) else "http"
        return f"{scheme}://127.0.0.1:{self.server_address[1]}"


class LoopbackHub:
    """A running Hub; a context manager. `requests` holds (role, method, path, Authorization) of each.

    `intercept`, when set, sees every request first and may answer in the Hub's place: errors, rate
    limits, bodies that end early. With `tls` both of its servers speak https.
    """

    def __init__(self, token: str | None = None, page_size: int = DEFAULT_PAGE_SIZE,
                 address: str = "127.0.0.1", tls: ssl.SSLContext | None = None):
        self.repos = all_repos()
        self.requests: list[tuple[str, str, str, str | None]] = []
        self.intercept: Intercept | None = None
        self._lock = threading.Lock()
        self.protocol = protocol = HubProtocol(self.repos, token, page_size)
        self._servers = [_Server(self, "hub", protocol.answer, address),
                         _Server(self, "content", protocol.content_answer, address)]
        for server in self._servers if tls else ():
            server.speak_tls(tls)
        protocol.origin, protocol.content_origin = (server.origin for server in self._servers)
        self.origin, self.content_origin = protocol.origin, protocol.content_origin

    def __enter__(self) -> "LoopbackHub":
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """After this the ports are closed: a client that still asks is refused at once."""
        for server in self._servers:
            server.is_over.set()
            server.shutdown()
            server.server_close()

    def add(self, repo: Repo) -> None:
        """Serves one more repo."""
        self.protocol.serve(repo)

    def take(self, role: str, request: Request, answer: Callable[[Request], Answer]) -> Answer:
        with self._lock:
            entry = (role, request.method, request.path, request.headers.get("Authorization"))
            self.requests.append(entry)
        instead = self.intercept(request) if self.intercept else None
        return instead or answer(request)


def server_context(chain: str, key: str) -> ssl.SSLContext:
    """A server's side of TLS. @param chain  PEM, its own certificate first"""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--token", help="the token that opens the private and the gated repo")
    parser.add_argument("--page-size", type=int, default=DEFAULT_PAGE_SIZE, help="entries a page of a listing")
    parser.add_argument("--tls", nargs=2, metavar=("CHAIN", "KEY"), help="speaks https with this certificate (PEM)")
    args = parser.parse_args()
    tls = server_context(*args.tls) if args.tls else None
    with LoopbackHub(args.token, args.page_size, tls=tls) as hub:
        print(json.dumps({"endpoint": hub.origin}), flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
