"""The participant whose private page is open in this browser, and the signature of forms made for that person.

A browser stays open for two hours, unless the links of its generation end. The browser in which they were ended stays
open even if its new cookie was lost, as after a double click: the lead keeps the name of its session.
"""

import secrets
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.web.base.cookies import read_cookie
from prescreen.web.base.forms import is_signed_for
from prescreen.web.base.request_context import resources
from prescreen.web.base.security import signed
from prescreen.web.interview.answer_cookie import MINE
from prescreen.web.participants.contact_form import contact_languages, contact_times
from prescreen.web.sealed_cookies import set_sealed, unsealed
from prescreen.workflow.participants.data_subject_rights import HeldData, held_data

_NAME_BYTES = 16


def held_here() -> HeldData | None:
    """Return the data of the person whose link was opened in this browser within two hours; None without one."""
    data = _cookie()
    if data is None:
        return None
    with resources().database.reading() as session:
        held = held_data(session, resources().keys, UUID(hex=data["lead"]))
    return held if held and _is_open(data, held) else None


def _cookie() -> dict[str, Any] | None:
    return unsealed(read_cookie(MINE), MINE)


def _is_open(data: dict[str, Any], held: HeldData) -> bool:
    is_kept = held.kept_session is not None and _name(data) == held.kept_session
    return is_kept or data.get("generation") == held.link_generation


def _name(data: dict[str, Any]) -> bytes:
    return bytes.fromhex(data.get("session", ""))


def session_here() -> bytes:
    """Return the name of the session in this browser; a new one where no private page is open."""
    data = _cookie()
    return (_name(data) if data else b"") or secrets.token_bytes(_NAME_BYTES)


def is_renewed_here(held: HeldData) -> bool:
    """Return whether older links were ended in this browser, so that the page must show the new one."""
    data = _cookie() or {}
    return data.get("renewed") == 1 or data.get("generation") != held.link_generation


def keep_open(response: Response, held: HeldData, *, renewed: bool = False) -> None:
    """Keep the page of this person open in this browser for two hours; `renewed`: older links were ended in it."""
    data: dict[str, Any] = {
        "lead": held.lead_id.hex,
        "generation": held.link_generation,
        "session": session_here().hex(),
    }
    set_sealed(response, MINE, {**data, "renewed": 1} if renewed else data, MINE, path="/my")


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
