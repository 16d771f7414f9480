"""Creation of an account by an invited person, through a link that works once."""

from http import HTTPStatus
from typing import Annotated

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from prescreen.web.accounts import staff_session
from prescreen.web.accounts.sign_in import go_in
from prescreen.web.accounts.staff_pages import open_to_all, pages
from prescreen.web.base.form_fields import EmailLine, Line, Raw, Repeated
from prescreen.web.base.forms import Form, posted
from prescreen.web.base.request_context import now, resources
from prescreen.workflow.accounts import account_invitations
from prescreen.workflow.accounts.account_invitations import Joining, StoredInvitation
from prescreen.workflow.accounts.passwords import PasswordRefusedError, password_hash
from prescreen.workflow.accounts.recruiters import AccountError, normalised_email

_STALE = "This page was open for too long, or was not made for this browser. Send it again."


class WorkAddress(EmailLine):
    """An e-mail address, normalized as accounts store it."""

    def read(self, sent: str) -> str:
        """Return the address; raise AccountError, a ValueError, where it is invalid."""
        return normalised_email(super().read(sent))


class JoinForm(Form):
    """The name and password of a new account."""

    name: Annotated[str, Line("Type your name, as colleagues are to read it.")]
    email: Annotated[str, Line()]
    password: Annotated[str, Raw()]
    again: Annotated[str, Repeated("password", "The two passwords differ. Type the same one twice.")]


class JoinWithAddressForm(JoinForm):
    """The name, e-mail address and password of a new account, for an invitation that names no address."""

    email: Annotated[str, WorkAddress("Type your work e-mail address. You sign in with it.")]


@pages.get("/join/<token>")
@open_to_all
def join(token: str) -> ResponseReturnValue:
    """Ask for name and password. Opening the link does not use it up."""
    invitation = _invitation(token)
    return _form(invitation, {}, HTTPStatus.OK) if invitation else _ended()


@pages.post("/join/<token>")
@open_to_all
def make_account(token: str) -> ResponseReturnValue:
    """Create the account, and redirect to the set-up of the second factor."""
    invitation = _invitation(token)
    if invitation is None:
        return _ended()
    if not staff_session.has_sign_in_token():
        return _form(invitation, {"name": _STALE}, HTTPStatus.FORBIDDEN)
    made, errors = _read(invitation)
    if made is None:
        return _form(invitation, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
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
    # The same page in every case, so that guessing reveals nothing.
    return make_response(render_template("accounts/join_ended.html"), HTTPStatus.NOT_FOUND)


def _read(invitation: StoredInvitation) -> tuple[Joining | None, dict[str, str]]:
    """Return the new member with the hash of the password, None for a faulty form; and the faults by field."""
    form, faults = posted(JoinForm if invitation.invited.email else JoinWithAddressForm)
    if form is None:
        return None, faults
    try:
        leaked = resources().settings.leaked_passwords
        hashed = password_hash(form.password, form.name, form.email, leaked=leaked)
        return Joining(form.name, form.email, hashed, staff_session.device()), {}
    except PasswordRefusedError as error:
        return None, {"password": f"{str(error).capitalize()}."}


def _form(invitation: StoredInvitation, errors: dict[str, str], status: HTTPStatus) -> Response:
    visitor = staff_session.visitor_id()
    page = render_template(
        "accounts/join.html",
        invited=invitation.invited,
        typed=request.form or {"name": invitation.invited.name},
        errors=errors,
        sign_in_token=staff_session.sign_in_token(visitor),
    )
    response = make_response(page, status)
    staff_session.set_visitor(response, visitor)
    return response
