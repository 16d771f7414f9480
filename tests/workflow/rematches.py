"""One trial, and people who fit it or do not."""

from dataclasses import replace
from fractions import Fraction
from uuid import UUID

from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.questions import Growth
from prescreen.eligibility.criteria.rules import BooleanTest, ChoicesTest, NumberTest
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.trial_invitations import StoredInvitation
from prescreen.workflow.cohort.rematch import Inviting, Rematch, RematchOutcome, invite
from prescreen.workflow.participants.invitation_responses import (
    Acceptance,
)
from prescreen.workflow.participants.participant_letters import Desk
from tests.eligibility.samples import bank, boolean, choices, exclude, include, number, trial
from tests.people import FUTURE, NOW, PHONE, SHARE_A, TO_A, submitted

TODAY = NOW.date()
BANK = bank(
    number("age", 0, 120, unit="a", grows=Growth.YEARLY),
    boolean("low_back_pain"),
    choices("medicines", "nsaid", "opioid", exclusive="none"),
)
TRIAL = trial(
    include("adult", NumberTest("age", min=Fraction(18))),
    include("pain", BooleanTest("low_back_pain", expected=True)),
    exclude("opioid", ChoicesTest("medicines", any_of=frozenset({"opioid"}))),
    trial_id="NCT00000009",
)
PLAN = Rematch(TRIAL, BANK, TODAY)
INVITING = Inviting(TRIAL.id, "c" * 64, '{"id": "NCT00000009"}', Determination.POTENTIALLY_ELIGIBLE)
# Nobody of these people confirmed an address, so that nothing is written there.
DESK = Desk(keys=None, pen=None, now=NOW)


def person(age: object = 44, pain: object = True, *medicines: str) -> Answers:
    given = {
        "age": None if age is None else Fraction(str(age)),
        "low_back_pain": pain,
        "medicines": frozenset(medicines or {"none"}),
    }
    return Answers({name: Answer(value, TODAY) for name, value in given.items() if value is not None})


FITTING = person()


def told(database: Database, keys: Keys, answers: Answers, **changes: object) -> UUID:
    """Add a lead who allowed future matching and chose no trial."""
    told.count += 1
    given = {"id": f"s{told.count}", "consents": (FUTURE, PHONE), "referrals": (), "bank": BANK, "answers": answers}
    return submitted(database, keys, **{**given, **changes}).lead_id


told.count = 0


def invite_now(database: Database) -> RematchOutcome:
    return invite(database, PLAN, INVITING, DESK)


def acceptance(waiting: StoredInvitation, **changes: object) -> Acceptance:
    share = replace(SHARE_A, trial_id=TRIAL.id)
    return replace(Acceptance(waiting.lead_id, waiting.id, replace(TO_A, trial_id=TRIAL.id), (share,)), **changes)
