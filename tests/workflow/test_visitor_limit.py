"""The limit on posts holds over all processes on one database, and posts go on where they cannot count together."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from prescreen.config import RateLimit
from prescreen.database import Database
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations.visitor_posts import Allowed
from prescreen.workflow import visitor_limit
from prescreen.workflow.visitor_limit import OwnPosts, VisitorLimit

MINUTE = RateLimit(3, 60)
_OTHER_PROCESS = """
import sys
from pathlib import Path
from prescreen.storage.operations.visitor_posts import Allowed, FilePosts
posts = FilePosts(Path(sys.argv[1]))
print(sum(posts.count(b"network", Allowed(50, 60), 1.0) == 0 for _ in range(40)))
"""


@pytest.fixture
def two(database: Database, keys: Keys, tmp_path: Path) -> list[VisitorLimit]:
    """Return the limits of two processes on one database."""
    return [VisitorLimit(MINUTE, keys, database, tmp_path) for _ in range(2)]


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time of this machine, to be changed."""
    now = [1000.0]
    monkeypatch.setattr(visitor_limit.time, "monotonic", lambda: now[0])
    return now


def test_posts_to_either_process_are_counted_together(two: list[VisitorLimit]) -> None:
    waits = [two[number % 2].wait("192.0.2.7") for number in range(5)]

    assert waits[:3] == [0, 0, 0]
    assert all(50 <= one <= 61 for one in waits[3:])
    assert two[1].wait("192.0.2.8") == 0


def test_a_twin_that_counts_alone_lets_pass_twice_as_many(two: list[VisitorLimit]) -> None:
    for one in two:
        one._together_at = float("inf")

    waits = [two[number % 2].wait("192.0.2.7") for number in range(6)]

    assert waits == [0] * 6


def test_who_posts_at_many_doors_at_once_passes_as_often_as_is_allowed(two: list[VisitorLimit]) -> None:
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda number: two[number % 2].wait("192.0.2.7"), range(40)))

    assert waits.count(0) == MINUTE.count


class Asked(OwnPosts):
    """A count that tells how often it was asked."""

    times = 0

    def count(self, network: bytes, allowed: Allowed, moment: float) -> float:
        self.times += 1
        return super().count(network, allowed, moment)

    def forget(self, allowed: Allowed, moment: float) -> None:
        """Forget nothing."""


def test_a_flood_of_posts_is_none_for_what_counts_them(sqlite: Database, keys: Keys, tmp_path: Path) -> None:
    limit, asked = VisitorLimit(MINUTE, keys, sqlite, tmp_path), Asked()
    limit._posts = asked

    waits = [limit.wait("192.0.2.7") for _ in range(1000)]

    assert (waits.count(0), asked.times) == (3, 4)
    assert limit.wait("192.0.2.8") == 0


def test_a_refused_post_does_not_make_the_next_wait_longer(two: list[VisitorLimit]) -> None:
    waits = [two[0].wait("192.0.2.7") for _ in range(20)]

    assert max(waits) <= 61
    assert waits[3:] == sorted(waits[3:], reverse=True)


def test_after_the_time_posts_are_taken_again(
    keys: Keys, tmp_path: Path, sqlite: Database, moment: list[float]
) -> None:
    limit = VisitorLimit(MINUTE, keys, sqlite, tmp_path)
    assert [limit.wait("192.0.2.7") for _ in range(4)] == [0, 0, 0, 61]

    moment[0] += 61

    assert limit.wait("192.0.2.7") == 0


@pytest.fixture
def sqlite(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Database:
    opened = Database(f"sqlite:///{sqlite_template}")
    request.addfinalizer(opened.close)  # noqa: PT021 - a fixture that yields would hide its type
    return opened


def test_processes_of_one_machine_count_in_one_file(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OTHER_PROCESS, str(tmp_path / "posts.sqlite3")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    passed = [int(one.communicate(timeout=60)[0]) for one in running]

    assert sum(passed) == 50


def test_a_file_that_is_spoilt_is_begun_anew(sqlite: Database, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "posts.sqlite3").write_bytes(b"no database" * 1000)
    limit = VisitorLimit(MINUTE, keys, sqlite, tmp_path)

    assert [limit.wait("192.0.2.7") > 0 for _ in range(5)] == [False, False, False, True, True]
    assert kept(tmp_path / "posts.sqlite3") == 1


@pytest.mark.postgres
def test_a_database_that_is_gone_stops_nobody(keys: Keys, tmp_path: Path) -> None:
    gone = Database("postgresql+psycopg://prescreen@/nowhere?host=/nowhere")
    limit = VisitorLimit(MINUTE, keys, gone, tmp_path)

    assert [limit.wait("192.0.2.7") > 0 for _ in range(5)] == [False, False, False, True, True]
    gone.close()


def test_networks_that_post_no_more_are_forgotten(
    sqlite: Database, keys: Keys, tmp_path: Path, moment: list[float]
) -> None:
    limit = VisitorLimit(MINUTE, keys, sqlite, tmp_path)
    for number in range(20):
        limit.wait(f"192.0.2.{number}")

    moment[0] += 61
    limit.wait("192.0.2.99")

    assert kept(tmp_path / "posts.sqlite3") == 1


def kept(file: Path) -> int:
    opened = sqlite3.connect(file)
    try:
        return int(opened.execute("SELECT count(*) FROM post").fetchone()[0])
    finally:
        opened.close()


def test_nothing_of_an_address_can_be_read_in_the_file(sqlite: Database, keys: Keys, tmp_path: Path) -> None:
    VisitorLimit(MINUTE, keys, sqlite, tmp_path).wait("198.51.100.23")

    content = b"".join(one.read_bytes() for one in tmp_path.glob("posts.sqlite3*"))
    assert content
    assert b"198.51.100" not in content


def test_too_many_networks_push_out_the_oldest_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor_limit, "_MOST_NETWORKS", 3)
    posts, once = OwnPosts(), Allowed(1, 60)

    def wait(network: bytes) -> bool:
        return posts.count(network, once, 1.0) > 0

    first = [wait(one) for one in (b"busy", b"a", b"b")]
    again = wait(b"busy")
    more = [wait(one) for one in (b"c", b"d")]

    assert (first, again, more) == ([False] * 3, True, [False] * 2)
    assert (wait(b"busy"), wait(b"a")) == (True, False)
