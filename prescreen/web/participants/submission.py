"""From a completed form to what is stored: consents with the wording that was shown, referrals with their evidence."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import replace

from flask import request
from flask_babel import gettext as _

from prescreen.catalog.assessment.fingerprints import evidence_fingerprint, fingerprint
from prescreen.catalog.criteria.catalog import Consent
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.storage.participants.purposes import BESIDE, PURPOSES, Purpose
from prescreen.web.base.language import language, say
from prescreen.web.base.request_context import catalog, now, resources, today
from prescreen.web.base.security import is_signed, signed
from prescreen.web.notices.privacy_notice import privacy_notice
from prescreen.web.participants.contact_form import Interest
from prescreen.workflow.interview.distances import whole_miles
from prescreen.workflow.participants import referral_evidence
from prescreen.workflow.participants.submission import ConsentGiven, ReferralWanted, Submission

# The last belongs to a recruiter's session, which may end between two attempts.
_NOT_CONTENT = frozenset({"signature", "form_token"})
_BESIDE = "."
_Place = tuple[str | None, str | None]


def consent_in_force() -> Consent | None:
    """Return the current consent wording in the page's language; None where the catalog has none."""
    return catalog().consent(language(), today())


def trial_shown(trial: Trial) -> str:
    """Return a keyed fingerprint of a trial and its questions, as shown by this request's catalog.

    Keyed, since pages contain it: without the key, limits that visitors are not told cannot be found by guessing.
    """
    return signed(resources().keys.flask, "trial", evidence_fingerprint(catalog().evidence(trial)))


def was_shown(stamp: str | None, trial: Trial) -> bool:
    """Return whether a posted fingerprint is that of a trial as it is now, by the present keys or by earlier ones."""
    return is_signed(stamp or "", resources().keys, "trial", evidence_fingerprint(catalog().evidence(trial)))


def consent_shown() -> str:
    """Return the fingerprint of the consent wording with the version of the notice beside it; empty without wording."""
    wording = _wording_shown()
    return f"{wording}{_BESIDE}{privacy_notice().version}" if wording else ""


def is_consent_shown(stamp: str) -> bool:
    """Whether a form with this stamp showed the wording and the notice that are in force now.

    A form that was shown by earlier code names no notice, and none was beside it.
    """
    wording, _beside, notice = stamp.partition(_BESIDE)
    return wording == _wording_shown() and notice in {"", privacy_notice().version}


def _wording_shown() -> str:
    consent = consent_in_force()
    return hashlib.sha256(json.dumps(dict(consent.wordings)).encode()).hexdigest() if consent else ""


def _notice_shown() -> str | None:
    """Return the notice that stood beside the form of this request; None where none did."""
    return privacy_notice().text if _BESIDE in request.form.get("consent", "") else None


def consent_given(purpose: Purpose, consent: Consent) -> ConsentGiven:
    """Return the consent to a purpose that names no trial, with the wording and the notice that were shown.

    Raise KeyError for a purpose that has no wording.
    """
    return _given(purpose, consent, consent.wordings[purpose.value])


def _given(purpose: Purpose, consent: Consent, wording: str, place: _Place = (None, None)) -> ConsentGiven:
    version, spoken = consent.version, consent.language
    return ConsentGiven(purpose, *place, version, wording, spoken, notice=_notice_shown())


def may_ask_another_site(consent: Consent | None, trials: Iterable[Trial]) -> bool:
    """Return whether asking another site can be offered: it has a wording, and a trial has several open sites."""
    worded = consent is not None and Purpose.ANOTHER_SITE in consent.wordings
    return worded and any(len(catalog().open_sites(trial)) > 1 for trial in trials)


def purposes_beside(consent: Consent | None, trials: Iterable[Trial]) -> list[Purpose]:
    """Return the purposes, apart from sharing and contact, that have a wording and can be offered for these trials."""
    worded = [purpose for purpose in BESIDE if consent and purpose in consent.wordings]
    if may_ask_another_site(consent, trials):
        return worded
    return [purpose for purpose in worded if purpose is not Purpose.ANOTHER_SITE]


def submission_of(interest: Interest, facts: Facts, submission_id: str) -> Submission:
    """Return the submission for an interest without errors, assessed again with the current catalog.

    Answers to questions that do not apply are left out: no page showed them to the person.

    Raise ValueError for an interest with errors.
    """
    if interest.contact is None:
        raise ValueError("an interest without errors has a contact")
    facts = facts.applicable()
    consents = tuple(_consents(interest))
    may_be_offered = any(one.purpose is Purpose.ANOTHER_SITE for one in consents)
    digest, *earlier = posted_digests()
    return Submission(
        id=submission_id,
        content_digest=digest,
        earlier_digests=tuple(earlier),
        contact=interest.contact,
        consents=consents,
        referrals=tuple(
            referral_to(trial, site, facts, postal_code=interest.contact.postal_code, may_be_offered=may_be_offered)
            for trial, site in interest.chosen
        ),
        answers=facts.answers,
        is_test=catalog().service.sample,
        submitted_at=now(),
        bank=facts.bank,
    )


def answers_shown(facts: Facts) -> str:
    """Return the fingerprint of the answers that a page is based on."""
    return fingerprint(facts.answers.given)


def posted_digests() -> tuple[str, ...]:
    """Return the keyed digests of everything that was sent, by the present keys first and then by earlier ones.

    The form contains the fingerprint of the answers. Keyed, since a digest outlives a deletion: without the key, names
    and addresses cannot be tried against it.
    """
    posted = sorted((key, value) for key, value in request.form.items(multi=True) if key not in _NOT_CONTENT)
    content = json.dumps(posted).encode()
    return tuple(hmac.digest(keys.flask, content, "sha256").hex() for keys in resources().keys.generations)


def _consents(interest: Interest) -> list[ConsentGiven]:
    consent = consent_in_force()
    if consent is None:
        raise ValueError("nothing is sent without a consent wording in force")
    given = []
    for purpose in interest.purposes:
        if purpose.value not in consent.wordings:
            # Only a forged request can ask for a purpose that has no wording: no page offers it.
            continue
        if PURPOSES[purpose].is_per_site:
            given += [_for_site(purpose, trial, site, consent) for trial, site in interest.chosen]
        else:
            given.append(consent_given(purpose, consent))
    return given


def share_with(trial: Trial, site: Site, consent: Consent) -> ConsentGiven:
    """Return the consent to hand the person over to one site of one trial, both named under the wording."""
    return _for_site(Purpose.SHARE, trial, site, consent)


def _for_site(purpose: Purpose, trial: Trial, site: Site, consent: Consent) -> ConsentGiven:
    named = f"{consent.wordings[purpose.value]}\n\n{_named(trial, site)}"
    return _given(purpose, consent, named, (trial.id, site.id))


def _named(trial: Trial, site: Site) -> str:
    """Return the lines that name trial and site under the wording, in the page's language."""
    return (
        _("Trial: %(title)s (%(id)s)", title=say(trial.title), id=trial.id) + "\n" + _("Site: %(name)s", name=site.name)
    )


def referral_to(
    trial: Trial, site: Site, facts: Facts, *, postal_code: str | None, may_be_offered: bool
) -> ReferralWanted:
    """Return the referral to a site of a trial, assessed with the current catalog; miles are from the postal code."""
    wanted = referral_evidence.referral_to(catalog(), trial, site, facts)
    return replace(wanted, may_be_offered=may_be_offered, miles=whole_miles(postal_code, site))
