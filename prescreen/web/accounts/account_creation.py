"""Joining: making one's own account by a link that works once."""

from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from prescreen.web.accounts import staff_session
from prescreen.web.accounts.sign_in import go_in
from prescreen.web.accounts.staff_pages import open_to_all, pages
from prescreen.web.base.request_context import now, resources
from prescreen.workflow.accounts import account_invitations
from prescreen.workflow.accounts.account_invitations import Joining, StoredInvitation
from prescreen.workflow.accounts.passwords import PasswordRefusedError, password_hash
from prescreen.workflow.accounts.recruiters import AccountError, normalised_email

_STALE = "This page was open for too long, or was not made for this browser. Send it again."
LONGEST_NAME = 200


@pages.get("/join/<token>")
@open_to_all
def join(token: str) -> ResponseReturnValue:
    """Ask for name and password. Opening the link does not use it up."""
    invitation = _invitation(token)
    return _form(invitation, {}, HTTPStatus.OK) if invitation else _ended()


@pages.post("/join/<token>")
@open_to_all
def make_account(token: str) -> ResponseReturnValue:
    """Make the account, and lead on to setting up the second factor."""
    invitation = _invitation(token)
    if invitation is None:
        return _ended()
    if not staff_session.has_sign_in_token():
        return _form(invitation, {"name": _STALE}, HTTPStatus.FORBIDDEN)
    errors, hashed = _read(invitation)
    if errors:
        return _form(invitation, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    made = Joining(_typed("name"), _typed("email"), hashed, staff_session.device())
    try:
        with resources().database.writing() as session:
            session_token = account_invitations.join(session, invitation, made, now())
    except AccountError as error:
        return _form(invitation, {"email": f"{error}."}, HTTPStatus.UNPROCESSABLE_ENTITY)
    if session_token is None:
        return _ended()
    staff_session.end_session()
    return go_in(session_token)


def _invitation(token: str) -> StoredInvitation | None:
    return account_invitations.opened(resources().database, token, now())


def _ended() -> Response:
    # One and the same page, so that who guesses learns nothing.
    return make_response(render_template("accounts/join_ended.html"), HTTPStatus.NOT_FOUND)


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST_NAME]


def _read(invitation: StoredInvitation) -> tuple[dict[str, str], str]:
    """Return what is wrong with what was typed, and the hash of the password."""
    errors, hashed, password = {}, "", request.form.get("password", "")
    if not _typed("name"):
        errors["name"] = "Type your name, as colleagues are to read it."
    if invitation.invited.email is None and not _is_address(_typed("email")):
        errors["email"] = "Type your work e-mail address. You sign in with it."
    if password != request.form.get("again", ""):
        errors["again"] = "The two passwords differ. Type the same one twice."
    elif not errors:
        try:
            hashed = password_hash(password)
        except PasswordRefusedError as error:
            errors["password"] = f"{str(error).capitalize()}."
    return errors, hashed


def _is_address(email: str) -> bool:
    try:
        return bool(normalised_email(email))
    except AccountError:
        return False


def _form(invitation: StoredInvitation, errors: dict[str, str], status: HTTPStatus) -> Response:
    visitor = staff_session.visitor_id()
    page = render_template(
        "accounts/join.html",
        invited=invitation.invited,
        typed={"name": request.form.get("name", invitation.invited.name or ""), "email": request.form.get("email", "")},
        errors=errors,
        sign_in_token=staff_session.sign_in_token(visitor),
    )
    response = make_response(page, status)
    staff_session.set_visitor(response, visitor)
    return response
