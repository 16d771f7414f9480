"""Leaving: the answers are deleted from the browser; by the quick exit, a neutral page takes their place."""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from prescreen.response_headers import OUTSIDE
from prescreen.web.base.cookies import CookieKind, drop_cookie
from prescreen.web.base.request_context import catalog, condition_or_404
from prescreen.web.interview.answer_cookie import forget_everything
from prescreen.web.interview.interview_pages import pages as screener

pages = Blueprint("leaving", __name__)


@pages.post("/leave")
def leave() -> ResponseReturnValue:
    """Delete the visit, its language included, and redirect to an unrelated page.

    No `Clear-Site-Data`: browsers take seconds over it, pages are never stored anyway (`no-store`), and its "cookies"
    would end what the visitor does on other sites of the same domain.
    """
    response = make_response(redirect(f"{OUTSIDE}/", HTTPStatus.SEE_OTHER))
    forget_everything(response)
    drop_cookie(response, CookieKind.LANGUAGE)
    return response


@screener.post("/<slug>/clear")
def clear(slug: str) -> ResponseReturnValue:
    """Delete the answers."""
    condition_or_404(slug)
    response = _to_cleared(slug)
    forget_everything(response)
    return response


@screener.post("/clear")
def clear_everywhere() -> ResponseReturnValue:
    """Delete the answers about every condition."""
    response = _to_cleared(next(iter(catalog().conditions)))
    forget_everything(response)
    return response


@screener.get("/<slug>/cleared")
def cleared(slug: str) -> ResponseReturnValue:
    """Say that the answers are deleted."""
    return render_template("interview/cleared.html", condition=condition_or_404(slug))


def _to_cleared(slug: str) -> Response:
    return make_response(redirect(url_for("screener.cleared", slug=slug), HTTPStatus.SEE_OTHER))
