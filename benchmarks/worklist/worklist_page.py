"""The time of the work list with 100,000 referrals, against the page with 100, in one run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from benchmarks.base.report import Section, Table, Target, ranged, timed
from benchmarks.base.timing import Range, mean_time, times_faster, turns
from benchmarks.sections import Sizes
from benchmarks.worklist.synthetic_worklist import Desk, crowd, name_of, reference
from prescreen import database as schema
from prescreen.app import create_app
from prescreen.config import Settings
from prescreen.database import Database
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.accounts import recruiters, sign_in
from tests.services import postgres

FEW = 100
_PASSWORD = "four plain little words"
_ACCOUNTS = (1, 3, 20)
_REQUESTS = 10


@dataclass(frozen=True)
class Served:
    """A service with a number of referrals, and its signed-in recruiters, by how many trials they have."""

    size: int
    clients: dict[int, FlaskClient]
    form_token: str

    def get(self, query: str, trials: int = 20) -> None:
        """Open the list."""
        _good(self.clients[trials], "GET", f"/recruiter/{query}")

    def search(self, words: str) -> None:
        """Search for a person."""
        _good(self.clients[20], "POST", "/recruiter/search", {"form_token": self.form_token, "q": words})


_LISTS = {
    "most urgent first, the open ones": "",
    "most urgent first": "?sort=urgent",
    "to call back today": "?call_back=today",
    "one trial's who may fit, most urgent first": "?open=yes&trial=NCT00000410&determination=potentially_eligible",
    "newest first": "?sort=newest",
    "oldest first": "?sort=oldest",
    "longest overdue first": "?sort=overdue",
    "nearest first": "?sort=nearest",
    "new": "?state=new",
    "new, eligible or enrolled": "?state=new&state=eligible&state=enrolled",
    "enrolled (1 in 100)": "?state=enrolled",
    "may fit": "?determination=potentially_eligible",
    "at most 25 miles away": "?within=25",
    "of the last 30 days": "?newer=30",
    "older than 300 days": "?older=300",
    "overdue, longest first": "?overdue=yes&sort=overdue",
    "nobody has them": "?assigned=nobody",
    "one trial's, 100 miles, new, longest overdue first": "?trial=NCT00000410&within=100&state=new&sort=overdue",
    "tagged (13 in 100)": "?tag=call+again",
    "tagged (1 in 600)": "?tag=wheelchair",
    "at most 2 miles away (nobody is)": "?within=2",
}
"""Every one but the last shows a full page, as the list that it is compared with does."""


def _good(client: FlaskClient, method: str, path: str, form: dict[str, str] | None = None) -> None:
    status = client.open(path, method=method, data=form).status_code
    if status != 200:
        raise AssertionError(f"{path}: expected 200, got {status}")


@contextmanager
def served(url: str, size: int, folder: Path) -> Iterator[Served]:
    """Fill an empty database and serve it in this process."""
    settings = replace(Settings.from_environment({}), database_url=url, instance=folder, visitor_rate_limit=None)
    database, now = Database(url), datetime.now(UTC)
    schema.upgrade(database.engine)
    app = create_app(settings)
    resources = app.extensions[EXTENSION]
    catalog = resources.catalog.current(now.date())
    ids = {many: _account(database, sorted(catalog.trials)[:many]) for many in _ACCOUNTS}
    crowd(database, Desk(catalog, resources.keys, ids[20], now), size)
    clients = {many: _client(app, many) for many in _ACCOUNTS}
    page = clients[20].get("/recruiter/").text
    yield Served(size, clients, page.split('name="form_token" value="')[1].split('"')[0])
    database.close()
    resources.database.close()
    if resources.counters is not None:
        resources.counters.close()


def _account(database: Database, trial_ids: list[str]) -> UUID:
    assignments = tuple(Assignment(trial_id) for trial_id in trial_ids)
    details = recruiters.RecruiterDetails(_address(len(trial_ids)), "A Recruiter", assignments, _PASSWORD)
    with database.writing() as session:
        return recruiters.add_recruiter(session, details, datetime.now(UTC)).id


def _address(trials: int) -> str:
    return f"recruiter{trials}@example.org"


def _client(app: Flask, trials: int) -> FlaskClient:
    resources, client = app.extensions[EXTENSION], app.test_client()
    credentials = sign_in.Credentials(_address(trials), _PASSWORD, "192.0.2.7")
    token = sign_in.sign_in(resources.database, resources.keys, credentials, datetime.now(UTC))
    client.set_cookie("prescreen-recruiter", token or "")
    return client


@dataclass(frozen=True)
class _Case:
    """A page of the large work list, and the page of the small one with as many rows that it is compared with."""

    name: str
    many: Callable[[Served], None]
    few: Callable[[Served], None] = lambda served: served.get("?sort=newest")


def _cases(size: int) -> list[_Case]:
    lists = [_Case(name, lambda served, query=query: served.get(query)) for name, query in _LISTS.items()]
    fewer = [
        _Case(f"newest first, {many} trials", lambda served, many=many: served.get("?sort=newest", many))
        for many in _ACCOUNTS[:-1]
    ]
    one = _Case(
        "search: one person's whole name",
        lambda served: served.search(name_of(size // 2)),
        lambda served: served.search(name_of(FEW // 2)),
    )
    by_reference = _Case(
        "search: a reference",
        lambda served: served.search(reference(size // 2)),
        lambda served: served.search(reference(FEW // 2)),
    )
    nobody = _Case("search: nobody", *[lambda served: served.search("Zebediah Nobody")] * 2)
    return [*lists, *fewer, one, by_reference, nobody, _Case("search: one in 20", lambda served: served.search("ana"))]


def _measured(few: Served, many: Served, sizes: Sizes) -> dict[str, tuple[Range, Range, Range]]:
    """Return, by case, the seconds of the large list's page and of the small one's, and their ratio."""
    found = {}
    for case in _cases(many.size):
        times = turns(
            {"many": lambda _: case.many(many), "few": lambda _: case.few(few)},  # noqa: B023 - called at once
            range(_REQUESTS), rounds=sizes.effort.rounds, budget=sizes.effort.budget,
        )  # fmt: skip
        found[case.name] = mean_time(times, "many"), mean_time(times, "few"), times_faster(times, "few", "many")
    return found


def worklist(sizes: Sizes) -> Section:
    """Open a large work list in many ways, each beside the same work on a small one."""
    section = Section(
        "The work list",
        f"A page of 50 people out of {sizes.referrals:,} referrals to twenty trials, beside the page out of {FEW}: "
        "signing in, queries, opening what is sealed, recording whose names were shown (durably on SQLite), and the "
        "page itself, in one process. Lists are held against the small desk's newest first, which has as many rows; a "
        "search against the same search there, but for the one in 20, which fills a page and is held against the list.",
    )
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        server = opened.enter_context(postgres.throwaway(postgres.DURABLE))
        for engine in ("SQLite", "PostgreSQL"):
            desks = [
                opened.enter_context(served(_url(engine, folder, server, size), size, folder))
                for size in (FEW, sizes.referrals)
            ]
            found = _measured(desks[0], desks[1], sizes)
            rows = [[name, timed(many), timed(few), ranged(ratio)] for name, (many, few, ratio) in found.items()]
            section.tables.append(Table([engine, f"{sizes.referrals:,} referrals", f"{FEW} referrals", "takes"], rows))
            section.targets += _targets(engine, found, sizes.referrals)
    return section


def _url(engine: str, folder: Path, server: str, size: int) -> str:
    if engine == "SQLite":
        return f"sqlite:///{folder / f'desk{size}.sqlite3'}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE desk{size}")
    return server.replace("/postgres?", f"/desk{size}?")


def _targets(engine: str, found: dict[str, tuple[Range, Range, Range]], size: int) -> list[Target]:
    ratios = {name: ratio for name, (_, _, ratio) in found.items()}
    worst = max(ratios, key=lambda name: ratios[name].middle)
    work = f"work list, {size:,} referrals against {FEW}, {engine}"
    return [
        Target(f"{work}: newest first", 1.5, None, ratios["newest first"], less_is_better=True),
        Target(f"{work}: the slowest of all ({worst})", 1.5, None, ratios[worst], less_is_better=True),
    ]
