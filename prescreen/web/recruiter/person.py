"""The page of one person: contact, consents, and every finding with the answers behind it."""

from http import HTTPStatus
from uuid import UUID

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from prescreen.web.recruiter.blueprint import allowed, pages, this_recruiter
from prescreen.web.recruiter.reading import read_sheet
from prescreen.web.resources import catalog, now, resources
from prescreen.workflow.policy import Permission
from prescreen.workflow.recruiting import view_referral


@pages.get("/referrals/<uuid:referral_id>")
@allowed(Permission.SEE_IDENTITY)
def referral(referral_id: UUID) -> ResponseReturnValue:
    """Show one person: contact, consents, and every finding with the answers behind it."""
    with resources().database.writing() as session:
        view = view_referral(session, resources().keys, this_recruiter(), referral_id, now())
    # After the transaction, so that the refusal stays on record.
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("recruiter/referral.html", sheet=read_sheet(view, catalog(), now()))
