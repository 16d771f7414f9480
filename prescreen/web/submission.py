"""From a filled form to what is stored: consents with the wording that was shown, referrals with their evidence."""

import hashlib
import hmac
import json
from datetime import timedelta

from flask import request
from flask_babel import gettext as _

from prescreen.catalog.catalog import Consent
from prescreen.catalog.fingerprints import evidence_fingerprint, fingerprint
from prescreen.eligibility.answers import Facts
from prescreen.eligibility.assessment import Finding, assess
from prescreen.eligibility.criteria import Site, Trial
from prescreen.export.assessments import finding_data
from prescreen.storage.consents import Purpose
from prescreen.web.contact_form import Interest
from prescreen.web.distances import whole_miles
from prescreen.web.language import language, say
from prescreen.web.resources import catalog, now, resources, today
from prescreen.web.security import signed
from prescreen.workflow.submitting import ConsentGiven, FindingRecord, ReferralWanted, Submission

_NOT_CONTENT = frozenset({"signature"})


def consent_in_force() -> Consent | None:
    """Give the wording that people agree to today, in the page's language; None where the catalog has none."""
    return catalog().consent(language(), today())


def trial_shown(trial: Trial) -> str:
    """Give a keyed fingerprint of a trial with the questions it reaches, as this request's catalog shows them.

    Keyed, since it stands in pages: without the key nobody can try which limits, untold to visitors, would give it.
    """
    return signed(resources().keys.flask, "trial", evidence_fingerprint(catalog().evidence(trial)))


def consent_shown() -> str:
    """Give the fingerprint of the consent wording."""
    consent = consent_in_force()
    return hashlib.sha256(json.dumps(dict(consent.wordings)).encode()).hexdigest() if consent else ""


def submission_of(interest: Interest, facts: Facts, submission_id: str) -> Submission:
    """Give what is stored for an interest without errors, judged again under the catalog of this moment."""
    if interest.contact is None:
        raise ValueError("an interest without errors has a contact")
    return Submission(
        id=submission_id,
        content_digest=posted_digest(),
        contact=interest.contact,
        consents=tuple(_consents(interest)),
        referrals=tuple(
            referral_to(trial, site, facts, interest.contact.postal_code) for trial, site in interest.chosen
        ),
        answers=facts.answers,
        is_test=catalog().service.sample,
        submitted_at=now(),
        bank=facts.bank,
    )


def answers_shown(facts: Facts) -> str:
    """Give the fingerprint of the answers that a page rests on."""
    return fingerprint(facts.answers.given)


def posted_digest() -> str:
    """Give a keyed digest of all that was sent; the form names the fingerprint of the answers.

    Keyed, since it outlives a deletion: without the key nobody can try names and addresses against it.
    """
    posted = sorted((key, value) for key, value in request.form.items(multi=True) if key not in _NOT_CONTENT)
    return hmac.digest(resources().keys.flask, json.dumps(posted).encode(), "sha256").hex()


def _consents(interest: Interest) -> list[ConsentGiven]:
    consent = consent_in_force()
    if consent is None:
        raise ValueError("nothing is sent without a consent wording in force")
    given = []
    for purpose in interest.purposes:
        wording = consent.wordings[purpose.value]
        if purpose is not Purpose.SHARE:
            given.append(ConsentGiven(purpose, None, None, consent.version, wording, consent.language))
            continue
        given += [share_with(trial, site, consent) for trial, site in interest.chosen]
    return given


def share_with(trial: Trial, site: Site, consent: Consent) -> ConsentGiven:
    """Give the consent to hand the person over to one site of one trial, both named under the wording."""
    named = f"{consent.wordings[Purpose.SHARE.value]}\n\n{_named(trial, site)}"
    return ConsentGiven(Purpose.SHARE, trial.id, site.id, consent.version, named, consent.language)


def _named(trial: Trial, site: Site) -> str:
    """Give trial and site as they stand under the wording, in the page's language."""
    return (
        _("Trial: %(title)s (%(id)s)", title=say(trial.title), id=trial.id) + "\n" + _("Site: %(name)s", name=site.name)
    )


def referral_to(trial: Trial, site: Site, facts: Facts, postal_code: str | None) -> ReferralWanted:
    """Give the referral to a site of a trial, judged under the catalog of this moment, for who lives there."""
    judged = assess(trial, facts)
    evidence = catalog().evidence(trial)
    return ReferralWanted(
        trial_id=trial.id,
        site_id=site.id,
        site_name=site.name,
        determination=judged.determination,
        findings=tuple(_record(finding, facts) for finding in judged.findings),
        still_to_check=tuple(criterion.id for criterion in trial.still_to_check),
        fingerprint=evidence_fingerprint(evidence),
        evidence=evidence,
        question_ids=trial.questions(facts.bank),
        miles=whole_miles(postal_code, site),
        reply_within=None if site.reply_within is None else timedelta(days=site.reply_within),
    )


def _record(finding: Finding, facts: Facts) -> FindingRecord:
    data = finding_data(finding, facts)
    return FindingRecord(
        criterion=data["criterion"],
        kind=data["kind"],
        rule=data["rule"],
        permits=data["permits"],
        open_questions=data["open_questions"],
    )
