"""The user's own account: password, second factor, alerts, and open sessions."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from prescreen.storage.accounts.recruiters import News
from prescreen.storage.accounts.second_factor import recovery_codes_left
from prescreen.web.accounts import staff_session
from prescreen.web.accounts.sign_in import wait_words
from prescreen.web.accounts.staff_pages import allowed, done_words, pages, this_recruiter, this_session
from prescreen.web.base.form_fields import Choice, Raw, Repeated, Tick
from prescreen.web.base.forms import Form, posted, posted_or_400
from prescreen.web.base.request_context import now, resources
from prescreen.workflow.accounts import recruiters, sessions
from prescreen.workflow.accounts.passwords import PasswordRefusedError, password_hash
from prescreen.workflow.accounts.permissions import Permission, may
from prescreen.workflow.accounts.sign_in import is_own_password
from prescreen.workflow.accounts.throttling import TooManyAttemptsError

NEWS = {
    News.AT_ONCE: "At once: an e-mail for each new referral",
    News.DAILY: "Once a day: one e-mail with how many are new",
    News.OFF: "Not at all: I look here",
}
_DONE = {
    "password": "Your password is changed, and your other sessions were ended.",
    "news": "Your choice is kept.",
    "sessions": "Ended.",
    "second-factor": "Your second factor is set up.",
}


class OwnPasswordForm(Form):
    """The user's own password, asked for again."""

    old: Annotated[str, Raw()]


class NewPasswordForm(OwnPasswordForm):
    """A new password, with the old one."""

    password: Annotated[str, Raw()]
    again: Annotated[str, Repeated("password", "The two new passwords differ. Type the same one twice.")]


class RecoveryCodesForm(Form):
    """The user's own password, on a page that asks for it in two forms."""

    codes_password: Annotated[str, Raw()]


class NewsForm(Form):
    """How the user wants to be alerted to new referrals, and whether each morning to what is due."""

    news: Annotated[News, Choice(News, "Choose one of the three.")]
    reminders: Annotated[bool, Tick()]


_WRONG_PASSWORD = "That is not your password."  # noqa: S105  # a sentence


@pages.get("/account")
@allowed(Permission.OWN_ACCOUNT, menu="My account")
def account() -> ResponseReturnValue:
    """Show everything that users can change about their own account."""
    return account_page({})


def account_page(errors: dict[str, str]) -> str:
    """Return the page, with the faults of a form on it."""
    mine = this_session()
    with resources().database.reading() as session:
        open_sessions = sessions.open_sessions(session, mine.recruiter.id, now())
        codes_left = recovery_codes_left(session, mine.recruiter.id)
    return render_template(
        "accounts/account.html",
        sessions=open_sessions,
        this_session_id=mine.session.id,
        codes_left=codes_left,
        news=NEWS if may(mine.recruiter, Permission.WORK_REFERRALS) else {},
        done=done_words(_DONE),
        errors=errors,
    )


def account_changed(what: str) -> Response:
    """Redirect to the page, which confirms the change."""
    return redirect(url_for("recruiter.account", done=what), HTTPStatus.SEE_OTHER)


@pages.post("/account/password")
@allowed(Permission.OWN_ACCOUNT)
def change_password() -> ResponseReturnValue:
    """Replace the password, if the old one is correct."""
    errors, status = password_errors("old", posted_or_400(OwnPasswordForm).old)
    if errors:
        return account_page(errors), status
    form, errors = posted(NewPasswordForm)
    if form is None:
        return account_page(errors), _UNPROCESSABLE
    try:
        mine = this_recruiter()
        hashed = password_hash(form.password, mine.name, mine.email, leaked=resources().settings.leaked_passwords)
    except PasswordRefusedError as error:
        return account_page({"password": f"{str(error).capitalize()}."}), _UNPROCESSABLE
    with resources().database.writing() as session:
        recruiters.change_password(session, this_session(), hashed, now())
    return account_changed("password")


_UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


def password_errors(field: str, password: str) -> tuple[dict[str, str], HTTPStatus]:
    """Return the faults of the user's own password, by form field, and the status of the response."""
    typed = staff_session.typed(password)
    try:
        known = is_own_password(resources().database, resources().keys, this_recruiter(), typed, now())
    except TooManyAttemptsError as error:
        return {field: wait_words(error.retry_after)}, HTTPStatus.TOO_MANY_REQUESTS
    return ({}, HTTPStatus.OK) if known else ({field: _WRONG_PASSWORD}, _UNPROCESSABLE)


@pages.post("/account/news")
@allowed(Permission.OWN_ACCOUNT)
def choose_news() -> ResponseReturnValue:
    """Store which letters the user wants: of new referrals, and each morning of what is due."""
    form, errors = posted(NewsForm)
    if form is None:
        return account_page(errors), _UNPROCESSABLE
    with resources().database.writing() as session:
        recruiters.choose_news(session, this_session(), form.news, now(), reminders=form.reminders)
    return account_changed("news")


@pages.post("/account/sessions/<uuid:session_id>/end")
@allowed(Permission.OWN_ACCOUNT)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one of the user's own sessions."""
    with resources().database.writing() as session:
        ended = sessions.end_session(session, this_recruiter().id, session_id, now())
    if not ended:
        abort(HTTPStatus.NOT_FOUND)
    return account_changed("sessions")


@pages.post("/account/sessions/end-others")
@allowed(Permission.OWN_ACCOUNT)
def end_other_sessions() -> ResponseReturnValue:
    """End all of the user's own sessions except this one."""
    mine = this_session()
    with resources().database.writing() as session:
        sessions.end_other_sessions(session, mine.recruiter.id, mine.session.id, now())
    return account_changed("sessions")
