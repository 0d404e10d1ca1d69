"""Ends what an owner started once the owner is gone, however it went.

Run as a script by `guard.py`, in a session of its own: `python -I -S watchdog.py <owner's pid>`. Lines come
in on standard input, whose other end only the owner keeps:

    + <pid> <signal>    a child, the leader of its process group, and the signal that asks it to stop
    - <pid>             that child has ended
    dir <path>          a temporary directory of the owner's
    -dir <path>         it is removed

End of input means that the owner has ended. PR_SET_PDEATHSIG would do without this process, but on Linux
only, and it fires when the thread that forked ends, not the process. Something forked from the owner may
hold the other end as well, so a change of parent counts as its end too.
"""

import contextlib
import os
import select
import shutil
import signal
import sys
import time

GRACE = 5.0
"""Seconds between asking the children to stop and killing them."""


def main(owner: int) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    children: dict[int, int] = {}
    directories: list[str] = []
    pending = b""
    while True:
        # Looked at before the silence, not after: a child launched just before the end may yet name itself.
        orphaned = os.getppid() != owner
        if not select.select([0], [], [], 1.0)[0]:
            if orphaned:
                break
            continue
        received = os.read(0, 65536)
        if not received:
            break
        *lines, pending = (pending + received).split(b"\n")
        for line in lines:
            _note(os.fsdecode(line), children, directories)
    _end(children)
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)


def _note(line: str, children: dict[int, int], directories: list[str]) -> None:
    verb, _, rest = line.partition(" ")
    if verb == "+":
        pid, number = rest.split()
        children[int(pid)] = int(number)
    elif verb == "-":
        children.pop(int(rest), None)
    elif verb == "dir":
        directories.append(rest)
    elif verb == "-dir" and rest in directories:
        directories.remove(rest)


def _end(children: dict[int, int]) -> None:
    for pid, number in children.items():
        with contextlib.suppress(OSError):
            os.kill(pid, number)
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(_exists(pid) for pid in children):
        time.sleep(0.02)
    # The whole group, also of those that ended: what they had started may be left.
    for pid in children:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main(int(sys.argv[1]))
