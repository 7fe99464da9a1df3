"""Namespaces of a test's own: a network where names and addresses are what the test says, and mounts
that nobody else sees; for what must not be tried on the real ones.

`enter_network()` and `enter_mounts()` run the calling script again in them, and in a user namespace where
that is needed. Where the system allows none, the caller is told why and skips.
"""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

MARK = "HUBWARD_TEST_NAMESPACES"
SIOCSIFADDR, SIOCSIFFLAGS, SIOCSIFNETMASK = 0x8916, 0x8914, 0x891C
IFF_UP = 1


def _enter(*kinds: str) -> str | None:
    """Nothing: we are in them, or will be when the script begins again. Else why there are none."""
    if MARK in os.environ:
        return None
    for words in (["unshare", *kinds], ["unshare", "--user", "--map-root-user", *kinds]):
        if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True).returncode == 0:
            os.environ[MARK] = "1"
            os.execvp(words[0], [*words, sys.executable, "-B", *sys.argv])
    return "no namespaces on this system"


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


def enter_network(names: dict[str, str]) -> str | None:
    if why := _enter("--net", "--mount"):
        return why
    try:
        _set_up(names)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no network of one's own: {error}"
    return None


def enter_mounts() -> str | None:
    return _enter("--mount")


def mount_small(place: str, size: int) -> None:
    """A file system in memory, of so many bytes; gone with the namespace."""
    os.makedirs(place, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "none", place], check=True)


def mount_again(place: str, *options: str) -> None:
    subprocess.run(["mount", "-o", ",".join(("remount", *options)), place], check=True)


def unmount(place: str) -> None:
    subprocess.run(["umount", "--lazy", place], check=True)
