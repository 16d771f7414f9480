"""What all pages of recruiters share: who is signed in, and what they may do. Nothing is open but what says so.

Every page names the permission that it needs (`allowed`) or that anybody may come (`open_to_all`); one that names
nothing is refused to everybody.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.web.recruiter import access
from prescreen.web.wording import day
from prescreen.workflow.accounts import Account
from prescreen.workflow.policy import Permission, may

pages = Blueprint("recruiter", __name__, url_prefix="/recruiter")

View = TypeVar("View", bound=Callable[..., Any])
MENU = ("Referrals", "Reminders", "Enter by phone", "Numbers", "Exports", "Accounts", "Trail", "My account")
"""The pages that stand in the menu, in this order, each for those who may open it."""

_MENU_PAGES: dict[str, tuple[Callable[..., Any], str]] = {}
_NEEDS: dict[Callable[..., Any], Permission] = {}
_OPEN: set[Callable[..., Any]] = set()


def allowed(permission: Permission, menu: str | None = None) -> Callable[[View], View]:
    """Open a page to those whom the policy gives this permission. What place it is for, the page asks itself.

    `menu` is its name in the menu, one of `MENU`.
    """

    def note(view: View) -> View:
        _NEEDS[view] = permission
        if menu is not None:
            _MENU_PAGES[menu] = (view, f"{pages.name}.{view.__name__}")
        return view

    return note


def open_to_all(view: View) -> View:
    """Open a page to whoever comes, signed in or not."""
    _OPEN.add(view)
    return view


@pages.before_request
def require_permission() -> ResponseReturnValue | None:
    """Let nobody past who may not, and no form that was not made for their session."""
    view = current_app.view_functions[request.endpoint or ""]
    if view in _OPEN:
        return None
    account = access.signed_in_recruiter()
    if account is None:
        return redirect(url_for("recruiter.sign_in"), HTTPStatus.SEE_OTHER)
    permission = _NEEDS.get(view)
    if permission is None or not may(account, permission):
        # As for a page that is not there: what others may do is nobody's business.
        abort(HTTPStatus.NOT_FOUND)
    if request.method == "POST" and not access.has_form_token():
        abort(HTTPStatus.FORBIDDEN)
    return None


@pages.app_template_filter("moment")
def in_words(at: datetime) -> str:
    """Give an instant in words, such as "23 November 2026, 09:30 GMT"."""
    return f"{day(at)}, {at:%H:%M %Z}"


@pages.context_processor
def _for_every_page() -> dict[str, object]:
    recruiter = access.signed_in_recruiter()
    return {
        "recruiter": recruiter,
        "form_token": access.form_token() if recruiter else None,
        "may": lambda permission: recruiter is not None and may(recruiter, Permission(permission)),
        "menu": menu_of(recruiter) if recruiter else [],
    }


def menu_of(account: Account) -> list[tuple[str, str]]:
    """Give the words and addresses of the pages that an account may open; the first is where its work begins."""
    found = [(words, *_MENU_PAGES[words]) for words in MENU if words in _MENU_PAGES]
    return [(words, url_for(endpoint)) for words, view, endpoint in found if may(account, _NEEDS[view])]


def this_recruiter() -> Account:
    """Give who is signed in; only for pages that need a permission."""
    recruiter = access.signed_in_recruiter()
    if recruiter is None:
        abort(HTTPStatus.FORBIDDEN)
    return recruiter
