"""The pages on which visitors leave contact details: the only ones that store their data, and only with consent."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answers import Facts
from prescreen.storage.participants.purposes import CHANNELS, Purpose
from prescreen.web.base.forms import is_signed_for, posted_or_400, read_valid
from prescreen.web.base.language import say
from prescreen.web.base.request_context import catalog, condition_or_404, desk, refuse_closed_now, resources
from prescreen.web.base.security import signed
from prescreen.web.interview.answer_cookie import Visit, forget_typed, read_visit
from prescreen.web.interview.proxy_respondent import ChosenForm, as_sent_by, sender_changed, sender_missing
from prescreen.web.interview.question_page import facts_of, signs_unsettled, unsettled_sign
from prescreen.web.interview.usage_events import count_form, count_sent
from prescreen.web.measures import note_submission
from prescreen.web.participants.chosen_trials import MOST_CHOSEN, FormTrials, chosen, form_trials
from prescreen.web.participants.contact_form import (
    WAYS,
    Interest,
    PostedForm,
    closed_sentence,
    contact_languages,
    contact_times,
    read_interest,
)
from prescreen.web.participants.submission import (
    answers_shown,
    consent_in_force,
    consent_shown,
    is_consent_shown,
    posted_digests,
    purposes_beside,
    submission_of,
    trial_shown,
    was_shown,
)
from prescreen.web.participants.thanks import browser_stamp, is_shown_here, thank
from prescreen.web.participants.typed_details import keep_chosen, keep_typed, not_sent, typed_before
from prescreen.workflow.operations.process_metrics import Door, Outcome
from prescreen.workflow.participants.data_subject_rights import HeldData, held_data
from prescreen.workflow.participants.participant_letters import welcome
from prescreen.workflow.participants.submission import (
    Receipt,
    Submission,
    SubmissionConflictError,
    earlier_receipt,
    submit,
)
from prescreen.workflow.registry.closing import ClosedMeanwhileError

pages = Blueprint("interest", __name__)
pages.add_app_template_global(trial_shown)
pages.add_app_template_global(lambda trial: catalog().open_sites(trial), "open_sites")

NO_ERRORS: Mapping[str, str] = MappingProxyType({})


@pages.get("/<slug>/interest")
def form(slug: str) -> ResponseReturnValue:
    """Show the form with the trials that the address names, or why there is none."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    facts = facts_of(visit)
    elsewhere = _elsewhere(condition, visit, facts)
    if elsewhere is not None:
        return _with_chosen_kept(condition, visit, facts, elsewhere)
    count_form(slug, visit)
    typed = typed_before(slug)
    named = [one for source in (request.args, typed) for one in read_valid(ChosenForm, source)[0].trial]
    return _form_page(condition, facts, form_trials(condition, facts, named), typed)


def _with_chosen_kept(
    condition: Condition, visit: Visit, facts: Facts, elsewhere: ResponseReturnValue
) -> ResponseReturnValue:
    """Return what comes before the form; where that is a question, keep the trials in the address for the form."""
    known = catalog().planner(condition.slug).places
    named = [one for one in read_valid(ChosenForm, request.args)[0].trial if one in known][:MOST_CHOSEN]
    if not (named and visit.answers and unsettled_sign(condition, facts)):
        return elsewhere
    response = make_response(elsewhere)
    keep_chosen(response, condition.slug, named)
    return response


@pages.post("/<slug>/interest")
def send(slug: str) -> ResponseReturnValue:
    """Store the lead in one transaction, and redirect to the page that says so; or show the form with one more trial.

    Only the button that sends stores anything.
    """
    condition, visit = condition_or_404(slug), read_visit(slug)
    if visit.emergency:
        note_submission(Door.PAGE, Outcome.TOO_EARLY)
        return redirect(url_for("screener.urgent", slug=slug), HTTPStatus.SEE_OTHER)
    posted = posted_or_400(PostedForm)
    if not is_signed_for("interest", slug, posted.submission):
        note_submission(Door.PAGE, Outcome.FORGED)
        return _refused("participants/stale_form.html", condition, posted), HTTPStatus.BAD_REQUEST
    facts = facts_of(visit)
    try:
        return _answered(condition, visit, facts, posted)
    except SubmissionConflictError:
        note_submission(Door.PAGE, Outcome.CONFLICT)
        return _refused("participants/sent_before.html", condition, posted), HTTPStatus.CONFLICT


def _refused(template: str, condition: Condition, posted: PostedForm) -> str:
    """Return a page that leads to a fresh form with the same trials."""
    known = [one for one in posted.trial if one in catalog().trials]
    return render_template(template, condition=condition, trials=known[:MOST_CHOSEN])


def _answered(condition: Condition, visit: Visit, facts: Facts, posted: PostedForm) -> ResponseReturnValue:
    """Return the answer to a form of ours: the thanks, or what stands in the way.

    A form that was sent before gets its first result again, even if the catalog has changed since.
    """
    wanted = chosen(condition, facts, posted.trial)
    interest = read_interest(request.form, wanted.offers, posted.site, wanted.refused)
    unsent = (
        _not_yet(condition, visit, facts, posted)
        or _other_button(condition, facts, posted)
        or _at_fault(condition, visit, facts, posted, interest)
    )
    if unsent is not None:
        return _sent_before(condition, posted) or unsent
    try:
        return _sent_now(condition, as_sent_by(visit, submission_of(interest, facts, posted.submission)), visit)
    except ClosedMeanwhileError as closed:
        note_submission(Door.PAGE, Outcome.CLOSED)
        return _closed_now(condition, facts, posted, closed), HTTPStatus.CONFLICT


def _sent_before(condition: Condition, posted: PostedForm) -> ResponseReturnValue | None:
    """Return the first result again for a double click, a retry or the back button; None for a form not sent yet."""
    with resources().database.reading() as session:
        receipt = earlier_receipt(session, posted.submission, posted_digests())
        held = held_data(session, resources().keys, receipt.lead_id) if receipt else None
    if receipt is None:
        return None
    note_submission(Door.PAGE, Outcome.REPEATED)
    return _thanked(condition, posted.submission, receipt, held)


def _thanked(condition: Condition, submission_id: str, receipt: Receipt, held: HeldData | None) -> ResponseReturnValue:
    return thank(condition, held, to_sender=not receipt.replayed or is_shown_here(condition.slug, submission_id))


def _sent_now(condition: Condition, submission: Submission, visit: Visit) -> ResponseReturnValue:
    with resources().database.writing() as session:
        receipt = submit(session, resources().keys, submission)
        if not receipt.replayed:
            refuse_closed_now(session, ((one.trial_id, one.site_id) for one in submission.referrals))
        held = welcome(session, desk(), receipt)
    note_submission(Door.PAGE, Outcome.REPEATED if receipt.replayed else Outcome.STORED)
    if not receipt.replayed:
        count_sent(condition, (one.trial_id for one in submission.referrals), visit)
    response = make_response(_thanked(condition, submission.id, receipt, held))
    forget_typed(response, condition.slug)
    return response


def _at_fault(
    condition: Condition, visit: Visit, facts: Facts, posted: PostedForm, interest: Interest
) -> ResponseReturnValue | None:
    """Return the form again with its faults, or with what has changed since it was shown; None without either."""
    if interest.errors:
        note_submission(Door.PAGE, Outcome.AT_FAULT)
        return _shown_again(condition, facts, posted, interest.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    changed = _changed(interest, facts, posted) or sender_changed(visit)
    if changed:
        note_submission(Door.PAGE, Outcome.CHANGED)
        return _shown_again(condition, facts, posted, {"trials": changed}), HTTPStatus.CONFLICT
    return None


def _other_button(condition: Condition, facts: Facts, posted: PostedForm) -> ResponseReturnValue | None:
    """Return what another button than the one that sends leads to; None where that one was pressed."""
    if posted.more:
        return _to_results(condition, facts, posted)
    return _shown_again(condition, facts, posted) if posted.add else None


def _to_results(condition: Condition, facts: Facts, posted: PostedForm) -> ResponseReturnValue:
    """Redirect to the results and keep what was typed; show the form again where it is too long for that."""
    response = make_response(redirect(url_for("screener.show_results", slug=condition.slug), HTTPStatus.SEE_OTHER))
    if keep_typed(response, condition, posted.consent):
        return response
    long = {"trials": _("What you typed is too long to be kept meanwhile. Please shorten it.")}
    return _shown_again(condition, facts, posted, long), HTTPStatus.UNPROCESSABLE_ENTITY


def _shown_again(condition: Condition, facts: Facts, posted: PostedForm, errors: Mapping[str, str] = NO_ERRORS) -> str:
    """Return the form as it was posted, with the trial that was added."""
    trials = form_trials(condition, facts, posted.trial, tuple(posted.shown), posted.add)
    return _form_page(condition, facts, trials, request.form, errors)


def _closed_now(condition: Condition, facts: Facts, posted: PostedForm, closed: ClosedMeanwhileError) -> str:
    """Return the form again, with what was typed, where the registry closed a trial since it was shown."""
    sentence = closed_sentence(say(catalog().trials[closed.trial_id].title))
    return _shown_again(condition, facts, posted, {"trials": sentence})


def _not_yet(condition: Condition, visit: Visit, facts: Facts, posted: PostedForm) -> ResponseReturnValue | None:
    """Return the page which says why nothing was sent, and keep what was typed for the form; None where it can be."""
    first = _first_step(condition, visit, facts)
    answer = not_sent(condition, visit, first, posted.consent) if first else _elsewhere(condition, visit, facts)
    if answer is not None:
        note_submission(Door.PAGE, Outcome.TOO_EARLY)
    return answer


def _first_step(condition: Condition, visit: Visit, facts: Facts) -> str | None:
    """Return the address of what must be answered before the form can be sent; None where that would not help."""
    slug = condition.slug
    if facts.is_under_age:
        return None
    if not visit.answers:
        return url_for("content.condition", slug=slug, _anchor="screener")
    if sign := unsettled_sign(condition, facts):
        return url_for("screener.question", slug=slug, question_id=sign)
    if visit.for_another and visit.sender is None:
        return url_for("caregiving.ask_sender", slug=slug)
    return None


def _elsewhere(condition: Condition, visit: Visit, facts: Facts) -> ResponseReturnValue | None:
    """Return the page that must come first: urgent advice, the questions, or why there is no form; else None."""
    if elsewhere := signs_unsettled(condition, visit, facts, HTTPStatus.SEE_OTHER):
        return elsewhere
    if facts.is_under_age:
        response = make_response(render_template("participants/under_age.html", condition=condition))
        forget_typed(response, condition.slug)
        return response
    return sender_missing(condition, visit)


def _form_page(
    condition: Condition,
    facts: Facts,
    trials: FormTrials,
    typed: MultiDict[str, str],
    errors: Mapping[str, str] = NO_ERRORS,
) -> str:
    submission_id, consent = typed.get("submission") or secrets.token_urlsafe(24), consent_in_force()
    return render_template(
        "participants/interest.html",
        condition=condition,
        consent=consent,
        trials=trials,
        consent_shown=consent_shown(),
        answers_shown=answers_shown(facts),
        submission_id=submission_id,
        browser=browser_stamp(condition.slug, submission_id),
        signature=signed(resources().keys.flask, "interest", condition.slug, submission_id),
        beside=purposes_beside(consent, trials.all),
        share=Purpose.SHARE,
        channels=CHANNELS,
        ways=WAYS,
        times=contact_times(),
        languages=contact_languages(),
        errors=errors,
        typed=typed,
        again=request.method == "GET" and bool(typed),
    )


def _changed(interest: Interest, facts: Facts, posted: PostedForm) -> str | None:
    """Return a sentence on what has changed since the page was shown; None where nothing has."""
    for trial, _site in interest.chosen:
        if not was_shown(posted.shown.get(trial.id), trial):
            return _(
                "“%(title)s” has changed since you opened this page. Please read it again before you send.",
                title=say(trial.title),
            )
    if posted.answers != answers_shown(facts):
        return _("Your answers have changed since you opened this page. Please look at the trials again.")
    if not is_consent_shown(posted.consent):
        return _("The wording that you agree to has changed since you opened this page. Please read it again.")
    return None
