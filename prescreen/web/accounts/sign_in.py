"""Sign-in and sign-out."""

from http import HTTPStatus
from typing import Annotated

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.storage.accounts.recruiters import SecondFactor
from prescreen.web.accounts import staff_session
from prescreen.web.accounts.staff_pages import allowed, landing, on_the_way_in, open_to_all, pages
from prescreen.web.base.form_fields import Line, Raw
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.accounts.throttling import TooManyAttemptsError


class SignInForm(Form):
    """The e-mail address and password of a sign-in."""

    email: Annotated[str, Line(longest=None)]
    password: Annotated[str, Raw()]


_WRONG = "That e-mail address and password do not belong together. Check both and try again."
_STALE = "This page was open for too long, or was not made for this browser. Sign in again here."


@pages.get("/login")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    signed_in = staff_session.signed_in()
    if signed_in is not None and signed_in.is_complete:
        return redirect(landing(signed_in), HTTPStatus.SEE_OTHER)
    return _sign_in_form({}, HTTPStatus.OK)


@pages.post("/login")
@open_to_all
def try_sign_in() -> ResponseReturnValue:
    """Sign in, or show the same message whether the account or the password is wrong."""
    if not staff_session.has_sign_in_token():
        return _sign_in_form({"email": _STALE}, HTTPStatus.FORBIDDEN)
    form = posted_or_400(SignInForm)
    try:
        token = staff_session.sign_in(form.email, form.password)
    except TooManyAttemptsError as error:
        return _too_many(error.retry_after)
    if token is None:
        return _sign_in_form({"email": _WRONG}, HTTPStatus.UNPROCESSABLE_ENTITY)
    staff_session.end_session()
    return go_in(token)


def go_in(token: str) -> Response:
    """Redirect to the first page, or to the second factor if it is missing, and set the cookie of the new session."""
    staff_session.go_on_with(token)
    signed_in = staff_session.signed_in()
    where = landing(signed_in) if signed_in else url_for("recruiter.sign_in")
    response = make_response(redirect(where, HTTPStatus.SEE_OTHER))
    staff_session.set_session(response, token)
    return response


def _sign_in_form(errors: dict[str, str], status: HTTPStatus) -> Response:
    visitor = staff_session.visitor_id()
    page = render_template(
        "accounts/sign_in.html",
        errors=errors,
        typed=request.form,
        sign_in_token=staff_session.sign_in_token(visitor),
    )
    response = make_response(page, status)
    staff_session.set_visitor(response, visitor)
    return response


def _too_many(retry_after: int) -> Response:
    response = _sign_in_form({"email": wait_words(retry_after)}, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(retry_after)
    return response


def wait_words(retry_after: int) -> str:
    """Return the message on how long to wait after too many attempts."""
    minutes = -(-retry_after // 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    return f"There were too many tries. Wait {wait}, then try again."


@pages.post("/logout")
@allowed(Permission.OWN_ACCOUNT)
@on_the_way_in(*SecondFactor)
def sign_out() -> ResponseReturnValue:
    """End the session here and on the server."""
    staff_session.end_session()
    response = make_response(redirect(url_for("recruiter.sign_in"), HTTPStatus.SEE_OTHER))
    staff_session.forget_session(response)
    return response
