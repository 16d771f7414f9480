"""Closing of connections whose reader has stalled.

The server waits for such a reader in one of its threads, without a timeout of its own. The kernel has one
(TCP_USER_TIMEOUT): it is set on the listening socket, and every connection that is accepted there inherits it.
"""

import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_LOOK_EVERY_SECONDS, _LOOK_FOR_SECONDS = 0.05, 30.0
_OPEN_FILES = Path("/proc/self/fd")


def close_stalled(port: int, seconds: float) -> None:
    """Close connections to a port whose reader takes nothing for `seconds`, once this process listens there.

    Does nothing on systems other than Linux.
    """
    if hasattr(socket, "TCP_USER_TIMEOUT") and _OPEN_FILES.exists():
        threading.Thread(target=_wait_and_limit, args=(port, seconds), daemon=True).start()


def _wait_and_limit(port: int, seconds: float) -> None:
    until = time.monotonic() + _LOOK_FOR_SECONDS
    while not limit_listeners(port, seconds) and time.monotonic() < until:
        time.sleep(_LOOK_EVERY_SECONDS)


def limit_listeners(port: int, seconds: float) -> int:
    """Set the timeout on this process's sockets that listen on a port, and return how many there are."""
    count = 0
    for listener in _listeners(port):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))
        count += 1
    return count


def _listeners(port: int) -> Iterator[socket.socket]:
    for name in os.listdir(_OPEN_FILES):
        # A file of the listing may have been closed meanwhile.
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                with socket.socket(fileno=os.dup(int(name))) as found:
                    if _listens_on(found, port):
                        yield found


def _listens_on(found: socket.socket, port: int) -> bool:
    if found.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    return bool(listens) and found.getsockname()[1] == port
