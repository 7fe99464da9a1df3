"""Host names: whoever asks for one, by whatever library, is named with it; the Hub's do not exist under enforce."""

import re
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

from guarding import MODES, Guarded, GuardTest, as_both, has, main, program_folder  # noqa: E402
from own_network import FAR, FAR_6, FAR_RESOLVER, NEAR_RESOLVER, STUB_RESOLVER  # noqa: E402

HUB = "huggingface.co"
ELSEWHERE = "models.example"
PYTHON = "/usr/bin/python3"
LOOKUP = "import socket, sys\nfor a in socket.getaddrinfo(sys.argv[1], 443, type=socket.SOCK_STREAM): print(a[4][0])\n"
RAW = """
import socket, struct, sys
name = b"".join(bytes([len(l)]) + l for l in sys.argv[2].encode().split(b".")) + b"\\0"
query = struct.pack("!HHHHHH", 0x1234, 0x100, 1, 0, 0, 0) + name + struct.pack("!HH", 1, 1)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(3)
s.sendto(query, (sys.argv[1], 53))
answer, who = s.recvfrom(512)
print(who[0], answer[3] & 15, struct.unpack("!H", answer[:2])[0] == 0x1234)
"""


class Asker:
    """How one program asks for HOST, and what it is called."""

    def __init__(self, program: str, *words: str, needs: tuple[str, ...] = (), connects: bool = False):
        self.program, self.words, self.needs, self.connects = program, words, needs or (program,), connects


ASKERS = {
    "getent": Asker("getent", "getent", "ahostsv4", "HOST"),
    "python": Asker("python3.11", PYTHON, "-c", LOOKUP, "HOST", needs=("python3",)),
    "python, connecting": Asker("python3.11", PYTHON, "-c", "import socket,sys; socket.create_connection((sys.argv[1], 443))",
                                "HOST", needs=("python3",), connects=True),
    "curl": Asker("curl", "curl", "-sS", "-4", "-o", "/dev/null", "http://HOST/", connects=True),
    "bash": Asker("bash", "bash", "-c", "exec 3<>/dev/tcp/HOST/443", connects=True),
    "node, by getaddrinfo": Asker("node", "node", "-e", "require('dns').lookup('HOST',{family:4},(e,a)=>{console.log(e?e.code:a);process.exit(e?1:0)})"),
    "node, by c-ares": Asker("node", "node", "-e", "require('dns').resolve4('HOST',(e,a)=>{console.log(e?e.code:a[0]);process.exit(e?1:0)})"),
    "ruby": Asker("ruby3.1", "ruby", "-rsocket", "-e", "TCPSocket.new('HOST', 443)", needs=("ruby",), connects=True),
    "ruby, by itself": Asker("ruby3.1", "ruby", "-rresolv", "-e", "puts Resolv::DNS.open{|d|d.getaddress('HOST')}", needs=("ruby",)),
    "dig": Asker("dig", "dig", "+short", "+tries=1", "HOST", "A"),
    "dig, by TCP": Asker("dig", "dig", "+short", "+tries=1", "+tcp", "HOST", "A"),
    "busybox": Asker("busybox", "busybox", "nslookup", "-type=a", "HOST"),
    "musl": Asker("lookup_musl", "lookup_musl", "HOST", "443", connects=True),
    "Go": Asker("lookup_go", "lookup_go", "HOST", "443", connects=True),
    "raw": Asker("python3.11", PYTHON, "-c", RAW, "RESOLVER", "HOST", needs=("python3",)),
}


class NamesTest(GuardTest):
    def command(self, asker: Asker, host: str, resolver: str) -> list[str]:
        words = [word.replace("HOST", host).replace("RESOLVER", resolver) for word in asker.words]
        return [self.program(words[0]), *words[1:]] if words[0].startswith("lookup_") else words

    def look_up(self, mode: str, host: str, **more) -> Guarded:
        return self.guarded(mode, PYTHON, "-c", LOOKUP, host, **more)


def with_each_asker(test):
    """A test a kind of asker, whose name tells it."""
    def add(cls):
        for name, asker in ASKERS.items():
            def run(self, asker=asker, test=test):
                getattr(self, test)(asker)
            run.__name__ = f"test_{re.sub('[^a-z]+', '_', name.lower())}_{test}"
            absent = [need for need in asker.needs if not _there(need)]
            setattr(cls, run.__name__, unittest.skipIf(absent, f"{absent}: not on this system")(run))
        return cls
    return add


def _there(name: str) -> bool:
    return bool(shutil.which(name)) or (program_folder() / name).exists()


@with_each_asker("is_told_at_once_that_there_is_no_hub")
@with_each_asker("is_answered_like_without_a_guard")
class EachAsker(NamesTest):
    def is_told_at_once_that_there_is_no_hub(self, asker: Asker) -> None:
        for resolver in (FAR_RESOLVER, STUB_RESOLVER):
            with self.subTest(resolver=resolver):
                self.network.ask(resolver)
                self.network.resolver.asked.clear()
                begin = time.monotonic()
                done = self.guarded("enforce", *self.command(asker, HUB, resolver), timeout=30)
                self.assertLess(time.monotonic() - begin, 12, "no wait for an answer that never comes")
                self.assertEqual(self.network.witness.far(), set(), done)
                self.assertEqual(self.network.resolver.asked, [], done)
                said = [leak for leak in done.leaks if leak["host"] == HUB]
                self.assertTrue(said, done)
                self.assertIn(asker.program, {Path(leak["program"]).name for leak in said}, done)
                self.assertIn(HUB, done.err)
                self.assertNotIn(FAR, done.out, done)
                self.assertNotEqual(done.code, 0, done)

    def is_answered_like_without_a_guard(self, asker: Asker) -> None:
        for resolver in (FAR_RESOLVER, NEAR_RESOLVER):
            with self.subTest(resolver=resolver):
                self.network.ask(resolver)
                self.network.resolver.asked.clear()
                command = self.command(asker, HUB, resolver)
                bare = self.bare(*command)
                asked, self.network.resolver.asked[:] = set(self.network.resolver.asked), []
                self.assertTrue(asked)
                self.network.greeter.came.clear()
                done = self.guarded("observe", *command)
                self.assertEqual((done.code, done.out), (bare.returncode, bare.stdout), done)
                self.assertEqual(set(self.network.resolver.asked), asked)
                self.assertIn(HUB, done.hosts(), done)
                if asker.connects:
                    self.assertTrue(self.network.greeter.came)
                    self.assertEqual({leak["host"] for leak in done.to(FAR)}, {HUB}, done)


class EveryUser(NamesTest):
    @as_both
    def test_a_hub_name_is_refused_and_named(self) -> None:
        done = self.look_up("enforce", HUB)
        self.assertEqual(self.network.witness.far(), set(), done)
        self.assertIn(HUB, done.names())

    @as_both
    def test_a_question_is_observed(self) -> None:
        done = self.look_up("observe", HUB)
        self.assertEqual((done.code, done.out), (0, f"{FAR}\n"), done)
        self.assertIn(HUB, done.hosts())


class WhichNames(NamesTest):
    REFUSED = (HUB, "HuggingFace.CO", "hf.co", "cdn-lfs.huggingface.co", "cdn-lfs-us-1.hf.co", "cas-bridge.xethub.hf.co",
               "transfer.xethub.hf.co", "a.b.c.huggingface.co", "huggingface.co.")
    ANSWERED = ("nothf.co", "huggingface.co.example", "nothuggingface.co", "hf.com", ELSEWHERE)

    def test_the_hubs_do_not_exist_under_enforce(self) -> None:
        self.network.ask(NEAR_RESOLVER)
        for name in self.REFUSED:
            with self.subTest(name):
                self.network.resolver.asked.clear()
                done = self.look_up("enforce", name)
                self.assertNotEqual(done.code, 0, done)
                self.assertEqual(self.network.resolver.asked, [])
                self.assertEqual({host.lower() for host in done.hosts()}, {name.lower().rstrip(".")}, done)

    def test_all_others_are_answered_by_a_resolver_of_this_machine(self) -> None:
        self.network.ask(NEAR_RESOLVER)
        for name in self.ANSWERED:
            with self.subTest(name):
                done = self.look_up("enforce", name)
                self.assertEqual((done.out, done.attempts), (f"{FAR}\n", 0), done)
                self.assertIn(name, self.network.resolver.names())

    def test_a_search_list_makes_no_way_round(self) -> None:
        self.network.ask(NEAR_RESOLVER, search="corp.example")
        done = self.look_up("enforce", HUB)
        self.assertNotEqual(done.code, 0, done)
        self.assertEqual(self.network.resolver.names() & {HUB, f"{HUB}.corp.example"}, set(), done)

    def test_the_host_of_the_endpoint_is_the_hubs_too(self) -> None:
        self.network.ask(NEAR_RESOLVER)
        done = self.look_up("enforce", "hub.corp.example", env={"HF_ENDPOINT": "https://hub.corp.example:8443/x"})
        self.assertNotEqual(done.code, 0, done)
        self.assertIn("hub.corp.example", done.names())
        self.assertEqual(self.network.resolver.asked, [])

    def test_a_connect_names_its_host(self) -> None:
        self.network.ask(NEAR_RESOLVER)
        for name, address in ((ELSEWHERE, FAR), (f"only6.{ELSEWHERE}", FAR_6)):
            for mode in MODES:
                done = self.guarded(mode, PYTHON, "-c", "import socket,sys; socket.create_connection((sys.argv[1], 443))", name)
                [said] = done.to(address)
                self.assertEqual((said["host"], said["port"], said["refused"]), (name, 443, mode == "enforce"), done)
                self.assertIn(name, done.err)

    def test_of_two_names_of_one_address_each_process_has_its_own(self) -> None:
        self.network.ask(NEAR_RESOLVER)
        script = ("import os, socket, sys\n"
                  "r, w = os.pipe()\n"
                  "if not os.fork():\n"
                  "  os.read(r, 1)\n  socket.getaddrinfo('child.example', 1)\n  socket.socket().connect_ex((sys.argv[1], 1))\n  os._exit(0)\n"
                  "socket.getaddrinfo('parent.example', 1)\nos.write(w, b'x')\nos.wait()\nsocket.socket().connect_ex((sys.argv[1], 2))\n"
                  "os.spawnlp(os.P_WAIT, 'bash', 'bash', '-c', f': <>/dev/tcp/{sys.argv[1]}/3')\n")
        done = self.guarded("enforce", PYTHON, "-c", script, FAR)
        self.assertEqual({leak["port"]: leak["host"] for leak in done.to(FAR)},
                         {1: "child.example", 2: "parent.example", 3: "parent.example"}, done)

    def test_a_name_that_is_nowhere_is_nowhere(self) -> None:
        for mode in MODES:
            for name in ("nobody.gone", "only6.example"):
                self.network.ask(NEAR_RESOLVER)
                script = f"import socket\ntry: socket.gethostbyname('{name}')\nexcept OSError as e: print(e.args)\n"
                bare = self.bare(PYTHON, "-c", script).stdout
                self.assertEqual(self.guarded(mode, PYTHON, "-c", script).out, bare)

    def test_a_resolver_off_the_machine_is_a_way_off_it(self) -> None:
        done = self.look_up("enforce", ELSEWHERE)
        self.assertEqual(self.network.witness.far(), set(), done)
        self.assertIn(ELSEWHERE, done.hosts(), done)

    def test_an_allowed_resolver_is_asked(self) -> None:
        self.configure(f'[guard]\nallow = ["{FAR_RESOLVER}/32"]\n')
        done = self.look_up("enforce", ELSEWHERE)
        self.assertEqual((done.out, done.attempts), (f"{FAR}\n", 0), done)
        done = self.look_up("enforce", HUB)
        self.assertNotEqual(done.code, 0, done)
        self.assertNotIn(HUB, self.network.resolver.names())


class NoQuestion(NamesTest):
    """Who turns to a name server's port and asks nothing."""

    SCRIPT = ("import socket, sys\nfor where in sys.argv[1:]:\n  for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):\n"
              "    print(where, kind.name, socket.socket(socket.AF_INET, kind).connect_ex((where, 53)))\n")

    @as_both
    def test_a_connect_alone_is_an_attempt(self) -> None:
        for mode in MODES:
            with self.subTest(mode):
                done = self.guarded(mode, PYTHON, "-c", self.SCRIPT, FAR_RESOLVER)
                self.assertEqual(done.code, 125 if mode == "enforce" else 0, done)
                self.assertEqual([(leak["kind"], leak["port"], leak["call"]) for leak in done.to(FAR_RESOLVER)],
                                 [("address", 53, "connect")], done)
                self.assertEqual(done.attempts, 2, done)
                self.assertIn(f"{FAR_RESOLVER} port 53, 2 times, by", done.err)
                if mode == "enforce":
                    self.assertEqual(self.network.witness.far(), set(), done)

    @as_both
    def test_with_a_question_it_is_none_of_its_own(self) -> None:
        self.network.ask(FAR_RESOLVER)
        for mode in MODES:
            done = self.look_up(mode, ELSEWHERE)
            self.assertEqual({leak["kind"] for leak in done.to(FAR_RESOLVER)}, {"name"}, done)

    @as_both
    def test_where_nobody_listens_it_fails_as_alone(self) -> None:
        near = "127.0.0.2"
        bare = self.bare(PYTHON, "-c", self.SCRIPT, FAR, near).stdout
        self.assertEqual(bare.count("111"), 2, bare)
        done = self.guarded("observe", PYTHON, "-c", self.SCRIPT, FAR, near)
        self.assertEqual((done.out, done.code), (bare, 0), done)
        self.assertEqual(sum(leak["count"] for leak in done.to(FAR)), 2, done)
        self.assertEqual(done.attempts, 2, done)
        done = self.guarded("enforce", PYTHON, "-c", self.SCRIPT, near)
        self.assertEqual((done.out, done.code, done.attempts), (bare.split("\n", 2)[2], 0, 0), done)

    REFUSED = ("import socket, struct, sys\n"
               "query = struct.pack('!HHHHHH', 1, 0x100, 1, 0, 0, 0) + b'\\6models\\7example\\0' + struct.pack('!HH', 1, 1)\n"
               "for where in sys.argv[1:]:\n"
               "  for how in ('connected', 'named, and errors wanted'):\n"
               "    is_6 = ':' in where\n"
               "    s = socket.socket(socket.AF_INET6 if is_6 else socket.AF_INET, socket.SOCK_DGRAM)\n"
               "    s.settimeout(0.5)\n"
               "    if how.endswith('wanted'): s.setsockopt(*((socket.IPPROTO_IPV6, 25) if is_6 else (socket.IPPROTO_IP, 11)), 1)\n"
               "    for _ in range(2):\n"
               "      try:\n"
               "        s.connect((where, 53)) if how == 'connected' else None\n"
               "        s.send(query) if how == 'connected' else s.sendto(query, (where, 53))\n"
               "        print(where, how, s.recv(512))\n"
               "      except OSError as e: print(where, how, e)\n")

    @as_both
    def test_a_question_that_nobody_hears_is_refused_as_alone(self) -> None:
        self.configure(f'[guard]\nallow = ["{FAR}/32", "{FAR_6}/128"]\n')
        places = ("127.0.0.2", "::1", FAR, FAR_6)
        bare = self.bare(PYTHON, "-c", self.REFUSED, *places).stdout
        self.assertEqual(bare.count("refused"), 16, bare)
        for mode in MODES:
            done = self.guarded(mode, PYTHON, "-c", self.REFUSED, *places)
            self.assertEqual((done.out, done.code), (bare, 0), done)

    def test_what_is_no_question_is_told_by_its_address(self) -> None:
        script = "import socket, sys\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'hello', (sys.argv[1], 53))\n"
        done = self.guarded("enforce", PYTHON, "-c", script, FAR_RESOLVER)
        self.assertEqual(self.network.witness.far(), set(), done)
        self.assertEqual(done.code, 125, done)
        self.assertIn(f"refused: {FAR_RESOLVER} port 53, by", done.err)


class LeftBehind(NamesTest):
    """Whoever outlives the command still has names, and no Hub."""

    SCRIPT = ("import os, socket, sys, time\n"
              "if os.fork(): os._exit(0)\n"
              "os.setsid()\n"
              "null = os.open('/dev/null', os.O_RDWR)\n"
              "for stream in range(3): os.dup2(null, stream)\n"
              "while os.path.exists('held'): time.sleep(0.01)\n"
              "def ask(name):\n  try: return socket.getaddrinfo(name, 80)[0][4][0]\n  except socket.gaierror as e: return str(e.errno)\n"
              "open('said.new', 'w').write(' '.join(map(ask, sys.argv[1:])))\nos.rename('said.new', 'said')\n")

    @as_both
    def test_a_daemon_of_the_commands_is_answered_after_its_end(self) -> None:
        self.network.ask(NEAR_RESOLVER)
        for mode, hub in (("observe", FAR), ("enforce", "-2")):
            with self.subTest(mode):
                held, said = self.folder / "held", self.folder / "said"
                held.write_text("")
                said.unlink(missing_ok=True)
                self.own()
                done = self.guarded(mode, PYTHON, "-c", self.SCRIPT, ELSEWHERE, HUB, stdin=subprocess.DEVNULL)
                self.assertEqual(done.code, 0, done)
                held.unlink()
                until = time.monotonic() + 20
                while not said.exists() and time.monotonic() < until:
                    time.sleep(0.01)
                self.assertEqual(said.read_text(), f"{FAR} {hub}")


class ManyAtOnce(NamesTest):
    def test_a_hundred_names_are_each_answered_to_who_asked(self) -> None:
        script = ("import socket, concurrent.futures as f\n"
                  "def ask(n): return socket.getaddrinfo(f'h{n}.gone' if n % 3 == 0 else f'h{n}.example', 80)[0][4][0]\n"
                  "def safe(n):\n  try: return ask(n)\n  except socket.gaierror: return 'gone'\n"
                  "with f.ThreadPoolExecutor(20) as p: print(list(p.map(safe, range(100))))\n")
        self.network.ask(NEAR_RESOLVER)
        bare = self.bare(PYTHON, "-c", script).stdout
        for mode in MODES:
            self.network.resolver.asked.clear()
            done = self.guarded(mode, PYTHON, "-c", script)
            self.assertEqual(done.out, bare, done)
            self.assertEqual(len(self.network.resolver.names()), 100)

    def test_a_second_question_on_the_same_socket(self) -> None:
        script = RAW.replace("answer, who = s.recvfrom(512)", "s.sendto(query, (sys.argv[1], 53))\nanswer, who = s.recvfrom(512)\nanswer, who = s.recvfrom(512)")
        for resolver in (NEAR_RESOLVER, FAR_RESOLVER):
            bare = self.bare(PYTHON, "-c", script, resolver, ELSEWHERE).stdout
            done = self.guarded("observe", PYTHON, "-c", script, resolver, ELSEWHERE)
            self.assertEqual(done.out, bare, done)

    def test_a_socket_that_epoll_watches_already(self) -> None:
        script = RAW.replace("s.settimeout(3)\n", "import select\ne = select.epoll()\ne.register(s, select.EPOLLIN)\n").replace(
            "answer, who", "print(len(e.poll(3)))\nanswer, who")
        for connects in (False, True):
            text = script if not connects else script.replace("s.sendto(query, (sys.argv[1], 53))", "s.connect((sys.argv[1], 53)); s.send(query)")
            bare = self.bare(PYTHON, "-c", text, NEAR_RESOLVER, ELSEWHERE).stdout
            for mode in MODES:
                done = self.guarded(mode, PYTHON, "-c", text, NEAR_RESOLVER, ELSEWHERE)
                self.assertEqual(done.out, bare, f"{mode} {connects} {done}")

    def test_a_socket_that_was_duplicated_or_shared_with_a_child(self) -> None:
        script = RAW.replace("s.settimeout(3)\n", "import os\nt = socket.socket(fileno=os.dup(s.fileno()))\nt.settimeout(3)\n").replace(
            "s.recvfrom", "t.recvfrom")
        bare = self.bare(PYTHON, "-c", script, NEAR_RESOLVER, ELSEWHERE).stdout
        for mode in MODES:
            done = self.guarded(mode, PYTHON, "-c", script, NEAR_RESOLVER, ELSEWHERE)
            self.assertEqual(done.out, bare, f"{mode} {done}")

    def test_options_and_flags_of_a_socket_are_kept(self) -> None:
        script = ("import fcntl, socket, sys, os\n"
                  "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)\n"
                  "s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 30000)\ns.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 33)\n"
                  "os.set_inheritable(s.fileno(), True)\ns.bind(('127.0.0.1', 0))\nmine = s.getsockname()\ns.connect((sys.argv[1], 53))\n"
                  "print(fcntl.fcntl(s, fcntl.F_GETFL), os.get_inheritable(s.fileno()), s.getpeername(), s.getsockname() == mine,"
                  " s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF), s.getsockopt(socket.IPPROTO_IP, socket.IP_TTL))\n")
        bare = self.bare(PYTHON, "-c", script, NEAR_RESOLVER).stdout
        for mode in MODES:
            done = self.guarded(mode, PYTHON, "-c", script, NEAR_RESOLVER)
            self.assertEqual(done.out, bare, f"{mode} {done}")

    @has("dig")
    def test_no_resolver_where_one_is_asked_fails_as_without_a_guard(self) -> None:
        command = ("dig", "+tries=1", "+time=1", "@127.0.0.77", ELSEWHERE)
        bare = self.bare(*command)
        done = self.guarded("observe", *command)
        self.assertEqual(done.code, bare.returncode, done)


main(__name__)
