"""Administrators' invitations to make an account. The link is shown once, and mailed where mail is configured."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.storage.accounts.recruiters import Role
from prescreen.web.accounts import permissions_form
from prescreen.web.accounts.account_creation import WorkAddress
from prescreen.web.accounts.permissions_form import Ticked
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.base.form_fields import Line
from prescreen.web.base.forms import Form, posted, posted_or_400
from prescreen.web.base.request_context import catalog, now, pen, resources
from prescreen.workflow.accounts import account_invitations
from prescreen.workflow.accounts.account_invitations import LINK_LASTS, Invited
from prescreen.workflow.accounts.administration import Duties
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.accounts.recruiters import AccountError


class InviteForm(Form):
    """The person to invite; role, trials and rights are a form of their own."""

    email: Annotated[str, WorkAddress("Type the person's e-mail address, such as name@example.org.")]
    name: Annotated[str, Line()]


_NOTHING = Ticked(Role.RECRUITER, (), ())


@pages.get("/accounts/invite")
@allowed(Permission.MANAGE_ACCOUNTS)
def ask_whom_to_invite() -> ResponseReturnValue:
    """Show the form of an invitation."""
    return _form(_NOTHING, {})


@pages.post("/accounts/invite")
@allowed(Permission.MANAGE_ACCOUNTS)
def invite() -> ResponseReturnValue:
    """Make the invitation, and show its link."""
    (form, faults), (duties, errors) = posted(InviteForm), permissions_form.read_duties(catalog())
    if duties is None or form is None:
        return _form(posted_or_400(Ticked), faults | errors), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        token = _invite(form, duties)
    except AccountError as error:
        return _form(posted_or_400(Ticked), {"email": f"{error}."}), HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template(
        "accounts/invited.html",
        email=form.email,
        link=pen().account_address(token),
        days=LINK_LASTS.days,
        mailed=bool(resources().settings.mail_url),
    )


def _invite(form: InviteForm, duties: Duties) -> str:
    invited = Invited(form.email, form.name or None, duties.role, duties.assignments, duties.rights)
    with resources().database.writing() as session:
        token = account_invitations.invite(session, invited, this_recruiter(), now())
        if resources().settings.mail_url:
            letter = pen().account_invited(form.email, token, LINK_LASTS.days)
            account_invitations.post_link(session, resources().keys, letter, now())
    return token


def _form(ticked: Ticked, errors: dict[str, str]) -> str:
    return render_template(
        "accounts/invite.html",
        ticked=ticked,
        trials=permissions_form.trial_fields(catalog()),
        roles=permissions_form.ROLES,
        rights=permissions_form.RIGHTS,
        typed=request.form,
        errors=errors,
    )


@pages.post("/accounts/invitations/<uuid:invitation_id>/cancel")
@allowed(Permission.MANAGE_ACCOUNTS)
def cancel_invitation(invitation_id: UUID) -> ResponseReturnValue:
    """Cancel an unused invitation."""
    with resources().database.writing() as session:
        cancelled = account_invitations.cancel(session, this_recruiter(), invitation_id, now())
    if not cancelled:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("recruiter.accounts", done="cancelled"), HTTPStatus.SEE_OTHER)
