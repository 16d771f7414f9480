"""Quick exit: the visit is deleted from the browser, and a neutral page takes its place.

A module of its own, since every page links here and this links to none.
"""

from http import HTTPStatus

from flask import Blueprint, make_response, redirect
from flask.typing import ResponseReturnValue

from prescreen.web.base.language import COOKIE
from prescreen.web.base.security import OUTSIDE
from prescreen.web.interview.answer_cookie import forget_everything

pages = Blueprint("leaving", __name__)


@pages.post("/leave")
def leave() -> ResponseReturnValue:
    """Delete the visit, its language included, and redirect to an unrelated page.

    No `Clear-Site-Data`: browsers take seconds over it, pages are never stored anyway (`no-store`), and its "cookies"
    would end what the visitor does on other sites of the same domain.
    """
    response = make_response(redirect(f"{OUTSIDE}/", HTTPStatus.SEE_OTHER))
    forget_everything(response)
    response.delete_cookie(COOKIE)
    return response
