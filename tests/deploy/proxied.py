"""A proxy as `deploy/proxy` configures it, on ports and with a certificate of the test's own."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.services import proxies

FOLDER = Path(__file__).parents[2] / "deploy" / "proxy"
HOST, SITE = "127.0.0.1", "trials.example.org"
_START_SECONDS, _ANSWER_SECONDS = 20.0, 20.0

Changes = Mapping[str, str]
"""What is replaced in a configuration, and by what."""


@dataclass(frozen=True)
class Answer:
    """What came back through a proxy."""

    status: int
    headers: Mapping[str, str]
    text: str
    repeated: frozenset[str]


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs: where it listens, with TLS and without, and the folder with all that it writes."""

    folder: Path
    tls: int
    clear: int

    def ask(
        self, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None, *, host: str = SITE
    ) -> Answer:
        """Return the answer to a request with TLS; it is a POST if there is a body."""
        connection = HTTPConnection(host)
        connection.sock = _unverified().wrap_socket(self._connected(self.tls), server_hostname=SITE)
        return _answer(connection, path, headers or {}, body)

    def ask_in_clear(self, path: str) -> Answer:
        """Return the answer to a request without TLS."""
        connection = HTTPConnection(SITE)
        connection.sock = self._connected(self.clear)
        return _answer(connection, path, {}, None)

    def written(self) -> str:
        """Return everything that the proxy has written to files."""
        files = [one for one in self.folder.rglob("*") if one.is_file() and one.suffix not in {".conf", ".pem"}]
        return "\n".join(one.read_text(errors="replace") for one in files)

    def _connected(self, port: int) -> socket.socket:
        return socket.create_connection((HOST, port), timeout=_ANSWER_SECONDS)


def _answer(connection: HTTPConnection, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    with closing(connection):
        connection.request("GET" if body is None else "POST", path, body, dict(headers))
        came = connection.getresponse()
        names = [name.lower() for name, _ in came.getheaders()]
        return Answer(
            came.status,
            {name.lower(): value for name, value in came.getheaders()},
            came.read().decode(errors="replace"),
            frozenset(name for name in names if names.count(name) > 1),
        )


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextmanager
def running(name: str, folder: Path, upstream: int, twin: Changes | None = None) -> Iterator[Proxy]:
    """Run a proxy before a port of this machine; skip the test, in words, where it is not installed.

    `twin` is what is replaced in its configuration to break it.
    """
    program = proxies.find(name)
    if program is None:
        pytest.skip(f"{name} is not installed here: python -m tests.services proxies")
    proxy = Proxy(folder, free_port(), free_port())
    command = [str(program), *_PREPARE[name](proxy, upstream, twin or {})]
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "output.log").open("ab") as log:
        process = subprocess.Popen(command, env=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait(proxy, process)
        yield proxy
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as tried:
        tried.bind((HOST, 0))
        return int(tried.getsockname()[1])


def _wait(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            proxy.ask("/")
        except OSError:
            assert process.poll() is None, proxy.written()
            assert time.monotonic() < until, proxy.written()
            time.sleep(0.05)
        else:
            return


def _replaced(file: str, twin: Changes, changes: Changes) -> str:
    """Return a configuration with what only a test needs otherwise. Each part is there, so that none changes unseen."""
    text = (FOLDER / file).read_text()
    for before, after in {**twin, **changes}.items():
        assert before in text, f"{file} has no {before!r}"
        text = text.replace(before, after)
    return text


def _nginx(proxy: Proxy, upstream: int, twin: Changes) -> list[str]:
    key, certificate = proxy.folder / "key.pem", proxy.folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", f"/CN={SITE}"),
        ],
        check=True,
        capture_output=True,
    )
    served = _replaced(
        "nginx.conf",
        twin,
        {
            "listen 80;": f"listen {HOST}:{proxy.clear};",
            "    listen [::]:80;\n": "",
            "listen 443 ssl http2;": f"listen {HOST}:{proxy.tls} ssl http2;",
            "    listen [::]:443 ssl http2;\n": "",
            "127.0.0.1:8000": f"{HOST}:{upstream}",
            f"/etc/letsencrypt/live/{SITE}/fullchain.pem": str(certificate),
            f"/etc/letsencrypt/live/{SITE}/privkey.pem": str(key),
            "/var/log/nginx/": f"{proxy.folder}/",
        },
    )
    folders = "".join(
        f"{kind}_temp_path {proxy.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (proxy.folder / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 1;\nuser root;\npid {proxy.folder}/pid;\nerror_log stderr alert;\n"
        f"events {{}}\nhttp {{\n{folders}{served}}}\n"
    )
    return ["-p", str(proxy.folder), "-c", str(proxy.folder / "nginx.conf")]


def _caddy(proxy: Proxy, upstream: int, twin: Changes) -> list[str]:
    # A certificate of its own, since no authority gives one for this name.
    served = _replaced(
        "Caddyfile",
        twin,
        {
            "admin off": f"admin off\n\tlocal_certs\n\tskip_install_trust\n\thttp_port {proxy.clear}\n"
            f"\thttps_port {proxy.tls}\n\tstorage file_system {proxy.folder}/storage",
            "http://127.0.0.1:2020": f"http://127.0.0.1:{free_port()}",
            "{$UPSTREAM:127.0.0.1:8000}": f"{HOST}:{upstream}",
            "{$SITE:trials.example.org}": SITE,
        },
    )
    (proxy.folder / "caddy.conf").write_text(served)
    return ["run", "--adapter", "caddyfile", "--config", str(proxy.folder / "caddy.conf")]


_PREPARE: Mapping[str, Callable[[Proxy, int, Changes], list[str]]] = {"nginx": _nginx, "caddy": _caddy}
