"""The user's own second factor: set-up, replacement and new recovery codes. All ask for the password again."""

from http import HTTPStatus

from flask import render_template
from flask.typing import ResponseReturnValue

from prescreen.web.accounts.my_account import OwnPasswordForm, RecoveryCodesForm, account_page, password_errors
from prescreen.web.accounts.second_factor import WRONG_CODE, CodeForm, offer_of, posted_secret, recovery_codes_page
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter, this_session
from prescreen.web.base.forms import posted_or_400
from prescreen.web.base.request_context import now, resources
from prescreen.workflow.accounts import second_factor
from prescreen.workflow.accounts.permissions import Permission


@pages.get("/account/second-factor")
@allowed(Permission.OWN_ACCOUNT)
def own_factor() -> ResponseReturnValue:
    """Show a new secret; an earlier one works until this one is confirmed."""
    return _page(second_factor.new_secret(), {})


@pages.post("/account/second-factor")
@allowed(Permission.OWN_ACCOUNT)
def set_up_own_factor() -> ResponseReturnValue:
    """Store the secret that was shown if password and code are right, and show the recovery codes."""
    keys, secret = resources().keys, posted_secret() or second_factor.new_secret()
    errors, status = password_errors("old", posted_or_400(OwnPasswordForm).old)
    if errors:
        return _page(secret, errors), status
    with resources().database.writing() as session:
        proof = (secret, posted_or_400(CodeForm).code)
        codes = second_factor.set_up(session, keys, this_session(), proof, now())
    if codes is None:
        return _page(secret, {"code": WRONG_CODE}), HTTPStatus.UNPROCESSABLE_ENTITY
    return recovery_codes_page(codes)


def _page(secret: str, errors: dict[str, str]) -> str:
    return render_template("accounts/own_factor.html", offer=offer_of(secret), errors=errors)


@pages.post("/account/recovery-codes")
@allowed(Permission.OWN_ACCOUNT)
def make_recovery_codes() -> ResponseReturnValue:
    """Show new recovery codes; earlier ones stop working."""
    errors, status = password_errors("codes_password", posted_or_400(RecoveryCodesForm).codes_password)
    if errors:
        return account_page(errors), status
    with resources().database.writing() as session:
        codes = second_factor.make_recovery_codes(session, resources().keys, this_recruiter().id, now())
    return recovery_codes_page(codes)
