"""The browser in which a form was shown: only there does the same form, sent again, lead to the private link again."""

import secrets

from flask import Response, after_this_request, request

from prescreen.web.base.request_context import resources
from prescreen.web.base.security import is_signed, signed
from prescreen.web.interview.answer_cookie import FORM, read_visit
from prescreen.web.interview.question_page import facts_of
from prescreen.web.participants.submission import answers_shown
from prescreen.web.sealed_cookies import set_sealed, unsealed

BROWSER = "browser"
"""The name of the hidden field."""


def browser_stamp(slug: str, submission_id: str) -> str:
    """Return the hidden field by which this browser knows its form again, and keep the browser's name in a cookie."""
    name = _name_here(slug) or secrets.token_urlsafe(16)

    @after_this_request
    def keep(response: Response) -> Response:
        set_sealed(response, FORM, {"name": name}, _purpose(slug), path=f"/{slug}")
        return response

    return signed(resources().keys.flask, BROWSER, name, submission_id)


def is_shown_here(slug: str, submission_id: str) -> bool:
    """Return whether the posted form was shown in this browser within two hours.

    A form that was shown by earlier code has no stamp; it is known by the answers that it was based on.
    """
    if BROWSER not in request.form:
        return request.form.get("answers") == answers_shown(facts_of(read_visit(slug)))
    name = _name_here(slug)
    return name is not None and is_signed(request.form[BROWSER], resources().keys.flask, BROWSER, name, submission_id)


def _name_here(slug: str) -> str | None:
    data = unsealed(request.cookies.get(FORM, ""), _purpose(slug))
    return data["name"] if data else None


def _purpose(slug: str) -> str:
    return f"form {slug}"
