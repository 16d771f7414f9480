"""Whose private page is open in this browser, and whether a form was made for that person."""

from http import HTTPStatus
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from prescreen.web.base.forms import is_signed_for
from prescreen.web.base.request_context import resources
from prescreen.web.base.security import signed
from prescreen.web.interview.answer_cookie import MINE, unsealed
from prescreen.workflow.participants.data_subject_rights import HeldData, held_data


def held_here() -> HeldData | None:
    """Return what is held about the person whose link was opened here within two hours; None where there is nobody."""
    data = unsealed(request.cookies.get(MINE, ""), MINE)
    if data is None:
        return None
    with resources().database.reading() as session:
        return held_data(session, resources().keys, UUID(hex=data["lead"]))


def held_and_signed() -> HeldData | None:
    """Return the same, if the form that was sent was made for this person."""
    held = held_here()
    if held is None:
        return None
    return held if is_signed_for("my", held.lead_id.hex) else None


def signature_for(held: HeldData) -> str:
    """Return what makes a form this person's."""
    return signed(resources().keys.flask, "my", held.lead_id.hex)


def link_ended() -> ResponseReturnValue:
    """Say that a link or form leads nowhere (any more)."""
    return render_template("participants/link_ended.html"), HTTPStatus.NOT_FOUND
