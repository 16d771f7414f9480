"""The pages on which visitors leave contact details: the only ones that store their data, and only with consent."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.participants.consents import CHANNELS
from prescreen.web.base.form_fields import Grouped, Raw
from prescreen.web.base.forms import Form, is_signed_for, posted_or_400, read_valid
from prescreen.web.base.language import say
from prescreen.web.base.request_context import catalog, condition_or_404, desk, resources
from prescreen.web.base.security import signed
from prescreen.web.interview.answer_cookie import Visit, forget_typed, read_visit
from prescreen.web.interview.proxy_respondent import as_sent_by, sender_changed, sender_missing
from prescreen.web.interview.question_page import facts_of, signs_unsettled, standing_of, unsettled_sign
from prescreen.web.interview.usage_events import count_form, count_sent
from prescreen.web.participants.contact_form import (
    Interest,
    Offer,
    TrialsForm,
    contact_languages,
    contact_times,
    read_interest,
)
from prescreen.web.participants.data_subject_rights import thank
from prescreen.web.participants.sending_browser import browser_stamp, is_shown_here
from prescreen.web.participants.submission import (
    answers_shown,
    consent_in_force,
    consent_shown,
    posted_digest,
    purposes_beside,
    submission_of,
    trial_shown,
)
from prescreen.web.participants.typed_details import not_sent, typed_before
from prescreen.workflow.participants.participant_letters import ask_to_confirm
from prescreen.workflow.participants.submission import Receipt, SubmissionConflictError, earlier_receipt, submit

pages = Blueprint("interest", __name__)


class StampsForm(Form):
    """Hidden fields: the id of the submission, and fingerprints of what the person read."""

    submission: Annotated[str, Raw()]
    answers: Annotated[str, Raw()]
    consent: Annotated[str, Raw()]
    shown: Annotated[Mapping[str, str], Grouped("shown-")]


@pages.get("/<slug>/interest")
def form(slug: str) -> ResponseReturnValue:
    """Show the form, or why there is none."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    elsewhere = _elsewhere(condition, visit)
    if elsewhere is None:
        count_form(slug, visit)
    return elsewhere or _form_page(condition, visit, {}, typed_before(slug))


@pages.post("/<slug>/interest")
def send(slug: str) -> ResponseReturnValue:
    """Store the lead in one transaction, and redirect to the page that says so."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    if visit.emergency:
        return redirect(url_for("screener.urgent", slug=slug), HTTPStatus.SEE_OTHER)
    submission_id = posted_or_400(StampsForm).submission
    if not is_signed_for("interest", slug, submission_id):
        return render_template("participants/stale_form.html", condition=condition), HTTPStatus.BAD_REQUEST
    try:
        return _sent_before(condition, submission_id) or _not_yet(condition, visit) or _sent_now(condition, visit)
    except SubmissionConflictError:
        return render_template("participants/sent_before.html", condition=condition), HTTPStatus.CONFLICT


def _sent_before(condition: Condition, submission_id: str) -> ResponseReturnValue | None:
    """Return the first result again for a double click, a retry or the back button, even if the catalog has changed."""
    with resources().database.reading() as session:
        receipt = earlier_receipt(session, submission_id, posted_digest())
    return _thanked(condition, submission_id, receipt) if receipt else None


def _thanked(condition: Condition, submission_id: str, receipt: Receipt) -> ResponseReturnValue:
    return thank(condition, receipt, to_sender=not receipt.replayed or is_shown_here(condition.slug, submission_id))


def _sent_now(condition: Condition, visit: Visit) -> ResponseReturnValue:
    facts = facts_of(visit)
    interest = read_interest(request.form, _offers(condition, facts))
    if interest.errors:
        return _form_page(condition, visit, interest.errors, request.form), HTTPStatus.UNPROCESSABLE_ENTITY
    stamps = posted_or_400(StampsForm)
    changed = _changed(interest, facts, stamps) or sender_changed(visit)
    if changed:
        return _form_page(condition, visit, {"trials": changed}, request.form), HTTPStatus.CONFLICT
    submission = as_sent_by(visit, submission_of(interest, facts, stamps.submission))
    with resources().database.writing() as session:
        receipt = submit(session, resources().keys, submission)
        if not receipt.replayed:
            ask_to_confirm(session, desk(), receipt.lead_id)
    if not receipt.replayed:
        count_sent((trial.id for trial, _site in interest.chosen), visit)
    response = make_response(_thanked(condition, submission.id, receipt))
    forget_typed(response, condition.slug)
    return response


def _not_yet(condition: Condition, visit: Visit) -> ResponseReturnValue | None:
    """Return the page which says why nothing was sent, and keep what was typed for the form; None where it can be."""
    first = _first_step(condition, visit)
    if first is None:
        return _elsewhere(condition, visit)
    return not_sent(condition, visit, first, posted_or_400(StampsForm).consent)


def _first_step(condition: Condition, visit: Visit) -> str | None:
    """Return the address of what must be answered before the form can be sent; None where that would not help."""
    facts, slug = facts_of(visit), condition.slug
    if facts.is_under_age:
        return None
    if not visit.answers:
        return url_for("content.condition", slug=slug, _anchor="screener")
    if sign := unsettled_sign(condition, facts):
        return url_for("screener.question", slug=slug, question_id=sign)
    if visit.for_another and visit.sender is None:
        return url_for("caregiving.ask_sender", slug=slug)
    return None


def _elsewhere(condition: Condition, visit: Visit) -> ResponseReturnValue | None:
    """Return the page that must come first: urgent advice, the questions, or why there is no form; else None."""
    facts = facts_of(visit)
    if elsewhere := signs_unsettled(condition, visit, facts, HTTPStatus.SEE_OTHER):
        return elsewhere
    if facts.is_under_age:
        response = make_response(render_template("participants/under_age.html", condition=condition))
        forget_typed(response, condition.slug)
        return response
    return sender_missing(condition, visit)


def _offers(condition: Condition, facts: Facts) -> list[Offer]:
    """Return the trials open to leads today that may fit or are undetermined; those that may fit come first."""
    groups = standing_of(condition, facts).groups
    return [
        Offer(trial, catalog().open_sites(trial), may_fit=group is Determination.POTENTIALLY_ELIGIBLE)
        for group in (Determination.POTENTIALLY_ELIGIBLE, Determination.UNDETERMINED)
        for trial in groups[group]
        if catalog().takes_leads(trial, facts.on)
    ]


def _form_page(condition: Condition, visit: Visit, errors: dict[str, str], typed: MultiDict[str, str]) -> str:
    facts = facts_of(visit)
    submission_id = typed.get("submission") or secrets.token_urlsafe(24)
    offers = _offers(condition, facts)
    fitting = {offer.trial.id for offer in offers if offer.may_fit}
    wanted = {one for sent in (request.values, typed) for one in read_valid(TrialsForm, sent)[0].trial}
    return render_template(
        "participants/interest.html",
        condition=condition,
        consent=consent_in_force(),
        offers=offers,
        first=sorted(
            (offer for offer in offers if offer.trial.id in fitting | wanted),
            key=lambda offer: offer.trial.id not in wanted,
        ),
        rest=[offer for offer in offers if offer.trial.id not in fitting | wanted],
        fitting=fitting,
        shown={offer.trial.id: trial_shown(offer.trial) for offer in offers},
        consent_shown=consent_shown(),
        answers_shown=answers_shown(facts),
        submission_id=submission_id,
        browser=browser_stamp(condition.slug, submission_id),
        signature=signed(resources().keys.flask, "interest", condition.slug, submission_id),
        beside=purposes_beside(consent_in_force(), (offer.trial for offer in offers)),
        channels=CHANNELS,
        times=contact_times(),
        languages=contact_languages(),
        errors=errors,
        typed=typed,
        again=request.method == "GET" and bool(typed),
    )


def _changed(interest: Interest, facts: Facts, stamps: StampsForm) -> str | None:
    """Return a sentence on what has changed since the page was shown; None where nothing has."""
    for trial, _site in interest.chosen:
        if stamps.shown.get(trial.id) != trial_shown(trial):
            return _(
                "“%(title)s” has changed since you opened this page. Please read it again before you send.",
                title=say(trial.title),
            )
    if stamps.answers != answers_shown(facts):
        return _("Your answers have changed since you opened this page. Please look at the trials again.")
    if stamps.consent != consent_shown():
        return _("The wording that you agree to has changed since you opened this page. Please read it again.")
    return None
