"""The sheet of one person, as recruiters read it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prescreen.catalog.catalog import Catalog
from prescreen.catalog.evidence import NO_EVIDENCE, Evidence, JudgedCriterion, read_evidence
from prescreen.catalog.fingerprints import trial_evidence
from prescreen.eligibility.answers import Answer
from prescreen.eligibility.assessment import Determination
from prescreen.eligibility.criteria import CheckedBy, Site
from prescreen.eligibility.questions import Question
from prescreen.export.values import text_value
from prescreen.storage.consents import CHANNELS, Purpose
from prescreen.storage.referrals import FindingRecord, State, StoredReferral
from prescreen.web.wording import answer_words, day
from prescreen.workflow.recruiting import ReferralView

FITS = {
    Determination.POTENTIALLY_ELIGIBLE: ("fits", "may fit"),
    Determination.UNDETERMINED: ("open", "can't tell yet"),
    Determination.INELIGIBLE: ("not", "doesn't fit now"),
}
PERMITS = {"true": ("fits", "permits"), "false": ("not", "does not permit"), "unknown": ("open", "unknown")}
STATES = {
    State.NEW: "new",
    State.CONTACTED: "contacted",
    State.SCREENING: "at the site's screening",
    State.ELIGIBLE: "found eligible by the site",
    State.ENROLLED: "enrolled",
    State.NOT_ELIGIBLE: "found not eligible by the site",
    State.DECLINED: "declined",
    State.UNREACHABLE: "not reached",
    State.WITHDRAWN: "withdrawn",
}
CHANNEL_WORDS = {Purpose.PHONE: "phone", Purpose.TEXT: "text message", Purpose.EMAIL: "email"}
CHECKS = {
    CheckedBy.PHONE: "Ask by phone",
    CheckedBy.RECORDS: "Look up in the records",
    CheckedBy.VISIT: "Check at a visit",
    None: "Check",
}
# What does not permit or is not known is what to talk about; what permits comes last.
_URGENCY = ("false", "unknown", "true")
_PURPOSES = {
    Purpose.SHARE: "Details may be shared with this trial and site",
    Purpose.FUTURE: "May be told about later trials",
    Purpose.EMAIL: "May be written to by e-mail",
    Purpose.PHONE: "May be rung",
    Purpose.TEXT: "May be sent text messages",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long a person has waited. `promised` is the days in which the site said it would reply; None: no promise."""

    since: datetime
    words: str
    promised: int | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class QuotedAnswer:
    """What a person said to one question; `day` is None where they were not asked."""

    question: str
    answer: str = field(repr=False)
    day: str | None


@dataclass(frozen=True, slots=True)
class FindingRead:
    """One criterion as it was judged."""

    criterion_id: str
    kind: str
    text: str
    permits: tuple[str, str]
    answers: tuple[QuotedAnswer, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """One way of contact: its words, and whether the person agreed to it."""

    words: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """One consent in force."""

    words: str
    version: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a recruiter reads about one person."""

    view: ReferralView
    trial_title: str
    fits: tuple[str, str] | None
    waiting: Waiting
    state: str
    channels: tuple[Channel, ...]
    agreements: tuple[Agreement, ...]
    findings: tuple[FindingRead, ...]
    to_check: tuple[tuple[str, tuple[str, ...]], ...]


def trial_title(catalog: Catalog, trial_id: str, evidence: Evidence = NO_EVIDENCE) -> str:
    """Give the title of a trial, as it is now or was; its id where neither is known."""
    trial = catalog.trials.get(trial_id)
    return str(trial.title if trial else evidence.title or trial_id)


def by_way(criterion_ids: Iterable[str], checked: dict[str, CheckedBy | None]) -> dict[CheckedBy | None, list[str]]:
    """Group criteria by how they are checked: phone, records, visit, then those of which it is not known."""
    found: dict[CheckedBy | None, list[str]] = {way: [] for way in (*CheckedBy, None)}
    for criterion_id in criterion_ids:
        found[checked.get(criterion_id)].append(criterion_id)
    return {way: ids for way, ids in found.items() if ids}


def _waiting(referral: StoredReferral, catalog: Catalog, now: datetime) -> Waiting:
    waited = now - referral.created_at
    site = _site(catalog, referral)
    promised = site.reply_within if site else None
    is_late = promised is not None and waited > timedelta(days=promised)
    since = referral.created_at.astimezone(catalog.service.timezone)
    return Waiting(since, in_words(waited), promised, overdue=is_late and referral.state is State.NEW)


def _site(catalog: Catalog, referral: StoredReferral) -> Site | None:
    trial = catalog.trials.get(referral.trial_id)
    return next((site for site in trial.sites if site.id == referral.site_id), None) if trial else None


def in_words(waited: timedelta) -> str:
    """Give a time in its largest whole unit.

    >>> in_words(timedelta(days=3, hours=5)), in_words(timedelta(minutes=59)), in_words(timedelta(seconds=20))
    ('3 days', '59 minutes', 'less than a minute')
    """
    for name, unit in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        count = waited // unit
        if count >= 1:
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "less than a minute"


def read_sheet(view: ReferralView, catalog: Catalog, now: datetime) -> Sheet:
    """Give all that a recruiter reads about one person, in the words by which they were judged."""
    referral, evidence = view.referral, _evidence(view, catalog)
    zone = catalog.service.timezone
    return Sheet(
        view=view,
        trial_title=trial_title(catalog, referral.trial_id, evidence),
        fits=FITS[referral.determination] if referral.determination else None,
        waiting=_waiting(referral, catalog, now),
        state=STATES[referral.state],
        channels=tuple(Channel(CHANNEL_WORDS[one], one in view.channels) for one in CHANNELS),
        agreements=tuple(
            Agreement(_PURPOSES[one.purpose], one.version, one.given_at.astimezone(zone)) for one in view.consents
        ),
        findings=tuple(_finding(one, view, evidence) for one in _most_urgent_first(referral.findings)),
        to_check=_to_check(referral, evidence),
    )


def _evidence(view: ReferralView, catalog: Catalog) -> Evidence:
    """Give the criteria as they were; where that cannot be read, as they are now."""
    kept = read_evidence(view.evidence or "")
    trial = catalog.trials.get(view.referral.trial_id)
    return kept if kept.criteria or trial is None else read_evidence(trial_evidence(trial, catalog.bank))


def _most_urgent_first(findings: Iterable[FindingRecord]) -> list[FindingRecord]:
    return sorted(findings, key=lambda finding: _URGENCY.index(finding["permits"]))


def _finding(finding: FindingRecord, view: ReferralView, evidence: Evidence) -> FindingRead:
    criterion = evidence.criteria.get(finding["criterion"])
    return FindingRead(
        criterion_id=finding["criterion"],
        kind=finding["kind"],
        text=_text(finding["criterion"], evidence),
        permits=PERMITS[finding["permits"]],
        answers=_quotes(criterion, view, evidence) if criterion else (),
    )


def _text(criterion_id: str, evidence: Evidence) -> str:
    criterion = evidence.criteria.get(criterion_id)
    return str(criterion.text) if criterion else criterion_id


def _quotes(criterion: JudgedCriterion, view: ReferralView, evidence: Evidence) -> tuple[QuotedAnswer, ...]:
    """Quote what the criterion tests, and what else was answered that decides whether that applies."""
    given = view.answers
    quoted = (one for one in criterion.reached if one in criterion.tested or one in given)
    return tuple(_quote(one, given.get(one), evidence) for one in quoted)


def _quote(question_id: str, answer: Answer | None, evidence: Evidence) -> QuotedAnswer:
    question = evidence.questions.get(question_id)
    asked = str(question.ask) if question else question_id
    if answer is None:
        return QuotedAnswer(asked, "not asked", None)
    return QuotedAnswer(asked, _words(question, answer), day(answer.on))


def _words(question: Question | None, answer: Answer) -> str:
    try:
        return answer_words(question, answer) if question else text_value(answer.value)
    except (KeyError, TypeError):
        # Read by criteria of today, whose question is another than the one that was answered.
        return text_value(answer.value)


def _to_check(referral: StoredReferral, evidence: Evidence) -> tuple[tuple[str, tuple[str, ...]], ...]:
    checked = {criterion.id: criterion.checked for criterion in evidence.criteria.values()}
    groups = by_way(referral.still_to_check, checked)
    return tuple((CHECKS[way], tuple(_text(one, evidence) for one in ids)) for way, ids in groups.items())
