"""Runs a command for which system calls fail as on a file system or kernel that does not know them.

    refusing.py EPERM symlink symlinkat -- COMMAND…

By a seccomp filter, which needs no privilege and holds for all that descends from it.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

# Linux: asm/unistd.h. Where an architecture has none of its own, a call is left out.
NUMBERS = {"x86_64": {"symlink": 88, "symlinkat": 266, "flock": 73, "getrandom": 318},
           "aarch64": {"symlinkat": 36, "flock": 32, "getrandom": 278}}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
ALLOW, FAIL = 0x7FFF0000, 0x00050000


def is_possible() -> bool:
    return platform.machine() in NUMBERS


def filter_of(error: int, calls: list[str]) -> bytes:
    known = NUMBERS[platform.machine()]
    numbers = [known[call] for call in calls if call in known]
    steps = [(LOAD, 0, 0, 0)]  # the number of the call
    steps += [(EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, FAIL | error)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def main() -> None:
    at = sys.argv.index("--")
    code = filter_of(getattr(errno, sys.argv[1]), sys.argv[2:at])
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program):
        sys.exit(f"no seccomp filter: {os.strerror(ctypes.get_errno())}")
    os.execvp(sys.argv[at + 1], sys.argv[at + 1:])


if __name__ == "__main__":
    main()
