"""Files of answers: one person as `.json`, or one person a line as `.ndjson`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from prescreen.catalog.base.faults import did_you_mean
from prescreen.eligibility.assessment.answer_encoding import from_json
from prescreen.eligibility.assessment.answers import Answer, AnsweredLaterError, Answers, Facts
from prescreen.eligibility.criteria.questions import QuestionBank, ValueRefusedError
from prescreen.eligibility.criteria.text import one_line
from prescreen.eligibility.criteria.truth import Truth

_KEYS = ("answers", "answered_on")
_MOST_DIGITS = 1000
"""More digits than any number has that is meant, and fewer than Python refuses to read."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class PersonError(ValueError):
    """Raised for a person's answers that cannot be read; the message is one line."""

    def __init__(self, problem: str) -> None:
        super().__init__(one_line(problem))


@dataclass(frozen=True, slots=True)
class Read:
    """One person's facts, and a sentence for each answer that was left out because its question may not apply."""

    facts: Facts
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an `.ndjson` file: its number from 1, and the person in it or what is wrong with it."""

    number: int
    person: Read | None
    error: str | None


def read_person(file: Path, bank: QuestionBank, on: date) -> Read:
    """Return one person's answers, without those to questions that do not apply.

    Raise PersonError where they cannot be read.
    """
    return _read(_content(file), bank, on)


def read_people(file: Path, bank: QuestionBank, on: date) -> Iterator[Line]:
    """Yield one person a line; empty lines are skipped."""
    for number, line in enumerate(_content(file).split(b"\n"), 1):
        if line.strip():
            try:
                yield Line(number, _read(line, bank, on), None)
            except PersonError as error:
                yield Line(number, None, str(error))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PersonError(f"the file cannot be read: {error.strerror}") from error


def _read(content: bytes, bank: QuestionBank, on: date) -> Read:
    text = _decoded(content)
    data = _parsed(text)
    unknown = [key for key in data if key not in _KEYS]
    if unknown:
        raise PersonError(f"unknown key '{unknown[0]}'{did_you_mean(unknown[0], _KEYS)}")
    given = data.get("answers")
    if not isinstance(given, dict):
        raise PersonError("'answers' must be an object: question id to answer")
    answers = _answers(given, text, bank, _day(data.get("answered_on"), on))
    try:
        facts = Facts(bank, answers, on)
    except AnsweredLaterError as error:
        raise PersonError(str(error)) from error
    return Read(facts.applicable(), tuple(_left_out(facts)))


def _left_out(facts: Facts) -> Iterator[str]:
    """Yield a sentence for each answer whose question does not apply, or of which that is unknown.

    A file from before the bank had the question that opens it would lose such answers in silence.
    """
    for name in facts.answers:
        applies = facts.applies(name)
        if applies is not Truth.TRUE:
            why = "it does not apply" if applies is Truth.FALSE else "it is unknown whether it applies"
            deciding = ", ".join(f"'{one}'" for one in facts.bank.reached_from((name,)) if one != name)
            yield f"'{name}' is left out: {why}, which is decided by {deciding}"


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PersonError("this is not UTF-8 text") from error


class _RepeatedKeyError(ValueError):
    """Raised for a key that an object holds twice."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the key '{key}' is given twice")


@dataclass(frozen=True, slots=True)
class _NoNumber:
    """Stands in the data for a number that cannot be meant, so that the question is known when it is refused."""

    problem: str


def _parsed(text: str) -> dict[str, Any]:
    try:
        data = _JSON.decode(text)
    except json.JSONDecodeError as error:
        raise PersonError(f"this is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except _RepeatedKeyError as error:
        raise PersonError(f"{_place(text, error.key, again=True)}{error}") from error
    except RecursionError as error:
        raise PersonError("this is nested too deep to be answers") from error
    if not isinstance(data, dict):
        raise PersonError('expects an object such as {"answers": {"age": 44}}')
    return data


def _place(text: str, key: str, *, again: bool = False) -> str:
    """Return the line of a key as the beginning of a message; empty where the whole text is one line."""
    written = re.compile(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:")
    places = [found.start() for found in written.finditer(text)][int(again) :]
    is_one_line = "\n" not in text.strip()
    return "" if is_one_line or not places else f"line {text.count(chr(10), 0, places[0]) + 1}: "


def _integer(text: str) -> int | _NoNumber:
    # Python refuses to read very many digits, and advises to change a setting of its own.
    digits = len(text.lstrip("-"))
    return int(text) if digits <= _MOST_DIGITS else _NoNumber(f"a number of {digits:,} digits is too large to be meant")


def _decimal(text: str) -> Decimal | _NoNumber:
    try:
        return Decimal(text)
    except ArithmeticError:
        return _NoNumber("the number is too large or too fine to be meant")


def _constant(name: str) -> _NoNumber:
    return _NoNumber(f'{name} is not a number; leave the question out, or write null for "don\'t know"')


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedKeyError(next(name for name in names if names.count(name) > 1))
    return data


_JSON = json.JSONDecoder(
    parse_int=_integer, parse_float=_decimal, parse_constant=_constant, object_pairs_hook=_without_repeats
)


def _answers(given: dict[str, Any], text: str, bank: QuestionBank, on: date) -> Answers:
    answers: dict[str, Answer] = {}
    for name, raw in given.items():
        try:
            answers[name] = _answer(name, raw, bank, on)
        except (PersonError, ValueRefusedError) as error:
            raise PersonError(f"{_place(text, name)}{error}") from error
    return Answers(answers)


def _answer(name: str, raw: object, bank: QuestionBank, on: date) -> Answer:
    if name not in bank:
        raise PersonError(f"unknown question '{name}'{did_you_mean(name, bank.questions)}")
    if isinstance(raw, _NoNumber):
        raise ValueRefusedError(name, raw.problem)
    return Answer(from_json(bank[name], raw, on), on)


def _day(raw: object, default: date) -> date:
    if raw is None:
        return default
    try:
        if not isinstance(raw, str) or not _DAY.fullmatch(raw):
            raise ValueError
        return date.fromisoformat(raw)
    except ValueError as error:
        raise PersonError("'answered_on' must be a day such as \"2026-11-01\"") from error
