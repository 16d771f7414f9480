"""The summary of one person: whom to call and why now, how, what to ask, and what is known."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.participants.contact_details import address_for
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.participants.purposes import CHANNELS, GivenBy, Purpose
from prescreen.storage.referrals.call_checklist import Tick
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.web.accounts.consent_wording import GIVEN_BY_WORDS, PURPOSE_WORDS, GivenByWords
from prescreen.web.accounts.staff_wording import FITS, STATES, Waiting, language_name, trial_title, waiting_of
from prescreen.web.assessment.findings import Case, FindingRead, case_of, determination_today, read_findings
from prescreen.web.participants.contact_form import contact_times
from prescreen.web.referrals.call_script import Script, read_script
from prescreen.workflow.participants.phone_numbers import has_extension
from prescreen.workflow.referrals.call_log import QUESTION, CallOutcome
from prescreen.workflow.referrals.referral_view import ReferralView

OUTCOMES = {
    CallOutcome.REACHED: "reached",
    CallOutcome.NO_ANSWER: "no answer",
    CallOutcome.LEFT_MESSAGE: "left a message",
    CallOutcome.WRONG_NUMBER: "wrong number",
    CallOutcome.CALL_BACK: "call back",
}
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One consent in force."""

    words: str
    version: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person may be reached. Details without consent are None, so that no page can show them.

    `rings` and `texts` are the number, for calls and for text messages; `refused` names the ways not agreed to. A
    number with an extension takes no texts, `takes_no_texts`.
    `language` is the one they chose, None where that is English. `disowned_at`: when the owner of the e-mail address
    said that it is not theirs.
    """

    rings: str | None = field(repr=False)
    texts: str | None = field(repr=False)
    email: str | None = field(repr=False)
    refused: tuple[str, ...]
    no_phone: bool
    takes_no_texts: bool
    disowned_at: datetime | None
    best_time: str | None
    language: str | None
    postal_code: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CallRead:
    """One call of the log, in words."""

    at: datetime
    by: str
    outcome: str
    note: str = field(repr=False)
    call_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class TickRead:
    """One tick, or the removal of one."""

    at: datetime
    by: str
    ticked: bool
    words: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another referral with the same e-mail address."""

    referral: StoredReferral
    trial_title: str
    state: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that a recruiter reads about one person.

    `fits_today` is the result of the same answers today, None where it is unchanged; `blockers` name the criteria that
    do not permit. `call_back_at` is when the last call asked for another; `reached_but_new`: the person was reached,
    and the referral is still new.
    """

    view: ReferralView
    trial_title: str
    fits: tuple[str, str] | None
    fits_today: tuple[str, str] | None
    blockers: tuple[str, ...]
    waiting: Waiting
    state: str
    reach: Reach | None
    agreements: tuple[Agreement, ...]
    given_by: GivenByWords
    findings: tuple[FindingRead, ...]
    script: Script
    calls: tuple[CallRead, ...]
    call_back_at: datetime | None
    call_back_due: bool
    contacted_at: datetime | None
    reached_but_new: bool
    ticks: tuple[TickRead, ...]
    same_email: tuple[Elsewhere, ...]


def read_sheet(view: ReferralView, catalog: Catalog, now: datetime) -> Sheet:
    """Return everything that a recruiter reads about one person, in the wording against which they were assessed."""
    referral, zone = view.referral, catalog.service.timezone
    case = case_of(view, catalog, now.astimezone(zone).date())
    call_back_at = view.calls[0].call.call_back_at if view.calls else None
    return Sheet(
        view=view,
        trial_title=trial_title(catalog, referral.trial_id, case.evidence),
        fits=FITS[referral.determination] if referral.determination else None,
        fits_today=_fits_today(case, referral.determination),
        blockers=tuple(one["criterion"] for one in referral.findings if one["permits"] == "false"),
        waiting=waiting_of(referral, catalog, now),
        state=STATES[referral.state],
        reach=_reach(view, view.contact, zone) if view.contact else None,
        agreements=tuple(
            Agreement(PURPOSE_WORDS[one.purpose].allows, one.version, one.given_at.astimezone(zone))
            for one in view.consents
        ),
        given_by=GIVEN_BY_WORDS[view.consents[0].given_by if view.consents else GivenBy.SELF],
        findings=read_findings(case),
        script=read_script(case, zone),
        calls=tuple(_calls(view, zone)),
        call_back_at=call_back_at.astimezone(zone) if call_back_at else None,
        call_back_due=call_back_at is not None and call_back_at <= now,
        contacted_at=referral.contacted_at.astimezone(zone) if referral.contacted_at else None,
        reached_but_new=referral.state is State.NEW
        and any(one.call.outcome is CallOutcome.REACHED for one in view.calls),
        ticks=tuple(_tick(one, case, zone) for one in reversed(view.ticks)),
        same_email=tuple(_elsewhere(one, catalog) for one in view.same_email),
    )


def _fits_today(case: Case, then: Determination | None) -> tuple[str, str] | None:
    now = determination_today(case)
    return FITS[now] if now is not None and then is not None and now is not then else None


def _reach(view: ReferralView, contact: Contact, zone: tzinfo) -> Reach:
    agreed, language = view.channels, contact.language
    texts = address_for(contact, Purpose.TEXT, agreed)
    takes_no_texts = texts is not None and has_extension(texts)
    return Reach(
        rings=address_for(contact, Purpose.PHONE, agreed),
        texts=None if takes_no_texts else texts,
        email=address_for(contact, Purpose.EMAIL, agreed),
        refused=tuple(PURPOSE_WORDS[one].noun for one in CHANNELS if one not in agreed),
        no_phone=view.no_phone,
        takes_no_texts=takes_no_texts,
        disowned_at=view.disowned_at.astimezone(zone) if view.disowned_at else None,
        best_time=contact_times().get(contact.best_time or "", contact.best_time),
        language=None if language == _ENGLISH else language_name(language),
        postal_code=contact.postal_code,
    )


def _calls(view: ReferralView, zone: tzinfo) -> Iterator[CallRead]:
    for one in view.calls:
        back = one.call.call_back_at
        yield CallRead(
            at=one.at.astimezone(zone),
            by=one.by,
            outcome=OUTCOMES[one.call.outcome],
            note=one.call.note,
            call_back_at=back.astimezone(zone) if back else None,
        )


def _tick(tick: Tick, case: Case, zone: tzinfo) -> TickRead:
    name = tick.item.removeprefix(QUESTION)
    words = case.text(name) if name == tick.item else case.ask(name)
    return TickRead(tick.at.astimezone(zone), tick.by, tick.ticked, words)


def _elsewhere(referral: StoredReferral, catalog: Catalog) -> Elsewhere:
    return Elsewhere(referral, trial_title(catalog, referral.trial_id), STATES[referral.state])
