"""What real proxies do with the service behind them, as `deploy/proxy` configures them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import sqlite_file
from tests.deploy.proxied import SITE, Proxy, free_port, running
from tests.faults.service import Service, killed_at_the_end
from tests.services import proxies

pytestmark = pytest.mark.installed

MOST_BODY = 64 * 1024
POSTS_A_MINUTE = 20
PRIVATE, QUERY, COOKIE = "a-private-link", "a-query", "a-cookie"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run the service behind one proxy with TLS."""
    folder = tmp_path_factory.mktemp("service")
    folder.chmod(0o700)
    settings = {
        "PRESCREEN_HTTPS": "on",
        "PRESCREEN_TRUSTED_PROXIES": "1",
        "PRESCREEN_VISITOR_RATE_LIMIT": f"{POSTS_A_MINUTE}/minute",
    }
    url = f"sqlite:///{sqlite_file(folder / 'prescreen.sqlite3')}"
    with killed_at_the_end(Service(url, folder, settings=settings)) as one:
        if any(proxies.find(name) for name in proxies.NAMES):
            one.start()
        yield one


@pytest.fixture(scope="module", params=proxies.NAMES)
def proxy(
    request: pytest.FixtureRequest, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    """Run a proxy before the service."""
    with running(request.param, tmp_path_factory.mktemp(request.param), service.port) as one:
        yield one


def test_a_page_comes_with_the_headers_of_the_service_once(proxy: Proxy) -> None:
    answer = proxy.ask("/")

    assert answer.status in {200, 302, 303}
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.repeated & {"strict-transport-security", "content-security-policy", "x-request-id"} == set()


def test_the_service_knows_that_the_visitor_has_tls(proxy: Proxy) -> None:
    answer = proxy.ask("/my/again", {**FORM, "Origin": f"https://{SITE}"}, b"email=somebody%40example.org")

    assert answer.status not in {403, 502}


def test_a_number_of_the_request_that_a_visitor_made_up_is_not_kept(proxy: Proxy) -> None:
    made_up = "0123456789abcdef0123456789abcdef"

    kept = proxy.ask("/healthz", {"X-Request-ID": made_up}).headers["x-request-id"]

    assert kept != made_up
    assert len(kept.replace("-", "")) == 32


def test_a_form_from_elsewhere_is_refused_whatever_host_it_claims(proxy: Proxy) -> None:
    claimed = {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}

    assert proxy.ask("/my/again", {**FORM, **claimed}, b"email=x").status == 403


def test_another_name_than_the_sites_reaches_no_page(proxy: Proxy) -> None:
    answer = proxy.ask("/healthz", host="evil.example")

    assert (answer.status, answer.text) != (200, proxy.ask("/healthz").text)


def test_what_is_too_large_is_refused_before_the_service(proxy: Proxy) -> None:
    fits, large = (proxy.ask("/my/again", FORM, b"x" * size) for size in (MOST_BODY, MOST_BODY + 1))

    assert fits.status not in {413, 502}
    assert large.status == 413


def test_metrics_are_not_for_the_internet(proxy: Proxy) -> None:
    assert proxy.ask("/metrics").status == 404
    assert "prescreen_" not in proxy.ask("/metrics/").text


def test_without_tls_people_are_led_to_tls(proxy: Proxy) -> None:
    answer = proxy.ask_in_clear("/my/again?x=1")

    assert answer.status in {301, 308}
    assert answer.headers["location"] == f"https://{SITE}/my/again?x=1"


def test_neither_addresses_nor_queries_nor_cookies_are_written_down(proxy: Proxy) -> None:
    for path in (f"/my/{PRIVATE}", f"/?near={QUERY}", f"/{PRIVATE}/%00", f"/my/{PRIVATE}?{QUERY}=1"):
        proxy.ask(path, {"Cookie": f"x={COOKIE}", "Referer": f"https://{SITE}/my/{PRIVATE}"})
    proxy.ask(f"/my/{PRIVATE}", FORM, b"x" * (MOST_BODY + 1))

    assert [one for one in (PRIVATE, QUERY, COOKIE) if one in proxy.written()] == []


@pytest.mark.parametrize("name", proxies.NAMES)
def test_nothing_is_written_down_while_the_service_is_away(name: str, tmp_path: Path) -> None:
    with running(name, tmp_path, free_port()) as proxy:
        answer = proxy.ask(f"/my/{PRIVATE}?{QUERY}=1", {"Cookie": f"x={COOKIE}"})

        assert answer.status in {502, 503}
        assert [one for one in (PRIVATE, QUERY, COOKIE) if one in proxy.written()] == []


TELLS_WHILE_IT_IS_AWAY = {
    "nginx": {"prescreen.error.log alert": "prescreen.error.log error"},
    "caddy": {"request delete": "request>tls delete", "uri delete": "uri>none delete"},
}


@pytest.mark.parametrize("name", proxies.NAMES)
def test_a_twin_that_says_more_of_failures_is_convicted(name: str, tmp_path: Path) -> None:
    with running(name, tmp_path, free_port(), TELLS_WHILE_IT_IS_AWAY[name]) as proxy:
        proxy.ask(f"/my/{PRIVATE}?{QUERY}=1")

        assert PRIVATE in proxy.written()
        assert QUERY in proxy.written()


TELLS_OF_REQUESTS = {
    "nginx": {"$request_method": "$request"},
    "caddy": {"\trequest_body {": "\tlog\n\trequest_body {", "request delete": "request>tls delete"},
}


@pytest.mark.parametrize("name", proxies.NAMES)
def test_a_twin_that_logs_requests_is_convicted(name: str, tmp_path: Path, service: Service) -> None:
    with running(name, tmp_path, service.port, TELLS_OF_REQUESTS[name]) as proxy:
        proxy.ask(f"/my/{PRIVATE}?{QUERY}=1")

        assert PRIVATE in proxy.written()


BELIEVES_VISITORS = {
    "nginx": {"        proxy_set_header X-Forwarded-Host $host;\n": ""},
    "caddy": {"header_up X-Request-ID {http.request.uuid}": "header_up X-Forwarded-Host {header.X-Forwarded-Host}"},
}


@pytest.mark.parametrize("name", proxies.NAMES)
def test_a_twin_that_passes_on_what_visitors_claim_is_convicted(name: str, tmp_path: Path, service: Service) -> None:
    claimed = {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"}
    with running(name, tmp_path, service.port, BELIEVES_VISITORS[name]) as proxy:
        assert proxy.ask("/my/again", {**FORM, **claimed}, b"email=x").status != 403


# The last one: whoever comes after it is asked to wait.
def test_addresses_that_a_visitor_makes_up_are_no_way_around_the_limit(proxy: Proxy) -> None:
    answers = [
        proxy.ask("/my/again", {**FORM, "X-Forwarded-For": f"192.0.2.{number}"}, b"email=x").status
        for number in range(POSTS_A_MINUTE + 1)
    ]

    assert 429 in answers
