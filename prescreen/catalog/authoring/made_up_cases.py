"""Cases of made-up people for an author to confirm, and how they are added to a trial's file, whose layout stays."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from prescreen.eligibility.assessment.answer_encoding import to_json
from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.cohort_assessment import CohortAssessment, assess_cohorts
from prescreen.eligibility.assessment.determination import Assessment, Determination, Finding, assess
from prescreen.eligibility.criteria.dates import DateToday, PartialDate
from prescreen.eligibility.criteria.kinds.number import exact
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import AGE, COMPUTED_IN, Question, QuestionBank, ValueRefusedError
from prescreen.eligibility.criteria.rules import Tested, Value, questions_in
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.units import factor
from prescreen.eligibility.drafting.made_up_people import Said, people

MOST_NAMED = 3
"""So many answers stand in a name."""

_HEIGHT_CM = 160
_UNITS = {"d": "days", "wk": "weeks", "mo": "months", "a": "years"}
_WIDTH = 118
_BARE = re.compile(r"[A-Za-z][\w ,;.()/+-]*")
_TOP_KEY = re.compile(r"^[\w-]+:", re.MULTILINE)
_CASES = re.compile(r"^cases:[ \t]*(?P<rest>[^\n]*)$", re.MULTILINE)


class CasesRefusedError(ValueError):
    """Raised for a file to which no cases can be added as text; the message says what to change."""


@dataclass(frozen=True, slots=True)
class MadeUpCase:
    """A made-up person, with the name and id under which an author keeps them, and what the answers come to.

    `because` are the ids of the criteria that do not permit, of cohorts in place of the one that stands for them;
    `cohorts` those that the person may fit, None for a trial without any.
    """

    id: str
    name: str
    answers: Answers
    determination: Determination
    because: tuple[str, ...]
    cohorts: tuple[str, ...] | None


def made_up_cases(trial: Trial, bank: QuestionBank, on: date) -> list[MadeUpCase]:
    """Return cases whose answers meet in pairs, in an order that stays. Raise TooManyPairsError for too many pairs."""
    cases: dict[tuple[tuple[str, object], ...], MadeUpCase] = {}
    names: Counter[str] = Counter()
    usual: Said = {}
    for said in people(trial, bank, on):
        answers = _answers(said, bank, on)
        if answers is None or _key(answers) in cases:
            continue
        usual = usual or said
        facts = Facts(bank, answers, on)
        judged = assess(trial, facts)
        cohorts = assess_cohorts(judged, facts)
        name = _name(said, usual, _findings(judged, cohorts), bank, _fitting(cohorts))
        names[name] += 1
        told = name if names[name] == 1 else f"{name} ({names[name]})"
        because = tuple(one.criterion.id for one in _findings(judged, cohorts))
        left = tuple(one.cohort.id for one in cohorts if one.may_fit) if cohorts else None
        cases[_key(answers)] = MadeUpCase(f"p{len(cases) + 1}", told, answers, judged.determination, because, left)
    return list(cases.values())


def _key(answers: Answers) -> tuple[tuple[str, object], ...]:
    return tuple(sorted((name, one.value) for name, one in answers.given.items()))


def without_known(cases: Sequence[MadeUpCase], known: Collection[Answers]) -> list[MadeUpCase]:
    """Return the cases whose answers are not those of a case that is known."""
    keys = {_key(answers) for answers in known}
    return [case for case in cases if _key(case.answers) not in keys]


def _answers(said: Said, bank: QuestionBank, on: date) -> Answers | None:
    """Return what a person answers; None where a computed value comes from no answer that may be given."""
    given: dict[str, Answer] = {}
    try:
        for name, value in said.items():
            for asked, answered in _asked(bank[name], value, bank):
                given[asked] = Answer(accept(bank[asked], answered, on), on)
    except ValueRefusedError:
        return None
    return Answers(given)


def _asked(question: Question, value: Tested, bank: QuestionBank) -> Iterator[tuple[str, Value]]:
    """Yield the questions that are asked for a value, with their answers."""
    if isinstance(value, DateToday):
        yield question.id, PartialDate.parse(date.fromordinal(int(value.earliest)).isoformat())
    elif question.computed and isinstance(value, Fraction):
        height = Fraction(_HEIGHT_CM)
        measured = (height, value * (height / 100) ** 2)
        for name, unit, one in zip(bank.sources_of(question.id), COMPUTED_IN, measured, strict=True):
            yield name, one * factor(unit, bank[name].unit or unit)
    else:
        yield question.id, value


def _findings(judged: Assessment, cohorts: Sequence[CohortAssessment]) -> list[Finding]:
    """Return the findings that keep a person out: where no cohort fits, what does so in each of them."""
    inside = [finding for one in cohorts for finding in one.blockers]
    stands = judged.trial.stands_for_cohorts
    return [own for one in judged.blockers for own in (inside if stands(one.criterion) else [one])]


def _fitting(cohorts: Sequence[CohortAssessment]) -> str:
    """Return the ids of the cohorts that fit, each after a blank; empty for a trial without cohorts."""
    fits = Determination.POTENTIALLY_ELIGIBLE
    return "".join(f" {one.cohort.id}" for one in cohorts if one.determination is fits)


def _name(said: Said, usual: Said, blockers: Sequence[Finding], bank: QuestionBank, fitting: str) -> str:
    """Return a name in words: the answers that keep the person out, else those unlike the first person's."""
    rules = [finding.criterion.rule for finding in blockers]
    tested = dict.fromkeys(name for rule in rules if rule for name in questions_in(rule))
    telling = [name for name in tested if name in said and said[name] != usual.get(name)]
    telling = telling or [name for name in said if said[name] != usual.get(name)] or [AGE]
    words = [_words(bank[name], said[name]) for name in telling[:MOST_NAMED] if name in said]
    start = [] if blockers else [f"fits{fitting}"]
    return ", ".join([*start, *words]) or "nothing said"


def _words(question: Question, value: Tested) -> str:
    subject = str(question.subject)
    match value:
        case bool():
            return f"{subject} - {'yes' if value else 'no'}"
        case Fraction():
            number = exact(value)
            unit = _UNITS.get(question.unit or "")
            return f"aged {number}" if question.id == AGE else f"{subject} {number}{f' {unit}' if unit else ''}"
        case frozenset():
            ticked = [one for one in question.option_ids if one in value]
            return f"{subject} - {' and '.join(ticked) or 'nothing'}"
        case DateToday():
            return f"{subject} {date.fromordinal(int(value.earliest))}"
        case _:
            return f"{subject} - {value}"


def with_cases(text: str, cases: Sequence[MadeUpCase], on: date) -> str:
    """Return the text of a trial's file with cases added at the end of its list; all else stays as it is.

    Raise CasesRefusedError for a file whose list of cases is not one item a line.
    """
    head = _CASES.search(text)
    if head is None:
        return f"{text.rstrip()}\ncases:\n{_entries(cases, '  ', on)}"
    if head["rest"].partition("#")[0].strip():
        raise CasesRefusedError("'cases' stands in one line; write one '- name: ...' a line below it")
    after = _TOP_KEY.search(text, head.end())
    end = after.start() if after else len(text)
    body = text[head.end() : end]
    # Comments and blank lines before the next key belong to it.
    kept = re.split(r"\n(?=(?:#[^\n]*\n|[ \t]*\n)*\Z)", body, maxsplit=1)[0] if after else body.rstrip()
    indent = found[1] if (found := re.search(r"^( *)- ", kept, re.MULTILINE)) else "  "
    rest = text[head.end() + len(kept) :].lstrip("\n")
    return f"{text[: head.end()]}{kept}\n{_entries(cases, indent, on)}{rest}"


def _entries(cases: Sequence[MadeUpCase], indent: str, on: date) -> str:
    return "".join(f"{indent}{line}\n" for case in cases for line in _entry(case, len(indent), on))


def _entry(case: MadeUpCase, indent: int, on: date) -> Iterator[str]:
    yield f"- name: {_scalar(case.name)}"
    said = {name: _written(one.value, on) for name, one in case.answers.given.items() if _is_value(one.value)}
    yield from _flowing("  answers: {", [f"{name}: {value}" for name, value in said.items()], "}", _WIDTH - indent)
    yield f"  determination: {case.determination}"
    if case.because:
        yield from _flowing("  because: [", case.because, "]", _WIDTH - indent)
    if case.cohorts:
        yield from _flowing("  cohorts: [", case.cohorts, "]", _WIDTH - indent)


def _is_value(value: object) -> bool:
    return isinstance(value, bool | str | frozenset | Fraction | PartialDate)


def _written(value: object, on: date) -> str:
    """Return an answer as files hold it; a date as days from the day of the check, so that it holds next year too."""
    match value:
        case bool():
            return str(value).lower()
        case Fraction():
            return exact(value)
        case frozenset():
            return f"[{', '.join(sorted(value))}]"
        case PartialDate():
            days = (value.first - on).days
            return f"{days:+d} d" if days else "today"
        case _:
            return str(value)


def _scalar(text: str) -> str:
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _flowing(start: str, items: Sequence[str], end: str, width: int) -> Iterator[str]:
    """Yield lines of a flowing list or mapping, broken between items."""
    line = start
    for place, item in enumerate(items):
        last = place == len(items) - 1
        added = f"{item}{end if last else ','}"
        if len(line) + len(added) + 1 > width:
            yield line.rstrip()
            line = " " * (len(start) - 1) + " "
        line += added if last else f"{added} "
    yield line if items else f"{line}{end}"


def as_data(case: MadeUpCase) -> Mapping[str, object]:
    """Return a case as JSON data."""
    answers = {name: to_json(one.value) for name, one in case.answers.given.items()}
    told = {"id": case.id, "name": case.name, "answers": answers}
    found = {**told, "determination": case.determination.value, "because": list(case.because)}
    return found if case.cohorts is None else {**found, "cohorts": list(case.cohorts)}
