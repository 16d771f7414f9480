"""Referrals as recruiters read them: a row of the work list, and the sheet of one person."""

from collections import Counter
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
from prescreen.workflow.recruiting import ListedReferral, ReferralView

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
    State.TAKEN_OVER: "taken over by another site",
    State.WITHDRAWN: "withdrawn",
}
CHANNEL_WORDS = {Purpose.PHONE: "phone", Purpose.TEXT: "text message", Purpose.EMAIL: "email"}
CHECKS = {
    CheckedBy.PHONE: "Ask by phone",
    CheckedBy.RECORDS: "Look up in the records",
    CheckedBy.VISIT: "Check at a visit",
    None: "Check",
}
_IN_SHORT = {CheckedBy.RECORDS: "{} in the records", CheckedBy.VISIT: "{} at a visit", None: "{} to check"}
_MOST_NAMED = 4
# What does not permit or is not known is what to talk about; what permits comes last.
_URGENCY = ("false", "unknown", "true")
_PURPOSES = {
    Purpose.SHARE: "Details may be shared with this trial and site",
    Purpose.ANOTHER_SITE: "Another site may be asked where one does not answer in time",
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
class Row:
    """One line of the work list. A withdrawn referral has no name and nothing that was judged.

    `blockers` names the criteria that do not permit, `to_ask` those to speak about on the phone; `to_check` counts the
    others that are still to check.
    """

    referral: StoredReferral
    name: str | None = field(repr=False)
    channels: tuple[str, ...]
    trial_title: str
    fits: tuple[str, str] | None
    blockers: str
    to_ask: str
    to_check: tuple[str, ...]
    waiting: Waiting
    state: str


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


def row(listed: ListedReferral, catalog: Catalog, now: datetime) -> Row:
    """Give one line of the work list."""
    referral = listed.referral
    by_way = _by_way(referral.still_to_check, _checked_now(catalog, referral.trial_id))
    return Row(
        referral=referral,
        name=listed.contact.name if listed.contact else None,
        channels=tuple(CHANNEL_WORDS[channel] for channel in listed.channels),
        trial_title=trial_title(catalog, referral.trial_id),
        fits=FITS[referral.determination] if referral.determination else None,
        blockers=_shortened(_permitting(referral, "false")),
        to_ask=_shortened([*_permitting(referral, "unknown"), *by_way.pop(CheckedBy.PHONE, [])]),
        to_check=tuple(_IN_SHORT[way].format(len(ids)) for way, ids in by_way.items()),
        waiting=_waiting(referral, catalog, now),
        state=STATES[referral.state],
    )


def _permitting(referral: StoredReferral, permits: str) -> list[str]:
    return [finding["criterion"] for finding in referral.findings if finding["permits"] == permits]


def _shortened(criterion_ids: list[str]) -> str:
    """Name a few criteria by their ids, and say how many more there are."""
    named = ", ".join(one.replace("-", " ").replace("_", " ") for one in criterion_ids[:_MOST_NAMED])
    rest = len(criterion_ids) - _MOST_NAMED
    return f"{named} and {rest} more" if rest > 0 else named


def tally(rows: Iterable[Row]) -> Counter[str]:
    """Count the rows that are overdue, new, and withdrawn."""
    counted: Counter[str] = Counter()
    for one in rows:
        counted["overdue"] += one.waiting.overdue
        counted[one.referral.state] += 1
    return counted


def _checked_now(catalog: Catalog, trial_id: str) -> dict[str, CheckedBy | None]:
    trial = catalog.trials.get(trial_id)
    return {criterion.id: criterion.checked for criterion in trial.still_to_check} if trial else {}


def _by_way(criterion_ids: Iterable[str], checked: dict[str, CheckedBy | None]) -> dict[CheckedBy | None, list[str]]:
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
    groups = _by_way(referral.still_to_check, checked)
    return tuple((CHECKS[way], tuple(_text(one, evidence) for one in ids)) for way, ids in groups.items())
