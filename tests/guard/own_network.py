"""A network of the tests' own, in which nothing can leave the machine: an interface that leads nowhere carries
the addresses of documentation (RFC 5737, RFC 3849), servers of the tests answer there, and a witness sees every packet.

`enter()` runs the calling script again in it. Whatever the guard says is held against the witness, which knows
nothing of the guard.
"""

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "HUBWARD_TEST_NETWORK"
REAL_ROOT = "HUBWARD_TEST_REAL_ROOT"
FAR, FAR_TOO, FAR_6, FAR_RESOLVER = "192.0.2.1", "198.51.100.1", "2001:db8::1", "192.0.2.53"
NEAR_RESOLVER, STUB_RESOLVER = "127.0.0.1", "127.0.0.53"
# Kernels without the module `dummy` have pairs whose other end is dropped as well.
NOWHERE = ("far0 type dummy", "far0 type veth peer name far1")
# What the tests' daemons would be asked by, in place of packets.
DAEMON_SOCKETS = ("/run/nscd", "/run/systemd/resolve", "/run/avahi-daemon", "/run/dbus")


def enter() -> str | None:
    """Nothing: we are in it, or will be when the script begins again. Else why there is none."""
    if MARK in os.environ:
        return None
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return "no unshare or ip on this system"
    kinds = ["--net", "--mount"]
    for words in (["unshare", *kinds], ["unshare", "--user", "--map-root-user", *kinds]):
        probe = [*words, "sh", "-c", f"({' || '.join(f'ip link add {kind}' for kind in NOWHERE)}) && mount -t tmpfs none /run"]
        if _can(*probe):
            os.environ[MARK] = "1"
            os.environ[REAL_ROOT] = "1" if len(words) == len(kinds) + 1 else ""
            os.execvp(words[0], [*words, sys.executable, "-B", *sys.argv])
    return "no network namespace of one's own with an interface on this system"


def is_real_root() -> bool:
    return os.environ.get(REAL_ROOT) == "1"


def _can(*words: str) -> bool:
    return subprocess.run(words, capture_output=True).returncode == 0


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _mount_over(file: Path, text: str) -> Path:
    """The file says this from now on, in this mount namespace; whoever writes into what is returned changes it."""
    with tempfile.NamedTemporaryFile("w", prefix="hubward-etc-", delete=False) as made:
        made.write(text)
    os.chmod(made.name, 0o644)
    subprocess.run(["mount", "--bind", made.name, os.path.realpath(file)], check=True)
    return Path(made.name)


class Witness:
    """Every IP packet of every interface, by a socket that sees them before any server does."""

    ETH_P_ALL = 3
    NOISE = {2, 58, 0}  # IGMP, ICMPv6, hop-by-hop: the kernel's own

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(self.ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        self._socket.setblocking(False)

    def forget(self) -> None:
        for _ in self._packets():
            pass

    def far(self) -> set[tuple[str, int]]:
        """(address, port) of all that went, or would have gone, off the machine since it was last asked."""
        seen = {(address, port) for address, port, protocol in self._packets() if protocol not in self.NOISE}
        return {(address, port) for address, port in seen if not address.startswith("127.") and address != "::1"}

    def _packets(self) -> Iterator[tuple[str, int, int]]:
        while True:
            try:
                data, where = self._socket.recvfrom(256)
            except BlockingIOError:
                return
            if where[2] == 4:  # PACKET_OUTGOING alone: what comes back is an answer
                yield from self._parsed(data)

    @staticmethod
    def _parsed(data: bytes) -> Iterator[tuple[str, int, int]]:
        if data[:1] and data[0] >> 4 == 4:
            begin, protocol, address = (data[0] & 15) * 4, data[9], socket.inet_ntoa(data[16:20])
        elif data[:1] and data[0] >> 4 == 6:
            begin, protocol, address = 40, data[6], socket.inet_ntop(socket.AF_INET6, data[24:40])
        else:
            return
        ports = data[begin:begin + 4]
        has_ports = protocol in (6, 17, 33, 132, 136) and len(ports) == 4
        yield address, struct.unpack("!HH", ports)[1] if has_ports else 0, protocol


class Resolver:
    """Answers every name with FAR, and with FAR_6 where the name begins with "six."; NXDOMAIN below "gone"."""

    def __init__(self, *addresses: str) -> None:
        self.heard: list[bytes] = []  # every message, whatever it was
        self.asked: list[tuple[str, str, str, int]] = []  # by whom it was heard, udp or tcp, name, type
        for address in addresses:
            datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            datagrams.bind((address, 53))
            _serve(lambda s=datagrams, a=address: self._datagram(s, a))
            listener = _listener(address, 53)
            _serve(lambda s=listener, a=address: self._stream(s, a))

    def names(self) -> set[str]:
        return {name for _, _, name, _ in self.asked}

    def _datagram(self, from_: socket.socket, address: str) -> None:
        query, who = from_.recvfrom(4096)
        from_.sendto(self._answer(query, address, "udp"), who)

    def _stream(self, listener: socket.socket, address: str) -> None:
        connection, _ = listener.accept()

        def talk() -> None:
            with connection:
                while (head := connection.recv(2, socket.MSG_WAITALL)) and len(head) == 2:
                    query = connection.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL)
                    answer = self._answer(query, address, "tcp")
                    connection.sendall(struct.pack("!H", len(answer)) + answer)

        threading.Thread(target=talk, daemon=True).start()

    def _answer(self, query: bytes, address: str, by: str) -> bytes:
        self.heard.append(query)
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        name, question = ".".join(labels), query[12:at + 5]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        self.asked.append((address, by, name, kind))
        data = b""
        if kind == 1 and not name.startswith("only6."):
            data = socket.inet_aton(FAR)
        elif kind == 28 and name.startswith(("six.", "only6.")):
            data = socket.inet_pton(socket.AF_INET6, FAR_6)
        gone = labels[-1:] == ["gone"]
        records = b"" if gone or not data else b"\xc0\x0c" + question[-4:] + struct.pack("!IH", 60, len(data)) + data
        return query[:2] + struct.pack("!HHHHH", 0x8183 if gone else 0x8180, 1, 1 if records else 0, 0, 0) + question + records


def _listener(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(512)
    return listener


def _serve(step: Callable[[], None]) -> None:
    def loop() -> None:
        while True:
            try:
                step()
            except (OSError, IndexError, struct.error, UnicodeDecodeError):
                pass

    threading.Thread(target=loop, daemon=True).start()


class Greeter:
    """Accepts, says HTTP's shortest answer, and keeps who came: off this machine as it were, and on it."""

    ANSWER = b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nhi\n"

    def __init__(self, *places: tuple[str, int]) -> None:
        self.came: list[tuple[str, int]] = []
        for place in places:
            listener = _listener(*place)
            _serve(lambda s=listener, p=place: self._greet(s, p))

    def _greet(self, listener: socket.socket, place: tuple[str, int]) -> None:
        connection, _ = listener.accept()
        self.came.append(place)

        def talk() -> None:
            with connection:
                connection.settimeout(1)
                try:
                    connection.recv(65536)
                    connection.sendall(self.ANSWER)
                except OSError:
                    pass

        threading.Thread(target=talk, daemon=True).start()


class OwnNetwork:
    """Made once a script, inside of what enter() made."""

    def __init__(self) -> None:
        _ip("link", "set", "lo", "up")
        kind = next(kind for kind in NOWHERE if _can("ip", "link", "add", *kind.split()))
        for end in ["far0", *kind.split()[5:]]:
            _ip("link", "set", end, "up")
        for address in (FAR, FAR_TOO, FAR_RESOLVER):
            _ip("addr", "add", f"{address}/24", "dev", "far0")
        _ip("-6", "addr", "add", f"{FAR_6}/64", "dev", "far0", "nodad")
        _ip("route", "add", "default", "dev", "far0")
        _ip("-6", "route", "add", "default", "dev", "far0")
        for folder in DAEMON_SOCKETS:
            if Path(folder).is_dir():
                subprocess.run(["mount", "-t", "tmpfs", "none", folder], check=True)
        self._resolv_conf = _mount_over(Path("/etc/resolv.conf"), "")
        self._others = [_mount_over(Path("/etc/hosts"), "127.0.0.1 localhost\n::1 localhost\n")]
        if Path("/etc/nsswitch.conf").exists():
            self._others.append(_mount_over(Path("/etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n"))
        self.ask(FAR_RESOLVER)
        self.witness = Witness()
        self.resolver = Resolver(FAR_RESOLVER, NEAR_RESOLVER, STUB_RESOLVER)
        self.greeter = Greeter((FAR, 80), (FAR, 443), (FAR_TOO, 443), (FAR_6, 443), ("127.0.0.1", 8080), ("::1", 8080))

    def ask(self, *resolvers: str, search: str = "") -> None:
        """Whom programs that begin from now on ask for names."""
        text = "".join(f"nameserver {resolver}\n" for resolver in resolvers) + "options timeout:2 attempts:1\n"
        self._resolv_conf.write_text(text + (f"search {search}\n" if search else ""))

    def forget(self) -> None:
        """Between two tests."""
        self.ask(FAR_RESOLVER)
        self.resolver.asked.clear()
        self.resolver.heard.clear()
        self.greeter.came.clear()
        self.witness.forget()

    def close(self) -> None:
        for file in (self._resolv_conf, *self._others):
            file.unlink(missing_ok=True)


@contextmanager
def udp_server(address: str, port: int) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind((address, port))
        made.settimeout(2)
        yield made
