"""Pages to correct contact details, to allow one more way of contact, to end links, and to download everything."""

import json
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from prescreen.storage.participants.purposes import CHANNELS, PURPOSES, Purpose
from prescreen.web.base.form_fields import Choice, Raw, Tick
from prescreen.web.base.forms import Form, posted_or_400, read_valid
from prescreen.web.base.request_context import catalog, desk, now, resources
from prescreen.web.interview.answer_cookie import forget_thanks
from prescreen.web.participants.contact_form import (
    ContactForm,
    contact_languages,
    contact_times,
    in_page_order,
    lacks_phone,
)
from prescreen.web.participants.data_subject_rights import my_page
from prescreen.web.participants.participant_session import (
    held_and_signed,
    held_here,
    keep_open,
    link_ended,
    session_here,
    signature_for,
)
from prescreen.web.participants.submission import consent_given, consent_in_force, is_consent_shown
from prescreen.workflow.interview.distances import whole_miles
from prescreen.workflow.participants.contact_changes import (
    allow_another_site,
    allow_channel,
    ask_again,
    correct_contact,
)
from prescreen.workflow.participants.data_download import everything_held
from prescreen.workflow.participants.data_subject_rights import HeldData, held_data
from prescreen.workflow.participants.private_links import end_links

pages = Blueprint("my_details", __name__)

_TO_ADD = frozenset(purpose for purpose, definition in PURPOSES.items() if definition.may_be_added)


class AllowForm(Form):
    """What is allowed in addition, and the fingerprint of the wording that was shown."""

    allow: Annotated[Purpose | None, Choice({one.value: one for one in _TO_ADD})]
    consent: Annotated[str, Raw()]
    agreed: Annotated[bool, Tick()]


@pages.get("/my/contact")
def contact() -> ResponseReturnValue:
    """Show the contact details to correct."""
    held = held_here()
    return link_ended() if held is None else _contact_page(held, {}, _typed(held))


@pages.post("/my/contact")
def correct() -> ResponseReturnValue:
    """Store the corrected details."""
    held = held_and_signed()
    if held is None:
        return link_ended(request.form)
    form, errors = read_valid(ContactForm, request.form)
    if lacks_phone(form, _channels(held)):
        errors.setdefault("phone", _("Type your phone number. To take it back, first stop calls and text messages."))
    if errors:
        return _contact_page(held, in_page_order(errors), request.form), HTTPStatus.UNPROCESSABLE_ENTITY
    corrected = form.contact
    miles, keeping = _miles(held, corrected.postal_code), session_here()
    with resources().database.writing() as session:
        correct_contact(session, desk(), held.lead_id, corrected, miles, keeping=keeping)
    return _mine_anew(held)


def _mine_anew(before: HeldData) -> ResponseReturnValue:
    """Redirect to the private page. Where the links ended, it stays open here, and the thanks forget their link."""
    with resources().database.reading() as session:
        held = held_data(session, resources().keys, before.lead_id)
    response = make_response(redirect(url_for("my_data.mine"), HTTPStatus.SEE_OTHER))
    if held is not None and held.link_generation != before.link_generation:
        keep_open(response, held, renewed=True)
        forget_thanks(response)
    return response


@pages.post("/my/end-links")
def end_older_links() -> ResponseReturnValue:
    """End every private link and every other browser in which one is open; show a new link here."""
    held = held_and_signed()
    if held is None:
        return link_ended()
    keeping = session_here()
    with resources().database.writing() as session:
        end_links(session, held.lead_id, keeping, now())
    return _mine_anew(held)


@pages.post("/my/ask")
def ask() -> ResponseReturnValue:
    """Ask by letter, once more, whether the address is the person's; the page is the same if that was done already."""
    held = held_and_signed()
    if held is None:
        return link_ended()
    with resources().database.writing() as session:
        ask_again(session, desk(), held.lead_id)
    return redirect(url_for("my_data.mine"), HTTPStatus.SEE_OTHER)


def _miles(held: HeldData, postal_code: str | None) -> dict[UUID, int | None]:
    """Return the miles from a postal code to the sites of the active referrals, by referral; None where not known."""
    standing = (one for one in held.referrals if one.withdrawn_at is None and one.trial_id in catalog().trials)
    return {
        one.id: whole_miles(postal_code, site)
        for one in standing
        for site in catalog().trials[one.trial_id].sites
        if site.id == one.site_id
    }


def _typed(held: HeldData) -> MultiDict[str, str]:
    one = held.contact
    return MultiDict({name: text for name, text in asdict(one).items() if text is not None})


def _channels(held: HeldData) -> list[Purpose]:
    return [one.purpose for one in held.consents if one.purpose in CHANNELS and one.withdrawn_at is None]


def _contact_page(held: HeldData, errors: dict[str, str], typed: MultiDict[str, str]) -> str:
    return render_template(
        "participants/contact.html",
        errors=errors,
        typed=typed,
        times=contact_times(),
        languages=contact_languages(),
        signature=signature_for(held),
    )


@pages.post("/my/allow")
def allow() -> ResponseReturnValue:
    """Store consent to one more way of contact, or to asking another site, with the wording that was shown."""
    held = held_and_signed()
    if held is None:
        return link_ended()
    form, consent = posted_or_400(AllowForm), consent_in_force()
    if form.allow is None or consent is None or form.allow not in consent.wordings:
        return redirect(url_for("my_data.mine"), HTTPStatus.SEE_OTHER)
    error = _hindrance(held, form, form.allow)
    if error:
        return my_page(held, {f"allow-{form.allow}": error}), HTTPStatus.UNPROCESSABLE_ENTITY
    given = consent_given(form.allow, consent)
    with resources().database.writing() as session:
        if given.purpose is Purpose.ANOTHER_SITE:
            allow_another_site(session, held.lead_id, given, now())
        else:
            allow_channel(session, desk(), held.lead_id, given)
    return redirect(url_for("my_data.mine"), HTTPStatus.SEE_OTHER)


def _hindrance(held: HeldData, form: AllowForm, purpose: Purpose) -> str | None:
    """Return why this purpose cannot be allowed, in a sentence; None where it can."""
    if not is_consent_shown(form.consent):
        return _("The wording that you agree to has changed since you opened this page. Please read it again.")
    if not form.agreed:
        return _("Tick this box if you want to allow it.")
    if PURPOSES[purpose].needs == "email" and not held.contact.email:
        return _("First give us your email address: choose “Correct my details”.")
    if PURPOSES[purpose].needs == "phone" and not held.contact.phone:
        return _("First give us your phone number: choose “Correct my details”.")
    return None


@pages.get("/my/download")
def download() -> ResponseReturnValue:
    """Send the person everything that is held about them, as a JSON file."""
    held = held_here()
    if held is None:
        return link_ended()
    data = everything_held(resources().database, held, now())
    response = Response(json.dumps(data, indent=2, ensure_ascii=False) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="prescreen-{held.reference}.json"'
    return response
