"""Processes that run beside a command, and the signals that tell any of them to stop.

A module of its own, because every such process must come from one fork server.
"""

import gc
import multiprocessing
import signal
import threading
from _thread import start_new_thread
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from multiprocessing.forkserver import ensure_running

_PRELOADED = "prescreen.cli.base.preloaded"


def prepare() -> None:
    """Start the fork server, unless it runs; it imports the app while this process goes on."""
    multiprocessing.set_forkserver_preload([_PRELOADED])
    ensure_running()


def start(target: Callable[..., None], *args: object, name: str) -> ForkServerProcess:
    """Start a process that calls `target`, and return it. It is asked to end when this process ends.

    It is forked from a server process that has imported the app and has neither threads nor connections: a fork of
    this process would copy open connections and held locks, and a fresh interpreter takes seconds to import the app.
    """
    prepare()
    process = multiprocessing.get_context("forkserver").Process(target=target, args=args, name=name, daemon=True)
    process.start()
    return process


@contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """Yield an event that is set when this process is told to stop."""
    stopping = threading.Event()

    def stop(*_: object) -> None:
        # By a thread: a handler interrupts this one, which may hold the event's lock, and would wait for it forever.
        start_new_thread(stopping.set, ())

    before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def without_collection() -> Iterator[None]:
    """Keep the garbage collector off what is made for good: looking through a large catalog stops all requests."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
