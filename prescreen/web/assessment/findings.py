"""Findings as recruiters read them: the result, the answers behind it, their age, and the distance from a limit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from prescreen.catalog.assessment.evidence import Evidence, JudgedCriterion, read_evidence
from prescreen.catalog.assessment.fingerprints import trial_evidence
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.answer_encoding import to_text
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.determination import Determination, assess, find
from prescreen.eligibility.assessment.margins import Margin, margins
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Cohort, Trial
from prescreen.eligibility.criteria.truth import Truth, all_of
from prescreen.eligibility.interview.left_open import WhyOpen
from prescreen.eligibility.interview.question_selection import is_stale
from prescreen.storage.participants.consents import GivenBy
from prescreen.storage.referrals.referrals import FindingRecord
from prescreen.web.assessment.margin_wording import margin_words, number_words, said_in, value_words
from prescreen.web.base.formatting import answer_words
from prescreen.workflow.referrals.referral_view import ReferralView


@dataclass(frozen=True, slots=True)
class Sign:
    """A truth as a page shows it: the class of its sign, the sign, and the words beside it."""

    css: str
    mark: str
    words: str


KINDS = {"inclusion": "needed:", "exclusion": "keeps out:"}
"""The words before a criterion's text; for an exclusion they say that it must not be so."""

WHY_OPEN_WORDS = {
    WhyOpen.NOT_ASKED: "not asked",
    WhyOpen.DO_NOT_KNOW: "not known",
    WhyOpen.RATHER_NOT_SAY: "not said",
}
"""Why a question has no value, as it is counted."""

PERMITS = {
    Truth.FALSE.value: Sign("no", "×", "does not fit"),
    Truth.UNKNOWN.value: Sign("open", "?", "not clear yet"),
    Truth.TRUE.value: Sign("fits", "✓", "fits"),
}
"""Whether a criterion lets a person take part, the most urgent first."""


@dataclass(frozen=True)
class Case:
    """A person with the criteria as they were at the assessment, viewed on a day.

    `facts` are what is known on that day; None where the criteria cannot be assessed again.
    """

    view: ReferralView
    evidence: Evidence
    today: date
    facts: Facts | None = field(repr=False)

    @cached_property
    def is_about_another(self) -> bool:
        """Whether the contact is another person, who may decide for the participant."""
        return any(one.given_by is GivenBy.GUARDIAN for one in self.view.consents)

    @property
    def undecided(self) -> tuple[FindingRecord, ...]:
        """Return the findings that are unknown today, those of groups in place of the one that stands for them.

        Of a group that is ruled out nothing is left to decide; nor of any where another group fits already.
        """
        unknown = [one for one in self.view.referral.deciding if self.permits_today(one) == Truth.UNKNOWN.value]
        common = tuple(one for one in unknown if not self.evidence.stands_for_groups(one["criterion"]))
        return common if len(common) == len(unknown) else (*common, *self._undecided_in_groups())

    def _undecided_in_groups(self) -> Iterator[FindingRecord]:
        own = [one for one in self.view.referral.findings if "cohort" in one]
        shut = {one["cohort"] for one in own if self.permits_today(one) == Truth.FALSE.value}
        return (one for one in own if one["cohort"] not in shut and self.permits_today(one) == Truth.UNKNOWN.value)

    def ask(self, question_id: str) -> str:
        """Return the wording of a question, or its id where that is not known."""
        question = self.evidence.questions.get(question_id)
        if question is None:
            return question_id
        return str((question.worded_about_another() if self.is_about_another else question).ask)

    def permits_today(self, finding: FindingRecord) -> str:
        """Return whether a criterion permits today, or its stored finding where it cannot be assessed again."""
        criterion = self.evidence.ruled.get(finding["criterion"])
        if criterion is None or self.facts is None:
            return finding["permits"]
        return find(criterion, self.facts).permits.value


@dataclass(frozen=True, slots=True)
class QuotedAnswer:
    """A person's answer to one question, or a value computed from answers.

    `age` is None where there is no answer; `stale`: the answer is so old that it should be asked again.
    `margin` is the distance from a limit today, where the criterion depends on one; `at_limit`: there is none.
    `is_bare`: the answer says nothing without its question, such as "Yes".
    """

    question: str
    answer: str = field(repr=False)
    age: str | None = None
    stale: bool = False
    margin: str | None = field(default=None, repr=False)
    at_limit: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class FindingRead:
    """One finding as stored; `today` is the finding of today, None where it is the same."""

    criterion_id: str
    is_exclusion: bool
    text: str
    permits: Sign
    today: Sign | None
    answers: tuple[QuotedAnswer, ...]

    @property
    def is_clear(self) -> bool:
        """Whether there is nothing to discuss: it fits, then and today, by answers that hold and are off the limit."""
        fits = self.permits is PERMITS[Truth.TRUE.value] and self.today is None
        return fits and not any(one.stale or one.at_limit for one in self.answers)


@dataclass(frozen=True, slots=True)
class GroupRead:
    """A group of people whom the trial takes: whether its own criteria let the person in, and the finding of each."""

    name: str
    permits: Sign
    findings: tuple[FindingRead, ...]


def case_of(view: ReferralView, catalog: Catalog, today: date) -> Case:
    """Return a person with the criteria as they were, or the current ones where those cannot be read."""
    kept = read_evidence(view.evidence or "")
    if kept.criteria:
        return Case(view, kept, today, _facts(view.answers, kept, today))
    trial = catalog.trials.get(view.referral.trial_id)
    evidence = read_evidence(trial_evidence(trial, catalog.bank)) if trial else kept
    # The answers may have been given to different questions, so these criteria cannot assess them.
    return Case(view, evidence, today, None)


def _facts(answers: Answers, evidence: Evidence, today: date) -> Facts | None:
    known = answers.only(tuple(evidence.questions))
    # After a change of the service's time zone an answer may be dated tomorrow.
    latest = max((today, *(answer.on for answer in known.given.values())))
    return Facts(evidence.bank, known, latest) if evidence.rules else None


def determination_today(case: Case) -> Determination | None:
    """Return the determination of today from the same answers and criteria; None where assessing is not possible."""
    if case.facts is None:
        return None
    criteria = tuple(case.evidence.rules.values())
    trial = Trial(case.view.referral.trial_id, case.evidence.title or Text({}), None, (), "", criteria)
    return assess(trial, case.facts).determination


def read_findings(case: Case) -> tuple[FindingRead, ...]:
    """Return all findings, those that do not permit or are unknown first."""
    return tuple(_finding(one, case) for one in most_urgent_first(case.view.referral.deciding))


def read_groups(case: Case) -> tuple[GroupRead, ...]:
    """Return each group of people of the trial, with the findings by its own criteria; none where it has no groups."""
    return tuple(_group(one, case) for one in case.evidence.cohorts)


def _group(cohort: Cohort, case: Case) -> GroupRead:
    own = [one for one in case.view.referral.findings if one.get("cohort") == cohort.id]
    permits = all_of(Truth(one["permits"]) for one in own) if own else Truth.UNKNOWN
    return GroupRead(
        name=str(cohort.name),
        permits=PERMITS[permits.value],
        findings=tuple(_finding(one, case) for one in most_urgent_first(own)),
    )


def most_urgent_first(findings: Iterable[FindingRecord]) -> list[FindingRecord]:
    """Return findings with those that do not permit first, then those that are unknown."""
    return sorted(findings, key=lambda finding: list(PERMITS).index(finding["permits"]))


def _finding(finding: FindingRecord, case: Case) -> FindingRead:
    criterion = case.evidence.criteria.get(finding["criterion"])
    today = case.permits_today(finding)
    # What was answered stands with the criteria of each group.
    quoted = criterion if not case.evidence.stands_for_groups(finding["criterion"]) else None
    return FindingRead(
        criterion_id=finding["criterion"],
        is_exclusion=finding["kind"] == "exclusion",
        text=str(criterion.text) if criterion else finding["criterion"],
        permits=PERMITS[finding["permits"]],
        today=PERMITS[today] if today != finding["permits"] else None,
        answers=_quotes(quoted, case, is_known=today != Truth.UNKNOWN.value) if quoted else (),
    )


def _quotes(criterion: JudgedCriterion, case: Case, *, is_known: bool) -> tuple[QuotedAnswer, ...]:
    """Return the answers that the criterion tests, then the other ones that decide whether it applies.

    Questions without an answer are among them only where the criterion is not known.
    """
    given, found = case.view.answers, _margins(criterion.id, case)
    quoted = [one for one in criterion.reached if one in given or (one in criterion.tested and not is_known)]
    worked_out = [one for name, one in found.items() if name not in quoted]
    return (*(quote(one, case, found.get(one)) for one in quoted), *(_worked_out(one, case) for one in worked_out))


def _margins(criterion_id: str, case: Case) -> dict[str, Margin]:
    criterion = case.evidence.ruled.get(criterion_id)
    return {one.question: one for one in margins(criterion, case.facts)} if criterion and case.facts else {}


def _worked_out(margin: Margin, case: Case) -> QuotedAnswer:
    question = case.evidence.questions[margin.question]
    unit = question.unit
    words = value_words(margin, question, unit), margin_words(margin, question, unit)
    return QuotedAnswer(case.ask(question.id), words[0], margin=words[1], is_bare=True)


def quote(question_id: str, case: Case, margin: Margin | None = None) -> QuotedAnswer:
    """Return the answer to one question, with its age."""
    question, answer = case.evidence.questions.get(question_id), case.view.answers.get(question_id)
    if answer is None:
        return QuotedAnswer(case.ask(question_id), WHY_OPEN_WORDS[WhyOpen.NOT_ASKED], is_bare=True)
    return QuotedAnswer(
        question=case.ask(question_id),
        answer=_words(question, answer),
        age=_age((case.today - answer.on).days),
        stale=question is not None and is_stale(question, answer, case.today),
        margin=_margin_words(margin, question, answer) if margin and question else None,
        at_limit=margin is not None and _is_at_limit(margin),
        is_bare=isinstance(answer.value, bool | Declined),
    )


def _is_at_limit(margin: Margin) -> bool:
    """Whether the value is just inside; of a limit that allows one value alone, each that is inside would be."""
    return margin.inside and not margin.distance and margin.floor != margin.ceiling


def _margin_words(margin: Margin, question: Question, answer: Answer) -> str:
    if not isinstance(answer.value, Fraction):
        return margin_words(margin, question, question.unit)
    unit = said_in(question, answer.value)
    words = margin_words(margin, question, unit)
    return words if answer.value == margin.value else f"today {value_words(margin, question, unit)}, {words}"


def _age(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _words(question: Question | None, answer: Answer) -> str:
    try:
        if question and isinstance(answer.value, Fraction):
            return number_words(question, answer.value)
        return answer_words(question, answer) if question else to_text(answer.value)
    except (KeyError, TypeError):
        # Read by criteria of today, whose question is another than the one that was answered.
        return to_text(answer.value)
