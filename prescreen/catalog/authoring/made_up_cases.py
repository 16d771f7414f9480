"""Cases of made-up people for an author to confirm, in visitors' words, and how they are added to a trial's file."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from prescreen.eligibility.assessment.answer_encoding import to_json
from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.cohort_assessment import assess_cohorts, blocking_ids
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.dates import DateToday, PartialDate
from prescreen.eligibility.criteria.kinds.number import exact
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import AGE, COMPUTED_IN, Question, QuestionBank, ValueRefusedError
from prescreen.eligibility.criteria.rules import Rule, Tested, Value, questions_in
from prescreen.eligibility.criteria.text import shortened
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.units import factor
from prescreen.eligibility.drafting.boundaries import Said
from prescreen.eligibility.drafting.made_up_people import people
from prescreen.eligibility.wording.quantity_words import in_words, unit_in_words

MOST_NAMED = 3
"""So many answers stand in a name."""

_LONGEST_LABEL = 50
_HEIGHT_CM = 160
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
    `cohorts` those that the person may fit, None for a trial without any. `besides` are answers in words that the name
    does not tell: of the first person all, of others those unlike theirs.
    """

    id: str
    name: str
    answers: Answers
    determination: Determination
    because: tuple[str, ...] = ()
    cohorts: tuple[str, ...] | None = None
    besides: tuple[str, ...] = ()


def made_up_cases(trial: Trial, bank: QuestionBank, on: date) -> list[MadeUpCase]:
    """Return cases at the limits of a trial's rules, in an order that stays, no two with the same answers.

    Raise TooManyMeetingsError for a trial whose rules tell too much apart.
    """
    cases: dict[tuple[tuple[str, object], ...], MadeUpCase] = {}
    names: Counter[str] = Counter()
    usual: Said = {}
    for said in people(trial, bank, on):
        answers = _answers(said, bank, on)
        if answers is not None and _key(answers) not in cases:
            case = _judged(f"p{len(cases) + 1}", said, usual, trial, Facts(bank, answers, on))
            names[case.name] += 1
            count = names[case.name]
            cases[_key(answers)] = case if count == 1 else replace(case, name=f"{case.name} ({count})")
            usual = usual or said
    return list(cases.values())


def _judged(id_: str, said: Said, usual: Said, trial: Trial, facts: Facts) -> MadeUpCase:
    """Return a person's case, told by what is unlike the usual person, who is nobody for the first one."""
    assessment = assess(trial, facts)
    cohorts = assess_cohorts(assessment, facts)
    blocking = blocking_ids(assessment, cohorts)
    because = tuple(one for name, inside in blocking.items() for one in (inside or (name,)))
    unlike = [name for name in said if said[name] != usual.get(name)]
    telling = _telling(unlike if usual else [AGE], [trial.criterion(name).rule for name in because])
    fits = [one.cohort.id for one in cohorts if one.determination is Determination.POTENTIALLY_ELIGIBLE]
    start = () if because else (" ".join(["fits", *fits]),)
    name = _name(start, _in_words(telling, said, facts.bank, _LONGEST_LABEL))
    left = tuple(one.cohort.id for one in cohorts if one.may_fit) if cohorts else None
    besides = _in_words([one for one in unlike if one not in telling], said, facts.bank)
    return MadeUpCase(id_, name, facts.answers, assessment.determination, because, left, besides)


def _telling(unlike: Sequence[str], rules: Iterable[Rule | None]) -> list[str]:
    """Return the few questions whose answers name a person: those of what keeps them out, else what is unlike."""
    tested = {name for rule in rules if rule for name in questions_in(rule)}
    return ([name for name in unlike if name in tested] or [*unlike])[:MOST_NAMED]


def _name(start: Sequence[str], words: Sequence[str]) -> str:
    return ", ".join([*start, *(["; ".join(words)] if words else [])]) or "nothing said"


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


def _in_words(names: Iterable[str], said: Said, bank: QuestionBank, most: int | None = None) -> tuple[str, ...]:
    """Return answers as questions and options are worded for visitors, options in at most so many letters each."""
    return tuple(_words(bank[name], said[name], most) for name in names if name in said)


def _words(question: Question, value: Tested, most: int | None) -> str:
    subject, labels = str(question.subject), {one.id: str(one.label) for one in question.options}
    told = {name: shortened(label, most) if most else label for name, label in labels.items()}
    match value:
        case bool():
            return f"{subject} - {'yes' if value else 'no'}"
        case Fraction():
            return f"aged {exact(value)}" if question.id == AGE else f"{subject} - {_number(value, question)}"
        case frozenset():
            ticked = [told[one] for one in question.option_ids if one in value]
            return f"{subject} - {' and '.join(ticked) or 'nothing'}"
        case DateToday():
            return f"{subject} - {date.fromordinal(int(value.earliest))}"
        case _:
            return f"{subject} - {told.get(str(value), value)}"


def _number(number: Fraction, question: Question) -> str:
    try:
        return in_words(number, question.unit)
    except ValueError:
        # No decimal says it, so it is told as a fraction.
        return f"{exact(number)} {unit_in_words(question.unit)}".rstrip()


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
