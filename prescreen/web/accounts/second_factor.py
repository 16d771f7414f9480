"""The second factor at sign-in: entry of a code, or set-up where there is none yet."""

from http import HTTPStatus
from typing import Annotated, NamedTuple

import segno
from flask import Response, abort, make_response, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from prescreen.storage.accounts.recruiters import SecondFactor
from prescreen.web.accounts import staff_session
from prescreen.web.accounts.sign_in import go_in, wait_words
from prescreen.web.accounts.staff_pages import landing, on_the_way_in, pages
from prescreen.web.base.form_fields import Raw
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.workflow.accounts import second_factor
from prescreen.workflow.accounts.sessions import SignedIn, complete
from prescreen.workflow.accounts.throttling import TooManyAttemptsError

WRONG_CODE = "That is not the code of this moment. Wait for the next one on your phone and type its six digits."
_NOT_A_CODE = "That code does not work: it is wrong, too old or was used before. Wait for the next one and type that."
_TO_SET_UP = (SecondFactor.NONE, SecondFactor.DUE)


class CodeForm(Form):
    """A code and, at set-up, the encrypted secret that the page showed."""

    code: Annotated[str, Raw()]
    offer: Annotated[str, Raw()]


class Offer(NamedTuple):
    """A secret to set up: as a QR code, as text in groups of four, and encrypted for the form."""

    picture: Markup
    text: str
    sealed: str


def this_way_in() -> SignedIn:
    """Return the session, complete or not; only for pages that `require_permission` opened."""
    return staff_session.signed_in() or abort(HTTPStatus.FORBIDDEN)


@pages.get("/login/code")
@on_the_way_in(SecondFactor.SET_UP)
def ask_code() -> ResponseReturnValue:
    """Ask for the code of the second factor."""
    return render_template("accounts/code.html", errors={})


@pages.post("/login/code")
@on_the_way_in(SecondFactor.SET_UP)
def give_code() -> ResponseReturnValue:
    """Sign in with a code or a recovery code, each of which works once."""
    typed = staff_session.typed(posted_or_400(CodeForm).code)
    try:
        token = second_factor.give_code(resources().database, resources().keys, this_way_in(), typed, now())
    except TooManyAttemptsError as error:
        page = render_template("accounts/code.html", errors={"code": wait_words(error.retry_after)})
        return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(error.retry_after)}
    if token is None:
        return render_template("accounts/code.html", errors={"code": _NOT_A_CODE}), HTTPStatus.UNPROCESSABLE_ENTITY
    return go_in(token)


@pages.get("/login/second-factor")
@on_the_way_in(*_TO_SET_UP)
def ask_set_up() -> ResponseReturnValue:
    """Show a new secret, before anything else opens."""
    return _set_up_page(second_factor.new_secret(), {})


@pages.post("/login/second-factor")
@on_the_way_in(*_TO_SET_UP)
def set_up() -> ResponseReturnValue:
    """Store the secret that was shown if the code matches it, and show the recovery codes."""
    half, keys, secret = this_way_in(), resources().keys, posted_secret()
    if secret is None:
        return _set_up_page(second_factor.new_secret(), {"code": WRONG_CODE}), HTTPStatus.UNPROCESSABLE_ENTITY
    with resources().database.writing() as session:
        codes = second_factor.set_up(session, keys, half, (secret, posted_or_400(CodeForm).code), now())
        token = complete(session, half, now(), by="set_up") if codes else None
    if codes is None or token is None:
        return _set_up_page(secret, {"code": WRONG_CODE}), HTTPStatus.UNPROCESSABLE_ENTITY
    staff_session.go_on_with(token)
    response = recovery_codes_page(codes)
    staff_session.set_session(response, token)
    return response


def _set_up_page(secret: str, errors: dict[str, str]) -> str:
    return render_template("accounts/set_up.html", offer=offer_of(secret), errors=errors)


def offer_of(secret: str) -> Offer:
    """Return a secret as the page shows it to the signed-in account."""
    signed_in = this_way_in()
    address = second_factor.address_of(secret, signed_in.recruiter.email, str(catalog().service.name))
    picture = segno.make(address, error="m", micro=False).svg_inline(
        dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True, title="QR code to scan with your phone"
    )
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    sealed = second_factor.sealed_offer(resources().keys, signed_in.session.id, secret)
    return Offer(Markup(picture), groups, sealed)  # noqa: S704  # an image made only of squares


def posted_secret() -> str | None:
    """Return the secret that was shown in this session and that the form sends back; None where it is not valid."""
    return second_factor.opened_offer(resources().keys, this_way_in().session.id, posted_or_400(CodeForm).offer)


def recovery_codes_page(codes: list[str]) -> Response:
    """Show recovery codes, which cannot be shown again."""
    page = render_template("accounts/recovery_codes.html", codes=codes, onward=landing(this_way_in()))
    return make_response(page)
