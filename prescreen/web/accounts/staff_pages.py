"""What all staff pages share: who is signed in, and what they may do. A page is closed unless it is declared open.

Every page declares the permission that it needs (`allowed`), or that it is public (`open_to_all`), or that it is for
sessions that still lack their second factor (`on_the_way_in`); one that declares nothing is refused to everyone.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.storage.accounts.recruiters import SecondFactor
from prescreen.web.accounts import staff_session
from prescreen.web.base.formatting import day
from prescreen.web.base.request_context import local
from prescreen.web.base.unsent_form import typed_in_words
from prescreen.workflow.accounts.permissions import Permission, may
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.accounts.sessions import SignedIn

pages = Blueprint("recruiter", __name__, url_prefix="/recruiter")

_log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])
_FIRST_PAGE = "recruiter.work_list"
MENU = (
    "Referrals",
    "Reminders",
    "Enter by phone",
    "Numbers",
    "Exports",
    "Accounts",
    "Trail",
    "My account",
)
"""The entries of the menu, in this order; each is shown to accounts that may open its page."""
SHOWN_AGAIN = frozenset({Permission.WORK_REFERRALS, Permission.ENTER_LEADS})
"""Under these people type for long: it is shown again where the session has ended. None of them asks for a password."""

_MENU_PAGES: dict[str, tuple[Callable[..., Any], str]] = {}
_NEEDS: dict[Callable[..., Any], Permission] = {}
_OPEN: set[Callable[..., Any]] = set()
_WAY_IN: dict[Callable[..., Any], tuple[SecondFactor, ...]] = {}


def allowed(permission: Permission, menu: str | None = None) -> Callable[[View], View]:
    """Open a page to accounts with this permission. The page itself must check trial and site.

    `menu` is its name in the menu, one of `MENU`.
    """

    def note(view: View) -> View:
        _NEEDS[view] = permission
        if menu is not None:
            _MENU_PAGES[menu] = (view, f"{pages.name}.{view.__name__}")
        return view

    return note


def on_the_way_in(*standing: SecondFactor) -> Callable[[View], View]:
    """Open a page to sessions that lack the second factor, for accounts whose factor is in one of these states.

    Such sessions can open nothing else, and no other session can open such a page.
    """

    def note(view: View) -> View:
        _WAY_IN[view] = standing
        return view

    return note


def open_to_all(view: View) -> View:
    """Open a page to everyone, signed in or not."""
    _OPEN.add(view)
    return view


@pages.before_request
def require_permission() -> ResponseReturnValue | None:
    """Refuse requests without permission, and posted forms that were not made for the session; None lets them pass."""
    view = current_app.view_functions[request.endpoint or ""]
    if view in _OPEN:
        return None
    signed_in = staff_session.signed_in()
    if signed_in is None:
        to_sign_in = redirect(url_for("recruiter.sign_in"), HTTPStatus.SEE_OTHER)
        return _unsent(view, HTTPStatus.UNAUTHORIZED) or to_sign_in
    if not _opens(view, signed_in):
        return _refuse(view, signed_in)
    if request.method == "POST" and not staff_session.has_form_token():
        _tell_of("form_refused", signed_in)
        return _unsent(view, HTTPStatus.FORBIDDEN) or abort(HTTPStatus.FORBIDDEN)
    return None


def _unsent(view: Callable[..., Any], status: HTTPStatus) -> ResponseReturnValue | None:
    """Return the page that says nothing was stored, with what was typed; None where nothing was, or it is not shown."""
    typed = typed_in_words() if request.method == "POST" and _NEEDS.get(view) in SHOWN_AGAIN else []
    return (render_template("accounts/unsent.html", typed=typed), status) if typed else None


def _opens(view: Callable[..., Any], signed_in: SignedIn) -> bool:
    account, permission = signed_in.recruiter, _NEEDS.get(view)
    if not signed_in.is_complete:
        return account.second_factor in _WAY_IN.get(view, ())
    return permission is not None and may(account, permission)


def _refuse(view: Callable[..., Any], signed_in: SignedIn) -> ResponseReturnValue:
    if signed_in.is_complete and view not in _WAY_IN and request.endpoint != _FIRST_PAGE:
        _tell_of("page_refused", signed_in)
        # The same as for a page that does not exist, so that it reveals nothing of what others may do.
        abort(HTTPStatus.NOT_FOUND)
    lost = None if signed_in.is_complete else _unsent(view, HTTPStatus.UNAUTHORIZED)
    return lost or redirect(landing(signed_in), HTTPStatus.SEE_OTHER)


def _tell_of(refusal: str, signed_in: SignedIn) -> None:
    _log.warning(refusal, page=request.endpoint, account=str(signed_in.recruiter.id))


def landing(signed_in: SignedIn) -> str:
    """Return the address of the first page of a session, or that of the second factor which is still missing."""
    if signed_in.is_complete:
        return menu_of(signed_in.recruiter)[0][1]
    has_one = signed_in.recruiter.second_factor is SecondFactor.SET_UP
    return url_for("recruiter.ask_code" if has_one else "recruiter.ask_set_up")


@pages.app_template_filter("moment")
def in_words(at: datetime) -> str:
    """Return an instant in words by the clocks of the service, such as "23 November 2026, 09:30 GMT"."""
    there = local(at)
    return f"{day(there)}, {there:%H:%M %Z}"


def done_words(sentences: Mapping[str, str]) -> str | None:
    """Return the sentence that confirms what was done, as named in the page's address; None without one."""
    return sentences.get(request.args.get("done", ""))


@pages.context_processor
def _for_every_page() -> dict[str, object]:
    recruiter = staff_session.signed_in_recruiter()
    return {
        "recruiter": recruiter,
        "form_token": staff_session.form_token() if staff_session.signed_in() else None,
        "may": lambda permission: recruiter is not None and may(recruiter, Permission(permission)),
        "menu": menu_of(recruiter) if recruiter else [],
    }


def menu_of(account: Account) -> list[tuple[str, str]]:
    """Return names and addresses of the pages that an account may open; the first is its start page."""
    found = [(words, *_MENU_PAGES[words]) for words in MENU if words in _MENU_PAGES]
    return [(words, url_for(endpoint)) for words, view, endpoint in found if may(account, _NEEDS[view])]


def this_recruiter() -> Account:
    """Return the signed-in account; only for pages that need a permission."""
    return this_session().recruiter


def this_session() -> SignedIn:
    """Return the session and its account; only for pages that need a permission."""
    found = staff_session.signed_in()
    if found is None or not found.is_complete:
        abort(HTTPStatus.FORBIDDEN)
    return found
