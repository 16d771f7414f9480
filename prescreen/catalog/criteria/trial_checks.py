"""Semantic checks of one trial, which need its file, the question bank and the day. Faults stand in its document."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations

from prescreen.catalog.base.faults import Check
from prescreen.catalog.base.schema import SHAPES, past_days
from prescreen.catalog.base.yaml_documents import Document, Steps
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.trial_reader import Case, TrialReading
from prescreen.catalog.redcap import alike
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.assessment.determination import (
    PERMITS_WORDS,
    Assessment,
    Determination,
    Finding,
    concluded,
    find,
)
from prescreen.eligibility.assessment.reachable_truths import Prospect, prospect
from prescreen.eligibility.criteria.dates import PartialDate, lies_ahead
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import All, Any, AtLeast, Not, Rule, questions_in
from prescreen.eligibility.criteria.trials import STALE_AFTER_DAYS, Criterion, Kind, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.drafting.doubtful_criteria import (
    ForgottenTicks,
    Judged,
    MixedTimes,
    OptionThatRulesOut,
    forgotten_ticks,
    mixed_times,
    options_that_rule_out,
)


def check_trial(reading: TrialReading, questions: BankReading, on: date) -> None:
    """Report what is wrong with a trial that could be read, whatever the folder's other files say."""
    bank = questions.bank
    _check_freshness(reading, on)
    check_variables(reading.document, reading.places)
    if not reading.is_whole:
        return
    blank = Facts(bank, Answers(), on)
    judged = judged_cases(reading, bank, on)
    permits = _permits(reading.trial, judged)
    _check_cases(zip(reading.cases, judged, strict=True), reading.document)
    _check_exercised(reading, permits)
    _check_possible(reading, judged, permits, blank)
    _check_inapplicable(reading, bank, blank)
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


def _column(criterion: Criterion, facts: list[Facts], bank: QuestionBank) -> list[Finding]:
    inputs = bank.reached_from(_tested(criterion))
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


def _check_cases(judged: Iterable[tuple[Case, Assessment]], document: Document) -> None:
    for case, assessment in judged:
        blocking = [finding.criterion.id for finding in assessment.blockers]
        if assessment.determination is not case.determination:
            told = f"case '{case.name}' comes to {assessment.determination}{_because(blocking)}"
            document.report(case.steps, f"{told}, but expects {case.determination}", Check.CASE)
        elif case.because is not None and set(case.because) != set(blocking):
            told = f"case '{case.name}' comes to {assessment.determination}{_because(blocking)}"
            document.report(case.steps, f"{told}, but names {', '.join(case.because) or 'none'}", Check.CASE)


def _because(blocking: list[str]) -> str:
    return f" because of {', '.join(blocking)}" if blocking else ""


def _permits(trial: Trial, judged: Sequence[Assessment]) -> Mapping[str, list[Truth]]:
    """Return whether each criterion permits in each case, by the criterion's id."""
    return {
        criterion.id: [one.findings[place].permits for one in judged] for place, criterion in enumerate(trial.ruled)
    }


def _check_exercised(reading: TrialReading, permits: Mapping[str, list[Truth]]) -> None:
    for criterion in reading.trial.ruled:
        lacking = [words for truth, words in _WAYS.items() if truth not in permits[criterion.id]]
        if lacking:
            message = f"no case in which '{criterion.id}' {' and none in which it '.join(lacking)}; add one"
            # A draft has no cases yet; it is published by who has added them.
            reading.document.report(reading.places[criterion.id], message, Check.UNTRIED, warning=reading.trial.draft)


# A case that leaves a criterion open exercises neither way.
_WAYS = {truth: words for truth, words in PERMITS_WORDS.items() if truth is not Truth.UNKNOWN}


def _check_possible(
    reading: TrialReading, judged: Iterable[Assessment], permits: Mapping[str, list[Truth]], blank: Facts
) -> None:
    """Report criteria that always or never permit, and pairs that exclude each other, unless a case disproves it."""
    if any(one.determination is Determination.POTENTIALLY_ELIGIBLE for one in judged):
        possible = list(reading.trial.ruled)
    else:
        possible = [criterion for criterion in reading.trial.ruled if _can_permit(criterion, reading, blank)]
        _check_contradictions(possible, reading, blank)
    for criterion in possible:
        if Truth.FALSE not in permits[criterion.id] and _permitting(blank, criterion).to_false is None:
            message = f"'{criterion.id}' can never keep anybody out: every possible answer permits"
            reading.document.report((*reading.places[criterion.id], "rule"), message, Check.NEVER_FORBIDS)


def _can_permit(criterion: Criterion, reading: TrialReading, blank: Facts) -> bool:
    if _permitting(blank, criterion).to_true is not None:
        return True
    message = f"'{criterion.id}' can never permit: no possible answer lets anybody in"
    reading.document.report((*reading.places[criterion.id], "rule"), message, Check.NEVER_PERMITS)
    return False


def _check_contradictions(criteria: list[Criterion], reading: TrialReading, blank: Facts) -> None:
    if _permitting(blank, *criteria).to_true is not None:
        return
    found = False
    for first, second in combinations(criteria, 2):
        if set(_tested(first)).isdisjoint(_tested(second)):
            continue
        if _permitting(blank, first, second).to_true is None:
            found = True
            message = f"'{second.id}' contradicts '{first.id}': no possible answers satisfy both"
            reading.document.report((*reading.places[second.id], "rule"), message, Check.CONTRADICTION)
    if not found:
        told = "the criteria contradict each other: nobody can fit them all"
        reading.document.report((), told, Check.CONTRADICTION)


def _tested(criterion: Criterion) -> tuple[str, ...]:
    return questions_in(criterion.rule) if criterion.rule else ()


def _permitting(blank: Facts, *criteria: Criterion) -> Prospect:
    return prospect(All(tuple(rule for one in criteria if (rule := one.permitting_rule))), blank)


def _check_inapplicable(reading: TrialReading, bank: QuestionBank, blank: Facts) -> None:
    """Warn of inclusions that exclude people to whom a question does not apply, unless the trial says so elsewhere."""
    for criterion in reading.trial.ruled:
        if criterion.kind is not Kind.INCLUSION or criterion.rule is None:
            continue
        for name in questions_in(criterion.rule):
            gate = bank[name].ask_if
            if gate and not _can_hold(criterion.rule, name, True) and not _is_meant(reading, criterion, gate, blank):
                steps = (*reading.places[criterion.id], "rule")
                message = f"'{criterion.id}' does not permit people to whom the question '{name}' does not apply"
                told = f"{message}; test its ask_if too if that is meant"
                reading.document.report(steps, told, Check.DOES_NOT_APPLY, warning=True)


def _can_hold(rule: Rule, inapplicable: str, wanted: bool) -> bool:
    """Return whether a rule can be `wanted` when one question does not apply and all other answers are free."""
    match rule:
        case All(parts):
            return (all if wanted else any)(_can_hold(part, inapplicable, wanted) for part in parts)
        case Any(parts):
            return (any if wanted else all)(_can_hold(part, inapplicable, wanted) for part in parts)
        case Not(part):
            return _can_hold(part, inapplicable, not wanted)
        case AtLeast(count, parts):
            able = sum(_can_hold(part, inapplicable, wanted) for part in parts)
            return able >= (count if wanted else len(parts) - count + 1)
        case _:
            return rule.question != inapplicable or not wanted


def _is_meant(reading: TrialReading, criterion: Criterion, gate: Rule, blank: Facts) -> bool:
    """Return whether the trial itself excludes the people to whom the gate does not apply."""
    gating = frozenset(questions_in(gate))
    if not gating.isdisjoint(_tested(criterion)):
        return True
    return any(
        not gating.isdisjoint(_tested(other))
        and prospect(All((other.permitting_rule, Not(gate))), blank).to_true is None
        for other in reading.trial.ruled
        if other is not criterion and other.permitting_rule
    )


def _check_doubtful(reading: TrialReading, questions: BankReading, on: date) -> None:
    """Refuse options that must never rule out and do; warn of missing ticks and of times that stand for another."""
    for criterion in reading.trial.ruled:
        judged = Judged.of(criterion, questions.bank, on, questions.doubtful)
        steps = (*reading.places[criterion.id], "rule")
        if judged is None:
            continue
        told = [(_told_of_option(one), Check.NEVER_RULES_OUT) for one in options_that_rule_out(judged)]
        told += [(_told_of_ticks(ticks), Check.FORGOTTEN_TICK) for ticks in forgotten_ticks(judged)]
        told += [(_told_of_times(mixed), Check.MIXED_TIME) for mixed in mixed_times(judged)]
        for message, check in told:
            is_warning = check is not Check.NEVER_RULES_OUT
            reading.document.report(steps, f"'{criterion.id}' {message}", check, warning=is_warning)


def _told_of_option(one: OptionThatRulesOut) -> str:
    instead = f"'{', '.join(one.instead)}' would" if one.instead else "nothing ticked would"
    return (
        f"does not permit people who answer '{one.question}' with '{one.option}' alone, though {instead}, and "
        f"'{one.option}' is marked never_rules_out: let the criterion permit them, or leave it to the team (checked)"
    )


def _told_of_ticks(ticks: ForgottenTicks) -> str:
    options = " or ".join(f"'{option}'" for option in ticks.options)
    return (
        f"rules out people who do not tick {options} in '{ticks.question}'; nearly all could, "
        "so many only forgot it: ask for what is a problem instead, such as 'cannot ...'"
    )


def _told_of_times(mixed: MixedTimes) -> str:
    return (
        f"takes '{mixed.time_question}' for the time of '{mixed.option}', but it is one time for all of "
        f"'{mixed.list_question}', and may be that of '{mixed.other}': let the rule name all options that open it, "
        "leave out people with others (none_of), or ask the time of each"
    )
