"""A network of the test's own, where names and addresses are what the test says: for what must not be
tried on the real one.

`enter()` runs the calling script again in namespaces of its own (network, mounts, and a user where that
is needed), with addresses on its loopback interface and a hosts file. Where the system allows none, the
caller is told why and skips.
"""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

MARK = "HUBWARD_TEST_OWN_NETWORK"
SIOCSIFADDR, SIOCSIFFLAGS, SIOCSIFNETMASK = 0x8916, 0x8914, 0x891C
IFF_UP = 1


def _unshare() -> list[str] | None:
    """The words before a command that give it namespaces of its own; None where none are to be had."""
    for words in (["unshare", "--net", "--mount"], ["unshare", "--user", "--map-root-user", "--net", "--mount"]):
        if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True).returncode == 0:
            return words
    return None


def _interface(name: str, address: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for call, value in ((SIOCSIFADDR, address), (SIOCSIFNETMASK, "255.255.255.255")):
            packed = struct.pack("16sHH4s8x", name.encode(), socket.AF_INET, 0, socket.inet_aton(value))
            fcntl.ioctl(control, call, packed)
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", name.encode(), IFF_UP))


def _set_up(names: dict[str, str]) -> None:
    _interface("lo", "127.0.0.1")
    for number, address in enumerate(sorted(set(names.values()))):
        _interface(f"lo:{number}", address)
    with tempfile.NamedTemporaryFile("w", prefix="hosts-") as hosts:
        hosts.write("127.0.0.1 localhost\n" + "".join(f"{address} {name}\n" for name, address in names.items()))
        hosts.flush()
        subprocess.run(["mount", "--bind", hosts.name, "/etc/hosts"], check=True)


def enter(names: dict[str, str]) -> str | None:
    """nothing: we are in it. Else why there is none."""
    if MARK not in os.environ:
        words = _unshare()
        if words is None:
            return "no namespaces on this system"
        os.environ[MARK] = "1"
        os.execvp(words[0], [*words, sys.executable, "-B", *sys.argv])
    try:
        _set_up(names)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no network of one's own: {error}"
    return None
