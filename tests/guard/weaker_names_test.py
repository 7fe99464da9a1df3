"""Host names where hubward can have no network of its own: what is seen and refused all the same, and that it is said."""

import sys

sys.dont_write_bytecode = True

from guarding import Guarded, GuardTest, has, main  # noqa: E402
from own_network import FAR, FAR_RESOLVER, NEAR_RESOLVER  # noqa: E402

HUB = "huggingface.co"
ELSEWHERE = "models.example"
PYTHON = "/usr/bin/python3"
LOOKUP = "import socket, sys\nprint(socket.getaddrinfo(sys.argv[1], 443, type=socket.SOCK_STREAM)[0][4][0])\n"
# A user namespace that allows no further ones.
POOR = 'for kind in user net; do echo 0 > "/proc/sys/user/max_${kind}_namespaces" || exit; done; exec "$@"'


class WeakerTest(GuardTest):
    def as_user(self) -> list[str]:
        return ["unshare", "--user", "--map-root-user", "sh", "-c", POOR, "sh"]

    def own(self) -> None:
        self.folder.chmod(0o755)  # all of it stays ours: those who run it are nobody else

    def look_up(self, mode: str, host: str) -> Guarded:
        return self.guarded(mode, PYTHON, "-c", LOOKUP, host)

    def expect_no_hub(self, done: Guarded) -> None:
        self.assertNotEqual(done.code, 0, done)
        self.assertEqual(self.network.witness.far(), set(), done)
        self.assertEqual(self.network.resolver.asked, [], done)
        self.assertIn(HUB, done.names(), done)
        self.assertNotIn(FAR, done.out, done)


class Redirected(WeakerTest):
    """enforce: the question is led to a name server on loopback."""

    def test_what_is_seen_is_said_with_the_step_that_failed(self) -> None:
        done = self.guarded("enforce", "true")
        self.assertEqual((done.code, done.guard["names"]), (0, "redirect"), done)
        self.assertRegex(done.warnings, "host names are seen in part: .*unshare.*namespace", done)

    def test_there_is_no_hub_whoever_is_asked(self) -> None:
        for resolver in (FAR_RESOLVER, NEAR_RESOLVER):
            with self.subTest(resolver):
                self.network.ask(resolver)
                self.expect_no_hub(self.look_up("enforce", HUB))

    @has("dig")
    def test_there_is_no_hub_by_tcp(self) -> None:
        self.expect_no_hub(self.guarded("enforce", "sh", "-c", f"test -n \"$(dig +short +tries=1 +tcp {HUB})\""))

    @has("lookup_go")
    def test_there_is_no_hub_for_go(self) -> None:
        self.expect_no_hub(self.guarded("enforce", self.program("lookup_go"), HUB, "443"))

    @has("lookup_musl")
    def test_a_library_that_looks_who_answers_is_named_and_hears_nothing(self) -> None:
        self.expect_no_hub(self.guarded("enforce", self.program("lookup_musl"), HUB, "443"))

    def test_what_is_not_one_question_is_passed_to_nobody(self) -> None:
        script = ("import ctypes, socket, struct, sys\nlibc = ctypes.CDLL(None, use_errno=True)\n"
                  "at = lambda what: ctypes.cast(what, ctypes.c_void_p).value\n"
                  "name = ctypes.create_string_buffer(struct.pack('=H', 2) + struct.pack('!H', 53) + socket.inet_aton(sys.argv[1]) + bytes(8))\n"
                  "kept, batch = [], b''\n"
                  "for text in sys.argv[2:]:\n"
                  "  kept.append(ctypes.create_string_buffer(bytes.fromhex(text)))\n"
                  "  kept.append(ctypes.create_string_buffer(struct.pack('PQ', at(kept[-1]), len(text) // 2)))\n"
                  "  batch += struct.pack('PIxxxxPQPQixxxxIxxxx', at(name), 16, at(kept[-1]), 1, 0, 0, 0, 0)\n"
                  "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  "sent = libc.sendmmsg(s.fileno(), batch, len(sys.argv) - 2, 0)\n"
                  "print(sent)\n"
                  "if sent > 0: s.recv(512)\n")
        other, hub, cut = ("1234010000010000000000000" + text for text in
                           ("66d6f64656c73076578616d706c650000010001", "b68756767696e676661636502636f0000010001", "b687567"))
        for messages, passed in (((other,), 1), ((other, hub), 0), ((cut,), 0), ((hub,), 0)):
            self.network.resolver.heard.clear()
            done = self.guarded("enforce", PYTHON, "-c", script, NEAR_RESOLVER, *messages)
            self.assertEqual((done.out, len(self.network.resolver.heard)), ("1\n" if passed else "-1\n", passed), done)
            self.assertEqual((done.code, done.attempts), (0, 0) if passed else (125, 1), done)

    def test_other_names_are_answered_by_a_resolver_of_this_machine(self) -> None:
        self.network.ask(NEAR_RESOLVER)
        done = self.look_up("enforce", ELSEWHERE)
        self.assertEqual((done.code, done.out, done.attempts), (0, f"{FAR}\n", 0), done)

    def test_a_question_that_would_leave_the_machine_does_not(self) -> None:
        done = self.look_up("enforce", ELSEWHERE)
        self.assertNotEqual(done.code, 0, done)
        self.assertEqual((self.network.witness.far(), done.names()), (set(), {ELSEWHERE}), done)

    def test_a_connection_has_the_name_that_was_answered(self) -> None:
        self.network.ask(NEAR_RESOLVER)
        done = self.guarded("enforce", PYTHON, "-c", "import socket; socket.create_connection(('models.example', 443))")
        self.assertEqual({leak["host"] for leak in done.to(FAR)}, {ELSEWHERE}, done)


class Observed(WeakerTest):
    """observe: nothing is led anywhere, and what is sent is read where it is shown."""

    def test_what_is_seen_is_said(self) -> None:
        done = self.guarded("observe", "true")
        self.assertEqual((done.code, done.guard["names"]), (0, "payload"), done)
        self.assertIn("host names are seen in part", done.warnings)

    def test_a_question_is_named_and_answered(self) -> None:
        for resolver in (FAR_RESOLVER, NEAR_RESOLVER):
            with self.subTest(resolver):
                self.network.ask(resolver)
                done = self.look_up("observe", HUB)
                self.assertEqual((done.code, done.out), (0, f"{FAR}\n"), done)
                self.assertIn(HUB, done.names(), done)

    @has("lookup_musl")
    def test_so_is_that_of_a_library_that_looks_who_answers(self) -> None:
        bare = self.bare(self.program("lookup_musl"), HUB, "443")
        done = self.guarded("observe", self.program("lookup_musl"), HUB, "443")
        self.assertEqual((done.code, done.out), (bare.returncode, bare.stdout), done)
        self.assertIn(HUB, done.names(), done)



main(__name__)
