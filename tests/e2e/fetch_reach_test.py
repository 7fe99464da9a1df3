"""`hubward fetch` is sent by a public host to what only this machine's network can reach: it does not go.

In a network of its own, in which names lead where a hosts file says: a look at a URL's text alone would
see nothing wrong.
"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "hub"))

import own_namespaces  # noqa: E402
from faults import Fault, body, path_has, redirect  # noqa: E402
from fetching import FaultTest  # noqa: E402
from loopback_hub import LoopbackHub  # noqa: E402

PUBLIC, ELSEWHERE, PRIVATE = "203.0.113.7", "203.0.113.8", "10.9.8.7"
NAMES = {"hub.example": PUBLIC, "store.example": ELSEWHERE, "intranet.example": PRIVATE, "mirror.example": PRIVATE}
WHY_NOT = None


class Reach(FaultTest):
    def setUp(self) -> None:
        if WHY_NOT:
            self.skipTest(WHY_NOT)
        super().setUp()
        # Every address of the interface is this one server's.
        self.hub = self.enterContext(LoopbackHub(page_size=1000, address="0.0.0.0"))
        self.port = self.hub.origin.rsplit(":", 1)[1]
        self.intranet = self.enterContext(LoopbackHub(address=PRIVATE))
        self.intranet.intercept = lambda request: body(self.file().content)(request)
        self.secret_port = self.intranet.origin.rsplit(":", 1)[1]

    def fetch(self, endpoint: str, target: str, code: int = 302, **environment: str):
        self.hub.intercept = Fault(redirect(target, code), path_has("/resolve/"), times=99)
        return self.one_file().fetch(HF_ENDPOINT=f"http://{endpoint}:{self.port}", **environment)

    def test_a_name_that_leads_inward_is_refused_before_it_is_connected_to(self) -> None:
        for code in (301, 302, 303, 307, 308):
            with self.subTest(code):
                done = self.fetch("hub.example", f"http://intranet.example:{self.secret_port}/file", code)
                self.assertEqual(done.code, 2, done)
                self.assertIn(f"intranet.example:{self.secret_port}/file, which is {PRIVATE}", done.err)
        self.assertEqual(self.intranet.requests, [])

    def test_this_machine_by_a_name_or_an_odd_spelling_is_refused(self) -> None:
        for host in ("localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::ffff:127.0.0.1]"):
            with self.subTest(host):
                before = len(self.hub.requests)
                done = self.fetch("hub.example", f"http://{host}:{self.port}/file")
                self.assertEqual(done.code, 2, done)
                self.assertIn("refused: a redirect from a public host to a private one", done.err)
                self.assertFalse([entry for entry in self.hub.requests[before:] if entry[2] == "/file"])

    def test_another_public_name_is_gone_to(self) -> None:
        content = self.file().content
        self.hub.intercept = Fault(redirect(f"http://store.example:{self.port}/file"), path_has("/resolve/"), times=9)
        redirects = self.hub.intercept
        self.hub.intercept = lambda request: (body(content)(request) if request.path == "/file"
                                              else redirects(request))
        done = self.one_file().fetch(HF_ENDPOINT=f"http://hub.example:{self.port}")
        self.assertEqual(done.code, 0, done)

    def test_a_mirror_within_the_network_may_send_on_within_it(self) -> None:
        for target in (f"http://intranet.example:{self.secret_port}/file", f"http://{PRIVATE}:{self.secret_port}/file"):
            with self.subTest(target):
                done = self.fetch("mirror.example", target)
                self.assertEqual(done.code, 0, done)

    def test_the_next_page_of_a_listing_leads_inward_no_more_than_a_redirect(self) -> None:
        link = f'<http://intranet.example:{self.secret_port}/api>; rel="next"'
        self.hub.intercept = Fault(body(b"[]", Link=link), path_has("/tree/"))
        done = self.one_file().fetch(HF_ENDPOINT=f"http://hub.example:{self.port}")
        self.assertEqual(done.code, 2, done)
        self.assertIn(f"which is {PRIVATE}", done.err)
        self.assertEqual(self.intranet.requests, [])

    def test_behind_a_proxy_names_are_the_proxys_business(self) -> None:
        self.hub.intercept = lambda request: (
            body(self.file().content)(request) if request.path.endswith("intranet.example/file") else
            redirect("http://intranet.example/file")(request) if "/resolve/" in request.path else None)
        done = self.one_file().fetch(HF_ENDPOINT="http://hub.example", http_proxy=f"http://{PRIVATE}:{self.port}")
        self.assertEqual(done.code, 0, done)

    def test_what_is_excepted_from_the_proxy_is_held_to_the_same(self) -> None:
        self.hub.intercept = Fault(redirect(f"http://intranet.example:{self.secret_port}/file"),
                                   path_has("/resolve/"), times=9)
        done = self.one_file().fetch(HF_ENDPOINT="http://hub.example", http_proxy=f"http://{PRIVATE}:{self.port}",
                                     no_proxy="intranet.example")
        self.assertEqual(done.code, 2, done)
        self.assertEqual(self.intranet.requests, [])


if __name__ == "__main__":
    WHY_NOT = own_namespaces.enter_network(NAMES)
    unittest.main()
