"""Pages for administrators: the list of accounts, their duties, closing them, and ending their sessions."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from prescreen.storage import Session
from prescreen.storage.accounts import recruiters, sessions
from prescreen.web.accounts import permissions_form
from prescreen.web.accounts.permissions_form import Ticked
from prescreen.web.accounts.staff_pages import allowed, done_words, pages, this_recruiter
from prescreen.web.base.forms import posted_or_400
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.workflow.accounts import administration
from prescreen.workflow.accounts.account_invitations import waiting
from prescreen.workflow.accounts.administration import LastAdministratorError
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.accounts.sessions import open_sessions

Deed = Callable[[Session, Account, Account, datetime], None]
_DONE = {
    "changed": "The change is kept, and holds from now on. Another role or other rights ended all sessions.",
    "sessions": "All sessions were ended.",
    "second-factor": "The second factor was reset. At the next sign-in a new one is set up, before anything else.",
    "disabled": "The account is closed, and all its sessions were ended.",
    "enabled": "The account is open again.",
    "cancelled": "The invitation is cancelled. Its link works no more.",
}


@pages.get("/accounts")
@allowed(Permission.MANAGE_ACCOUNTS, menu="Accounts")
def accounts() -> ResponseReturnValue:
    """List the accounts and the unused invitations."""
    with resources().database.reading() as session:
        everyone, seen, invitations = recruiters.everyone(session), sessions.last_seen(session), waiting(session, now())
    return render_template(
        "accounts/accounts.html",
        accounts=everyone,
        seen=seen,
        invitations=invitations,
        done=done_words(_DONE),
        **_words(),
    )


def _words() -> dict[str, object]:
    return {
        "roles": permissions_form.ROLES,
        "places_in_words": lambda assignments: permissions_form.places_in_words(catalog(), assignments),
        "rights_in_words": permissions_form.rights_in_words,
    }


@pages.get("/accounts/<uuid:recruiter_id>")
@allowed(Permission.MANAGE_ACCOUNTS)
def one_account(recruiter_id: UUID) -> ResponseReturnValue:
    """Show one account, with everything that can be changed about it."""
    found = _found(recruiter_id)
    return _page(found, permissions_form.ticked_of(found), {})


def _found(recruiter_id: UUID) -> Account:
    with resources().database.reading() as session:
        return recruiters.find(session, recruiter_id) or abort(HTTPStatus.NOT_FOUND)


def _page(found: Account, ticked: Ticked, errors: dict[str, str]) -> str:
    with resources().database.reading() as session:
        open_now = open_sessions(session, found.id, now())
    return render_template(
        "accounts/one_account.html",
        account=found,
        sessions=open_now,
        ticked=ticked,
        trials=permissions_form.trial_fields(catalog(), found.assignments),
        rights=permissions_form.RIGHTS,
        done=done_words(_DONE),
        errors=errors,
        **_words(),
    )


@pages.post("/accounts/<uuid:recruiter_id>")
@allowed(Permission.MANAGE_ACCOUNTS)
def change_account(recruiter_id: UUID) -> ResponseReturnValue:
    """Replace the role, trials and rights of an account."""
    found = _found(recruiter_id)
    duties, errors = permissions_form.read_duties(catalog(), found.assignments)
    if duties is None:
        return _page(found, posted_or_400(Ticked), errors), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with resources().database.writing() as session:
            administration.change_duties(session, this_recruiter(), found, duties, now())
    except LastAdministratorError as error:
        return _page(found, posted_or_400(Ticked), {"role": f"{error}."}), HTTPStatus.CONFLICT
    return _done(recruiter_id, "changed")


@pages.post("/accounts/<uuid:recruiter_id>/disable")
@allowed(Permission.MANAGE_ACCOUNTS)
def disable_account(recruiter_id: UUID) -> ResponseReturnValue:
    """Close an account and end its sessions."""
    return _do(recruiter_id, administration.disable, "disabled")


@pages.post("/accounts/<uuid:recruiter_id>/enable")
@allowed(Permission.MANAGE_ACCOUNTS)
def enable_account(recruiter_id: UUID) -> ResponseReturnValue:
    """Reopen a closed account."""
    return _do(recruiter_id, administration.enable, "enabled")


@pages.post("/accounts/<uuid:recruiter_id>/end-sessions")
@allowed(Permission.MANAGE_ACCOUNTS)
def end_sessions_of(recruiter_id: UUID) -> ResponseReturnValue:
    """End all sessions of an account."""
    return _do(recruiter_id, administration.end_sessions, "sessions")


@pages.post("/accounts/<uuid:recruiter_id>/reset-second-factor")
@allowed(Permission.MANAGE_ACCOUNTS)
def reset_second_factor(recruiter_id: UUID) -> ResponseReturnValue:
    """Delete a lost second factor."""
    return _do(recruiter_id, administration.reset_second_factor, "second-factor")


def _do(recruiter_id: UUID, deed: Deed, done: str) -> ResponseReturnValue:
    found = _found(recruiter_id)
    try:
        with resources().database.writing() as session:
            deed(session, this_recruiter(), found, now())
    except LastAdministratorError as error:
        return _page(found, permissions_form.ticked_of(found), {"close": f"{error}."}), HTTPStatus.CONFLICT
    return _done(recruiter_id, done)


def _done(recruiter_id: UUID, what: str) -> ResponseReturnValue:
    return redirect(url_for("recruiter.one_account", recruiter_id=recruiter_id, done=what), HTTPStatus.SEE_OTHER)
