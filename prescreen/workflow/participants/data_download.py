"""Download: everything that is held about a person, for the person, as JSON-ready data."""

from dataclasses import asdict
from datetime import datetime
from fractions import Fraction
from typing import Any

from prescreen.eligibility.assessment.answer_encoding import to_json
from prescreen.eligibility.assessment.answers import Answer, Declined
from prescreen.eligibility.criteria.rules import Value
from prescreen.storage import Session, Transactions
from prescreen.storage.audit import events as audit
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import LetterKind
from prescreen.storage.participants import consents
from prescreen.storage.participants.consents import Purpose, StoredConsent
from prescreen.storage.participants.trial_invitations import StoredInvitation
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.workflow.participants.data_subject_rights import HeldData
from prescreen.workflow.participants.disclosures import disclosures


def everything_held(database: Transactions, held: HeldData, now: datetime) -> dict[str, Any]:
    """Record the download, then return everything in JSON's types, with times in UTC and ISO 8601.

    Findings are `true`, `false` or `unknown`. The members of a team are not named: only the team is.
    """
    person, subject = audit.participant(held.lead_id), audit.lead(held.lead_id)
    # First, so that the history in the download lists this download too.
    with database.writing() as session:
        audit.record(session, audit.Event(now, person, audit.Action.DATA_DOWNLOADED, subject))
    with database.reading() as session:
        return _everything_held(session, held)


def _everything_held(session: Session, held: HeldData) -> dict[str, Any]:
    wordings = consents.wordings(session, _texts_shown(held))
    return {
        "reference": held.reference,
        "created_at": held.created_at.isoformat(),
        "is_test": held.is_test,
        "contact": {**asdict(held.contact), "email_confirmed": held.email_confirmed},
        "consents": [_consent(one, wordings) for one in held.consents],
        "answers": {name: _answer(one) for name, one in held.answers.given.items()},
        "referrals": [_referral(one) for one in held.referrals],
        "invitations": [_invitation(one) for one in held.invitations],
        "seen_by": [
            {"at": one.at.isoformat(), "how": one.how.value, "trial": one.trial_id, "site": one.site_name}
            for one in disclosures(session, held)
        ],
        "letters": _letters(session, held),
        "history": _history(session, held),
    }


def _texts_shown(held: HeldData) -> set[str]:
    shown = (text for one in held.consents for text in (one.wording_sha256, one.notice_sha256))
    return {text for text in shown if text is not None}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _consent(one: StoredConsent, wordings: dict[str, str]) -> dict[str, Any]:
    return {
        "purpose": one.purpose.value,
        "trial": one.trial_id,
        "site": one.site_id,
        "given_by": one.given_by.value,
        "version": one.version,
        "language": one.language,
        "wording_sha256": one.wording_sha256,
        "wording": wordings.get(one.wording_sha256),
        "notice_sha256": one.notice_sha256,
        "notice": wordings.get(one.notice_sha256 or ""),
        "given_at": one.given_at.isoformat(),
        "withdrawn_at": _instant(one.withdrawn_at),
    }


def _answer(one: Answer) -> dict[str, Any]:
    declined = one.value.value if isinstance(one.value, Declined) else None
    return {"value": _plain(one.value), "declined": declined, "answered_on": one.on.isoformat()}


def _plain(value: Value | Declined) -> object:
    """Return a value in JSON's types; a number as a text, which keeps every digit."""
    return str(value) if isinstance(value, Fraction) else to_json(value)


def _referral(one: StoredReferral) -> dict[str, Any]:
    return {
        "trial": one.trial_id,
        "site": one.site_id,
        "site_name": one.site_name,
        "state": one.state.value,
        "determination": one.determination.value if one.determination else None,
        "findings": list(one.findings),
        "still_to_check": list(one.still_to_check),
        "criteria_fingerprint": one.fingerprint,
        "created_at": one.created_at.isoformat(),
        "withdrawn_at": _instant(one.withdrawn_at),
    }


def _invitation(one: StoredInvitation) -> dict[str, Any]:
    return {
        "trial": one.trial_id,
        "created_at": one.created_at.isoformat(),
        "answered_at": _instant(one.answered_at),
        "accepted": one.accepted,
    }


def _letters(session: Session, held: HeldData) -> list[dict[str, Any]]:
    """Return the letters about a person.

    Before the address is confirmed, not whether it was asked whose it is: that depends on what others did with it.
    """
    letters = [
        {"about": one.kind.value, "state": one.state.value, "at": one.created_at.isoformat()}
        for one in outbox.of_lead(session, held.lead_id)
        if held.email_confirmed or one.kind is not LetterKind.CONFIRM
    ]
    allowed = [one for one in held.consents if one.purpose is Purpose.EMAIL and not held.email_confirmed]
    questions = [{"about": LetterKind.CONFIRM.value, "state": None, "at": one.given_at.isoformat()} for one in allowed]
    return questions + letters


def _history(session: Session, held: HeldData) -> list[dict[str, str]]:
    subjects = [audit.lead(held.lead_id), *(audit.referral(one.id) for one in held.referrals)]
    events = [event for subject in subjects for event in audit.about(session, subject)]
    return [
        {"at": one.at.isoformat(), "by": one.actor.kind.value, "what": one.action.value, "of": one.subject.kind}
        for one in sorted(events, key=lambda event: event.at)
    ]
