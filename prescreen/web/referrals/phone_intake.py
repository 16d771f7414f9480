"""Pages of phone intake, with the consent read out. Nothing is stored before the form is complete."""

import secrets
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, NoReturn
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.storage.audit.events import Subject
from prescreen.storage.participants.consents import CHANNELS, Purpose
from prescreen.web.accounts.consent_wording import PURPOSE_WORDS
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.base.form_fields import Pair, Raw
from prescreen.web.base.forms import Form, is_signed_for, posted_or_400, read_valid
from prescreen.web.base.language import own_name, speaking, spoken
from prescreen.web.base.request_context import address_of, catalog, desk, now, refuse_closed_now, resources, today
from prescreen.web.base.security import signed
from prescreen.web.measures import note_submission
from prescreen.web.participants.contact_form import contact_languages, contact_times
from prescreen.web.participants.submission import (
    consent_in_force,
    consent_shown,
    is_consent_shown,
    posted_digests,
    purposes_beside,
    share_with,
    submission_of,
    trial_shown,
    was_shown,
)
from prescreen.web.referrals.phone_intake_form import (
    Entry,
    emergency_signs,
    fields,
    read_entry,
    safety_questions,
    trial_questions,
)
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.operations.process_metrics import Door, Outcome
from prescreen.workflow.participants.submission import Receipt, SubmissionConflictError, earlier_receipt
from prescreen.workflow.referrals.phone_intake import enter, entered, may_enter, note_refusal, referral_entered
from prescreen.workflow.registry.closing import ClosedMeanwhileError


class PlaceForm(Form):
    """Trial and site of a call."""

    place: Annotated[tuple[str, str], Pair("/")]


class SpokenForm(Form):
    """The language in which a call is held."""

    call: Annotated[str, Raw()]


class EntryStampsForm(Form):
    """Hidden fields: the id of the submission, and fingerprints of the trial and wording that the page showed."""

    submission: Annotated[str, Raw()]
    shown: Annotated[str, Raw()]
    consent: Annotated[str, Raw()]


_CLOSED = "The registry says that this trial or site takes no new people any more. Nothing was stored; tell the person."
_CHANGED = "The trial, its questions or the wording has changed since you opened this page. Read it out again."


@pages.get("/enter")
@allowed(Permission.ENTER_LEADS, menu="Enter by phone")
def choose_entry() -> ResponseReturnValue:
    """Ask for the trial and site, and for the language of the call."""
    trial_id, site_id = read_valid(PlaceForm, request.args)[0].place
    if _place(trial_id, site_id):
        return redirect(url_for("recruiter.entry", trial_id=trial_id, site_id=site_id, call=_call()))
    return render_template("referrals/enter.html", places=_places(), languages=_languages())


@pages.get("/enter/<trial_id>/<site_id>")
@allowed(Permission.ENTER_LEADS)
def entry(trial_id: str, site_id: str) -> ResponseReturnValue:
    """Show the form of one trial and site."""
    trial, site = _place_or_404(trial_id, site_id)
    return _page(trial, site, None, MultiDict())


@pages.post("/enter/<trial_id>/<site_id>")
@allowed(Permission.ENTER_LEADS)
def store_entry(trial_id: str, site_id: str) -> ResponseReturnValue:
    """Store the person in one transaction, and redirect to the page that says so."""
    trial, site = _place_or_404(trial_id, site_id)
    submission_id = posted_or_400(EntryStampsForm).submission
    if not is_signed_for(*_made_for(trial, site, submission_id)):
        note_submission(Door.PHONE, Outcome.FORGED)
        return _refused("This form was not made for you, or not for this trial and site."), HTTPStatus.BAD_REQUEST
    try:
        with resources().database.reading() as session:
            receipt = earlier_receipt(session, submission_id, posted_digests())
        if receipt is None:
            return _stored(trial, site, submission_id)
        note_submission(Door.PHONE, Outcome.REPEATED)
        return _done(receipt)
    except SubmissionConflictError:
        note_submission(Door.PHONE, Outcome.CONFLICT)
        return _refused("This form was stored before, with something else in it. Nothing changed."), HTTPStatus.CONFLICT


@pages.get("/entered/<uuid:referral_id>")
@allowed(Permission.ENTER_LEADS)
def entry_stored(referral_id: UUID) -> ResponseReturnValue:
    """Show what was stored, and what to tell the person before the call ends."""
    with resources().database.reading() as session:
        found = entered(session, this_recruiter(), referral_id)
    if found is None:
        _refuse("referral", str(referral_id))
    trial = catalog().trials.get(found.trial_id)
    mailing = resources().settings.mail_url is not None and not found.is_test
    return render_template("referrals/entered.html", entered=found, trial=trial, mailing=mailing)


def _stored(trial: Trial, site: Site, submission_id: str) -> ResponseReturnValue:
    read = read_entry(request.form, trial, site)
    if read.errors or read.emergencies:
        note_submission(Door.PHONE, Outcome.AT_FAULT)
        return _page(trial, site, read, request.form), HTTPStatus.UNPROCESSABLE_ENTITY
    with speaking(_call()):
        stamps = posted_or_400(EntryStampsForm)
        same = was_shown(stamps.shown, trial) and is_consent_shown(stamps.consent)
        submission = submission_of(read.interest, read.facts, submission_id)
    if not same:
        note_submission(Door.PHONE, Outcome.CHANGED)
        changed = replace(read, errors={"questions": _CHANGED})
        return _page(trial, site, changed, request.form), HTTPStatus.CONFLICT
    try:
        with resources().database.writing() as session:
            receipt = enter(session, desk(), this_recruiter(), submission)
            if not receipt.replayed:
                refuse_closed_now(session, [(trial.id, site.id)])
    except ClosedMeanwhileError:
        note_submission(Door.PHONE, Outcome.CLOSED)
        closed = replace(read, errors={"questions": _CLOSED})
        return _page(trial, site, closed, request.form), HTTPStatus.CONFLICT
    note_submission(Door.PHONE, Outcome.REPEATED if receipt.replayed else Outcome.STORED)
    return _done(receipt)


def _done(receipt: Receipt) -> ResponseReturnValue:
    with resources().database.reading() as session:
        referral_id = referral_entered(session, receipt)
    return redirect(url_for("recruiter.entry_stored", referral_id=referral_id), HTTPStatus.SEE_OTHER)


def _refused(sentence: str) -> str:
    return render_template("referrals/entry_refused.html", sentence=sentence)


def _page(trial: Trial, site: Site, read: Entry | None, typed: MultiDict[str, str]) -> str:
    submission_id = typed.get("submission") or secrets.token_urlsafe(24)
    with speaking(_call()):
        consent, in_their_words = consent_in_force(), _in_their_words(trial, site, read, typed)
        stamps = {"shown": trial_shown(trial), "consent": consent_shown()}
    if consent is None:
        return _refused("No consent wording is in force, so nobody can be entered.")
    return render_template(
        "referrals/entry.html",
        trial=trial,
        site=site,
        call=_call(),
        languages=_languages(),
        stamps={**stamps, "submission": submission_id, "call": _call()},
        signature=signed(resources().keys.flask, *_made_for(trial, site, submission_id)),
        typed=typed or MultiDict({"language": _call()}),
        errors=read.errors if read else {},
        numbers=catalog().service.emergency_numbers,
        channels=CHANNELS,
        optional=purposes_beside(consent, (trial,)),
        purpose_words=PURPOSE_WORDS,
        times=contact_times(),
        contact_languages=contact_languages(),
        **in_their_words,
    )


def _in_their_words(trial: Trial, site: Site, read: Entry | None, typed: MultiDict[str, str]) -> dict[str, Any]:
    """Return the parts of the page that are read out, in the language of the call."""
    errors, consent = read.errors if read else {}, consent_in_force()
    parts = {}
    for name, questions in (("safety", safety_questions(trial)), ("questions", trial_questions(trial))):
        page = render_template("referrals/entry_questions.html", asked=fields(questions, typed), errors=errors)
        parts[name] = Markup(page)  # noqa: S704 - a page that was just rendered
    share = {Purpose.SHARE.value: share_with(trial, site, consent).wording} if consent else {}
    wordings = {**consent.wordings, **share} if consent else {}
    told = {"urgent": read.emergencies, "advice": read.advice} if read else {"urgent": (), "advice": ()}
    advice = {name: [one.advice.in_language(_call()) for one in flags] for name, flags in told.items()}
    signs = [one.in_language(_call()) for one in emergency_signs(trial)]
    notice = Markup(render_template("notices/read_out.html", address=address_of("notices.privacy")))  # noqa: S704 - ours
    return {
        **parts,
        **advice,
        "notice": notice,
        "signs": signs,
        "count": len(trial_questions(trial)),
        "wordings": wordings,
    }


def _made_for(trial: Trial, site: Site, submission_id: str) -> tuple[str, ...]:
    return "entry", str(this_recruiter().id), trial.id, site.id, submission_id


def _languages() -> dict[str, str]:
    """Return the names of the languages with a wording to read out, each in that language, by code."""
    known = {code: catalog().consent(code, today()) for code in spoken()}
    return {code: own_name(code) for code, consent in known.items() if consent and consent.language == code}


def _call() -> str:
    """Return the language of the call; the first available one where none is chosen."""
    wanted = read_valid(SpokenForm, request.values)[0].call
    return wanted if wanted in _languages() else next(iter(_languages()), "en")


def _places() -> list[tuple[Trial, list[Site]]]:
    """Return the recruiter's trials and sites that are open today."""
    found = [(trial, _sites(trial)) for trial_id in this_recruiter().trial_ids if (trial := _open(trial_id))]
    return [(trial, sites) for trial, sites in found if sites]


def _open(trial_id: str) -> Trial | None:
    trial = catalog().trials.get(trial_id)
    return trial if trial and catalog().takes_leads(trial, today()) else None


def _sites(trial: Trial) -> list[Site]:
    return [site for site in catalog().open_sites(trial) if may_enter(this_recruiter(), trial.id, site.id)]


def _place(trial_id: str, site_id: str) -> tuple[Trial, Site] | None:
    trial = _open(trial_id)
    site = next((one for one in _sites(trial) if one.id == site_id), None) if trial else None
    return (trial, site) if trial and site else None


def _place_or_404(trial_id: str, site_id: str) -> tuple[Trial, Site]:
    place = _place(trial_id, site_id)
    if place is None:
        _refuse("trial", trial_id if trial_id in catalog().trials else "unknown")
    return place


def _refuse(kind: str, named: str) -> NoReturn:
    """Answer 404, and record which recruiter asked."""
    with resources().database.writing() as session:
        note_refusal(session, this_recruiter(), Subject(kind, named), now())
    abort(HTTPStatus.NOT_FOUND)
