"""Start of the processes that run beside a command.

A module of its own, because every such process must come from one fork server.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess


def start(target: Callable[..., None], *args: object, name: str) -> ForkServerProcess:
    """Start a process that calls `target`, and return it. It is asked to end when this process ends.

    It is forked from a server process that has imported the app and has neither threads nor connections: a fork of
    this process would copy open connections and held locks, and a fresh interpreter takes seconds to import the app.
    """
    multiprocessing.set_forkserver_preload(["prescreen.app"])
    process = multiprocessing.get_context("forkserver").Process(target=target, args=args, name=name, daemon=True)
    process.start()
    return process
