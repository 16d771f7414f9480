"""The headers of every response: of pages, files, redirects, refusals and failures, and of the server itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from prescreen.cli.serving.connections import LimitedConnection
from prescreen.cli.serving.whole_requests import Limits, WholeRequests
from prescreen.response_headers import ALWAYS, Headers, headers_of
from prescreen.web.base import security
from tests.web.visitor import SLUG

LARGE = b"x" * 70_000
FILE = "/static/prescreen.css"
SENT = {
    "a page": ("GET", f"/{SLUG}", {}, 200),
    "a redirect": ("GET", "/", {}, 302),
    "a way in": ("GET", "/recruiter/", {}, 303),
    "a file": ("GET", FILE, {}, 200),
    "a part of a file": ("GET", FILE, {"Range": "bytes=0-9"}, 206),
    "no such part": ("GET", FILE, {"Range": "bytes=9999999-"}, 416),
    "a post to a file": ("POST", FILE, {}, 405),
    "no such file": ("GET", "/static/nothing.css", {}, 404),
    "no such page": ("GET", "/nothing/at/all", {}, 404),
    "a method": ("DELETE", f"/{SLUG}", {}, 405),
    "a form from elsewhere": ("POST", f"/{SLUG}/clear", {"Origin": "https://elsewhere.example"}, 403),
    "a large body": ("POST", f"/{SLUG}/clear", {}, 413),
    "a long address": ("GET", f"/?{'a' * 5000}", {}, 414),
    "options": ("OPTIONS", f"/{SLUG}", {}, 200),
    "health": ("GET", "/healthz", {}, 200),
    "an icon": ("GET", "/icon.svg", {}, 200),
}


@pytest.mark.parametrize(("method", "path", "headers", "status"), SENT.values(), ids=SENT)
def test_every_response_carries_them_once(
    client: FlaskClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    # Buffered, so that a file is closed.
    answer = client.open(path, method=method, headers=headers, data=LARGE if status == 413 else None, buffered=True)

    assert answer.status_code == status
    assert {name: answer.headers.getlist(name) for name in ALWAYS} == {name: [value] for name, value in ALWAYS.items()}


def test_a_file_that_did_not_change_carries_them(client: FlaskClient) -> None:
    first = client.get(FILE, buffered=True)
    again = client.get(FILE, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert again.status_code == 304
    assert again.headers["X-Content-Type-Options"] == "nosniff"


def test_a_failure_of_ours_carries_them(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setattr(app, "dispatch_request", lambda *_: 1 // 0)

    answer = app.test_client().get(f"/{SLUG}")

    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS


@pytest.mark.parametrize("path", [f"/{SLUG}", FILE, "/nothing", "/recruiter/"])
def test_behind_tls_every_response_keeps_browsers_to_it_for_a_year(serve: Callable[..., Flask], path: str) -> None:
    answer = serve(https=True).test_client().get(path, buffered=True)

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", [f"/{SLUG}", FILE, "/nothing"])
def test_where_the_operator_says_so_it_holds_for_subdomains_too(serve: Callable[..., Flask], path: str) -> None:
    answer = serve(https=True, hsts_subdomains=True).test_client().get(path, buffered=True)

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_without_tls_no_browser_is_kept_to_it(serve: Callable[..., Flask]) -> None:
    answer = serve(hsts_subdomains=True).test_client().get(f"/{SLUG}")

    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", [f"/{SLUG}", FILE, "/healthz", f"/{SLUG}/answers.json"])
def test_no_response_may_be_read_by_another_site(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://elsewhere.example"}, buffered=True)

    assert [name for name, _ in answer.headers if name.lower().startswith("access-control")] == []


@pytest.mark.parametrize(
    "path", ["/", f"/{SLUG}", FILE, "/nothing", "/healthz", "/recruiter/login", "/icon.svg", "/look.css"]
)
def test_every_response_with_text_says_its_type_and_characters(client: FlaskClient, path: str) -> None:
    answer = client.get(path, buffered=True)

    assert answer.mimetype
    if answer.mimetype.startswith("text/"):
        assert answer.mimetype_params["charset"].strip('"') == "utf-8"


@pytest.mark.parametrize("folder", ["/static", "/static/", "/", "/static/../"])
@pytest.mark.parametrize(
    "hidden", [".git/config", ".git/", ".env", "app.py", "web/templates/base.html", "pyproject.toml", "secret.key", "."]
)
def test_nothing_beside_the_files_for_pages_is_served(client: FlaskClient, folder: str, hidden: str) -> None:
    answer = client.get(environ_overrides={"PATH_INFO": f"{folder.rstrip('/')}/{hidden}"}, buffered=True)

    assert answer.status_code in (301, 302, 303, 308, 404)


def test_an_application_without_them_is_convicted() -> None:
    bare = Flask(__name__)
    bare.add_url_rule("/", view_func=lambda: "bare")

    assert ALWAYS.keys() - set(bare.test_client().get("/").headers.keys()) == ALWAYS.keys()
    bare.wsgi_app = security.with_headers(bare.wsgi_app, headers_of(https=False))  # type: ignore[method-assign, assignment]  # as Flask documents
    assert ALWAYS.keys() - set(bare.test_client().get("/").headers.keys()) == set()


def of_the_server(headers: Headers) -> dict[str, str]:
    """Return the headers of a refusal for which the app was not asked."""
    got: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        await asyncio.sleep(60)
        return {}

    async def send(message: dict[str, object]) -> None:
        got.append(message)

    scope = {
        "type": "http", "method": "POST", "raw_path": b"/", "query_string": b"", "http_version": "1.1",
        "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 9), "headers": [],
    }  # fmt: skip
    served = WholeRequests(lambda *_: [], Limits(1000, body_seconds=0.01), headers)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, served(scope, receive, send)).result()
    assert got[0]["status"] == HTTPStatus.REQUEST_TIMEOUT
    sent = got[0]["headers"]
    assert isinstance(sent, list)
    return {name.decode(): value.decode() for name, value in sent}


@pytest.mark.parametrize(("https", "subdomains"), [(False, False), (True, False), (True, True)])
def test_a_refusal_of_the_server_itself_carries_them(https: bool, subdomains: bool) -> None:
    headers = headers_of(https=https, subdomains=subdomains)
    expected = {name.lower(): value for name, value in headers}

    assert of_the_server(headers).items() >= {**expected, "cache-control": "no-store"}.items()


class Wire:
    """A connection that keeps what is written to it."""

    def __init__(self) -> None:
        self.written = b""

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None: ...


@pytest.mark.parametrize("status", [HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, HTTPStatus.BAD_REQUEST])
def test_what_is_answered_before_a_request_can_be_read_carries_them(status: HTTPStatus) -> None:
    wire = Wire()
    LimitedConnection._refuse(SimpleNamespace(transport=wire), status)  # type: ignore[arg-type]  # all that it looks at

    head, _, body = wire.written.decode().partition("\r\n\r\n")
    assert body == ""
    assert {line.partition(": ")[0] for line in head.split("\r\n")[1:]} >= {name.lower() for name in ALWAYS}
