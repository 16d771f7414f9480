"""Files of answers: one person as `.json`, or one person a line as `.ndjson`."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from prescreen.catalog.base.faults import did_you_mean
from prescreen.eligibility.assessment.answer_encoding import from_json
from prescreen.eligibility.assessment.answers import Answer, AnsweredLaterError, Answers, Facts
from prescreen.eligibility.criteria.questions import QuestionBank, ValueRefusedError
from prescreen.eligibility.criteria.text import one_line

_KEYS = ("answers", "answered_on")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class PersonError(ValueError):
    """Raised for a person's answers that cannot be read; the message is one line."""

    def __init__(self, problem: str) -> None:
        super().__init__(one_line(problem))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an `.ndjson` file: its number from 1, and its facts or what is wrong with it."""

    number: int
    facts: Facts | None
    error: str | None


def read_person(file: Path, bank: QuestionBank, on: date) -> Facts:
    """Return one person's answers. Raise PersonError where they cannot be read."""
    return _facts(_content(file), bank, on)


def read_people(file: Path, bank: QuestionBank, on: date) -> Iterator[Line]:
    """Yield one person a line; empty lines are skipped."""
    for number, line in enumerate(_content(file).split(b"\n"), 1):
        if line.strip():
            try:
                yield Line(number, _facts(line, bank, on), None)
            except PersonError as error:
                yield Line(number, None, str(error))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PersonError(f"the file cannot be read: {error.strerror}") from error


def _facts(content: bytes, bank: QuestionBank, on: date) -> Facts:
    data = _parsed(content)
    unknown = [key for key in data if key not in _KEYS]
    if unknown:
        raise PersonError(f"unknown key '{unknown[0]}'{did_you_mean(unknown[0], _KEYS)}")
    given = data.get("answers")
    if not isinstance(given, dict):
        raise PersonError("'answers' must be an object: question id to answer")
    answered_on = _day(data.get("answered_on"), on)
    try:
        return Facts(bank, Answers({name: _answer(name, raw, bank, answered_on) for name, raw in given.items()}), on)
    except (ValueRefusedError, AnsweredLaterError) as error:
        raise PersonError(str(error)) from error


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        raise PersonError(f"this is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise PersonError("this is not UTF-8 text") from error
    except ArithmeticError as error:
        raise PersonError("this holds a number that is too large to be meant") from error
    except RecursionError as error:
        raise PersonError("this is nested too deep to be answers") from error
    except ValueError as error:
        raise PersonError(f"this cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise PersonError('expects an object such as {"answers": {"age": 44}}')
    return data


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number of JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{repeated}' is given twice")
    return data


def _answer(name: str, raw: object, bank: QuestionBank, on: date) -> Answer:
    if name not in bank:
        raise PersonError(f"unknown question '{name}'{did_you_mean(name, bank.questions)}")
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
