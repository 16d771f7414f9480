"""Pages to confirm or disown an e-mail address, and to have the private link sent again.

Opening a link changes nothing, because mail programs open links to scan them for malware; only the button does.
"""

from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from prescreen.web.base.forms import Form, posted
from prescreen.web.base.request_context import catalog, desk, now, resources
from prescreen.web.base.security import client_network
from prescreen.web.participants.contact_form import EMAIL, Email
from prescreen.workflow.participants.confirmation_limits import DISOWNED_FOR
from prescreen.workflow.participants.email_confirmation import (
    confirm_address,
    disown_address,
    erases_all,
    is_open,
    send_links_again,
)
from prescreen.workflow.participants.private_links import Answer

pages = Blueprint("addresses", __name__)


class AgainForm(Form):
    """The address to which the private link is sent."""

    email: Annotated[str, Email(EMAIL)]


@pages.get("/my/confirm/<token>")
def confirming(token: str) -> ResponseReturnValue:
    """Ask whether the address is the person's."""
    return _asked(token, (Answer.MINE,), "participants/confirm.html")


@pages.post("/my/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Store that the address is the person's."""
    with resources().database.writing() as session:
        served = confirm_address(session, desk(), token)
    return render_template("participants/confirmed.html") if served else _ended()


@pages.get("/my/not-me/<token>")
def disowning(token: str) -> ResponseReturnValue:
    """Ask whether the details were left by another person."""
    with resources().database.reading() as session:
        deletes = erases_all(session, resources().keys, token, now())
    answers = (Answer.NOT_ME, Answer.WRONG_ADDRESS)
    return _asked(token, answers, "participants/not_me.html", erases_all=deletes)


@pages.post("/my/not-me/<token>")
def disown(token: str) -> ResponseReturnValue:
    """Erase the address and, where nothing else leads to the person, what was left with it."""
    with resources().database.writing() as session:
        served = disown_address(session, resources().keys, token, now())
    return render_template("participants/disowned.html", days=DISOWNED_FOR.days) if served else _ended()


@pages.get("/my/again")
def again() -> ResponseReturnValue:
    """Ask to which address the private link is to be sent."""
    return _again_page({})


@pages.post("/my/again")
def send_again() -> ResponseReturnValue:
    """Send the link, if the address was confirmed; the response is the same either way."""
    form, errors = posted(AgainForm)
    if form is None:
        return _again_page(errors), HTTPStatus.UNPROCESSABLE_ENTITY
    with resources().database.writing() as session:
        send_links_again(session, desk(), form.email, client_network())
    return render_template("participants/again_sent.html", sends=_sends())


def _again_page(errors: dict[str, str]) -> str:
    return render_template("participants/again.html", errors=errors, typed=request.form, sends=_sends())


def _sends() -> bool:
    return resources().settings.mail_url is not None and not catalog().service.sample


def _asked(token: str, answers: tuple[Answer, ...], template: str, **shown: bool) -> ResponseReturnValue:
    with resources().database.reading() as session:
        served = is_open(session, resources().keys, token, answers, now())
    return render_template(template, token=token, **shown) if served else _ended()


def _ended() -> ResponseReturnValue:
    return render_template("participants/link_ended.html"), HTTPStatus.NOT_FOUND
