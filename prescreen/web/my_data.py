"""What a person who left details sees afterwards: thanks, and all that is held, with ways to take it back."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.catalog.catalog import Condition
from prescreen.eligibility.answers import Answer
from prescreen.storage.consents import Purpose
from prescreen.web.contact_form import contact_languages
from prescreen.web.resources import catalog, condition_or_404, now, resources
from prescreen.web.security import is_signed, signed
from prescreen.web.visits import MINE, THANKS, forget_everything, set_sealed, unsealed
from prescreen.web.wording import REFERRAL_STATES, answer_words, day
from prescreen.workflow.links import LINK_LASTS, lead_behind
from prescreen.workflow.notices import fresh_token
from prescreen.workflow.participation import HeldData, delete, held_data, withdraw, withdraw_consent
from prescreen.workflow.submitting import Receipt

pages = Blueprint("my_data", __name__)

LINK_DAYS = LINK_LASTS.days
_OPTIONAL = (Purpose.FUTURE, Purpose.EMAIL, Purpose.PHONE, Purpose.TEXT)


def thank(condition: Condition, receipt: Receipt) -> ResponseReturnValue:
    """Lead the browser that sent the form, and no other, to the thank-you page with the person's link."""
    with resources().database.reading() as session:
        held = held_data(session, resources().keys, receipt.lead_id)
    if held is None:
        gone = make_response(render_template("participant/deleted.html"), HTTPStatus.GONE)
        forget_everything(gone)
        return gone
    token = fresh_token(resources().keys, held, now())
    titles = {trial.id: str(trial.title) for trial in catalog().trials.values()}
    chosen = [(titles.get(one.trial_id, one.trial_id), one.site_name) for one in held.referrals]
    response = make_response(redirect(url_for("my_data.thanks", slug=condition.slug), HTTPStatus.SEE_OTHER))
    data = {"reference": held.reference, "token": token, "chosen": chosen, "mailed": _is_mailed(held)}
    set_sealed(response, THANKS, data, f"thanks {condition.slug}", path=f"/{condition.slug}")
    return response


def _is_mailed(held: HeldData) -> bool:
    """Say whether a letter is on its way to the person."""
    wanted = any(one.purpose is Purpose.EMAIL and one.withdrawn_at is None for one in held.consents)
    return wanted and not held.is_test and resources().settings.mail_url is not None


@pages.get("/<slug>/thanks")
def thanks(slug: str) -> ResponseReturnValue:
    """Say what was stored and what happens next, with the person's link."""
    condition = condition_or_404(slug)
    data = unsealed(request.cookies.get(THANKS, ""), f"thanks {slug}")
    if data is None:
        return redirect(url_for("content.condition", slug=slug))
    scheme = "https" if resources().settings.https else request.scheme
    link = url_for("my_data.open_link", token=data["token"], _external=True, _scheme=scheme)
    return render_template("participant/thanks.html", condition=condition, days=LINK_DAYS, link=link, **data)


@pages.get("/my/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Swap the token of the link for a short cookie, so that the address no longer opens anything by itself."""
    with resources().database.reading() as session:
        lead_id = lead_behind(session, resources().keys, token, now())
    if lead_id is None:
        return render_template("participant/link_ended.html"), HTTPStatus.NOT_FOUND
    response = make_response(redirect(url_for("my_data.mine"), HTTPStatus.SEE_OTHER))
    set_sealed(response, MINE, {"lead": lead_id.hex}, MINE, path="/my")
    return response


@pages.get("/my/")
def mine() -> ResponseReturnValue:
    """Show everything held about the person."""
    held = _held()
    if held is None:
        return render_template("participant/link_ended.html"), HTTPStatus.NOT_FOUND
    in_force = [one for one in held.consents if one.withdrawn_at is None]
    return render_template(
        "participant/my_data.html",
        held=held,
        trials=catalog().trials,
        languages=contact_languages(),
        answers=[_answer_row(name, one) for name, one in held.answers.given.items()],
        shared=[one for one in in_force if one.purpose is Purpose.SHARE],
        consents=[one for one in in_force if one.purpose in _OPTIONAL],
        states=REFERRAL_STATES,
        signature=signed(resources().keys.flask, "my", held.lead_id.hex),
        day=_local_day,
    )


def _answer_row(name: str, answer: Answer) -> tuple[str, str, str]:
    """Give a question, its answer and the day; a question that is asked no more goes by its id."""
    bank = catalog().bank
    if name not in bank:
        return name, "kept, though the question is asked no more", day(answer.on)
    return str(bank[name].ask), answer_words(bank[name], answer), day(answer.on)


def _local_day(instant: datetime) -> str:
    return day(instant.astimezone(catalog().service.timezone).date())


@pages.post("/my/withdraw")
def take_back() -> ResponseReturnValue:
    """Withdraw one referral, one optional consent, or everything that was agreed to."""
    held = _held_and_signed()
    if held is None:
        return render_template("participant/link_ended.html"), HTTPStatus.NOT_FOUND
    with resources().database.writing() as session:
        if request.form.get("purpose") in _OPTIONAL:
            withdraw_consent(session, held.lead_id, Purpose(request.form["purpose"]), now())
        elif request.form.get("all") == "yes":
            withdraw(session, held.lead_id, None, now())
        elif (referral_id := _named(held)) is not None:
            withdraw(session, held.lead_id, referral_id, now())
    return redirect(url_for("my_data.mine"), HTTPStatus.SEE_OTHER)


def _named(held: HeldData) -> UUID | None:
    """Give the person's referral that the form names, if it names one."""
    named = request.form.get("referral", "")
    return next((one.id for one in held.referrals if one.id.hex == named), None)


@pages.post("/my/delete")
def erase() -> ResponseReturnValue:
    """Delete everything at once."""
    held = _held_and_signed()
    if held is None:
        return render_template("participant/link_ended.html"), HTTPStatus.NOT_FOUND
    with resources().database.writing() as session:
        delete(session, held.lead_id, now())
    response = make_response(render_template("participant/deleted.html"))
    forget_everything(response)
    return response


def _held() -> HeldData | None:
    data = unsealed(request.cookies.get(MINE, ""), MINE)
    if data is None:
        return None
    with resources().database.reading() as session:
        return held_data(session, resources().keys, UUID(hex=data["lead"]))


def _held_and_signed() -> HeldData | None:
    held = _held()
    if held is None:
        return None
    genuine = is_signed(request.form.get("signature", ""), resources().keys.flask, "my", held.lead_id.hex)
    return held if genuine else None
