"""The session of a recruiter in a request, its cookies, and the tokens of its forms."""

import secrets
from typing import cast

from flask import Response, g, request

from prescreen.web.base.cookies import CookieKind, all_cookies, drop_cookie, read_cookie, set_cookie
from prescreen.web.base.forms import FORM_TOKEN, is_signed_for
from prescreen.web.base.request_context import now, resources
from prescreen.web.base.security import client_network, signed
from prescreen.workflow.accounts import known_browsers, sessions
from prescreen.workflow.accounts import sign_in as signing_in
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.accounts.sessions import SignedIn
from prescreen.workflow.accounts.sign_in import Credentials
from prescreen.workflow.accounts.throttling import Typed

# In this order: most browsers also name the ones they derive from, and Android also names Linux.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "Chromebook",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def device_words(user_agent: str) -> str:
    """Return browser and system in plain words.

    >>> device_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Windows'
    >>> device_words("curl/8.5.0")
    'an unknown browser'
    """
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if not browser and not system:
        return "an unknown browser"
    return f"{browser or 'a browser'} on {system or 'an unknown system'}"


def _first(words: dict[str, str], user_agent: str) -> str:
    return next((word for sign, word in words.items() if sign in user_agent), "")


_SESSION, _VISITOR, _KNOWN = CookieKind.STAFF_SESSION, CookieKind.STAFF_SIGN_IN, CookieKind.STAFF_BROWSER
# A cookie for each account that was entered in a browser; its name does not show which account.
_ACCOUNT_DIGITS = 16


def signed_in() -> SignedIn | None:
    """Return the session of this request, complete or not, and record its use; None where there is none."""
    if "signed_in" not in g:
        g.signed_in = _find_signed_in()
    return cast(SignedIn | None, g.signed_in)


def signed_in_recruiter() -> Account | None:
    """Return the account of this request's complete session; None where there is none."""
    found = signed_in()
    return found.recruiter if found and found.is_complete else None


def _find_signed_in() -> SignedIn | None:
    token = session_token()
    if not token:
        return None
    database, required = resources().database, resources().settings.second_factor_required
    with database.reading() as session:
        found = sessions.signed_in(session, token, now(), factor_required=required)
    if found is not None and found.to_be_noted:
        # Reading a page must not wait for another writer: the next request notes it too.
        with database.writing_if_free() as session:
            if session is not None:
                sessions.keep_signed_in(session, token, now())
    return found


def sign_in(email: str, password: str) -> str | None:
    """Return the token of a new session; None where account or password is wrong.

    Raise TooManyAttemptsError after too many failures.
    """
    credentials = Credentials(email, password, network_address(), device(), browser_tokens())
    required = resources().settings.second_factor_required
    return signing_in.sign_in(resources().database, resources().keys, credentials, now(), factor_required=required)


def typed(text: str) -> Typed:
    """Return a password or code of this request, with what its attempts are counted under."""
    return Typed(text, network_address(), browser_tokens())


def network_address() -> str:
    """Return the network address of this request, for throttling."""
    return client_network()


def browser_tokens() -> tuple[str, ...]:
    """Return the tokens that this browser keeps for the accounts which were entered in it, for throttling."""
    return all_cookies(_KNOWN)


def device() -> str:
    """Return a plain description of this request's device."""
    return device_words(request.headers.get("User-Agent", ""))


def end_session() -> None:
    """End the session of this request, if there is one."""
    if token := session_token():
        with resources().database.writing() as session:
            sessions.sign_out(session, token, now())


def session_token() -> str:
    """Return the token that came with this request or was created in it, or an empty text."""
    return str(g.get("session_token") or read_cookie(_SESSION))


def go_on_with(token: str) -> None:
    """Use a new session for the rest of this request."""
    g.session_token = token
    g.pop("signed_in", None)


def set_session(response: Response, token: str) -> None:
    """Set the cookie with the token, until the browser is closed; the server ends the session sooner.

    A browser that gets a complete session also keeps a token by which it is known for the account from then on.
    """
    set_cookie(response, _SESSION, token)
    recruiter = signed_in_recruiter()
    if recruiter is not None:
        account = signed(resources().keys.flask, "known browser", str(recruiter.id))[:_ACCOUNT_DIGITS]
        set_cookie(response, _KNOWN, known_browsers.token_of(token), ending=account)


def forget_session(response: Response) -> None:
    """Delete the token from the browser, with every page that it keeps to go back to.

    Cookies are not named in the header: it would take those of other sites of the same domain, and those by which the
    browser is known for its accounts.
    """
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    drop_cookie(response, _SESSION)


def form_token() -> str:
    """Return the token of this session's forms, against forged requests."""
    return signed(resources().keys.flask, "recruiter's form", session_token())


def has_form_token() -> bool:
    """Return whether the posted form was made for this session."""
    return _carries("recruiter's form", session_token())


def visitor_id() -> str:
    """Return the random id of a browser that is not signed in; a new one where it has none."""
    return read_cookie(_VISITOR) or secrets.token_urlsafe(24)


def set_visitor(response: Response, visitor: str) -> None:
    """Set the cookie with that id, for an hour."""
    set_cookie(response, _VISITOR, visitor)


def sign_in_token(visitor: str) -> str:
    """Return the token of this browser's sign-in form, against forged requests."""
    return signed(resources().keys.flask, "sign-in form", visitor)


def has_sign_in_token() -> bool:
    """Return whether the posted sign-in form was made for this browser."""
    return _carries("sign-in form", read_cookie(_VISITOR))


def _carries(purpose: str, whose: str) -> bool:
    return bool(whose) and is_signed_for(purpose, whose, field=FORM_TOKEN)
