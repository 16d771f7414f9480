"""Semantic checks, beyond what a schema can see. Faults are reported in the documents of the reading."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations

from prescreen.catalog.assessment.answer_codec import MOST_COOKIE_BYTES, most_cookie_bytes
from prescreen.catalog.base.faults import Fault, did_you_mean
from prescreen.catalog.base.schema import SHAPES, past_days
from prescreen.catalog.base.yaml_documents import Data, Document, Steps
from prescreen.catalog.criteria.folder_reader import Reading
from prescreen.catalog.criteria.trial_reader import Case, TrialReading
from prescreen.catalog.redcap import COMMAND, FILE, alike, missing
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.assessment.determination import PERMITS_WORDS, Assessment, assess
from prescreen.eligibility.assessment.reachable_truths import Prospect, prospect
from prescreen.eligibility.criteria.dates import PartialDate, lies_ahead
from prescreen.eligibility.criteria.questions import AGE, AGE_UNIT, Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import All, Any, AtLeast, Not, Rule, questions_in
from prescreen.eligibility.criteria.trials import Criterion, Kind
from prescreen.eligibility.criteria.truth import Truth


def check(reading: Reading, on: date) -> tuple[Fault, ...]:
    """Return every fault of the folder, including those found on reading."""
    _check_cookie(reading)
    _check_age(reading)
    _check_unused(reading)
    _check_sections(reading)
    _check_consents(reading, on)
    _check_numbers(reading)
    _check_variables(reading.bank.document, reading.bank.places)
    _check_past_days(reading, on)
    for trial in reading.trials:
        _check_trial(trial, reading, on)
    return reading.faults


def _check_cookie(reading: Reading) -> None:
    most = most_cookie_bytes(reading.bank.bank)
    if most > MOST_COOKIE_BYTES:
        message = f"the fullest answers could take {most} bytes of a cookie; at most {MOST_COOKIE_BYTES} fit"
        reading.bank.document.report((), f"{message}. Remove questions, or give numbers a range")


def _check_unused(reading: Reading) -> None:
    bank = reading.bank.bank
    is_whole = len(reading.conditions) == len(reading.condition_slugs) and not reading.has_unread_trials
    if not reading.bank.document.is_readable or not is_whole:
        return
    documents = (one for one in reading.documents if one is not reading.codes.document)
    tested = [question for document in documents for question in _keys(document.data)]
    opening = [question for _, one in reading.conditions.values() for question in one.opening_questions]
    used = set(bank.reached_from(tuple(name for name in dict.fromkeys([*tested, *opening]) if name in bank)))
    for question in bank:
        if question.id not in used | {AGE}:
            steps = (*reading.bank.places[question.id], "id")
            reading.bank.document.report(steps, f"no trial uses the question '{question.id}'; use it or remove it")


def _keys(data: Data) -> Iterator[str]:
    """Yield every key of the data that may name a question in a rule; the answers of cases are left out."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in ("answers", "prevalence"):
                yield key
                yield from _keys(value)
    elif isinstance(data, list):
        for item in data:
            yield from _keys(item)


def _check_sections(reading: Reading) -> None:
    anchors = {
        f"{article.slug}#{section.anchor}" for article in reading.articles.values() for section in article.sections
    }
    for question in reading.bank.bank:
        slug = (question.read or "").partition("#")[0]
        is_unread = slug in reading.article_slugs and not any(slug == known for known, _ in reading.articles)
        if question.read and question.read not in anchors and not is_unread:
            steps = (*reading.bank.places[question.id], "read")
            message = f"unknown section '{question.read}'{did_you_mean(question.read, anchors)}"
            reading.bank.document.report(steps, message)


def _check_age(reading: Reading) -> None:
    """Refuse conditions in a bank that cannot say who is under age: their contact details must not be taken."""
    bank = reading.bank.bank
    if not reading.bank.document.is_readable or (AGE in bank and _is_age(bank[AGE])):
        return
    for document, condition in reading.conditions.values():
        message = f"'{condition.slug}' needs a number question '{AGE}' in years ('unit: {AGE_UNIT}') in questions.yaml"
        document.report((), f"{message}: people under 18 may not send contact details")


def _is_age(question: Question) -> bool:
    return question.type is QuestionType.NUMBER and question.unit == AGE_UNIT


def _check_consents(reading: Reading, on: date) -> None:
    catalog = reading.catalog()
    if catalog is not None and catalog.consent("en", on) is None:
        message = "no consent wording is in force, so nobody can send details; add consents/<version>.en.md"
        reading.service_document.report((), message, warning=True)


def _check_numbers(reading: Reading) -> None:
    document, lacking = reading.codes.document, missing(reading.bank.bank, reading.codes.codes)
    if not lacking or not document.is_readable:
        return
    if not reading.codes.exists:
        told = "without this file the numbers of options in REDCap change when options change places"
        document.report((), f"{told}: write it with '{COMMAND}'", warning=True)
        return
    for name, codes in lacking.items():
        lines = ", ".join(f"'{option}: {number}'" for option, number in codes.items())
        message = f"options of '{name}' have no number in {FILE}: run '{COMMAND}', or add below '{name}': {lines}"
        document.report((name,), message)


def _check_variables(document: Document, places: Mapping[str, Steps]) -> None:
    """Report ids that differ for us but not for REDCap."""
    for one, other in alike(places):
        message = (
            f"'{one}' and '{other}' are one name in REDCap, so their variables may change places; rename the new one"
        )
        document.report(places[one], message, warning=True)


def _check_past_days(reading: Reading, on: date) -> None:
    """Report every day of the past that lies ahead: a slip that would pass for the newest of all, for years."""
    for document in reading.documents:
        shape = SHAPES.get(document.folder)
        for steps, text in past_days(shape, document.data) if shape else ():
            if _lies_ahead(text, on):
                message = f"'{steps[-1]}' says when something happened, and {text} lies ahead; correct the day"
                document.report(steps, message)


def _lies_ahead(text: str, on: date) -> bool:
    try:
        return lies_ahead(PartialDate.parse(text).first, on)
    except ValueError:
        # The name of a version, or what is no day, which the schema reports.
        return False


def _check_trial(reading: TrialReading, folder: Reading, on: date) -> None:
    bank, document = folder.bank.bank, reading.document
    for index, condition in enumerate(reading.trial.conditions):
        if condition not in folder.condition_slugs:
            near = did_you_mean(condition, folder.condition_slugs)
            document.report(("conditions", index), f"unknown condition '{condition}'{near}")
    _check_freshness(reading, on)
    _check_variables(document, reading.places)
    if not reading.is_whole:
        return
    blank = Facts(bank, Answers(), on)
    judged = [(case, assess(reading.trial, Facts(bank, case.answers, on))) for case in reading.cases]
    _check_cases(judged, document)
    _check_exercised(reading, [assessment for _, assessment in judged])
    _check_possible(reading, [assessment for _, assessment in judged], blank)
    _check_inapplicable(reading, bank, blank)


def _check_freshness(reading: TrialReading, on: date) -> None:
    confirmed = reading.trial.confirmed
    if confirmed is not None and reading.trial.is_stale(on) and confirmed < on:
        message = f"confirmed on {confirmed}, more than 180 days ago; ask the team and update it"
        reading.document.report(("confirmed",), message, warning=True)


def _check_cases(judged: list[tuple[Case, Assessment]], document: Document) -> None:
    for case, assessment in judged:
        blocking = [finding.criterion.id for finding in assessment.blockers]
        if assessment.determination is not case.determination:
            told = f"case '{case.name}' comes to {assessment.determination}{_because(blocking)}"
            document.report(case.steps, f"{told}, but expects {case.determination}")
        elif case.because is not None and set(case.because) != set(blocking):
            told = f"case '{case.name}' comes to {assessment.determination}{_because(blocking)}"
            document.report(case.steps, f"{told}, but names {', '.join(case.because) or 'none'}")


def _because(blocking: list[str]) -> str:
    return f" because of {', '.join(blocking)}" if blocking else ""


def _permits_in(assessments: Iterable[Assessment], criterion: Criterion) -> set[Truth]:
    return {
        finding.permits
        for assessment in assessments
        for finding in assessment.findings
        if finding.criterion is criterion
    }


def _check_exercised(reading: TrialReading, assessments: list[Assessment]) -> None:
    for criterion in reading.trial.ruled:
        seen = _permits_in(assessments, criterion)
        lacking = [words for truth, words in _WAYS.items() if truth not in seen]
        if lacking:
            message = f"no case in which '{criterion.id}' {' and none in which it '.join(lacking)}; add one"
            reading.document.report(reading.places[criterion.id], message)


# A case that leaves a criterion open exercises neither way.
_WAYS = {truth: words for truth, words in PERMITS_WORDS.items() if truth is not Truth.UNKNOWN}


def _check_possible(reading: TrialReading, assessments: list[Assessment], blank: Facts) -> None:
    """Report criteria that always or never permit, and pairs that exclude each other, unless a case disproves it."""
    if any(all(finding.permits is Truth.TRUE for finding in one.findings) for one in assessments):
        possible = list(reading.trial.ruled)
    else:
        possible = [criterion for criterion in reading.trial.ruled if _can_permit(criterion, reading, blank)]
        _check_contradictions(possible, reading, blank)
    for criterion in possible:
        proven = Truth.FALSE in _permits_in(assessments, criterion)
        if not proven and _permitting(blank, criterion).to_false is None:
            message = f"'{criterion.id}' can never keep anybody out: every possible answer permits"
            reading.document.report((*reading.places[criterion.id], "rule"), message)


def _can_permit(criterion: Criterion, reading: TrialReading, blank: Facts) -> bool:
    if _permitting(blank, criterion).to_true is not None:
        return True
    message = f"'{criterion.id}' can never permit: no possible answer lets anybody in"
    reading.document.report((*reading.places[criterion.id], "rule"), message)
    return False


def _check_contradictions(criteria: list[Criterion], reading: TrialReading, blank: Facts) -> None:
    if _permitting(blank, *criteria).to_true is not None:
        return
    found = False
    for first, second in combinations(criteria, 2):
        if _tested(first).isdisjoint(_tested(second)):
            continue
        if _permitting(blank, first, second).to_true is None:
            found = True
            message = f"'{second.id}' contradicts '{first.id}': no possible answers satisfy both"
            reading.document.report((*reading.places[second.id], "rule"), message)
    if not found:
        reading.document.report((), "the criteria contradict each other: nobody can fit them all")


def _tested(criterion: Criterion) -> frozenset[str]:
    return frozenset(questions_in(criterion.rule)) if criterion.rule else frozenset()


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
                message = f"'{criterion.id}' does not permit people to whom the question '{name}' does not apply"
                steps = (*reading.places[criterion.id], "rule")
                reading.document.report(steps, f"{message}; test its ask_if too if that is meant", warning=True)


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
