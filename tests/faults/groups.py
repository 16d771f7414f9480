"""Two groups of processes as operators run them: on one PostgreSQL, through PgBouncer, behind nginx."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.databases import postgres_database, upgraded
from tests.faults.person import Browser, Reply
from tests.faults.service import Service, killed_at_the_end
from tests.services import nginx, pgbouncer, postgres
from tests.services.postgres import Cluster

KEYS = {
    "PRESCREEN_SECRET_KEY": "one secret key for all the groups of a test",
    "PRESCREEN_ENCRYPTION_KEYS": "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "PRESCREEN_TRUSTED_PROXIES": "1",
}
SESSIONS = 12
"""How many sessions of the database PgBouncer lends."""


@dataclass(frozen=True)
class Groups:
    """The groups, the port of the proxy before them, and the addresses of their database."""

    services: tuple[Service, ...]
    port: int
    direct_url: str
    pooled_url: str

    @property
    def service(self) -> Service:
        """Return the service as people see it: the first group, at the port of the proxy."""
        first = self.services[0]
        return Service(self.pooled_url, first.instance, settings=first.settings, port=self.port)


@contextmanager
def running(two: tuple[Cluster, Cluster], folder: Callable[[], Path], settings: Mapping[str, str]) -> Iterator[Groups]:
    """Run two groups on a primary for a `with` block, which read at length from its replica."""
    primary, replica = two
    with ExitStack() as opened:
        direct = opened.enter_context(postgres_database(primary.url))
        upgraded(direct)
        pooled = opened.enter_context(pgbouncer.pooled(direct, SESSIONS))
        read = direct.replace(primary.folder.name, replica.folder.name)
        given = {**KEYS, "PRESCREEN_DATABASE_READ_URL": read, **settings}
        services = tuple(Service(pooled, folder(), settings=given) for _ in range(2))
        for one in services:
            opened.enter_context(killed_at_the_end(one))
        port = opened.enter_context(nginx.balancing([one.port for one in services]))
        yield Groups(services, port, direct, pooled)


@contextmanager
def clusters() -> Iterator[tuple[Cluster, Cluster]]:
    """Run a durable PostgreSQL and its read replica for a `with` block."""
    with postgres.cluster(postgres.DURABLE) as primary, postgres.replica(primary) as replica:
        yield primary, replica


def signed_in(browser: Browser, email: str, password: str) -> Reply:
    """Sign a recruiter in; return the answer."""
    token = token_on(browser.get("/recruiter/login"))
    return browser.post("/recruiter/login", {"form_token": token, "email": email, "password": password})


def token_on(page: Reply) -> str:
    """Return the token of the forms of a page."""
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found, page.status
    return found[1]
