"""Whom a request is counted for, whatever a proxy writes beside the address."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

import pytest
from flask import Flask
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from prescreen.config import RateLimit
from prescreen.database import Database
from prescreen.storage.tables import SignInAttempt
from prescreen.web.base.security import network_of
from tests.web.staff import Staff, account
from tests.web.visitor import SLUG

QUESTION = f"/{SLUG}/screener/diagnosed"
PORTS = st.integers(0, 65535)
WRITTEN = {
    "a port of IPv4": lambda number: f"192.0.2.7:{40_000 + number}",
    "a port of IPv6": lambda number: f"[2001:db8::1]:{40_000 + number}",
    "addresses of one network": lambda number: f"2001:db8::{number + 1:x}",
    "a mapped address with a port": lambda number: f"[::ffff:192.0.2.7]:{40_000 + number}",
    "zones": lambda number: f"fe80::1%eth{number}",
    "no address": lambda number: f"unknown-{number}",
    "an octet too large": lambda number: f"192.0.2.{256 + number}",
    "a port too many": lambda number: f"192.0.2.7:80:{number}",
}


@given(st.integers(0, 2**32 - 1).map(IPv4Address), PORTS)
def test_an_ipv4_address_is_counted_alike_with_and_without_a_port(address: IPv4Address, port: int) -> None:
    spellings = (f"{address}", f"{address}:{port}", f" {address} ", f"::ffff:{address}", f"[::ffff:{address}]:{port}")

    assert {network_of(one) for one in spellings} == {str(address)}


@given(st.integers(0, 2**128 - 1).map(IPv6Address), PORTS, st.integers(0, 2**64 - 1))
def test_an_ipv6_address_is_counted_with_its_network_however_it_is_written(
    address: IPv6Address, port: int, host: int
) -> None:
    assume(address.ipv4_mapped is None)
    neighbour = IPv6Address((int(address) >> 64 << 64) + host)
    assume(neighbour.ipv4_mapped is None)
    spellings = (
        *(f"{address}", address.exploded, f"[{address}]", f"[{address}]:{port}", f"{address}%eth0"),
        *(f"[{address}%1]:{port}", f"{neighbour}"),
    )

    assert len({network_of(one) for one in spellings}) == 1


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_is_no_address_is_counted_as_one(one: str, other: str) -> None:
    made_up = [text for text in (f"x{one}", f"x{other}") if "::" not in text]

    assert {network_of(text) for text in made_up} <= {network_of("")}


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_proxy_that_writes_more_than_the_address_gives_no_further_posts(
    serve: Callable[..., Flask], kind: str
) -> None:
    client = serve(visitor_rate_limit=RateLimit(3, 60), trusted_proxies=1).test_client()

    statuses = [
        client.post(QUESTION, data={"answer": "yes"}, headers={"X-Forwarded-For": WRITTEN[kind](number)}).status_code
        for number in range(4)
    ]

    assert statuses == [303, 303, 303, 429]


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_try_to_sign_in_is_counted_for_one_network(
    serve: Callable[..., Flask], database: Database, kind: str
) -> None:
    app = serve(trusted_proxies=1)
    for number in range(3):
        stranger = Staff(app, f"somebody{number}@example.org")
        stranger.client.environ_base["HTTP_X_FORWARDED_FOR"] = WRITTEN[kind](number)
        assert stranger.sign_in("wrong").status_code == 422

    with database.reading() as session:
        assert session.scalar(select(func.count(SignInAttempt.address_key.distinct()))) == 1


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_request_for_a_private_link_is_counted_for_one_network(
    serve: Callable[..., Flask], database: Database, kind: str
) -> None:
    app = serve(trusted_proxies=1)
    for number in range(3):
        sent = {"email": f"somebody{number}@example.org"}
        app.test_client().post("/my/again", data=sent, headers={"X-Forwarded-For": WRITTEN[kind](number)})

    with database.reading() as session:
        keys = select(func.count(SignInAttempt.address_key.distinct()), func.count())
        assert session.execute(keys).one() == (1, 3)


def test_a_recruiter_behind_such_a_proxy_is_known_at_the_address_whatever_the_port(
    serve: Callable[..., Flask], database: Database
) -> None:
    account(database)
    app = serve(trusted_proxies=1)
    at_work = Staff(app)
    at_work.client.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.7:40001"
    assert at_work.sign_in().status_code == 303
    stranger = Staff(app)
    stranger.client.environ_base["HTTP_X_FORWARDED_FOR"] = "198.51.100.1:1"
    assert [stranger.sign_in("wrong").status_code for _ in range(10)][-1] == 429

    back = Staff(app)
    back.client.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.7:40002"
    assert back.sign_in().status_code == 303
