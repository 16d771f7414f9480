"""Reading of questions.yaml into the question bank."""

from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from prescreen.catalog.base.date_limits import SAMPLE_DAYS, read_bound
from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.question_groups import check_groups
from prescreen.catalog.base.question_values import check_sources, prevalence
from prescreen.catalog.base.schema import QuestionShape
from prescreen.catalog.base.schema_loading import load
from prescreen.catalog.base.yaml_documents import Data, Document, Steps
from prescreen.catalog.criteria.rule_reader import COMBINING, RuleReader
from prescreen.eligibility.assessment.answers import Answer
from prescreen.eligibility.criteria.dates import DateRange, DayBound, Precision
from prescreen.eligibility.criteria.kinds.registry import KEYS_OF_SOME, KINDS, types_having
from prescreen.eligibility.criteria.questions import (
    Code,
    Growth,
    Option,
    Question,
    QuestionBank,
    QuestionType,
    Range,
)
from prescreen.eligibility.criteria.units import (
    KNOWN_UNITS,
    TIME_UNITS,
    QuantityError,
    UnitError,
    convertible,
    quantity,
)
from prescreen.eligibility.drafting.doubtful_criteria import worth_a_look

_QUESTION = QuestionShape()
_CHOOSING = (QuestionType.CHOICE, QuestionType.CHOICES)
LONGEST_CHAIN = 20
"""The greatest depth of dependencies by `ask_if`."""

_OPTIONAL = (
    *("help", "help_other", "ask_other", "why", "read", "unit", "computed", "half_life", "short"),
    *("together", "page_title"),
)


@dataclass(frozen=True, slots=True)
class BankReading:
    """The bank as far as it can be read, the place of each question, and the ids whose entries are at fault.

    `doubtful` are the questions whose criteria may be doubtful. `answers` keeps the answers of cases, which repeat each
    other, by the day, the question and what is written.
    """

    document: Document
    bank: QuestionBank
    places: dict[str, Steps]
    faulty: frozenset[str]
    doubtful: frozenset[str] = frozenset()
    answers: dict[tuple[date, str, str | tuple[str]], Answer] = field(default_factory=dict, compare=False)


def read_bank(document: Document) -> BankReading:
    """Read all questions; faults are reported in the document."""
    entries = document.data
    if not isinstance(entries, list):
        if document.is_readable:
            document.report((), "expects a list of questions")
        return BankReading(document, QuestionBank({}), {}, _Everything())
    questions: dict[str, Question] = {}
    places: dict[str, Steps] = {}
    faulty: set[str] = set()
    for index, entry in enumerate(entries):
        question = _read_question(document, (index,))
        if question is None:
            faulty.update(_id_of(entry))
        elif question.id in questions:
            document.report((index, "id"), f"the question '{question.id}' stands here a second time; keep one")
        else:
            questions[question.id], places[question.id] = question, (index,)
    check_groups(document)
    complete, unusable = _with_conditions(document, questions, places, faulty)
    unusable |= check_sources(document, complete, places, faulty | unusable)
    unusable |= _check_depth(document, complete, places, faulty | unusable)
    bank = QuestionBank({name: question for name, question in complete.items() if name not in unusable})
    return BankReading(document, bank, places, frozenset(faulty | unusable), worth_a_look(bank))


class _Everything(frozenset[str]):
    """The set of all possible ids, used where the bank cannot be read at all."""

    def __contains__(self, item: object) -> bool:
        return True


def _id_of(entry: Data) -> list[str]:
    found = entry.get("id") if isinstance(entry, dict) else None
    return [found] if isinstance(found, str) else []


def _read_question(document: Document, steps: Steps) -> Question | None:
    loaded = load(_QUESTION, document, steps)
    if loaded is None:
        return None
    before = len(document.faults)
    _check_keys(loaded, document, steps)
    question = _built(loaded, document, steps)
    return question if all(fault.warning for fault in document.faults[before:]) else None


def _check_keys(loaded: dict[str, Any], document: Document, steps: Steps) -> None:
    kind = QuestionType(loaded["type"])
    if loaded["id"] in COMBINING:
        document.report((*steps, "id"), f"'{loaded['id']}' joins rules and cannot be the id of a question")
    if kind not in _CHOOSING and "options" in loaded:
        document.report((*steps, "options"), f"a {kind} question has no options", at_key=True)
    if kind in _CHOOSING:
        _check_options(loaded, document, steps)
    for key in sorted(KEYS_OF_SOME - KINDS[kind].own_keys - {"options"}):
        if key in loaded:
            *others, last = types_having(key)
            having = f"{', '.join(others)} or {last}" if others else last
            document.report((*steps, key), f"only a {having} question has '{key}'", at_key=True)


def _check_options(loaded: dict[str, Any], document: Document, steps: Steps) -> None:
    options = loaded.get("options", [])
    if not options:
        document.report(steps, f"a {loaded['type']} question needs 'options'")
    seen: set[str] = set()
    for index, option in enumerate(options):
        at = (*steps, "options", index)
        if option["id"] in seen:
            document.report((*at, "id"), f"the option '{option['id']}' stands here a second time; keep one")
        if option.get("exclusive") and loaded["type"] == QuestionType.CHOICE:
            document.report((*at, "exclusive"), "only a choices question has exclusive options", at_key=True)
        seen.add(option["id"])


def _built(loaded: dict[str, Any], document: Document, steps: Steps) -> Question:
    optional = {key: loaded.get(key) for key in _OPTIONAL}
    code = loaded.get("code")
    return Question(
        id=loaded["id"],
        ask=loaded["ask"],
        type=QuestionType(loaded["type"]),
        options=tuple(Option(**option) for option in loaded.get("options", [])),
        units=_units(loaded, document, steps),
        range=Range() if loaded["type"] == QuestionType.DATE else _range(loaded, document, steps),
        dates=_dates(loaded, document, steps) if loaded["type"] == QuestionType.DATE else None,
        precision=Precision(loaded["precision"]) if "precision" in loaded else None,
        grows=Growth(loaded["grows"]) if "grows" in loaded else None,
        code=Code(**code) if code else None,
        burden=_burden(loaded, document, steps),
        prevalence=prevalence(loaded, document, steps),
        sensitive=loaded.get("sensitive", False),
        **optional,
    )


def _units(loaded: dict[str, Any], document: Document, steps: Steps) -> tuple[str, ...]:
    unit = loaded.get("unit")
    _check_unit(unit, document, (*steps, "unit"))
    if "grows" in loaded and unit not in TIME_UNITS:
        document.report((*steps, "grows"), f"only a length of time grows, in one of: {', '.join(sorted(TIME_UNITS))}")
    for index, offered in enumerate(loaded.get("units", [])):
        if unit is None or not convertible(offered, unit):
            near = did_you_mean(offered, KNOWN_UNITS)
            document.report((*steps, "units", index), f"'{offered}' cannot be converted to '{unit}'{near}")
    return tuple(loaded.get("units", []))


def _check_unit(unit: str | None, document: Document, steps: Steps) -> None:
    if unit is None or unit in KNOWN_UNITS or unit.startswith("{"):
        return
    near = did_you_mean(unit, KNOWN_UNITS) or _MEANT.get(unit.lower().rstrip("s"), "")
    if near:
        document.report(steps, f"'{unit}' is no unit{near}")
    else:
        message = f"'{unit}' is not a unit that can be converted; limits must be bare numbers"
        document.report(steps, message, warning=True)


_MEANT = {
    word: f"; did you mean '{unit}'?"
    for word, unit in {
        "day": "d",
        "week": "wk",
        "month": "mo",
        "year": "a",
        "yr": "a",
        "y": "a",
        "pound": "[lb_av]",
        "lb": "[lb_av]",
        "inch": "[in_i]",
        "inche": "[in_i]",
        "in": "[in_i]",
        "ft": "[ft_i]",
        "feet": "[ft_i]",
    }.items()
}


def _range(loaded: dict[str, Any], document: Document, steps: Steps) -> Range:
    ends: dict[str, Fraction] = {}
    for key, text in loaded.get("range", {}).items():
        try:
            ends[key] = quantity(text, loaded.get("unit"))
        except (QuantityError, UnitError) as error:
            document.report((*steps, "range", key), str(error))
    if "min" in ends and "max" in ends and ends["min"] > ends["max"]:
        document.report((*steps, "range"), "the range is empty: its min is above its max")
    return Range(**ends)


def _dates(loaded: dict[str, Any], document: Document, steps: Steps) -> DateRange | None:
    ends: dict[str, DayBound] = {}
    for key, text in loaded.get("range", {}).items():
        bound = read_bound(text)
        if bound is None:
            message = f"'{text}' is no day; write it as 2026-11-01, as today, or as a time from today such as -2 a"
            document.report((*steps, "range", key), message)
        else:
            ends[key] = bound
    dates = DateRange(**ends)
    if not any(low <= high for low, high in map(dates.ordinals, SAMPLE_DAYS)):
        document.report((*steps, "range"), "the range is empty: its min is after its max")
    return dates if ends else None


def _burden(loaded: dict[str, Any], document: Document, steps: Steps) -> Fraction:
    burden: Fraction = loaded.get("burden", Fraction(1))
    if burden <= 0:
        document.report((*steps, "burden"), "'burden' must be above 0")
    return burden


def _with_conditions(
    document: Document, questions: dict[str, Question], places: dict[str, Steps], faulty: set[str]
) -> tuple[dict[str, Question], set[str]]:
    """Add the `ask_if` rules, which may test any question; also return the ids whose rule cannot be read."""
    reader = RuleReader(document, questions, faulty)
    entries: Any = document.data
    complete, broken = dict(questions), set()
    for question_id, (index, *_) in places.items():
        entry = entries[index]
        if entry.get("ask_if") is not None:
            rule = reader.rule(entry["ask_if"], (index, "ask_if"))
            complete[question_id] = replace(questions[question_id], ask_if=rule)
            if rule is None:
                broken.add(question_id)
    return complete, broken


def _check_depth(
    document: Document, questions: dict[str, Question], places: dict[str, Steps], faulty: set[str]
) -> set[str]:
    """Return the questions that depend on themselves, on too long a chain, or on an unusable question."""
    bank = QuestionBank(questions)
    resolved: set[str] = set()
    waiting = {name for name in questions if name not in faulty}
    for _ in range(LONGEST_CHAIN):
        ready = {name for name in waiting if resolved.issuperset(bank.inputs_of(questions[name]))}
        resolved |= ready
        waiting -= ready
    ahead = {name: _ahead(bank, name, waiting) for name in sorted(waiting)}
    cyclic = {name for name, names in ahead.items() if name in names}
    for question_id, names in ahead.items():
        if question_id in cyclic:
            message = f"'{question_id}' is asked only once its own answer is known: break the cycle of ask_if"
            document.report((*places[question_id], "ask_if"), message)
        elif names.isdisjoint(faulty | cyclic):
            message = f"'{question_id}' hangs on a chain of more than {LONGEST_CHAIN} questions; shorten it"
            document.report((*places[question_id], "ask_if"), message)
    return waiting


def _ahead(bank: QuestionBank, question_id: str, unresolved: set[str]) -> set[str]:
    """Return the unresolved and missing questions that one depends on; the question itself where it is in a cycle."""
    seen: set[str] = set()
    ahead = list(bank.inputs_of(bank[question_id]))
    while ahead:
        name = ahead.pop()
        if name not in seen and (name in unresolved or name not in bank):
            seen.add(name)
            ahead.extend(bank.inputs_of(bank[name]) if name in bank else ())
    return seen
