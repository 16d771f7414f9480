"""Every cookie of this service, with its life: no other module sets or reads one, so that the notice can list them."""

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
        for_staff: Only staff who sign in get it.
        has_ending: Its name goes on, with a condition or an account.
        everywhere: The browser sends it to every address; others only to those of a condition or of a person.
    """

    life: timedelta | None
    for_staff: bool = False
    has_ending: bool = False
    everywhere: bool = False


COOKIES: Mapping[CookieKind, CookieDefinition] = {
    CookieKind.ANSWERS: CookieDefinition(VISIT, has_ending=True),
    CookieKind.FORM: CookieDefinition(VISIT),
    CookieKind.TYPED: CookieDefinition(VISIT),
    CookieKind.THANKS: CookieDefinition(VISIT),
    CookieKind.MINE: CookieDefinition(VISIT),
    CookieKind.LANGUAGE: CookieDefinition(timedelta(days=365), everywhere=True),
    CookieKind.STAFF_SESSION: CookieDefinition(None, for_staff=True, everywhere=True),
    CookieKind.STAFF_SIGN_IN: CookieDefinition(timedelta(hours=1), for_staff=True, everywhere=True),
    CookieKind.STAFF_BROWSER: CookieDefinition(KNOWN_FOR, for_staff=True, has_ending=True, everywhere=True),
}


def cookie_name(kind: CookieKind, ending: str = "") -> str:
    """Return the name under which a browser keeps a cookie."""
    return f"{_prefix(kind) if resources().settings.https else ''}{kind.value}{ending}"


def _prefix(kind: CookieKind) -> str:
    """Return what lets a browser take a cookie over HTTPS alone and, where its path allows that, of this host alone."""
    return "__Host-" if COOKIES[kind].everywhere else "__Secure-"


def read_cookie(kind: CookieKind, ending: str = "") -> str:
    """Return the value that came with this request; empty where none came."""
    return request.cookies.get(cookie_name(kind, ending), "")


def all_cookies(kind: CookieKind) -> tuple[str, ...]:
    """Return the values that came with this request, whatever ending their names have."""
    start = cookie_name(kind)
    return tuple(value for name, value in request.cookies.items() if name.startswith(start))


def set_cookie(response: Response, kind: CookieKind, value: str, *, ending: str = "", path: str = "/") -> None:
    """Set a cookie for as long as its kind says, hidden from scripts and other sites.

    `path` is where the browser sends it; one that goes everywhere has none of its own.
    """
    life = COOKIES[kind].life
    response.set_cookie(
        cookie_name(kind, ending),
        value,
        max_age=None if life is None else int(life.total_seconds()),
        path=path,
        httponly=True,
        samesite="Lax",
        secure=_is_secure(),
    )


def drop_cookie(response: Response, kind: CookieKind, *, ending: str = "", path: str = "/") -> None:
    """Let the browser forget a cookie that `set_cookie` set for this path."""
    response.delete_cookie(cookie_name(kind, ending), path=path, httponly=True, samesite="Lax", secure=_is_secure())


def _is_secure() -> bool:
    # Without it browsers take no cookie with a prefix, and forget none.
    return resources().settings.https or request.is_secure
