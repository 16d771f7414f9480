"""Every cookie that this service can set, with its life: no other module sets one, so that the notice can list them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flask import Response, request

from prescreen.web.base.request_context import resources
from prescreen.workflow.accounts.known_browsers import KNOWN_FOR

VISIT = timedelta(hours=2)
"""How long a visitor's browser keeps what was answered or typed."""


class CookieKind(StrEnum):
    """A kind of cookie, by its name or the beginning of its name."""

    ANSWERS = "prescreen-"
    FORM = "prescreen-form"
    TYPED = "prescreen-typed"
    THANKS = "prescreen-thanks"
    MINE = "prescreen-my"
    LANGUAGE = "prescreen-language"
    STAFF_SESSION = "prescreen-recruiter"
    STAFF_SIGN_IN = "prescreen-sign-in"
    STAFF_BROWSER = "prescreen-known-"


@dataclass(frozen=True, slots=True)
class CookieDefinition:
    """The properties of one kind of cookie.

    Attributes:
        life: How long a browser keeps it; None until the browser is closed.
        for_staff: Only staff who sign in get it; behind TLS a browser takes it from this host alone.
        has_ending: Its name goes on, with a condition or an account.
    """

    life: timedelta | None
    for_staff: bool = False
    has_ending: bool = False


COOKIES: Mapping[CookieKind, CookieDefinition] = {
    CookieKind.ANSWERS: CookieDefinition(VISIT, has_ending=True),
    CookieKind.FORM: CookieDefinition(VISIT),
    CookieKind.TYPED: CookieDefinition(VISIT),
    CookieKind.THANKS: CookieDefinition(VISIT),
    CookieKind.MINE: CookieDefinition(VISIT),
    CookieKind.LANGUAGE: CookieDefinition(timedelta(days=365)),
    CookieKind.STAFF_SESSION: CookieDefinition(None, for_staff=True),
    CookieKind.STAFF_SIGN_IN: CookieDefinition(timedelta(hours=1), for_staff=True),
    CookieKind.STAFF_BROWSER: CookieDefinition(KNOWN_FOR, for_staff=True, has_ending=True),
}


def cookie_name(kind: CookieKind, ending: str = "") -> str:
    """Return the name under which a browser keeps a cookie."""
    # With this prefix a browser accepts the cookie only from this host, over HTTPS.
    prefix = "__Host-" if COOKIES[kind].for_staff and resources().settings.https else ""
    return f"{prefix}{kind.value}{ending}"


def set_cookie(response: Response, kind: CookieKind, value: str, *, ending: str = "", path: str = "/") -> None:
    """Set a cookie for as long as its kind says, hidden from scripts and other sites."""
    life = COOKIES[kind].life
    response.set_cookie(
        cookie_name(kind, ending),
        value,
        max_age=None if life is None else int(life.total_seconds()),
        path=path,
        httponly=True,
        samesite="Lax",
        secure=resources().settings.https or request.is_secure,
    )
