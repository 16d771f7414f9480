"""Answers to questions that did not apply to the person are erased: no page showed them when the person sent them.

What applied is decided by the criteria that the person was assessed by, on the day of the last answer. They are in the
database, whatever the criteria files say now. An answer that no referral uses cannot be decided and stays.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from prescreen.catalog.assessment.evidence import read_evidence
from prescreen.eligibility.assessment.answer_encoding import from_row
from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.storage.cohort.packed_answers import RECORD, keys_of

revision = "0012_applicable_answers"
down_revision = "0011_mailboxes"
branch_labels = None
depends_on = None

AT_ONCE = 500
REFERRAL = sa.table("referral", sa.column("lead_id", sa.Uuid()), sa.column("fingerprint", sa.Text()))
EVIDENCE = sa.table("criteria_evidence", sa.column("fingerprint", sa.Text()), sa.column("content", sa.Text()))
ANSWER = sa.table(
    "answer",
    sa.column("lead_id", sa.Uuid()),
    sa.column("question_id", sa.Text()),
    sa.column("kind", sa.Text()),
    sa.column("value", sa.Text()),
    sa.column("answered_on", sa.Date()),
)
PACKED = sa.table("packed_answers", sa.column("lead_id", sa.Uuid()), sa.column("content", sa.LargeBinary()))


def upgrade() -> None:
    _bank.cache_clear()
    for leads in _leads():
        banks, given = _banks_of(leads), _answers_of(leads)
        for lead_id, answers in given.items():
            dropped = _inapplicable(banks.get(lead_id, ()), answers)
            if dropped:
                _erase(lead_id, dropped, banks[lead_id])


def downgrade() -> None:
    """Leave everything as it is: what is erased is not known any more."""


def _leads() -> Iterator[Sequence[UUID]]:
    connection, last = op.get_bind(), UUID(int=0)
    while True:
        following = sa.select(ANSWER.c.lead_id).where(ANSWER.c.lead_id > last).distinct().order_by(ANSWER.c.lead_id)
        leads = connection.execute(following.limit(AT_ONCE)).scalars().all()
        if not leads:
            return
        yield leads
        last = leads[-1]


def _banks_of(leads: Sequence[UUID]) -> dict[UUID, tuple[QuestionBank, ...]]:
    rows = op.get_bind().execute(
        sa.select(REFERRAL.c.lead_id, REFERRAL.c.fingerprint).where(REFERRAL.c.lead_id.in_(leads)).distinct()
    )
    found: dict[UUID, tuple[QuestionBank, ...]] = {}
    for lead_id, fingerprint in rows:
        found[lead_id] = (*found.get(lead_id, ()), _bank(fingerprint))
    return found


@cache
def _bank(fingerprint: str) -> QuestionBank:
    content = sa.select(EVIDENCE.c.content).where(EVIDENCE.c.fingerprint == fingerprint)
    return read_evidence(op.get_bind().execute(content).scalar() or "").bank


def _answers_of(leads: Sequence[UUID]) -> dict[UUID, Answers]:
    found: dict[UUID, dict[str, Answer]] = {}
    for row in op.get_bind().execute(sa.select(ANSWER).where(ANSWER.c.lead_id.in_(leads))):
        found.setdefault(row.lead_id, {})[row.question_id] = Answer(from_row(row.kind, row.value), row.answered_on)
    return {lead_id: Answers(given) for lead_id, given in found.items()}


def _inapplicable(banks: Iterable[QuestionBank], answers: Answers) -> set[str]:
    """Return the questions that apply by no bank that has them."""
    on = max(answer.on for answer in answers.given.values())
    decided, kept = set[str](), set[str]()
    for bank in banks:
        known = answers.only(tuple(bank.questions))
        decided.update(known)
        kept.update(Facts(bank, known, on).applicable().answers)
    return decided - kept


def _erase(lead_id: UUID, questions: set[str], banks: Iterable[QuestionBank]) -> None:
    connection = op.get_bind()
    connection.execute(sa.delete(ANSWER).where(ANSWER.c.lead_id == lead_id, ANSWER.c.question_id.in_(questions)))
    packed = connection.execute(sa.select(PACKED.c.content).where(PACKED.c.lead_id == lead_id)).scalar()
    if packed:
        keys = {key for bank in banks for name in questions if name in bank for key in keys_of(bank[name])}
        records = (packed[start : start + RECORD.size] for start in range(0, len(packed), RECORD.size))
        content = b"".join(one for one in records if RECORD.unpack(one)[0] not in keys)
        connection.execute(sa.update(PACKED).where(PACKED.c.lead_id == lead_id).values(content=content))
