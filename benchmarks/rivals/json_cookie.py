"""The cookie of a visit as compressed JSON, each answer under the key of its question: how it was kept before."""

import base64
import json
import os
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from prescreen.catalog.assessment.fingerprints import fingerprint
from prescreen.eligibility.assessment.answer_encoding import to_number
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.kinds.registry import accept, kind_of
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.eligibility.criteria.rules import Value

_EPOCH = date(2026, 1, 1)
_DECLINED = {Declined.DO_NOT_KNOW: "?", Declined.RATHER_NOT_SAY: "-"}
_DIGITS, _NONCE = 6, 12
_PURPOSE = b"visit"


class JsonCookie:
    """Writes and reads the cookies of visits to one bank."""

    name = "compressed JSON"

    def __init__(self, bank: QuestionBank, secret: bytes) -> None:
        self._bank, self._secret = bank, secret
        self._keys = {question.id: fingerprint(question)[:_DIGITS] for question in bank}
        self._questions = {self._keys[question.id]: question for question in bank if not question.computed}

    def write(self, answers: Answers) -> str:
        """Return the text of the cookie."""
        packed = {self._keys[name]: self._entry(name, answer) for name, answer in answers.given.items()}
        data = {"a": packed, "e": None, "f": [], "t": int(datetime.now(UTC).timestamp())}
        content = zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 9)
        nonce = os.urandom(_NONCE)
        return (
            base64.urlsafe_b64encode(nonce + AESGCM(self._secret).encrypt(nonce, content, _PURPOSE))
            .decode()
            .rstrip("=")
        )

    def _entry(self, name: str, answer: Answer) -> list[object]:
        value, question = answer.value, self._bank[name]
        number = None if isinstance(value, Declined) else to_number(question, value)
        code = _DECLINED[value] if isinstance(value, Declined) else number if isinstance(number, int) else str(number)
        return [(answer.on - _EPOCH).days, code]

    def read(self, text: str) -> Answers:
        """Return the answers in the text of a cookie."""
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        content = AESGCM(self._secret).decrypt(raw[:_NONCE], raw[_NONCE:], _PURPOSE)
        packed: Mapping[str, Any] = json.loads(zlib.decompressobj().decompress(content, 64 * 1024))["a"]
        return Answers(
            {self._questions[key].id: _answer(self._questions[key], *entry) for key, entry in packed.items()}
        )


def _answer(question: Question, days: int, code: object) -> Answer:
    on = _EPOCH + timedelta(days=days)
    value = _value(question, code)
    if not isinstance(value, Declined):
        accept(question, value, on)
    return Answer(value, on)


def _value(question: Question, code: object) -> Value | Declined:
    for declined, mark in _DECLINED.items():
        if code == mark:
            return declined
    number = code if isinstance(code, int) else Fraction(str(code))
    value: Value = kind_of(question).from_number(question, number)
    return value
