"""Responses to an invitation: a button each for yes and no; and the end of all invitations, by the link in a letter.

Opening that link changes nothing, since mail programs fetch links. A POST does, with or without the page before it:
mail programs that have a button of their own send one without cookies (RFC 8058).
"""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.trials import Site
from prescreen.storage.participants.consents import Purpose, in_force
from prescreen.web.base.form_fields import Raw
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.request_context import catalog, now, refuse_closed_now, resources, today
from prescreen.web.participants.contact_form import site_of
from prescreen.web.participants.data_subject_rights import Waiting, my_page, waiting
from prescreen.web.participants.participant_session import held_and_signed, link_ended
from prescreen.web.participants.submission import consent_in_force, is_consent_shown, referral_to, share_with, was_shown
from prescreen.workflow.participants.data_subject_rights import HeldData
from prescreen.workflow.participants.invitation_responses import (
    Acceptance,
    InvitationClosedError,
    accept_invitation,
    answers_still_meant,
    can_opt_out,
    decline_invitation,
    opt_out,
)
from prescreen.workflow.participants.referral_evidence import without_changed_questions
from prescreen.workflow.registry.closing import ClosedMeanwhileError

pages = Blueprint("my_invitations", __name__)


class AnswerForm(Form):
    """The invitation, the chosen site, and fingerprints of what the person read."""

    invitation: Annotated[str, Raw()]
    site: Annotated[str, Raw()]
    shown: Annotated[str, Raw()]
    consent: Annotated[str, Raw()]


@pages.post("/my/accept")
def accept() -> ResponseReturnValue:
    """Refer the person to the site they chose, assessed again today."""
    held = held_and_signed()
    if held is None:
        return link_ended()
    form = posted_or_400(AnswerForm)
    wanted = next((one for one in waiting(held) if one.id == form.invitation), None)
    if wanted is None:
        return _back()
    site, error = site_of(wanted.sites, form.site), _hindrance(wanted, form)
    if error or site is None:
        error = error or (_closed() if form.site else _("Choose a place."))
        return my_page(held, {f"site-{wanted.id}": error}), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        fits = _accepted(held, wanted, site)
    except ClosedMeanwhileError:
        return my_page(held, {f"site-{wanted.id}": _closed()}), HTTPStatus.CONFLICT
    if not fits:
        error = _("Going by your answers as of today, this trial does not fit any more. Nothing was sent.")
        return my_page(held, {f"site-{wanted.id}": error}), HTTPStatus.CONFLICT
    return _back()


@pages.post("/my/decline")
def decline() -> ResponseReturnValue:
    """Store that the person declines to be referred."""
    held = held_and_signed()
    if held is None:
        return link_ended()
    named = next((one.id for one in held.invitations if one.id.hex == posted_or_400(AnswerForm).invitation), None)
    if named is not None:
        with suppress(InvitationClosedError), resources().database.writing() as session:
            decline_invitation(session, held.lead_id, named, now())
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("my_data.mine"), HTTPStatus.SEE_OTHER)


def _closed() -> str:
    return _("This trial or place takes no new people any more. Nothing was sent.")


def _hindrance(wanted: Waiting, form: AnswerForm) -> str | None:
    """Return a sentence on what has changed since the page was shown; None where nothing has."""
    if not was_shown(form.shown, wanted.trial):
        return _("This trial has changed since you opened this page. Please read it again.")
    if not is_consent_shown(form.consent):
        return _("The wording that you agree to has changed since you opened this page. Please read it again.")
    return None


def _accepted(held: HeldData, wanted: Waiting, site: Site) -> bool:
    """Refer the person; return False, and store nothing, where the trial is ruled out today."""
    consent = consent_in_force()
    if consent is None:
        return False
    try:
        with resources().database.writing() as session:
            refuse_closed_now(session, [(wanted.trial.id, site.id)])
            given = answers_still_meant(session, held.lead_id, catalog().bank)
            facts, other = (
                Facts(catalog().bank, given, today()).applicable(),
                in_force(held.consents, Purpose.ANOTHER_SITE),
            )
            home = held.contact.postal_code
            judged = referral_to(wanted.trial, site, facts, postal_code=home, may_be_offered=other)
            referral = without_changed_questions(judged, held.answers, given)
            if referral.determination is Determination.INELIGIBLE:
                return False
            share = share_with(wanted.trial, site, consent)
            accept_invitation(session, Acceptance(held.lead_id, UUID(hex=wanted.id), referral, (share,)), now())
    except InvitationClosedError:
        # A second click won the race: the page shows the referral that it made.
        return True
    return True


@pages.get("/my/no-more/<token>")
def ask_to_end_all(token: str) -> ResponseReturnValue:
    """Ask whether invitations to later trials are to end."""
    with resources().database.reading() as session:
        valid = can_opt_out(session, resources().keys, token)
    return render_template("participants/opt_out.html", token=token) if valid else link_ended()


@pages.post("/my/no-more/<token>")
def end_all(token: str) -> ResponseReturnValue:
    """End invitations to later trials."""
    with resources().database.writing() as session:
        valid = opt_out(session, resources().keys, token, now())
    return render_template("participants/opted_out.html") if valid else link_ended()
