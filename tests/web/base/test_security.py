"""What the service refuses, and that no request makes it fail."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.config import RateLimit
from prescreen.database import BusyError, Database
from prescreen.web.base import security
from prescreen.web.base.security import network_of
from tests.web.markup import read
from tests.web.visitor import DO_NOT_KNOW, SETTLED, SLUG, Visitor, where

QUESTION = f"/{SLUG}/screener/diagnosed"
POSTS = (QUESTION, f"/{SLUG}/clear", f"/{SLUG}/interest", "/my/withdraw", "/my/delete", "/recruiter/login")
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.elsewhere.example"},
    {"Origin": "http://localhost:81"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
)
OWN = (
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
)
FIELDS = ("answer", "unit", "declined", "from", "trial", "site-NCT00415220", "name", "email", "phone", "postal_code")
MORE_FIELDS = ("best_time", "language", "adult", "share", "by-phone", "future", "consent", "referral", "purpose", "all")
HOSTILE = ("yes", DO_NOT_KNOW, "none", "44", "-0", "1e9", "NCT00415220", "1/0", "\x00", "\u202e", "\ud7ff", "ﷺ" * 9)
HOSTILE_MORE = ("{{7*7}}", "%s", "../../etc/passwd", "' OR 1=1 --", "a@b.example", "+44 20 7946 0000", "9" * 400)

hostile_text = st.sampled_from(HOSTILE + HOSTILE_MORE) | st.text(max_size=40)
hostile_form = st.dictionaries(
    st.sampled_from((*FIELDS, *MORE_FIELDS)) | st.text(max_size=12), st.lists(hostile_text, max_size=3), max_size=12
)
HEADER_TEXT = st.text(st.characters(codec="latin-1", exclude_characters=";,\r\n\x00"), max_size=200)
fuzz = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_from_elsewhere_is_refused(client: FlaskClient, path: str, headers: dict[str, str]):
    response = client.post(path, data={"answer": "yes"}, headers=headers)

    assert response.status_code == 403
    assert response.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_a_form_of_our_own_is_taken(client: FlaskClient, headers: dict[str, str]):
    assert client.post(QUESTION, data={"answer": "yes"}, headers=headers).status_code == 303


@pytest.mark.parametrize("path", POSTS)
def test_a_body_over_the_limit_is_refused(client: FlaskClient, path: str):
    response = client.post(path, data={"answer": "x" * 65_536})

    assert response.status_code == 413
    assert "larger than any form of ours" in response.text


def test_a_form_of_very_many_parts_is_refused(client: FlaskClient):
    parts = {f"part-{number}": "" for number in range(security.MOST_FORM_PARTS + 100)}

    assert client.post(QUESTION, data=parts, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize("path", [f"/{SLUG}", QUESTION, f"/{SLUG}/results", f"/{SLUG}/interest", "/my/", "/healthz"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT"])
def test_other_methods_are_refused(client: FlaskClient, path: str, method: str):
    assert client.open(path, method=method).status_code == 405


@pytest.mark.parametrize("path", [f"/{SLUG}/clear", "/my/withdraw", "/my/delete", "/recruiter/logout"])
def test_following_a_link_changes_nothing(client: FlaskClient, path: str):
    assert client.get(path).status_code in (303, 404, 405)


def test_one_post_too_many_is_asked_to_wait_and_reading_goes_on(serve: Callable[..., Flask]):
    client = serve(visitor_rate_limit=RateLimit(2, 60)).test_client()

    posts = [client.post(QUESTION, data={"answer": "yes"}) for _ in range(3)]

    assert [post.status_code for post in posts] == [303, 303, 429]
    assert 1 <= int(posts[2].headers["Retry-After"]) <= 61
    assert "Your answers are still there." in read(posts[2].text).text
    assert client.get(f"/{SLUG}").status_code == 200


def test_after_the_time_has_passed_posts_are_taken_again(serve: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch):
    client = serve(visitor_rate_limit=RateLimit(1, 60)).test_client()
    client.post(QUESTION, data={"answer": "yes"})
    wait = int(client.post(QUESTION, data={"answer": "yes"}).headers["Retry-After"])

    later = time.monotonic() + wait
    monkeypatch.setattr("prescreen.workflow.visitor_limit.time.monotonic", lambda: later)

    assert client.post(QUESTION, data={"answer": "yes"}).status_code == 303


def test_another_address_has_posts_of_its_own(serve: Callable[..., Flask]):
    client = serve(visitor_rate_limit=RateLimit(1, 60)).test_client()
    client.post(QUESTION, data={"answer": "yes"})

    response = client.post(QUESTION, data={"answer": "yes"}, environ_base={"REMOTE_ADDR": "192.0.2.9"})

    assert response.status_code == 303


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("192.0.2.7", "192.0.2.8", False),
        ("", "", True),
        ("no address", "another", True),
    ],
)
def test_who_holds_a_whole_network_of_ipv6_counts_once(one: str, other: str, same: bool):
    assert (network_of(one) == network_of(other)) is same


def test_a_visitor_who_takes_another_address_of_their_network_has_no_more_posts(serve: Callable[..., Flask]):
    client = serve(visitor_rate_limit=RateLimit(2, 60)).test_client()

    statuses = [
        client.post(QUESTION, data={"answer": "yes"}, environ_base={"REMOTE_ADDR": f"2001:db8::{number}"}).status_code
        for number in range(1, 4)
    ]

    assert statuses == [303, 303, 429]


def test_an_address_that_a_visitor_claims_to_have_does_not_count(serve: Callable[..., Flask]):
    client = serve(visitor_rate_limit=RateLimit(1, 60)).test_client()
    client.post(QUESTION, data={"answer": "yes"})

    response = client.post(QUESTION, data={"answer": "yes"}, headers={"X-Forwarded-For": "192.0.2.9"})

    assert response.status_code == 429


def test_behind_a_trusted_proxy_each_visitor_counts_alone(serve: Callable[..., Flask]):
    client = serve(visitor_rate_limit=RateLimit(1, 60), trusted_proxies=1).test_client()
    client.post(QUESTION, data={"answer": "yes"}, headers={"X-Forwarded-For": "192.0.2.8"})

    response = client.post(QUESTION, data={"answer": "yes"}, headers={"X-Forwarded-For": "192.0.2.9"})

    assert response.status_code == 303


def test_behind_a_trusted_proxy_what_a_visitor_claims_before_it_does_not_count(serve: Callable[..., Flask]):
    client = serve(visitor_rate_limit=RateLimit(1, 60), trusted_proxies=1).test_client()

    claimed = [{"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.8"} for number in (1, 2)]
    answers = [client.post(QUESTION, data={"answer": "yes"}, headers=headers) for headers in claimed]

    assert [answer.status_code for answer in answers] == [303, 429]


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded", "X-Host"])
def test_without_a_proxy_no_header_says_where_the_service_is(client: FlaskClient, name: str):
    answer = client.post(
        QUESTION, data={"answer": "yes"}, headers={name: "elsewhere.example", "Origin": "http://localhost"}
    )

    assert answer.status_code == 303
    assert "elsewhere" not in str(answer.headers)


def test_what_was_encoded_twice_is_decoded_once(client: FlaskClient):
    addresses = ("/%6Cow-back-pain", "/%256Cow-back-pain")
    answers = ({"answer": "44"}, {"answer": "%34%34"})

    assert [client.get(address).status_code for address in addresses] == [200, 404]
    assert [client.post(f"/{SLUG}/screener/age", data=sent).status_code for sent in answers] == [303, 422]


@pytest.mark.parametrize("path", ["", "/screener/{}", "/trials/{}", "/results", "/interest?trial={}", "/../{}"])
@pytest.mark.parametrize("part", ["%00", "%ff", "%F0%9F", "..%2f..%2fetc", "%0d%0aX-Evil:1", "{{7*7}}", "a" * 3000])
def test_a_strange_address_is_no_error_of_ours(client: FlaskClient, path: str, part: str):
    response = client.get(f"/{SLUG}{path.format(part)}")

    assert response.status_code < 500
    assert "X-Evil" not in response.headers


@pytest.mark.parametrize("path", ["//elsewhere.example", "//elsewhere.example/low-back-pain", "///low-back-pain"])
def test_no_address_leads_to_another_host(client: FlaskClient, path: str):
    response = client.get(environ_overrides={"PATH_INFO": path})

    assert urlsplit(response.headers.get("Location", "")).netloc in ("", "localhost")


def test_what_stands_in_an_address_is_shown_as_text(client: FlaskClient):
    page = client.get(f"/{SLUG}/screener/age?from=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")

    assert "<script" not in page.text


def test_what_was_typed_is_shown_as_text(visitor: Visitor):
    refused = visitor.answer("age", '"><script>alert(1)</script>')

    assert "<script" not in refused.text
    assert read(refused.text).one("input", id="answer")["value"] == '"><script>alert(1)</script>'


@fuzz
@given(
    form=hostile_form, question=st.sampled_from(["diagnosed", "age", "weight_kg", "warning_signs", "pain_site", "bmi"])
)
def test_no_reply_makes_a_question_fail(client: FlaskClient, form: dict[str, Any], question: str):
    assert client.post(f"/{SLUG}/screener/{question}", data=form).status_code in (303, 404, 422)


@fuzz
@given(changes=hostile_form)
def test_nothing_typed_makes_the_interest_form_fail(client: FlaskClient, changes: dict[str, Any]):
    visitor = Visitor(client)
    visitor.has_answered({**SETTLED, "age": "44"})

    response = visitor.post("/interest", {**_form_once(visitor), **changes})

    assert response.status_code in (303, 400, 409, 422)


def _form_once(visitor: Visitor) -> dict[str, Any]:
    """Return a filled form; making one takes longer than sending it."""
    if not _FORMS:
        _FORMS.append(visitor.interest_form())
    return _FORMS[0]


_FORMS: list[dict[str, Any]] = []


@fuzz
@given(form=hostile_form)
def test_nothing_sent_makes_the_private_page_fail(client: FlaskClient, form: dict[str, Any]):
    visitor = Visitor(client)
    if not visitor.cookie("prescreen-my", "/my"):
        visitor.has_answered({**SETTLED, "age": "44"})
        visitor.send()
        _SIGNATURES[:] = [visitor.open_my_data().all("input", name="signature")[0]["value"]]

    response = client.post("/my/withdraw", data={**form, "signature": _SIGNATURES[0]})

    assert where(response) == "/my/"


_SIGNATURES: list[str] = []


@fuzz
@given(
    form=hostile_form, path=st.sampled_from(["/recruiter/login", "/recruiter/logout", "/my/delete", f"/{SLUG}/clear"])
)
def test_nothing_sent_makes_another_form_fail(client: FlaskClient, form: dict[str, Any], path: str):
    assert client.post(path, data=form).status_code < 500


@fuzz
@given(parts=st.lists(hostile_text, max_size=4), method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS"]))
def test_no_address_makes_the_service_fail(client: FlaskClient, parts: list[str], method: str):
    path = "/".join(parts).encode().decode("latin-1")

    answers = [
        client.open(environ_overrides={"PATH_INFO": f"{start}/{path}"}, method=method) for start in ("", f"/{SLUG}")
    ]

    assert [answer.status_code < 500 for answer in answers] == [True, True]


@fuzz
@given(
    body=st.binary(max_size=400), kind=st.sampled_from(["multipart/form-data; boundary=x", "application/json", "x", ""])
)
def test_no_body_makes_a_form_fail(client: FlaskClient, body: bytes, kind: str):
    for path in (QUESTION, f"/{SLUG}/interest", "/recruiter/login"):
        assert client.post(path, data=body, content_type=kind).status_code < 500


@fuzz
@given(
    origin=HEADER_TEXT | st.sampled_from(["http://[::1", "http://]", "//", "http://localhost:99999", "http://a@b@c"])
)
def test_no_origin_makes_a_form_fail(client: FlaskClient, origin: str):
    assert client.post(QUESTION, data={"answer": "yes"}, headers={"Origin": origin}).status_code == 403


@fuzz
@given(cookie=HEADER_TEXT)
def test_no_cookie_makes_a_page_fail(client: FlaskClient, cookie: str):
    header = {"Cookie": "; ".join(f"{name}={cookie}" for name in COOKIES)}

    pages = [client.get(path, headers=header) for path in (f"/{SLUG}", f"/{SLUG}/results", f"/{SLUG}/thanks", "/my/")]

    assert [page.status_code for page in pages] == [200, 410, 410, 404]


COOKIES = (
    *(f"prescreen-{SLUG}", "prescreen-form", "prescreen-thanks", "prescreen-typed", "prescreen-my"),
    *("prescreen-recruiter", "prescreen-sign-in"),
)


def test_every_route_survives_head_and_garbage_in_its_variables(app: Flask, client: FlaskClient):
    paths = [str(rule) for rule in app.url_map.iter_rules()]
    for name in ("slug", "question_id", "trial_id", "token", "uuid:referral_id"):
        paths = [path.replace(f"<{name}>", "%F0%9F%92%89") for path in paths]

    answers = {path: client.open(path, method=method).status_code for path in paths for method in ("HEAD", "POST")}

    assert {path: status for path, status in answers.items() if status >= 500} == {}


def test_an_address_longer_than_any_of_ours_is_refused(client: FlaskClient) -> None:
    room = security.MOST_ADDRESS_CHARACTERS - len("/") - len("utm_source=")
    assert client.get(f"/?utm_source={'x' * room}").status_code == 302

    for address in (f"/?utm_source={'x' * (room + 1)}", f"/{SLUG}/{'x' * 5000}"):
        answer = client.get(address)
        assert answer.status_code == 414
        assert "This address is too long" in answer.text


def test_who_finds_the_database_busy_is_told_that_nothing_was_stored_and_to_load_the_page_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: object) -> None:
        raise BusyError(None)

    monkeypatch.setattr(Database, "writing", busy)
    answer = client.post("/my/again", data={"email": "a@example.org"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Nothing you sent was stored" in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("host", ["a" * 70, "a..b", "."])
def test_a_host_that_can_be_no_name_is_refused_in_words(client: FlaskClient, method: str, host: str):
    answer = client.open("/", method=method, headers={"Host": host})

    assert (answer.status_code, answer.text) == (400, "The request names no host.\n")
