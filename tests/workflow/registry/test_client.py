"""The client is polite, and whatever a registry does ends in time and leads nowhere else."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import urllib3

from prescreen.workflow.registry.answers import Failure, RegistryError, Seen
from prescreen.workflow.registry.client import Patience, RegistryClient
from tests.registered import TRIAL
from tests.registry_server import FAILURES, LIES, RegistryServer, serving
from tests.workflow.watches import QUICK

KINDS = {
    "busy": Failure.BUSY,
    "busy for hours": Failure.BUSY,
    "HTML": Failure.NO_RECORD,
    "elsewhere": Failure.ELSEWHERE,
    "in a circle": Failure.ELSEWHERE,
    "to a file": Failure.ELSEWHERE,
    "vanished": Failure.VANISHED,
    "refused": Failure.REFUSED,
    "cut": Failure.UNREACHABLE,
    "slow": Failure.SLOW,
    "slow without a length": Failure.SLOW,
    "slow headers": Failure.SLOW,
    "five gigabytes": Failure.NO_RECORD,
}
UNREAD = {"a bomb"}
"""What the client hands over as it came: a reader refuses it."""
SLOW = ("slow", "slow without a length", "slow headers")


def failure(client: RegistryClient) -> RegistryError:
    with pytest.raises(RegistryError) as raised:
        client(TRIAL, Seen())
    return raised.value


def test_every_way_to_fail_has_its_kind() -> None:
    assert {*KINDS, *UNREAD} == {*FAILURES} - {*LIES}


@pytest.mark.parametrize("mode", KINDS)
def test_a_failure_is_told_by_its_kind(mode: str, server: RegistryServer, client: RegistryClient) -> None:
    server.mode = mode

    found = failure(client)

    assert found.failure is KINDS[mode], found.why
    assert "\n" not in found.why


def seconds_of(client: RegistryClient) -> float:
    started = time.monotonic()
    failure(client)
    return time.monotonic() - started


@pytest.mark.parametrize("mode", SLOW)
def test_an_answer_ends_in_time_however_slowly_it_comes(
    mode: str, server: RegistryServer, client: RegistryClient
) -> None:
    server.mode = mode

    assert seconds_of(client) < QUICK.whole + 1


def test_a_client_that_only_limits_the_wait_for_a_byte_is_convicted(
    server: RegistryServer, client: RegistryClient
) -> None:
    client._pool = urllib3.PoolManager(timeout=QUICK.read, retries=False)  # type: ignore[assignment]  # a twin
    server.mode = "slow headers"

    assert seconds_of(client) > QUICK.whole + 1


def test_a_limit_that_did_not_pass_ends_nothing(server: RegistryServer, client: RegistryClient) -> None:
    for _ in range(3):
        assert client(TRIAL, Seen())
        time.sleep(QUICK.whole / 2)

    assert len(server.asked) == 3


def test_of_five_gigabytes_a_few_are_read(server: RegistryServer, client: RegistryClient) -> None:
    server.mode = "five gigabytes"
    failure(client)

    assert server.sent < 30_000_000


def test_what_is_compressed_is_not_unpacked(server: RegistryServer, client: RegistryClient) -> None:
    server.mode = "a bomb"

    answer = client(TRIAL, Seen())

    assert answer is not None
    assert len(answer.content) < 2_000_000


def test_a_redirect_to_another_port_of_this_machine_is_not_followed(
    server: RegistryServer, client: RegistryClient
) -> None:
    with serving() as other:
        server.mode, server.elsewhere = "elsewhere", other.base
        failure(client)

        assert other.asked == []


PLACES = (
    "//{host}/", "http://{host}/", "http://{host}:{port}/", "http://{host}\\@127.0.0.1:{own}/", "\\\\{host}\\",
    "http://127.0.0.1:{own}@{host}/", "http://[::ffff:{host}]:{own}/", "https://127.0.0.1:{own}/", "file:///etc/passwd",
    "ftp://127.0.0.1:{own}/", "http://127.0.0.1:0/", "http://127.0.0.1:{own}:{own}/", "gopher://127.0.0.1:{own}/", "http:///x",
)  # fmt: skip
HOSTS = ("169.254.169.254", "127.0.0.2", "localhost", "metadata.example", "0x7f000001", "2130706433")


@pytest.mark.parametrize("place", PLACES)
def test_a_redirect_to_any_other_place_is_not_followed_however_it_is_written(
    place: str, server: RegistryServer, client: RegistryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = list[tuple[str, int]]()
    connect = urllib3.util.connection.create_connection

    def watched(address: tuple[str, int], *args: Any, **more: Any) -> socket.socket:
        reached.append(address)
        return connect(address, *args, **more)

    monkeypatch.setattr("urllib3.connection.connection.create_connection", watched)
    own = int(server.base.rpartition(":")[2])
    for host in HOSTS:
        server.mode, server.elsewhere = "elsewhere", place.format(host=host, port=1, own=own)

        assert failure(client).failure is Failure.ELSEWHERE

    assert set(reached) == {("127.0.0.1", own)}


def test_a_redirect_within_the_registry_is_followed(server: RegistryServer, client: RegistryClient) -> None:
    server.mode, server.elsewhere = "elsewhere", f"{server.base}/moved"

    assert failure(client).failure is Failure.ELSEWHERE
    assert len(server.asked) > 1, "it redirects again and again"


@pytest.mark.parametrize("trial_id", ["../../admin", "NCT0?x=1", "", "NCT 1", "a" * 65])
def test_an_id_cannot_lead_to_another_address(trial_id: str, server: RegistryServer, client: RegistryClient) -> None:
    with pytest.raises(RegistryError):
        client(trial_id, Seen())

    assert server.asked == []


@pytest.mark.parametrize("day", ["", "Thu, 18 Apr 2024 10:00:00 GMT"])
def test_what_did_not_change_is_not_sent_again(day: str, server: RegistryServer, client: RegistryClient) -> None:
    server.last_modified = day
    first = client(TRIAL, Seen())
    assert first is not None

    assert client(TRIAL, first.seen) is None

    assert [condition for _, _, condition in server.asked] == [None, day or server.etag]


def test_a_validator_that_could_be_another_header_is_not_sent_back(
    server: RegistryServer, client: RegistryClient
) -> None:
    server.etag = '"' + "x" * 5000 + '"'

    answer = client(TRIAL, Seen())

    assert answer is not None
    assert answer.seen == Seen()


def test_patience_has_an_end(server: RegistryServer, client: RegistryClient) -> None:
    server.mode = "busy"
    failure(client)
    assert len(server.asked) == QUICK.tries

    server.mode = "busy for hours"
    assert failure(client).asks_for == 99_999
    assert len(server.asked) == QUICK.tries + 1


@pytest.mark.parametrize("says", ["in seconds", "as a time"])
def test_a_registry_that_asks_for_a_second_is_left_alone_for_it(
    says: str, server: RegistryServer, client: RegistryClient
) -> None:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    server.mode, server.retry_after = "busy once", "1" if says == "in seconds" else format_datetime(at, usegmt=True)
    client = RegistryClient(server.base, "prescreen", Patience(per_second=1000, first_wait=0.01, longest_wait=3))

    assert client(TRIAL, Seen())

    (_, first, _), (_, second, _) = server.asked
    assert second - first >= 0.9


@pytest.mark.parametrize("says", ["soon", "-5", "1e9", "٣", "Thu, 99 Foo 2024"])
def test_a_time_to_wait_that_is_none_is_passed_over(says: str, server: RegistryServer, client: RegistryClient) -> None:
    server.mode, server.retry_after = "busy once", says

    assert client(TRIAL, Seen())


def test_a_registry_is_asked_three_times_a_second_at_most(server: RegistryServer) -> None:
    client = RegistryClient(server.base, "prescreen")
    threads = [threading.Thread(target=client, args=(TRIAL, Seen())) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(10)

    times = [at for _, at, _ in server.asked]
    assert len(times) == 5
    assert times[-1] - times[0] >= 4 / 3 - 0.1
