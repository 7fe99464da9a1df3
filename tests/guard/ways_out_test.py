"""Every way off the machine: seen and changed in nothing under observe, refused under enforce; and what is no way off
the machine passes. Held against the same program without hubward, and against the packets."""

import socket
import subprocess
import sys

sys.dont_write_bytecode = True

from guarding import MODES, Guarded, GuardTest, as_both, has, main  # noqa: E402
from own_network import FAR, FAR_6, FAR_TOO, udp_server  # noqa: E402

PORT = 2000
# These are refused whatever they would reach: what goes through them is not seen.
CLOSED = {way: ("EAFNOSUPPORT", f"a {way.split('-')[-1]} socket") for way in
          ("packet", "vsock", "int80-packet", "int80-socketcall-packet", "sock-packet")}
CLOSED |= {"xdp": ("EAFNOSUPPORT", "an XDP socket"), "sctp": ("EAFNOSUPPORT", "an SCTP socket")}
# Addresses of their own.
OTHERS = {"multicast": "224.0.0.251", "broadcast": "255.255.255.255"}
PORTLESS = {"raw-icmp", "ping"}
# What this kernel, or this user, cannot do at all.
IMPOSSIBLE = {"EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EPERM", "EACCES", "ENOSYS"}


def answers(text: str) -> dict[str, str]:
    return dict(line.split() for line in text.splitlines())


class WaysOut(GuardTest):
    def each(self, address: str, program: str) -> list[str]:
        return [self.program(program), "each", address, str(PORT)]

    def order(self, program: str) -> list[str]:
        return self.bare(self.program(program), "names").stdout.split()

    def possible(self, address: str, program: str) -> dict[str, str]:
        """What each way answers without hubward, but for those that cannot be had."""
        self.network.witness.forget()
        bare = answers(self.bare(*self.each(address, program)).stdout)
        self.assertGreater(len(self.network.witness.far()), 5, "the witness sees what leaves")
        return {way: answer for way, answer in bare.items() if answer not in IMPOSSIBLE}

    def expect_each_said(self, done: Guarded, address: str, program: str, ways: dict[str, str]) -> None:
        order = self.order(program)
        for way in ways:
            if way in CLOSED:
                self.assertIn(CLOSED[way][1], str([leak["address"] for leak in done.leaks if leak["kind"] == "socket"]), done)
                continue
            if "uring" in way:
                self.assertEqual("io_uring" in done.warnings, done.guard["mode"] == "observe", done)
                continue
            to = OTHERS.get(way, address)
            ports = {PORT + order.index(way)} | ({None, 0} if way in PORTLESS else set())
            said = [leak for leak in done.to(to) if leak["port"] in ports]
            self.assertEqual(len(said), 1, f"{way} to {to} {ports}: {done}")
            self.assertEqual(said[0]["program"].rsplit("/", 1)[-1], program)

    def enforced(self, address: str, program: str) -> None:
        ways = self.possible(address, program)
        done = self.guarded("enforce", *self.each(address, program))
        self.assertEqual(self.network.witness.far(), set(), done)
        got = answers(done.out)
        for way in ways:
            with self.subTest(way=way, address=address):
                wanted = CLOSED.get(way, ("ENOSYS" if "uring" in way else "ENETUNREACH",))[0]
                if way == "udp-sendmmsg":  # all of the batch is refused, or all but the first
                    self.assertIn(got[way], ("ENETUNREACH", "EPIPE"))
                else:
                    self.assertEqual(got[way], wanted)
        self.expect_each_said(done, address, program, ways)

    def observed(self, address: str, program: str) -> None:
        ways = self.possible(address, program)
        bare = answers(self.bare(*self.each(address, program)).stdout)
        done = self.guarded("observe", *self.each(address, program))
        self.assertEqual(answers(done.out), bare, done)
        self.assertGreater(len(self.network.witness.far()), 5, done)
        self.expect_each_said(done, address, program, ways)

    @as_both
    def test_enforce_refuses_each_way_to_ipv4(self) -> None:
        self.enforced(FAR, "ways_out")

    @as_both
    def test_enforce_refuses_each_way_to_ipv6(self) -> None:
        self.enforced(FAR_6, "ways_out")

    @as_both
    def test_observe_sees_each_way_to_ipv4_and_changes_none(self) -> None:
        self.observed(FAR, "ways_out")

    @as_both
    def test_observe_sees_each_way_to_ipv6_and_changes_none(self) -> None:
        self.observed(FAR_6, "ways_out")

    @has("ways_out_32")
    def test_a_program_of_32_bits(self) -> None:
        self.enforced(FAR, "ways_out_32")
        self.enforced(FAR_6, "ways_out_32")
        self.observed(FAR, "ways_out_32")

    def test_a_ring_is_not_there_under_enforce_and_said_to_be_blind_under_observe(self) -> None:
        done = self.guarded("enforce", *self.way("uring", "127.0.0.1", "7"))
        self.assertIn(done.out, ("uring ENOSYS\n", "uring EPERM\n"), done)
        done = self.guarded("observe", *self.way("uring", "127.0.0.1", "7"))
        self.assertEqual(done.out, self.bare(*self.way("uring", "127.0.0.1", "7")).stdout)
        self.assertRegex(done.err, r"ways_out \(pid \d+\) has set up an io_uring")


class Passes(GuardTest):
    NEAR = ("127.0.0.1", "127.9.8.7", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1")
    WAYS = ("tcp", "tcp-nonblocking", "udp", "udp-sendto", "udp-sendmsg", "udp-sendmmsg", "udp-connected-elsewhere",
            "tcp-fastopen-sendto", "tcp-fastopen-sendmsg", "tcp-fastopen-connect", "udplite")
    WAYS_4 = ("mapped-tcp", "mapped-sendto", "unspec-sendto", "unspec-sendmsg", "long-name", "int80-connect",
              "int80-sendmsg", "int80-sendmmsg", "int80-socketcall-connect", "int80-socketcall-sendto",
              "int80-socketcall-sendmsg", "int80-socketcall-sendmmsg")

    def expect_like_bare(self, *addresses: str, address_is_far: bool = False) -> None:
        for address in addresses:
            ways = self.WAYS if ":" in address else self.WAYS + self.WAYS_4
            script = "".join(f"{self.program('ways_out')} {way} {address} 7777\n" for way in ways)
            bare = self.bare("sh", "-c", script)
            for mode in MODES:
                with self.subTest(address=address, mode=mode):
                    self.network.witness.forget()
                    done = self.guarded(mode, "sh", "-c", script)
                    self.assertEqual((done.out, done.code, done.attempts), (bare.stdout, bare.returncode, 0), done)
                    self.assertEqual(bool(self.network.witness.far()), address_is_far)

    def test_loopback(self) -> None:
        with udp_server("127.0.0.1", 7777):
            self.expect_like_bare(*self.NEAR)

    def test_allowed_networks(self) -> None:
        self.configure('[guard]\nallow = ["192.0.2.0/24", "2001:db8::/32"]\n')
        self.expect_like_bare(FAR, FAR_6, address_is_far=True)
        done = self.guarded("enforce", *self.way("udp", FAR_TOO, "9"))
        self.expect_refused(done, FAR_TOO, 9)

    def test_a_network_of_one_address(self) -> None:
        self.configure(f'[guard]\nallow = ["{FAR}/32"]\n')
        self.assertEqual(self.guarded("enforce", *self.way("udp", FAR, "9")).code, 0)
        self.assertEqual(self.guarded("enforce", *self.way("udp", "192.0.2.2", "9")).code, 1)

    def test_a_network_that_is_none_is_told_with_its_line(self) -> None:
        for bad in ("10.0.0.0/33", "ten", "10.0.0/8", "fd00::/129", "", "1.2.3.4/-1", "10.0.0.0/024", "010.0.0.0/8",
                    "2001:db8::/"):
            with self.subTest(bad):
                self.configure(f'[guard]\nmode = "off"\nallow = ["10.0.0.0/8", "{bad}"]\n')
                done = self.guarded("enforce", "touch", "started")
                self.assertEqual(done.code, 125, done)
                self.assertRegex(done.err, r"hubward\.toml:3")
                self.assertRegex(done.last_line, r"\[65 [a-z ]+\]$")
                self.assertFalse((self.folder / "started").exists())

    def test_unix_sockets(self) -> None:
        for mode in MODES:
            with self.subTest(mode):
                done = self.guarded(mode, self.program("awkward"), "unix", f"u{mode}")
                self.assertEqual((done.code, done.out, done.attempts), (0, "0\n", 0), done)

    def test_the_kernel_judges_what_is_no_address(self) -> None:
        script = ("import ctypes, os, socket\nlibc = ctypes.CDLL(None, use_errno=True)\n"
                  "name = bytes([2, 0, 0, 9, 192, 0, 2, 1]) + bytes(8)\n"
                  "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):\n"
                  "    for size in (0, 1, 2, 7, 200, 2**31 - 1, 2**32 - 1):\n"
                  "        for where in (name, None, ctypes.c_void_p(8)):\n"
                  "            s = socket.socket(family, socket.SOCK_DGRAM)\n"
                  "            r = libc.connect(s.fileno(), where, size)\n"
                  "            print(family, size, where, r, ctypes.get_errno() if r else 0)\n"
                  "            r = libc.sendto(s.fileno(), b'x', 1, 0, where, ctypes.c_uint(size))\n"
                  "            print(family, size, where, r, ctypes.get_errno() if r < 0 else 0)\n")
        command = ("/usr/bin/python3", "-c", script)
        bare = self.bare(*command).stdout
        for mode in MODES:
            with self.subTest(mode):
                got = self.guarded(mode, *command).out
                differ = [pair for pair in zip(got.splitlines(), bare.splitlines()) if pair[0] != pair[1]]
                self.assertEqual(differ if mode == "observe" else [p for p in differ if " -1 101" not in p[0]], [])

    NO_SOCKET = ("import ctypes, os, socket, struct, sys, threading\nlibc = ctypes.CDLL(None, use_errno=True)\n"
                 "name = ctypes.create_string_buffer(struct.pack('=H', 2) + struct.pack('!H', 9) + socket.inet_aton(sys.argv[1]) + bytes(8))\n"
                 "at = lambda what: ctypes.cast(what, ctypes.c_void_p).value\n"
                 "piece = ctypes.create_string_buffer(struct.pack('PQ', at(name), 1))\n"
                 "message = ctypes.create_string_buffer(struct.pack('PIxxxxPQPQixxxxxxxx', at(name), 16, at(piece), 1, 0, 0, 0))\n"
                 "def each(what, fd):\n"
                 "  print(what, [libc[call](fd, *words) if libc[call](fd, *words) > -1 else ctypes.get_errno() for call, words in (\n"
                 "    ('connect', (name, 16)), ('sendto', (b'x', 1, 0, name, 16)), ('sendmsg', (message, 0)), ('sendmmsg', (message, 1, 0)))])\n"
                 "each('none', -1)\neach('closed', 999)\neach('a file', os.open('/dev/null', os.O_RDWR))\n"
                 "unix = socket.socket(socket.AF_UNIX)\nunix.bind('bound' + str(os.getpid()))\n"
                 "each('a path', os.open(unix.getsockname(), os.O_PATH))\n"
                 "datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                 "def alone():\n"
                 "  libc.unshare(0x400)\n  os.close(datagrams.fileno())\n  each('closed in this thread', datagrams.fileno())\n"
                 "thread = threading.Thread(target=alone)\nthread.start()\nthread.join()\n")

    @as_both
    def test_what_is_no_socket_leads_nowhere(self) -> None:
        command = ("/usr/bin/python3", "-c", self.NO_SOCKET, FAR)
        bare = self.bare(*command).stdout
        self.assertEqual(bare.count("[9, 9, 9, 9]"), 4, bare)
        self.assertIn("a file [88, 88, 88, 88]", bare)
        for mode in MODES:
            done = self.guarded(mode, *command)
            self.assertEqual((done.out, done.code, done.attempts), (bare, 0, 0), done)

    def test_a_socket_of_one_thread_alone_leads_somewhere(self) -> None:
        script = self.NO_SOCKET.split("each('none'")[0] + (
            "def alone():\n  libc.unshare(0x400)\n  each('here', socket.socket(socket.AF_INET, socket.SOCK_DGRAM).detach())\n"
            "thread = threading.Thread(target=alone)\nthread.start()\nthread.join()\n")
        done = self.guarded("enforce", "/usr/bin/python3", "-c", script, FAR)
        self.assertEqual((done.out, done.code), ("here [101, 101, 101, 101]\n", 125), done)

    def test_dissolving_an_association_is_no_way_out(self) -> None:
        script = ("import ctypes, socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  "s.connect(('127.0.0.1', 9))\nprint(ctypes.CDLL(None).connect(s.fileno(), bytes(16), 16))\n")
        for mode in MODES:
            done = self.guarded(mode, "/usr/bin/python3", "-c", script)
            self.assertEqual((done.code, done.out, done.attempts), (0, "0\n", 0), done)


class Inherited(GuardTest):
    """Descriptors that were connected before the guard was there."""

    def shell(self, mode: str, opened: str, fd: int) -> tuple[int, str]:
        words = self.words(mode, self.program("awkward"), "inherited", str(fd))
        self.network.witness.forget()
        done = subprocess.run(["bash", "-c", f'exec {fd}<>{opened}; exec "$@"', "bash", *words], cwd=self.folder,
                              env=self.environment(), capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    @as_both
    def test_enforce_lets_nothing_out_through_one(self) -> None:
        for opened, fd in ((f"/dev/udp/{FAR}/99", 7), (f"/dev/udp/{FAR}/99", 0)):
            code, said = self.shell("enforce", opened, fd)
            self.assertNotIn((FAR, 99), self.network.witness.far())
            self.assertNotEqual(code, 0, said)
            self.assertIn(FAR, said)

    @as_both
    def test_observe_says_so_and_leaves_it(self) -> None:
        code, said = self.shell("observe", f"/dev/udp/{FAR}/99", 7)
        self.assertIn((FAR, 99), self.network.witness.far())
        self.assertEqual(code, 0, said)
        self.assertIn(FAR, said)

    def given(self, mode: str, given: socket.socket) -> tuple[int, str]:
        script = "import os\nos.write(0, bytes([8]) + bytes(63))"
        done = subprocess.run(self.words(mode, "/usr/bin/python3", "-c", script), cwd=self.folder, stdin=given,
                              env=self.environment(), capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def test_a_raw_socket_that_seems_not_to_be_connected_is_one_too(self) -> None:
        for family, far in ((socket.AF_INET, FAR), (socket.AF_INET6, FAR_6)):
            with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
                raw.connect((far, 0))
                code, said = self.given("enforce", raw)
                self.assertEqual(code, 125, said)
                self.assertIn("descriptor 0 is a raw socket", said)
                code, said = self.given("observe", raw)
                self.assertEqual(code, 0, said)
                self.assertIn("descriptor 0 is a raw socket", said)

    def test_a_packet_socket_is_one_too(self) -> None:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as packet:
            packet.bind(("lo", 3))
            code, said = self.given("enforce", packet)
        self.assertEqual(code, 125, said)
        self.assertIn("descriptor 0 is a packet socket", said)
        self.assertIn("close it for hubward, as a shell does by 0<&- [74 no guard]", said)

    def test_one_to_this_machine_is_kept(self) -> None:
        for mode in MODES:
            code, said = self.shell(mode, "/dev/udp/127.0.0.1/99", 7)
            self.assertEqual(code, 0, said)


main(__name__)
