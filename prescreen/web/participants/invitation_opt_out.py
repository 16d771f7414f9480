"""Pages to end invitations to later trials, opened from the header of a letter.

Opening the link changes nothing, since mail programs fetch links. A POST does, with or without the page before it: mail
programs that have a button of their own send one without cookies (RFC 8058).

A module of its own, since unlike the other pages of participants these know no person, only a link.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from prescreen.web.base.request_context import now, resources
from prescreen.web.participants.participant_session import link_ended
from prescreen.workflow.participants.invitation_responses import can_opt_out, opt_out

pages = Blueprint("opt_out", __name__)


@pages.get("/my/no-more/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Ask whether invitations to later trials are to end."""
    with resources().database.reading() as session:
        valid = can_opt_out(session, resources().keys, token)
    return render_template("participants/opt_out.html", token=token) if valid else link_ended()


@pages.post("/my/no-more/<token>")
def end(token: str) -> ResponseReturnValue:
    """End invitations to later trials."""
    with resources().database.writing() as session:
        valid = opt_out(session, resources().keys, token, now())
    return render_template("participants/opted_out.html") if valid else link_ended()
