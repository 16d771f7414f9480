"""An nginx for tests, which sends requests to several services in turn: that of `proxies`."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.services import proxies

_START_SECONDS = 10.0
_CONFIGURATION = """\
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream groups {{
    {groups}
    keepalive 32;
  }}
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 64k;
    location / {{
      proxy_pass http://groups;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_next_upstream error timeout;
    }}
  }}
}}
"""


@contextmanager
def balancing(ports: Sequence[int]) -> Iterator[int]:
    """Run one in front of services on this machine for a `with` block; yield its port."""
    with TemporaryDirectory(prefix="prescreen-", dir="/tmp") as folder:
        port = _free_port()
        (Path(folder) / "nginx.conf").write_text(_configured(Path(folder), port, ports))
        command = [str(proxies.find_or_install("nginx")), "-c", f"{folder}/nginx.conf", "-e", f"{folder}/log"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port, Path(folder) / "log")
            yield port
        finally:
            process.terminate()
            process.wait()


def _configured(folder: Path, port: int, ports: Sequence[int]) -> str:
    groups = "\n    ".join(f"server 127.0.0.1:{one} max_fails=1 fail_timeout=1s;" for one in ports)
    user = "user root;" if os.geteuid() == 0 else ""
    return _CONFIGURATION.format(folder=folder, port=port, groups=groups, user=user)


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    raise proxies.NoProxyError(f"nginx did not start: {log.read_text()[-500:] if log.exists() else ''}")
