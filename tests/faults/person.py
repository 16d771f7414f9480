"""Participants with a browser without JavaScript, over real connections that may break at any moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum
from html import unescape
from http.client import HTTPConnection, HTTPException
from itertools import count
from urllib.parse import urlencode, urlsplit

from tests.web.visitor import CONSENTS, DETAILS, SETTLED, SLUG

HOST = "127.0.0.1"
SECONDS = 30.0
FORM = f"/{SLUG}/interest"
THANKS = f"/{SLUG}/thanks"
_SEE_OTHER, _SERVER_ERROR, _UNAVAILABLE = 303, 500, 503
_PROXYS_OWN = (502, 504)
"""What a proxy says of a service that gave it no answer."""
_numbers = count(1)


class Outcome(Enum):
    """What a person was told of what they sent."""

    SAVED = "thanked"
    REFUSED = "shown an error page"
    CUT = "given no answer"


@dataclass(frozen=True)
class Reply:
    """An answer of the service."""

    status: int
    leads_to: str
    text: str


@dataclass(frozen=True)
class Filled:
    """A form as it is sent, with the cookies of its browser. Nobody else has this name."""

    name: str
    fields: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)


class Browser:
    """A browser that keeps its cookies, and opens a connection for each request."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self.cookies = dict(cookies or {})
        self._port = port

    def get(self, path: str) -> Reply:
        """Open a page. Raise OSError or HTTPException where no answer comes."""
        return self._send("GET", path)

    def post(self, path: str, form: Mapping[str, str]) -> Reply:
        """Send a form. Raise OSError or HTTPException where no answer comes."""
        return self._send("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def _send(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        kept = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        with closing(HTTPConnection(HOST, self._port, timeout=SECONDS)) as connection:
            connection.request(method, path, body, {**(headers or {}), **kept})
            response = connection.getresponse()
            text = response.read().decode()
        for one in response.headers.get_all("Set-Cookie") or ():
            name, _, value = one.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Reply(response.status, urlsplit(response.headers.get("Location") or "").path, text)


def settled(port: int) -> dict[str, str]:
    """Answer what must be answered before details can be left; return the cookies."""
    browser = Browser(port)
    browser.get(f"/{SLUG}")
    for question, given in {**SETTLED, "age": "44"}.items():
        reply = browser.post(f"/{SLUG}/screener/{question}", {"answer": given})
        if reply.leads_to.endswith("/wishes"):
            reply = browser.post(reply.leads_to, {"skip": "yes"})
        assert reply.status == _SEE_OTHER, f"{question}: {reply.status}"
    return browser.cookies


def filled(browser: Browser) -> Filled:
    """Open the form and fill it in for the first trial that is offered, under a name of one's own."""
    page = browser.get(FORM)
    assert page.status == 200, page.status
    name = f"Person {next(_numbers)}"
    [trial, *_] = re.findall(r'name="trial" value="([^"]+)"', page.text)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    place = dict(re.findall(rf'<select id="(site-{trial})".*?<option value="([^"]+)"', page.text, re.DOTALL))
    own = {"name": name, "email": f"{name.replace(' ', '.')}@example.org", "trial": trial}
    fields = {**DETAILS, **CONSENTS, **{key: unescape(value) for key, value in hidden.items()}, **place, **own}
    return Filled(name, fields, dict(browser.cookies))


def send(port: int, form: Filled) -> Outcome:
    """Send a form on a connection of its own, and return what its person is told."""
    try:
        return outcome_of(Browser(port, form.cookies).post(FORM, form.fields))
    except (OSError, HTTPException):
        return Outcome.CUT


def outcome_of(reply: Reply) -> Outcome:
    """Return what a reply says; fail where it says neither that all is saved nor that nothing is."""
    if (reply.status, reply.leads_to) == (_SEE_OTHER, THANKS):
        return Outcome.SAVED
    if reply.status in _PROXYS_OWN:
        return Outcome.CUT
    assert reply.status in (_SERVER_ERROR, _UNAVAILABLE), f"{reply.status}: {reply.text[:2000]}"
    return Outcome.REFUSED
