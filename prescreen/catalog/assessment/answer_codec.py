"""Answers encoded for the visitor's cookie, and an upper bound of the size of that cookie.

Each answer is keyed by a short fingerprint of its question. When a question changes, so does its fingerprint: the old
answer is dropped on reading and the question is asked again.
"""

import json
import re
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from prescreen.catalog.assessment.fingerprints import fingerprint
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType, accept
from prescreen.eligibility.criteria.rules import Value

MOST_COOKIE_BYTES = 3800
LONGEST_SOURCE = 122
"""The greatest length, in characters, of the source that the cookie says its visitor came from."""

_EPOCH = date(2026, 1, 1)
_DECLINED = {Declined.DO_NOT_KNOW: "?", Declined.RATHER_NOT_SAY: "-"}
_SHORTEST_KEY = 6
_NUMBER = re.compile(r"-?\d{1,40}(?:/\d{1,40})?", re.ASCII)
# A typed number has at most nine digits and six decimals: at most "999999999999999/1000000" as a fraction. Converting
# between units multiplies numerator and denominator by at most eleven digits each.
_LONGEST_NUMBER, _LONGEST_CONVERTED = 23, 45
# Encryption adds a key id, a nonce and a tag; base64 makes four bytes of three. The rest of the cookie is small.
_SEALING_BYTES = 64
_MARKS_BYTES = 160 + LONGEST_SOURCE + len('"v":"",')


class UnpackableError(ValueError):
    """Raised for bytes that are not packed answers."""


class Packing:
    """Packs and unpacks the answers to one question bank."""

    def __init__(self, bank: QuestionBank) -> None:
        self.bank = bank
        self._keys = _keys(bank)
        self._questions = {self._keys[question.id]: question for question in bank if not question.computed}

    def pack(self, answers: Answers) -> dict[str, list[object]]:
        """Return the answers as JSON-ready data: question key -> [days since 2026-01-01, encoded value]."""
        return {
            self._keys[name]: [(answer.on - _EPOCH).days, _coded(self.bank[name], answer.value)]
            for name, answer in answers.given.items()
            if name in self.bank
        }

    def unpack(self, packed: object) -> Answers:
        """Return the answers to questions that have not changed since, in the order of answering.

        Raise UnpackableError where the data was not made by `pack`.
        """
        if not isinstance(packed, dict):
            raise UnpackableError("packed answers are a mapping")
        try:
            return Answers(dict(self._unpacked(packed)))
        except (ValueError, ArithmeticError) as error:
            raise UnpackableError("a value cannot be read") from error

    def _unpacked(self, packed: dict[str, object]) -> Iterator[tuple[str, Answer]]:
        for key, entry in packed.items():
            question = self._questions.get(key)
            if question is not None:
                days, coded = _entry(entry)
                value = _decoded(question, coded)
                if not isinstance(value, Declined):
                    accept(question, value)
                yield question.id, Answer(value, _EPOCH + timedelta(days=days))


def _keys(bank: QuestionBank) -> dict[str, str]:
    """Return, for each question, the shortest prefix of its fingerprint that no other question shares."""
    whole = {question.id: fingerprint(question) for question in bank}
    length = _SHORTEST_KEY
    while len({key[:length] for key in whole.values()}) < len(whole):
        length += 1
    return {name: key[:length] for name, key in whole.items()}


def _entry(entry: object) -> tuple[int, Any]:
    match entry:
        case [int() as days, coded]:
            return days, coded
    raise UnpackableError("an entry is a day and a value")


def _coded(question: Question, value: Value | Declined) -> object:
    match value:
        case Declined():
            return _DECLINED[value]
        case bool():
            return int(value)
        case str():
            return question.option_ids.index(value)
        case frozenset():
            return sum(1 << place for place, option in enumerate(question.option_ids) if option in value)
        case Fraction():
            return f"{value}"


def _decoded(question: Question, coded: Any) -> Value | Declined:
    for declined, mark in _DECLINED.items():
        if coded == mark:
            return declined
    match question.type, coded:
        case QuestionType.BOOLEAN, 0 | 1:
            return bool(coded)
        case QuestionType.CHOICE, int() if 0 <= coded < len(question.options):
            return question.option_ids[coded]
        case QuestionType.CHOICES, int() if 0 <= coded < 1 << len(question.options):
            return frozenset(option for place, option in enumerate(question.option_ids) if coded >> place & 1)
        case QuestionType.NUMBER, str() if _NUMBER.fullmatch(coded):
            return Fraction(coded)
    raise UnpackableError(f"'{question.id}' holds a value of another kind")


def compressed(data: object) -> bytes:
    """Return JSON-ready data as compressed bytes."""
    return zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 9)


def decompressed(content: bytes) -> object:
    """Return the data that `compressed` was given. Raise UnpackableError where the bytes are not such data."""
    try:
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(content, 64 * 1024)
        return json.loads(text)
    except (zlib.error, ValueError, RecursionError) as error:
        raise UnpackableError("these bytes hold no answers") from error


def most_cookie_bytes(bank: QuestionBank) -> int:
    """Return an upper bound, in bytes, of the cookie with every question answered and nothing compressible."""
    keys = _keys(bank)
    fullest = [f'"{keys[question.id]}":[99999,{_longest(question)}],' for question in bank if not question.computed]
    raw = sum(len(entry) for entry in fullest) + _MARKS_BYTES
    return (raw + raw // 1000 + _SEALING_BYTES) * 4 // 3 + 4


def _longest(question: Question) -> str:
    if question.type is QuestionType.NUMBER:
        return f'"{"9" * (_LONGEST_NUMBER if question.unit is None else _LONGEST_CONVERTED)}"'
    return str(1 << len(question.options))
