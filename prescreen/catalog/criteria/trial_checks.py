"""Semantic checks of one trial, which need its file, the question bank and the day. Faults stand in its document."""

from collections.abc import Mapping, Sequence
from datetime import date

from prescreen.catalog.base.faults import Check
from prescreen.catalog.base.schema import SHAPES
from prescreen.catalog.base.schema_loading import past_days
from prescreen.catalog.base.yaml_documents import Document, Steps
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.trial_reader import Case, TrialReading
from prescreen.catalog.redcap import alike
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.assessment.cohort_assessment import CohortAssessment, assess_cohorts, blocking_ids
from prescreen.eligibility.assessment.determination import (
    PERMITS_WORDS,
    Assessment,
    Determination,
    Finding,
    concluded,
    find,
)
from prescreen.eligibility.criteria.dates import PartialDate, lies_ahead
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import STALE_AFTER_DAYS, Cohort, Criterion, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.drafting.doubt_wording import told_of
from prescreen.eligibility.drafting.doubtful_criteria import ForgottenTicks, Judged, MixedTimes, OptionThatRulesOut
from prescreen.eligibility.drafting.possible_criteria import (
    can_forbid,
    can_permit,
    contradictions,
    missed_questions,
    tested,
)

Groups = tuple[CohortAssessment, ...]
"""The cohorts of a trial, judged for one case."""


def check_trial(reading: TrialReading, questions: BankReading, on: date) -> None:
    """Report what is wrong with a trial that could be read, whatever the folder's other files say."""
    bank = questions.bank
    _check_freshness(reading, on)
    check_variables(reading.document, reading.places)
    if not reading.is_whole:
        return
    blank = Facts(bank, Answers(), on)
    judged = judged_cases(reading, bank, on)
    groups = _grouped(reading, judged, bank, on)
    permits = _permits(judged, groups)
    for case, assessment, cohorts in zip(reading.cases, judged, groups, strict=True):
        _check_case(case, assessment, cohorts, reading.document)
        _check_groups(case, cohorts, reading.document)
    stuck = _check_possible(reading, judged, groups, permits, blank)
    _check_exercised(reading, permits, stuck)
    _check_inapplicable(reading, blank)
    _check_doubtful(reading, questions, on)


def judged_cases(reading: TrialReading, bank: QuestionBank, on: date) -> tuple[Assessment, ...]:
    """Return each case assessed, in their order.

    Cases share most of their answers, so each criterion is judged once for all cases that answer its questions alike.
    """
    facts = [Facts(bank, case.answers, on) for case in reading.cases]
    columns = [_column(criterion, facts, bank) for criterion in reading.trial.ruled]
    return tuple(
        concluded(reading.trial, tuple(column[place] for column in columns)) for place in range(len(reading.cases))
    )


def _grouped(reading: TrialReading, judged: Sequence[Assessment], bank: QuestionBank, on: date) -> tuple[Groups, ...]:
    if not reading.trial.cohorts:
        return tuple(() for _ in judged)
    facts = (Facts(bank, case.answers, on) for case in reading.cases)
    return tuple(assess_cohorts(one, known) for one, known in zip(judged, facts, strict=True))


def _column(criterion: Criterion, facts: list[Facts], bank: QuestionBank) -> list[Finding]:
    inputs = bank.reached_from(tested(criterion))
    known: dict[tuple[int, ...], Finding] = {}
    findings = []
    for one in facts:
        # The reader makes one object of an answer that several cases have, and objects are compared fastest.
        given = tuple(map(id, map(one.answers.given.get, inputs)))
        if given not in known:
            known[given] = find(criterion, one)
        findings.append(known[given])
    return findings


def check_past_days(document: Document, on: date) -> None:
    """Report every day of the past that lies ahead: a slip that would pass for the newest of all, for years."""
    shape = SHAPES.get(document.folder)
    for steps, text in past_days(shape, document.data) if shape else ():
        if _lies_ahead(text, on):
            message = f"'{steps[-1]}' says when something happened, and {text} lies ahead; correct the day"
            document.report(steps, message, Check.PAST_DAY)


def _lies_ahead(text: str, on: date) -> bool:
    day = _day(text)
    return day is not None and lies_ahead(day, on)


def _day(text: str) -> date | None:
    try:
        return PartialDate.parse(text).first
    except ValueError:
        # The name of a version, or what is no day, which the schema reports.
        return None


def turning_days(document: Document) -> set[date]:
    """Return each first day on which the checks may come to something else than on the day before.

    These are of the days in the file: from the day before one on it no longer lies ahead, and it becomes stale.
    """
    shape = SHAPES.get(document.folder)
    days = (_day(text) for _, text in (past_days(shape, document.data) if shape else ()))
    return {turn for day in days if day for away in _TURNS if (turn := _moved(day, away))}


_TURNS = (-1, STALE_AFTER_DAYS + 1)


def _moved(day: date, days: int) -> date | None:
    number = day.toordinal() + days
    return date.fromordinal(number) if date.min.toordinal() <= number <= date.max.toordinal() else None


def check_variables(document: Document, places: Mapping[str, Steps]) -> None:
    """Report ids that differ for us but not for REDCap."""
    for one, other in alike(places):
        message = (
            f"'{one}' and '{other}' are one name in REDCap, so their variables may change places; rename the new one"
        )
        document.report(places[one], message, Check.ALIKE_IDS, warning=True)


def _check_freshness(reading: TrialReading, on: date) -> None:
    confirmed = reading.trial.confirmed
    if confirmed is not None and reading.trial.is_stale(on) and confirmed < on:
        message = f"confirmed on {confirmed}, more than {STALE_AFTER_DAYS} days ago; ask the team and update it"
        reading.document.report(("confirmed",), message, Check.OLD_CONFIRMATION, warning=True)


def _check_case(case: Case, assessment: Assessment, cohorts: Groups, document: Document) -> None:
    """Report a case with another determination or other reasons; the id that stands for cohorts names all of theirs."""
    blocking = blocking_ids(assessment, cohorts)
    detailed = [one for name, inside in blocking.items() for one in (inside or (name,))]
    because = f" because of {', '.join(detailed)}" if detailed else ""
    told = f"case '{case.name}' comes to {assessment.determination}{because}"
    if assessment.determination is not case.determination:
        document.report(case.steps, f"{told}, but expects {case.determination}", Check.CASE)
    elif case.because is not None:
        named = {one for name in case.because for one in (blocking.get(name) or (name,))}
        if named != set(detailed):
            document.report(case.steps, f"{told}, but names {', '.join(case.because) or 'none'}", Check.CASE)


def _check_groups(case: Case, cohorts: Groups, document: Document) -> None:
    """Report a case that names other groups than those that the person may fit."""
    may_fit = [one.cohort.id for one in cohorts if one.may_fit]
    if case.cohorts is not None and set(case.cohorts) != set(may_fit):
        told = f"case '{case.name}' may fit the groups {', '.join(may_fit) or 'none'}"
        document.report(case.steps, f"{told}, but names {', '.join(case.cohorts) or 'none'}", Check.CASE)


def _permits(judged: Sequence[Assessment], groups: Sequence[Groups]) -> Mapping[str, list[Truth]]:
    """Return whether each criterion permits in each case, by the criterion's id."""
    permits: dict[str, list[Truth]] = {}
    for one, cohorts in zip(judged, groups, strict=True):
        for finding in (*one.findings, *(inner for cohort in cohorts for inner in cohort.findings)):
            permits.setdefault(finding.criterion.id, []).append(finding.permits)
    return permits


def _check_exercised(reading: TrialReading, permits: Mapping[str, list[Truth]], stuck: set[str]) -> None:
    """Report criteria without a case both ways, but for those that are stuck: no case could go the way they lack."""
    for criterion in (one for one in _ruled(reading.trial) if one.id not in stuck):
        lacking = [words for truth, words in _WAYS.items() if truth not in permits.get(criterion.id, ())]
        if lacking:
            message = f"no case in which '{criterion.id}' {' and none in which it '.join(lacking)}; add one"
            # A draft has no cases yet; it is published by who has added them.
            reading.document.report(reading.places[criterion.id], message, Check.UNTRIED, warning=reading.trial.draft)


# A case that leaves a criterion open exercises neither way.
_WAYS = {truth: words for truth, words in PERMITS_WORDS.items() if truth is not Truth.UNKNOWN}


def _ruled(trial: Trial) -> tuple[Criterion, ...]:
    """Return the criteria with a rule as the author wrote them, those of cohorts among them."""
    return tuple(criterion for criterion in trial.authored if criterion.rule is not None)


def _check_possible(
    reading: TrialReading,
    judged: Sequence[Assessment],
    groups: Sequence[Groups],
    permits: Mapping[str, list[Truth]],
    blank: Facts,
) -> set[str]:
    """Report criteria that always or never permit, and some that exclude each other, unless a case disproves it.

    Each cohort must be possible together with the common criteria. Return the ids of those that always or never permit.
    """
    fits, trial = Determination.POTENTIALLY_ELIGIBLE, reading.trial
    common = [one for one in trial.common if one.rule is not None]
    met = {place for cohorts in groups for place, one in enumerate(cohorts) if one.determination is fits}
    proven = bool(met) or any(one.determination is fits for one in judged)
    possible = common if proven else _possible(common, (), reading, blank)
    for place, cohort in enumerate(trial.cohorts):
        own = cohort.ruled if place in met else _possible(cohort.ruled, common, reading, blank, cohort)
        possible = [*possible, *own]
    stuck = {one.id for one in _ruled(trial)} - {one.id for one in possible}
    for criterion in possible:
        if Truth.FALSE not in permits.get(criterion.id, ()) and not can_forbid(blank, criterion):
            message = f"'{criterion.id}' can never keep anybody out: every possible answer permits"
            reading.document.report((*reading.places[criterion.id], "rule"), message, Check.NEVER_FORBIDS)
            stuck.add(criterion.id)
    return stuck


def _possible(
    criteria: Sequence[Criterion],
    common: Sequence[Criterion],
    reading: TrialReading,
    blank: Facts,
    cohort: Cohort | None = None,
) -> list[Criterion]:
    """Return the criteria that can permit, after reporting the others and what contradicts them."""
    able = []
    for criterion in criteria:
        if can_permit(blank, criterion):
            able.append(criterion)
            continue
        message = f"'{criterion.id}' can never permit: no possible answer lets anybody in"
        reading.document.report((*reading.places[criterion.id], "rule"), message, Check.NEVER_PERMITS)
    # What the common criteria say of each other is reported once.
    if not common or can_permit(blank, *common):
        _check_contradictions(able, common, reading, blank, cohort)
    return able


def _check_contradictions(
    own: Sequence[Criterion],
    common: Sequence[Criterion],
    reading: TrialReading,
    blank: Facts,
    cohort: Cohort | None,
) -> None:
    if can_permit(blank, *common, *own):
        return
    pairs = list(contradictions(blank, [*common, *own]))
    for first, second in pairs:
        message = f"'{second.id}' contradicts '{first.id}': no possible answers satisfy both"
        reading.document.report((*reading.places[second.id], "rule"), message, Check.CONTRADICTION)
    if not pairs and cohort is None:
        told = "the criteria contradict each other: nobody can fit them all"
        reading.document.report((), told, Check.CONTRADICTION)
    elif not pairs and cohort is not None:
        message = f"nobody can fit all criteria of the group '{cohort.id}' together with the common ones"
        reading.document.report(("cohorts", reading.trial.cohorts.index(cohort)), message, Check.CONTRADICTION)


def _check_inapplicable(reading: TrialReading, blank: Facts) -> None:
    """Warn of inclusions that exclude people to whom a question does not apply, unless the trial says so elsewhere."""
    for criterion in _ruled(reading.trial):
        for name in missed_questions(reading.trial, criterion, blank):
            message = f"'{criterion.id}' does not permit people to whom the question '{name}' does not apply"
            steps = (*reading.places[criterion.id], "rule")
            told = f"{message}; test its ask_if too if that is meant"
            reading.document.report(steps, told, Check.DOES_NOT_APPLY, warning=True)


def _check_doubtful(reading: TrialReading, questions: BankReading, on: date) -> None:
    """Refuse options that must never rule out and do; warn of missing ticks and of times that stand for another."""
    for criterion in _ruled(reading.trial):
        judged = Judged.of(criterion, questions.bank, on, questions.doubtful)
        steps = (*reading.places[criterion.id], "rule")
        if judged is None:
            continue
        for doubt, message in told_of(judged):
            check = _DOUBTS[type(doubt)]
            is_warning = check is not Check.NEVER_RULES_OUT
            reading.document.report(steps, f"'{criterion.id}' {message}", check, warning=is_warning)


_DOUBTS: Mapping[type, Check] = {
    OptionThatRulesOut: Check.NEVER_RULES_OUT,
    ForgottenTicks: Check.FORGOTTEN_TICK,
    MixedTimes: Check.MIXED_TIME,
}
