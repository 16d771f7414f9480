"""Answers packed for the visitor's cookie, and an upper bound of the size of that cookie.

Each answer is keyed by a short fingerprint of its question. When a question changes, so does its fingerprint: the old
answer is dropped on reading and the question is asked again, while all other answers stay.

Packed answers are the length of the keys, the days of answering, and a string of bits with one entry an answer, in the
order of answering: a size, the question's key, the index of the day, and the answer's code (see `AnswerCoding`) in as
many bits as the size says. So the entry of an unknown question can be passed over. A last bit, set, marks the end.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from prescreen.catalog.assessment.fingerprints import fingerprint
from prescreen.eligibility.assessment.answer_encoding import AnswerCoding
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.criteria.questions import QuestionBank

MOST_COOKIE_BYTES = 3800
LONGEST_SOURCE = 122
"""The greatest length, in characters, of the source that the cookie says its visitor came from."""
LONGEST_PLACE = 60
"""The greatest length, in bytes of JSON, of the name of the place that the cookie says its visitor is at."""

_SHORTEST_KEY, _LONGEST_KEY = 21, 64
"""In bits. Of 35,000 changes to a bank of 60 questions (5,200 to one of 400) one makes an answer count for another
question, if that question can have it."""
_WHOLE_BITS = 256
_COUNT_BYTES, _DAY_BYTES = 2, 3
_SIZE_BITS = 4
_WIDTHS = (2, 3, 4, 5, 6, 8, 11, 14, 17, 22, 24, 27, 31, 36, 53)
"""The bits of a code, by the size of its entry. With one size more, a length in bytes precedes the code."""
_LONG = len(_WIDTHS)
_LENGTH_BITS = 10
_MOST_SIZE, _MOST_LENGTH = (1 << _SIZE_BITS) - 1, (1 << _LENGTH_BITS) - 1
_USUAL_DAYS = 2
"""On how many days a visit usually has answers at most, as the cookie ends two hours after the last one."""

# A form, the time, a nonce and a tag.
_SEALING_BYTES = 1 + 4 + 12 + 16
_WISHES_BYTES = len(',"w":[,"US",-9000,-18000,null,"deexhainmeotsutapl"]') + LONGEST_PLACE
_MARKS_BYTES = len('{"o":1,"s":"guardian","l":999,"c":1,"r":2,"k":99999,"v":""}') + LONGEST_SOURCE + _WISHES_BYTES + 2


class UnpackableError(ValueError):
    """Raised for bytes that are not packed answers."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the entries of one string are read: the bits of keys, the days of answering, and the places in an entry."""

    key_bits: int
    days: Sequence[date]
    day_bits: int
    day_place: int
    head_bits: int

    @classmethod
    def of(cls, key_bits: int, days: Sequence[date]) -> "_Layout":
        """Return the layout for keys of so many bits and for these days."""
        day_bits, day_place = (len(days) - 1).bit_length(), _SIZE_BITS + key_bits
        return cls(key_bits, days, day_bits, day_place, day_place + day_bits)

    def entry(self, key: int, day: int, code: int) -> tuple[int, int]:
        """Return an entry, and its length in bits. Raise ValueError for a code that is longer than any cookie."""
        size = bisect_left(_WIDTHS, code.bit_length())
        head = size | key << _SIZE_BITS | day << self.day_place
        if size < _LONG:
            return head | code << self.head_bits, self.head_bits + _WIDTHS[size]
        length = _whole_bytes(code.bit_length())
        if length > _MOST_LENGTH:
            raise ValueError("this answer is longer than any cookie")
        return head | (length | code << _LENGTH_BITS) << self.head_bits, self.head_bits + _LENGTH_BITS + 8 * length

    def most_bits(self, code: int) -> int:
        """Return the length of the longest entry of a code that is not above this one."""
        size = bisect_left(_WIDTHS, code.bit_length())
        long = _LENGTH_BITS + 8 * _whole_bytes(code.bit_length())
        return self.head_bits + (_WIDTHS[size] if size < _LONG else long)

    def entries(self, bits: int) -> Iterator[tuple[int, int, int]]:
        """Yield key, index of the day and code of each entry. Raise UnpackableError where the string has no end."""
        key_mask, day_mask = (1 << self.key_bits) - 1, (1 << self.day_bits) - 1
        day_place, head_bits = self.day_place, self.head_bits
        while bits > 1:
            size, key, day = bits & _MOST_SIZE, bits >> _SIZE_BITS & key_mask, bits >> day_place & day_mask
            bits >>= head_bits
            if size < _LONG:
                width = _WIDTHS[size]
            else:
                width = 8 * (bits & _MOST_LENGTH)
                bits >>= _LENGTH_BITS
            yield key, day, bits & (1 << width) - 1
            bits >>= width
        if not bits:
            raise UnpackableError("the end is missing")


class Packing:
    """Packs and unpacks the answers to one question bank; made once for a bank."""

    def __init__(self, bank: QuestionBank) -> None:
        self._fingerprints = {question.id: fingerprint(question) for question in bank}
        self._codings = {question.id: AnswerCoding.of(question) for question in bank if not question.computed}
        self._key_bits = _bits_that_tell(self._fingerprints.values())
        self._keys = {name: _key(self._fingerprints[name], self._key_bits) for name in self._codings}
        self._by_key: dict[int, Mapping[int, AnswerCoding]] = {}

    def pack(self, answers: Answers) -> bytes:
        """Return the answers as bytes. Those to computed questions and to none of the bank are left out."""
        given = {name: answer for name, answer in answers.given.items() if name in self._codings}
        places = {day: place for place, day in enumerate(dict.fromkeys(answer.on for answer in given.values()))}
        layout = _Layout.of(self._key_bits, tuple(places))
        bits, length = 0, 0
        for name, answer in given.items():
            code = self._codings[name].encode(answer.value)
            entry, more = layout.entry(self._keys[name], places[answer.on], code)
            bits, length = bits | entry << length, length + more
        return _framed(layout, bits | 1 << length, length + 1) if given else b""

    def unpack(self, content: bytes) -> Answers:
        """Return the answers to questions that have not changed since, in the order of answering.

        Raise UnpackableError for bytes that `pack` did not make.
        """
        if not content:
            return Answers()
        if len(content) > MOST_COOKIE_BYTES:
            raise UnpackableError("these bytes are longer than any cookie")
        try:
            return Answers(dict(self._unpacked(content)))
        except (ValueError, ArithmeticError, IndexError) as error:
            raise UnpackableError("these bytes hold no answers") from error

    def _unpacked(self, content: bytes) -> Iterator[tuple[str, Answer]]:
        layout, bits = _unframed(content)
        known, days = self.by_key(layout.key_bits), layout.days
        for key, day, code in layout.entries(bits):
            coding = known.get(key)
            if coding is not None:
                on = days[day]
                yield coding.question.id, Answer(coding.decode(code, on), on)

    def by_key(self, bits: int) -> Mapping[int, AnswerCoding]:
        """Return the codings of questions by keys of so many bits, without the questions that share a key.

        Raise UnpackableError for a length that no key has.
        """
        if bits not in self._by_key:
            if not _SHORTEST_KEY <= bits <= _LONGEST_KEY:
                raise UnpackableError("no key has this length")
            self._by_key[bits] = self._alone(bits)
        return self._by_key[bits]

    def _alone(self, bits: int) -> Mapping[int, AnswerCoding]:
        many = Counter(_key(one, bits) for one in self._fingerprints.values())
        keys = {name: _key(self._fingerprints[name], bits) for name in self._codings}
        return {key: self._codings[name] for name, key in keys.items() if many[key] == 1}

    def most_bytes(self) -> int:
        """Return an upper bound of what is packed where every question is answered, on two days at most."""
        layout = _Layout.of(self._key_bits, (date.min,) * _USUAL_DAYS)
        return len(_framed(layout, 0, 1 + sum(layout.most_bits(coding.greatest) for coding in self._codings.values())))


def _framed(layout: _Layout, bits: int, length: int) -> bytes:
    """Return the bytes of a string of bits, behind what tells how it is read."""
    days = b"".join(day.toordinal().to_bytes(_DAY_BYTES, "little") for day in layout.days)
    told = bytes((layout.key_bits,)) + len(layout.days).to_bytes(_COUNT_BYTES, "little") + days
    return told + bits.to_bytes(_whole_bytes(length), "little")


def _unframed(content: bytes) -> tuple[_Layout, int]:
    first = 1 + _COUNT_BYTES
    start = first + _DAY_BYTES * int.from_bytes(content[1:first], "little")
    ordinals = (int.from_bytes(content[at : at + _DAY_BYTES], "little") for at in range(first, start, _DAY_BYTES))
    return _Layout.of(content[0], tuple(map(date.fromordinal, ordinals))), int.from_bytes(content[start:], "little")


def _whole_bytes(bits: int) -> int:
    return (bits + 7) // 8


def _key(whole: str, bits: int) -> int:
    """Return the first bits of a fingerprint."""
    return int(whole, 16) >> _WHOLE_BITS - bits


def _bits_that_tell(fingerprints: Collection[str]) -> int:
    """Return the number of bits, from the first on, by which all fingerprints differ."""
    bits = _SHORTEST_KEY
    while len({_key(whole, bits) for whole in fingerprints}) < len(fingerprints):
        bits += 1
    return bits


def most_cookie_bytes(bank: QuestionBank) -> int:
    """Return an upper bound, in bytes, of a cookie with an answer to every question, given on two days at most."""
    raw = Packing(bank).most_bytes() + _MARKS_BYTES + _SEALING_BYTES
    return -(-raw * 4 // 3)
