"""Inviting people to make an account, for administrators. The link is shown once, and mailed where mail is set up."""

from http import HTTPStatus
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.web.accounts import permissions_form
from prescreen.web.accounts.account_creation import LONGEST_NAME
from prescreen.web.accounts.permissions_form import Ticked
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.base.request_context import catalog, now, pen, resources
from prescreen.workflow.accounts import account_invitations
from prescreen.workflow.accounts.account_invitations import LINK_LASTS, Invited
from prescreen.workflow.accounts.administration import Duties
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.accounts.recruiters import AccountError, normalised_email

_NOTHING = Ticked("recruiter", frozenset(), frozenset())


@pages.get("/accounts/invite")
@allowed(Permission.MANAGE_ACCOUNTS)
def ask_whom_to_invite() -> ResponseReturnValue:
    """Show the form."""
    return _form(_NOTHING, {})


@pages.post("/accounts/invite")
@allowed(Permission.MANAGE_ACCOUNTS)
def invite() -> ResponseReturnValue:
    """Make the invitation, and show its link."""
    duties, errors = permissions_form.read_duties(catalog())
    email = _email()
    if email is None:
        errors = {"email": "Type the person's e-mail address, such as name@example.org.", **errors}
    if duties is None or email is None:
        return _form(permissions_form.ticked_in_form(), errors), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        token = _invite(email, duties)
    except AccountError as error:
        return _form(permissions_form.ticked_in_form(), {"email": f"{error}."}), HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template(
        "accounts/invited.html",
        email=email,
        link=pen().account_address(token),
        days=LINK_LASTS.days,
        mailed=bool(resources().settings.mail_url),
    )


def _invite(email: str, duties: Duties) -> str:
    name = request.form.get("name", "").strip()[:LONGEST_NAME] or None
    invited = Invited(email, name, duties.role, duties.assignments, duties.rights)
    with resources().database.writing() as session:
        token = account_invitations.invite(session, invited, this_recruiter(), now())
        if resources().settings.mail_url:
            letter = pen().account_invited(email, token, LINK_LASTS.days)
            account_invitations.post_link(session, resources().keys, letter, now())
    return token


def _email() -> str | None:
    try:
        return normalised_email(request.form.get("email", ""))
    except AccountError:
        return None


def _form(ticked: Ticked, errors: dict[str, str]) -> str:
    return render_template(
        "accounts/invite.html",
        ticked=ticked,
        trials=permissions_form.trial_fields(catalog()),
        roles=permissions_form.ROLES,
        rights=permissions_form.RIGHTS,
        typed={name: request.form.get(name, "") for name in ("email", "name")},
        errors=errors,
    )


@pages.post("/accounts/invitations/<uuid:invitation_id>/cancel")
@allowed(Permission.MANAGE_ACCOUNTS)
def cancel_invitation(invitation_id: UUID) -> ResponseReturnValue:
    """End an invitation that nobody used yet."""
    with resources().database.writing() as session:
        cancelled = account_invitations.cancel(session, this_recruiter(), invitation_id, now())
    if not cancelled:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("recruiter.accounts", done="cancelled"), HTTPStatus.SEE_OTHER)
