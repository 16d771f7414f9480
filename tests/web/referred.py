"""People referred to a shipped trial, as the interest form would refer them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.criteria.rules import Value
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.consents import GivenBy
from prescreen.workflow.participants.referral_evidence import referral_to
from prescreen.workflow.participants.submission import (
    ConsentGiven,
    Purpose,
    Receipt,
    ReferralWanted,
    Submission,
    submit,
)
from tests.people import CONTACT

TRIAL = "NCT03386149"
ON = date(2026, 11, 1)
VALUES: dict[str, Value] = {
    "age": Fraction(44),
    "pain_site": "equal",
    "leg_reach": "calf",
    "back_pain_score": Fraction(6),
    "procedures": frozenset({"low_back_operation"}),
}


def refer(
    database: Database,
    keys: Keys,
    catalog: Catalog,
    *,
    trial_id: str = TRIAL,
    name: str = CONTACT.name,
    days: int = 0,
    by: GivenBy = GivenBy.SELF,
    values: Mapping[str, Value | Declined] = VALUES,
    on: date | None = None,
    agreed: Collection[Purpose] = (Purpose.PHONE,),
    also: Collection[str] = (),
    **contact: str | None,
) -> Receipt:
    """Refer a person to the first site of a trial, and of those in `also`, some days ago; she agreed to be phoned.

    With `on` she answered on that day and was assessed for it, else she answered on `ON` and was assessed today.
    """
    answers = Answers({question: Answer(value, on or ON) for question, value in values.items()})
    facts = Facts(catalog.bank, answers, on or datetime.now(UTC).date())
    wanted = tuple(_wanted(catalog, one, facts) for one in (trial_id, *also))
    shares = [ConsentGiven(Purpose.SHARE, one.trial_id, one.site_id, "2026-11", "Share.", "en", by) for one in wanted]
    ways = [ConsentGiven(purpose, None, None, "2026-11", f"By {purpose}.", "en", by) for purpose in agreed]
    at = datetime.now(UTC) - timedelta(days=days)
    who = replace(CONTACT, name=name, **contact)  # type: ignore[arg-type]  # its fields by name
    submission = Submission(f"{name} {at}", "digest", who, (*shares, *ways), wanted, answers, True, at)
    with database.writing() as session:
        return submit(session, keys, submission)


def _wanted(catalog: Catalog, trial_id: str, facts: Facts) -> ReferralWanted:
    trial = catalog.trials[trial_id]
    return replace(referral_to(catalog, trial, trial.sites[0], facts), reply_within=None)
