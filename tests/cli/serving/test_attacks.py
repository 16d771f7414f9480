"""Strangers with a few connections do not stop the service: reading, urgent advice and its health go on."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select, update

from prescreen.database import Database
from prescreen.export.csv import LAST_WORDS
from prescreen.storage.base.keys import Keys
from prescreen.storage.tables import Lead, Referral
from prescreen.web.export.download_slots import MOST_AT_ONCE
from tests import slow_readers
from tests.attackers import (
    ALIVE,
    ARTICLE,
    HOST,
    URGENT_ADVICE,
    Attacker,
    ask,
    holding_write_lock,
    post,
    resident_kib,
)
from tests.cli.services import REAL_SECONDS, free_port, served, wait_for
from tests.slow_readers import SlowReader

__all__ = ["free_port"]
AT_MOST_SECONDS = 5.0
HEALTH_SECONDS, PROBES = 1.0, 50
FORM = b"email=a%40example.org"
KIB, MIB = 1024, 1024


@pytest.fixture
def running(free_port: int, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """Serve with one process, in which nothing can hide behind another."""
    monkeypatch.setenv("PRESCREEN_VISITOR_RATE_LIMIT", "off")
    with served(free_port, "--workers", "1") as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield process
        process.terminate()
        process.communicate(timeout=REAL_SECONDS)


def assert_pages_go_on(port: int) -> None:
    answers = {page: ask(port, page, seconds=AT_MOST_SECONDS) for page in (ALIVE, ARTICLE, URGENT_ADVICE)}
    assert {page: answer.status for page, answer in answers.items()} == dict.fromkeys(answers, 200)
    answered = post(port, f"{ARTICLE}/screener/diagnosed", b"answer=yes", seconds=AT_MOST_SECONDS)
    assert answered.status == 303


@pytest.mark.usefixtures("running")
def test_two_hundred_unfinished_requests(free_port: int) -> None:
    with Attacker(free_port) as attacker:
        for _ in range(100):
            attacker.unfinished_post()
            attacker.unfinished_head()

        assert_pages_go_on(free_port)


@pytest.mark.usefixtures("running")
def test_health_is_told_within_a_second_during_sixty_slow_connections(free_port: int) -> None:
    # A process that has answered nothing yet makes its first pages for a second.
    assert_pages_go_on(free_port)
    with Attacker(free_port) as attacker:
        for _ in range(20):
            attacker.unfinished_post()
            attacker.unfinished_head()
            attacker.unread_pages()
        answers = []
        for _ in range(PROBES):
            attacker.drip()
            answers.append(ask(free_port, ALIVE, seconds=AT_MOST_SECONDS))

    assert [answer.status for answer in answers] == [200] * PROBES
    assert max(answer.seconds for answer in answers) < HEALTH_SECONDS


@pytest.mark.usefixtures("running")
def test_streams_over_clear_http2_while_open_and_after_they_were_left(free_port: int) -> None:
    with Attacker(free_port) as attacker:
        for _ in range(4):
            attacker.http2_streams()
        assert_pages_go_on(free_port)

    assert_pages_go_on(free_port)


def test_sixty_slow_readers_of_exports(
    running: subprocess.Popen[str], free_port: int, database: Database, keys: Keys
) -> None:
    slow_readers.fill(database, keys, 12 << 20)
    who = slow_readers.sign_in(HOST, free_port)
    before = resident_kib(running.pid)
    with ExitStack() as opened:
        readers = [opened.enter_context(SlowReader(who)) for _ in range(60)]

        statuses = [reader.status() for reader in readers]

        assert sorted(statuses, key=str) == [200] * MOST_AT_ONCE + [503] * (60 - MOST_AT_ONCE)
        assert_pages_go_on(free_port)
        assert resident_kib(running.pid) - before < 200 * MIB
        refused = readers[statuses.index(503)].rest().decode()
        assert "retry-after: 30" in refused
        assert "Other downloads are running." in refused

        # Those who have gone make room for others.
        opened.close()
        wait_for(lambda: asked_again(who) == 200)


@pytest.mark.usefixtures("running")
def test_a_download_that_fails_on_the_way_is_cut_off_and_does_not_look_whole(
    free_port: int, database: Database, keys: Keys
) -> None:
    slow_readers.fill(database, keys, 4 << 20)
    with database.writing() as session:
        # Beyond the first page of the export, and below the first page of the work list, which would fail too.
        late = select(Referral.lead_id).order_by(Referral.id.desc()).offset(200).limit(1)
        session.execute(update(Lead).where(Lead.id == session.scalars(late).one()).values(contact=b"broken"))
    with SlowReader(slow_readers.sign_in(HOST, free_port)) as reader:
        taken = reader.rest()

    assert taken.startswith(b"HTTP/1.1 200 ")
    assert len(taken) > 256 * KIB
    # The last piece of a chunked body (RFC 9112, section 7.1) is missing.
    assert taken.endswith(LAST_WORDS + b"\r\n")


def asked_again(who: slow_readers.SignedIn) -> int | None:
    with SlowReader(who) as reader:
        return reader.status()


@pytest.mark.usefixtures("running")
def test_posts_that_wait_for_the_writer_of_another_process(free_port: int, instance: Path) -> None:
    with holding_write_lock(instance / "prescreen.sqlite3"):
        answers = list[int | None]()
        posts = [
            threading.Thread(target=lambda: answers.append(post(free_port, "/my/again", FORM).status))
            for _ in range(40)
        ]
        for one in posts:
            one.start()
        assert_pages_go_on(free_port)
        for one in posts:
            one.join()

    assert answers == [503] * 40
    assert post(free_port, "/my/again", FORM).status == 200


@pytest.mark.usefixtures("running")
def test_links_that_strangers_open_do_not_wait_for_the_writer_of_another_process(
    free_port: int, instance: Path
) -> None:
    doors = ("/recruiter/join", "/my", "/my/confirm", "/my/not-me", "/my/no-more")
    with holding_write_lock(instance / "prescreen.sqlite3"):
        answers = {door: ask(free_port, f"{door}/{'A' * 80}", seconds=AT_MOST_SECONDS).status for door in doors}

    assert answers == dict.fromkeys(doors, 404)


def test_large_heads_are_refused_and_nothing_of_them_is_kept(running: subprocess.Popen[str], free_port: int) -> None:
    def statuses(count: int) -> set[int | None]:
        languages = (",".join(f"x{number}{at}" for at in range(50_000)) for number in range(count))
        return {ask(free_port, ARTICLE, {"Accept-Language": header[:300_000]}).status for header in languages}

    assert statuses(20) <= {431, None}
    before = resident_kib(running.pid)
    statuses(100)
    assert resident_kib(running.pid) - before < 10 * MIB
    assert ask(free_port, ARTICLE, {"Accept-Language": "x," * 15_000}).status == 200


LARGE_OR_UNREADABLE = (
    (b"GET /" + b"a" * 5_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
    (b"GET /?" + b"a=1&" * 2_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
    (b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: 1\r\n" % n for n in range(200)) + b"\r\n", b"431"),
    (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000, b"431"),
    (b"POST /my/again HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n", b"413"),
    (b"POST /my/again HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", b"413|400"),
    (
        b"POST /my/again HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + (b"8000\r\n" + b"a" * 0x8000 + b"\r\n") * 3,
        b"413",
    ),
    (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
    (b"nonsense\r\n\r\n", b"400"),
)


@pytest.mark.usefixtures("running")
def test_what_is_too_large_or_unreadable_gets_a_short_answer_early(free_port: int) -> None:
    for sent, status in LARGE_OR_UNREADABLE:
        with Attacker(free_port) as attacker:
            answer = attacker.send(sent).recv(4096)

        assert re.match(b"HTTP/1.1 (?:" + status + b") ", answer), (sent[:60], answer)
