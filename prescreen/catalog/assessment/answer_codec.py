"""Answers encoded for the visitor's cookie, and an upper bound of the size of that cookie.

Each answer is keyed by a short fingerprint of its question. When a question changes, so does its fingerprint: the old
answer is dropped on reading and the question is asked again.
"""

import json
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from prescreen.catalog.assessment.fingerprints import fingerprint
from prescreen.eligibility.assessment.answer_encoding import from_code, longest_code, to_code
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import QuestionBank

MOST_COOKIE_BYTES = 3800
LONGEST_SOURCE = 122
"""The greatest length, in characters, of the source that the cookie says its visitor came from."""

_EPOCH = date(2026, 1, 1)
_SHORTEST_KEY = 6
# Sealing adds a key id, a nonce and a tag; base64 then makes four bytes of three. Other marks in the cookie are few.
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
            self._keys[name]: [(answer.on - _EPOCH).days, to_code(self.bank[name], answer.value)]
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
                value, on = from_code(question, coded), _EPOCH + timedelta(days=days)
                if not isinstance(value, Declined):
                    accept(question, value, on)
                yield question.id, Answer(value, on)


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
    fullest = [f'"{keys[question.id]}":[99999,{longest_code(question)}],' for question in bank if not question.computed]
    raw = sum(len(entry) for entry in fullest) + _MARKS_BYTES
    return (raw + raw // 1000 + _SEALING_BYTES) * 4 // 3 + 4
