"""Answers of leads who allowed future matching, packed so that a million are read in seconds.

The table `answer` remains authoritative. A row exists exactly while the person may be matched with later trials: it is
added by the submission and deleted with the consent. Each answer is a record of fixed size under a key that covers what
the answer means (id, type, unit and options of its question), so that an answer to a question that has changed since
is unknown, never mistaken for another. A declined answer has no record, since it is unknown too.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from prescreen.eligibility.assessment.answer_encoding import to_number
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.cohort import OPTIONS_A_COLUMN, columns_of
from prescreen.eligibility.criteria.kinds.registry import kind_of
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.storage.base.upserts import insert_rows
from prescreen.storage.tables import PackedAnswers

RECORD = struct.Struct("<QqqH")
"""Key, numerator, denominator, day since `FIRST_DAY`. Booleans, indexes of options and bits of options have 1 as
denominator; 0 says that the answer does not fit and must be read from the table `answer`."""
FIRST_DAY = date(2000, 1, 1)

_DOES_NOT_FIT = (0, 0)
_GREATEST = 2**63
_LAST_DAY = 2**16


@dataclass(frozen=True, slots=True)
class Batch:
    """Some leads: the row numbers (places) in ascending order, and their packed answers."""

    places: Sequence[int]
    contents: Sequence[bytes]


def keys_of(question: Question) -> tuple[int, ...]:
    """Return the keys of a question's records, one for each of its columns."""
    meaning = "|".join((question.id, question.type, *kind_of(question).meaning(question)))
    named = (f"{meaning}|{part}" for part in range(len(columns_of(question))))
    return tuple(int.from_bytes(sha256(name.encode()).digest()[:8], "little") for name in named)


def packed(bank: QuestionBank, answers: Answers) -> bytes:
    """Return those answers whose questions are in the bank, as records of fixed size."""
    known = ((bank[name], answer) for name, answer in answers.given.items() if name in bank)
    return b"".join(record for question, answer in known for record in _records(question, answer))


def _records(question: Question, answer: Answer) -> Iterator[bytes]:
    day = (answer.on - FIRST_DAY).days
    dated = 0 <= day < _LAST_DAY
    for key, value in zip(keys_of(question), _values(question, answer), strict=False):
        yield RECORD.pack(key, *(value if dated else _DOES_NOT_FIT), day if dated else 0)


def _values(question: Question, answer: Answer) -> Iterator[tuple[int, int]]:
    """Yield a numerator and a denominator for each column; none for an answer without a value."""
    number = to_number(question, answer.value)
    if number is None:
        return
    columns = len(columns_of(question))
    if columns > 1:
        bits = int(number)
        yield from ((bits >> part * OPTIONS_A_COLUMN & (1 << OPTIONS_A_COLUMN) - 1, 1) for part in range(columns))
    else:
        above, below = number.as_integer_ratio()
        yield (above, below) if max(abs(above), below) < _GREATEST else _DOES_NOT_FIT


def keep(session: Session, lead_id: UUID, content: bytes) -> None:
    """Store the packed answers of a lead that has none yet."""
    insert_rows(session, PackedAnswers, [{"lead_id": lead_id, "content": content}])


def erase(session: Session, lead_id: UUID) -> None:
    """Delete the packed answers of a lead, who is then left out of all future matching."""
    session.execute(delete(PackedAnswers).where(PackedAnswers.lead_id == lead_id))


def after(session: Session, place: int, most: int) -> Batch:
    """Return the next leads after a place, at most `most`; an empty batch at the end."""
    rows = _driver_rows(session, place, most)
    return Batch([found for found, _ in rows], [content for _, content in rows])


def _driver_rows(session: Session, place: int, most: int) -> Sequence[tuple[int, bytes]]:
    """Query through the driver itself: SQLAlchemy's rows, and bytes sent as text by PostgreSQL, take twice the time."""
    connection = session.connection()
    driver = connection.connection.dbapi_connection
    if driver is None:
        return []
    in_postgresql = connection.dialect.name == "postgresql"
    mark = "%s" if in_postgresql else "?"
    query = f"SELECT place, content FROM packed_answers WHERE place > {mark} ORDER BY place LIMIT {mark}"  # noqa: S608 - a placeholder
    cursor = driver.cursor(binary=True) if in_postgresql else driver.cursor()
    cursor.execute(query, (place, most))
    rows: Sequence[tuple[int, bytes]] = cursor.fetchall()
    cursor.close()
    return rows


def of_lead(session: Session, lead_id: UUID) -> bytes | None:
    """Return the packed answers of one lead; None for a lead who may not (or no longer) be matched."""
    return session.scalar(select(PackedAnswers.content).where(PackedAnswers.lead_id == lead_id))


def leads_at(session: Session, places: Sequence[int]) -> dict[int, UUID]:
    """Return the ids of the leads at these places, by place."""
    return _leads(session, PackedAnswers.place.in_(places))


def leads_between(session: Session, first: int, last: int) -> dict[int, UUID]:
    """Return the ids of the leads from one place to another, by place."""
    return _leads(session, PackedAnswers.place.between(first, last))


def _leads(session: Session, which: ColumnElement[bool]) -> dict[int, UUID]:
    rows = session.execute(select(PackedAnswers.place, PackedAnswers.lead_id).where(which))
    return {place: lead_id for place, lead_id in rows}  # noqa: C416 - to the type checker, a Row is not a pair


def keys_in(content: bytes) -> frozenset[int]:
    """Return the keys of the records in some packed answers."""
    return frozenset(key for key, *_ in RECORD.iter_unpack(content))
