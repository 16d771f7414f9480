"""A serving process: the app, behind a server that takes requests in whole."""

import logging
import resource
import signal
import socket
import threading
import time
from multiprocessing import parent_process
from pkgutil import resolve_name
from types import FrameType
from wsgiref.types import WSGIApplication

import uvicorn

from prescreen.cli.base.async_log import write_aside
from prescreen.cli.base.processes import without_collection
from prescreen.cli.serving.connections import IDLE_SECONDS, LimitedConnection
from prescreen.cli.serving.whole_requests import Limits, WholeRequests
from prescreen.config import Settings
from prescreen.response_headers import Headers

STOP_SECONDS = 10
"""How long requests that are being answered may take when the process is told to stop."""
_MOST_OPEN_FILES = 65_536
# By name: the app has these commands, and imports them.
_APP = "prescreen.app:create_app"


class _Server(uvicorn.Server):
    """A server that stops when its parent tells it to, or is gone. The terminal's signal is the parent's affair.

    Told to stop, it takes requests for `delay` seconds more and tells the app, which says so to whoever balances load;
    only then does it stop listening, and ends once what it took is answered.
    """

    def __init__(self, app: WholeRequests, delay: float) -> None:
        super().__init__(_configuration(app))
        self._app, self._delay = app, delay
        self._stop_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop on SIGTERM; unlike the base, do not raise the signal again, which would end the process."""
        if sig == signal.SIGTERM and self._stop_at is None:
            self._app.stopping = True
            self._stop_at = time.monotonic() + self._delay

    async def on_tick(self, counter: int) -> bool:
        """Return whether the server is to stop now; it is asked ten times a second."""
        is_due = self._stop_at is not None and time.monotonic() >= self._stop_at
        return await super().on_tick(counter) or is_due

    def stop_with_parent(self) -> None:
        """Wait for the end of the parent process, and stop."""
        parent = parent_process()
        if parent is not None:
            parent.join()
            self.should_exit = True


def serve_connections(serving: Settings, listener: socket.socket) -> None:
    """Serve what arrives at a socket until told to stop.

    Raise SettingsError, CatalogError, SchemaError or DurabilityError where the app must not start.
    """
    write_aside()
    with without_collection():
        app = resolve_name(_APP)(serving)
    limits = Limits(app.config["MAX_CONTENT_LENGTH"])
    serve_app(app, listener, limits, serving.stop_delay, headers=serving.response_headers)


def serve_app(
    app: WSGIApplication, listener: socket.socket, limits: Limits, stop_delay: float = 0, *, headers: Headers = ()
) -> None:
    """Serve any app at a socket until told to stop, and `stop_delay` seconds longer.

    `headers` are those of responses for which the app is not asked.
    """
    # The server's own words would block requests when no one reads standard error, and hold addresses.
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    _allow_many_connections()
    server = _Server(WholeRequests(app, limits, headers), stop_delay)
    threading.Thread(target=server.stop_with_parent, daemon=True).start()
    server.run(sockets=[listener])


def _configuration(app: WholeRequests) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        interface="asgi3",
        http=LimitedConnection,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # The app itself trusts as many proxies as its setting says.
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _allow_many_connections() -> None:
    """Raise this process's limit on open files to what the system allows: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_OPEN_FILES if most == resource.RLIM_INFINITY else min(_MOST_OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
