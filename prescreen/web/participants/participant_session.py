"""The participant whose private page is open in this browser, and the signature of forms made for that person."""

from http import HTTPStatus
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.web.base.forms import is_signed_for
from prescreen.web.base.request_context import resources
from prescreen.web.base.security import signed
from prescreen.web.interview.answer_cookie import MINE, unsealed
from prescreen.web.participants.contact_form import contact_languages, contact_times
from prescreen.workflow.participants.data_subject_rights import HeldData, held_data


def held_here() -> HeldData | None:
    """Return the data of the person whose link was opened in this browser within two hours; None without one."""
    data = unsealed(request.cookies.get(MINE, ""), MINE)
    if data is None:
        return None
    with resources().database.reading() as session:
        return held_data(session, resources().keys, UUID(hex=data["lead"]))


def held_and_signed() -> HeldData | None:
    """Return what `held_here` returns, if the posted form was signed for that person; else None."""
    held = held_here()
    if held is None:
        return None
    return held if is_signed_for("my", held.lead_id.hex) else None


def signature_for(held: HeldData) -> str:
    """Return the signature of forms that are made for this person."""
    return signed(resources().keys.flask, "my", held.lead_id.hex)


def link_ended(typed: MultiDict[str, str] | None = None) -> ResponseReturnValue:
    """Return the page which says that a link or form is not valid (any more), with contact details that were typed.

    Its status is 404.
    """
    words = {"times": contact_times(), "languages": contact_languages()}
    return render_template("participants/link_ended.html", typed=typed, **words), HTTPStatus.NOT_FOUND
