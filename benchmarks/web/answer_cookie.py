"""The visitor's cookie: bytes of the fullest answers, and the time of reading and writing sixty usual ones."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from time import process_time
from typing import Any

from flask import Flask

from benchmarks.base.report import Section, Table, Target, ranged, timed
from benchmarks.base.timing import Range
from benchmarks.rivals.json_cookie import JsonCookie
from benchmarks.sections import Sizes
from prescreen.catalog.assessment.answer_codec import Packing, most_cookie_bytes
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA, EncryptionKey, Settings
from prescreen.eligibility.assessment.answer_encoding import AnswerCoding
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.questions import Question, QuestionBank, ValueRefusedError
from prescreen.eligibility.criteria.rules import Value
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.keys import Keys
from prescreen.web.base.request_context import EXTENSION, Resources
from prescreen.web.sealed_cookies import seal, unseal
from prescreen.workflow.demo.synthetic_answers import value_drawn

_SECRET = "a secret of a benchmark"
_PURPOSE = "visit"
_BANKS = (60, 150, 400)
_TIMED = 60
_CALLS = 300


@dataclass(frozen=True)
class PackedCookie:
    """Writes and reads cookies as the service does, without what marks a visit beside its answers."""

    packing: Packing
    name: str = "packed"

    def write(self, answers: Answers) -> str:
        """Return the text of the cookie."""
        return seal(self.packing.pack(answers), _PURPOSE)

    def read(self, text: str) -> Answers:
        """Return the answers in the text of a cookie."""
        return self.packing.unpack(unseal(text, _PURPOSE) or b"")


def bank_of(many: int, on: date) -> QuestionBank:
    """Return a bank of so many questions, those of the shipped bank in turns under ids of their own."""
    asked = [question for question in load_to_judge(SHIPPED_CRITERIA, on).bank if not question.computed]
    named = (replace(asked[place % len(asked)], id=f"q{place}", ask_if=None) for place in range(many))
    return QuestionBank({question.id: question for question in named})


def fullest(bank: QuestionBank, on: date) -> Answers:
    """Return an answer to every question that takes as many bits as any, each drawn among those."""
    chance = random.Random("fullest")
    return Answers({question.id: Answer(_longest(question, on, chance), on) for question in bank})


def _longest(question: Question, on: date, chance: random.Random) -> Value | Declined:
    coding = AnswerCoding.of(question)
    least = 1 << coding.greatest.bit_length() - 1
    while True:
        try:
            return coding.decode(chance.randint(least, coding.greatest), on)
        except ValueRefusedError:
            continue


def usual(bank: QuestionBank, on: date) -> Answers:
    """Return answers as common as the bank says."""
    chance = random.Random("cookie")
    return Answers({question.id: Answer(value_drawn(question, chance, on), on) for question in bank})


def _seconds(work: Callable[[], object]) -> float:
    start = process_time()
    for _ in range(_CALLS):
        work()
    return (process_time() - start) / _CALLS


def _timed(work: Mapping[str, Callable[[], object]], rounds: int) -> Mapping[str, list[float]]:
    """Return the processor seconds of each work by round, in turns; the first round warms up."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(rounds + 1):
        for name, one in work.items():
            taken = _seconds(one)
            if turn:
                times[name].append(taken)
    return times


def answer_cookie(sizes: Sizes) -> Section:
    """Compare the packed cookie with compressed JSON."""
    app = Flask("cookies")
    keys = Keys.derived(_SECRET, KeyRing([EncryptionKey("k1", bytes(32))]))
    # A cookie needs neither database nor catalog.
    nothing: Any = None
    app.extensions[EXTENSION] = Resources(Settings.from_environment({}), keys, nothing, nothing, None)
    on = datetime.now(UTC).date()
    with app.app_context():
        rows = [_bytes(bank_of(many, on), keys, on) for many in _BANKS]
        times = _times(bank_of(_TIMED, on), keys, on, rounds=sizes.effort.rounds)
    faster = {
        what: Range.of(old / new for old, new in zip(times[f"{what} JSON"], times[f"{what} packed"], strict=True))
        for what in ("read", "write")
    }
    read = Range.of(one * 1e6 for one in times["read packed"])
    most = Range(*(rows[-1][2],) * 3)
    return Section(
        "The visitor's cookie",
        "Bytes of the cookie when every question has its fullest answer, and the bound that `check` uses, for "
        f"banks that repeat the shipped questions; processor time of reading and of writing {_TIMED} usual answers, "
        "encryption and base64 included.",
        [
            Table(
                ["questions", "compressed JSON", "packed", "bound of `check`"],
                [[f"{one:,}" for one in row] for row in rows],
            ),
            Table(
                [f"{_TIMED} answers", "compressed JSON", "packed", "times faster"],
                [
                    [
                        what,
                        *(timed(Range.of(times[f"{what} {form}"])) for form in ("JSON", "packed")),
                        ranged(faster[what]),
                    ]
                    for what in faster
                ],
            ),
        ],
        targets=[
            Target("cookie with the fullest answers to 400 questions", 3000, None, most, " bytes", less_is_better=True),
            Target("reading 60 answers from the cookie", 100, None, read, " µs", less_is_better=True),
        ],
    )


def _bytes(bank: QuestionBank, keys: Keys, on: date) -> tuple[int, int, int, int]:
    said = fullest(bank, on)
    ours, theirs = PackedCookie(Packing(bank)), JsonCookie(bank, keys.cookies)
    written, before = ours.write(said), theirs.write(said)
    assert ours.read(written) == theirs.read(before) == said
    return len(bank.questions), len(before), len(written), most_cookie_bytes(bank)


def _times(bank: QuestionBank, keys: Keys, on: date, *, rounds: int) -> Mapping[str, list[float]]:
    said = usual(bank, on)
    ours, theirs = PackedCookie(Packing(bank)), JsonCookie(bank, keys.cookies)
    written, before = ours.write(said), theirs.write(said)
    assert ours.read(written) == theirs.read(before) == said
    return _timed(
        {
            "read JSON": lambda: theirs.read(before),
            "read packed": lambda: ours.read(written),
            "write JSON": lambda: theirs.write(said),
            "write packed": lambda: ours.write(said),
        },
        rounds,
    )
