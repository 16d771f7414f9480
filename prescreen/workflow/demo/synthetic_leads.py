"""Synthetic leads for a sample catalog, stored through the same workflow as real ones."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from random import Random
from uuid import UUID

from prescreen.catalog.criteria.catalog import Catalog, Consent
from prescreen.eligibility.assessment.answers import Answers
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.storage import Session, Transactions
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.interview import usage_counters
from prescreen.storage.interview.usage_counters import Counts
from prescreen.storage.participants import leads
from prescreen.storage.participants.contacts import Contact
from prescreen.workflow.demo.synthetic_answers import Drawing, WantedResult, bent, completed, drawn, is_plausible
from prescreen.workflow.demo.synthetic_people import consents_of, contact_of, given_by, miles_to, moment, purposes_of
from prescreen.workflow.demo.synthetic_team import sample_team, work_on
from prescreen.workflow.demo.synthetic_visits import visits_around
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.email_confirmation import note_confirmed
from prescreen.workflow.participants.referral_evidence import referral_to
from prescreen.workflow.participants.submission import ReferralWanted, Submission, submit

_AT_ONCE = 50
_WISHES = {WantedResult.FIT: 45, WantedResult.OPEN: 32, WantedResult.WHATEVER: 23}
_OTHERS_TRIED = 4
_CONFIRM = 0.7
_PROMISES = (timedelta(days=5), timedelta(days=10), timedelta(days=14))
"""Reply times given to sites that promise none themselves."""


class Fate(StrEnum):
    """What a person did after sending their details."""

    STAYS = "stays"
    WITHDRAWS = "withdraws"
    DELETES = "deletes"


_FATES = {Fate.STAYS: 94, Fate.WITHDRAWS: 5, Fate.DELETES: 1}


class NoSampleError(ValueError):
    """Raised for a catalog that is no sample, or none of whose trials takes people."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The trials, the random seed and the last moment for which people are made."""

    catalog: Catalog
    trials: tuple[Trial, ...]
    seed: int
    now: datetime

    def consent(self, language: str) -> Consent:
        """Return the consent wording in force, in a language. Raise NoSampleError where there is none."""
        found = self.catalog.consent(language, self.now.astimezone(self.catalog.service.timezone).date())
        if found is None:
            raise NoSampleError("no consent wording is in force, and nobody is referred without consent")
        return found


@dataclass(frozen=True, slots=True)
class _Person:
    submission: Submission
    confirms: bool
    fate: Fate
    leaves_at: datetime
    work: Random


@dataclass(frozen=True, slots=True)
class Made:
    """The result: people made now, people of this seed made before, and counts by determination and by fate."""

    new: int
    known: int
    referrals: Counter[Determination]
    fates: Counter[Fate]


def plan_sample(catalog: Catalog, trial_ids: tuple[str, ...], seed: int, now: datetime) -> Plan:
    """Return the plan for these trials, or for all that take people.

    Raise NoSampleError for a catalog that is no sample, or a trial that takes no people.
    """
    if not catalog.service.sample:
        raise NoSampleError(
            "catalog.yaml does not say `sample: true`: made-up people would stand among real ones; nobody was made"
        )
    today = now.astimezone(catalog.service.timezone).date()
    trials = [catalog.trials[name] for name in trial_ids] if trial_ids else list(catalog.trials.values())
    taking = tuple(trial for trial in trials if catalog.takes_leads(trial, today))
    if not taking:
        raise NoSampleError("none of these trials takes people: each needs a site; nobody was made")
    plan = Plan(catalog, taking, seed, now)
    plan.consent("en")
    return plan


def make_sample(database: Transactions, keys: Keys, plan: Plan, count: int, tell: Callable[[int], None]) -> Made:
    """Make the first `count` people of the plan's seed; people made before are left as they are.

    Uses short transactions. `tell` is called with the number made so far.
    """
    made = Made(0, 0, Counter(), Counter())
    for first in range(1, count + 1, _AT_ONCE):
        people = [_person(plan, number) for number in range(first, min(first + _AT_ONCE, count + 1))]
        with database.writing() as session:
            team = sample_team(session, keys, plan.now)
            for person in people:
                lead_id = _store(session, keys, person)
                if lead_id and person.fate is Fate.STAYS:
                    work_on(session, team, lead_id, person.work)
                if lead_id:
                    usage_counters.add(session, _visits(plan, person))
                made = _counted(made, person, is_new=lead_id is not None)
            if first + _AT_ONCE > count:
                _record(session, plan, made)
        tell(made.new + made.known)
    return made


def _visits(plan: Plan, person: _Person) -> Counts:
    """Return the counts of the visits around a person's own, with random numbers apart: people stay the same."""
    sent, at = person.submission.referrals, person.submission.submitted_at
    rng = Random(f"visits {person.submission.id}")  # noqa: S311 - nothing here is secret
    slug = next(iter(plan.catalog.trials[sent[0].trial_id].conditions))
    trials = tuple(trial for trial in plan.trials if slug in trial.conditions)
    drawing = _drawing(plan, trials, rng, at)
    facts = drawing.facts(drawn(drawing))
    own = drawing.facts(person.submission.answers)
    chosen = [assess(plan.catalog.trials[one.trial_id], own) for one in sent]
    return visits_around(drawing.on, slug, [assess(trial, facts) for trial in trials], chosen, rng)


def _store(session: Session, keys: Keys, person: _Person) -> UUID | None:
    """Store a person and what they did since. Return the lead's id, or None where the person was made before."""
    receipt = submit(session, keys, person.submission)
    if receipt.replayed:
        return None
    lead = leads.find(session, receipt.lead_id)
    if person.confirms and lead is not None:
        note_confirmed(session, keys, lead, person.submission.submitted_at)
    if person.fate is Fate.WITHDRAWS:
        data_subject_rights.withdraw(session, receipt.lead_id, None, person.leaves_at)
    elif person.fate is Fate.DELETES:
        data_subject_rights.delete(session, receipt.lead_id, person.leaves_at)
    return receipt.lead_id


def _counted(made: Made, person: _Person, *, is_new: bool) -> Made:
    if not is_new:
        return replace(made, known=made.known + 1)
    found = Counter(one.determination for one in person.submission.referrals)
    fates = made.fates + Counter([person.fate])
    return replace(made, new=made.new + 1, referrals=made.referrals + found, fates=fates)


def _record(session: Session, plan: Plan, made: Made) -> None:
    operator, subject = events.OPERATOR, events.Subject("sample", str(plan.seed))
    events.record(session, events.Event(plan.now, operator, events.Action.SAMPLE_MADE, subject, {"leads": made.new}))


def _person(plan: Plan, number: int) -> _Person:
    # A person depends on the seed and their number alone, not on how many are made.
    rng = Random(f"{plan.seed} {number}")  # noqa: S311 - nothing here is secret
    at = moment(rng, plan.now)
    submission = _submission(plan, number, rng, at)
    fate = rng.choices(tuple(_FATES), tuple(_FATES.values()))[0]
    leaves_at, confirms = at + (plan.now - at) * rng.random(), rng.random() < _CONFIRM
    return _Person(submission, confirms, fate, leaves_at, rng)


@dataclass(frozen=True, slots=True)
class _Choice:
    """The trials and sites that a person chose, and their answers."""

    trials: tuple[tuple[Trial, Site], ...]
    drawing: Drawing
    answers: Answers


def _submission(plan: Plan, number: int, rng: Random, at: datetime) -> Submission:
    choice, purposes = _choice(plan, rng, at), purposes_of(rng)
    contact = contact_of(rng, number, purposes, choice.trials[0][1], plan.catalog.service.languages)
    submission_id = f"sample {plan.seed} {number}"
    return Submission(
        id=submission_id,
        content_digest=sha256(submission_id.encode()).hexdigest(),
        contact=contact,
        consents=consents_of(purposes, plan.consent(contact.language), choice.trials, given_by(rng)),
        referrals=tuple(_referral(plan.catalog, choice, trial, site, contact) for trial, site in choice.trials),
        answers=choice.answers,
        is_test=True,
        submitted_at=at,
        bank=plan.catalog.bank,
    )


def _referral(catalog: Catalog, choice: _Choice, trial: Trial, site: Site, contact: Contact) -> ReferralWanted:
    wanted = referral_to(catalog, trial, site, choice.drawing.facts(choice.answers))
    # Without a promised reply time no referral would ever be overdue.
    promised = wanted.reply_within or _PROMISES[len(site.id) % len(_PROMISES)]
    return replace(wanted, miles=miles_to(site, contact.postal_code or ""), reply_within=promised)


def _choice(plan: Plan, rng: Random, at: datetime) -> _Choice:
    """Choose a trial, and perhaps another that the answers do not rule out, each at one of its sites."""
    trial = rng.choice(plan.trials)
    drawing = _drawing(plan, (trial,), rng, at)
    wish = rng.choices(tuple(_WISHES), tuple(_WISHES.values()))[0]
    choice = _Choice(_at_sites(plan, rng, trial), drawing, bent(drawing, drawn(drawing), trial, wish))
    for other in rng.sample(plan.trials, min(_OTHERS_TRIED, len(plan.trials))):
        if other != trial and set(other.conditions) & set(trial.conditions):
            both = _drawing(plan, (trial, other), rng, at)
            answers = completed(both, choice.answers, settled=drawing.names)
            facts = both.facts(answers)
            if is_plausible(facts) and assess(other, facts).determination is not Determination.INELIGIBLE:
                return _Choice(_at_sites(plan, rng, trial, other), both, answers)
    return choice


def _at_sites(plan: Plan, rng: Random, *trials: Trial) -> tuple[tuple[Trial, Site], ...]:
    return tuple((trial, rng.choice(plan.catalog.open_sites(trial))) for trial in trials)


def _drawing(plan: Plan, trials: tuple[Trial, ...], rng: Random, at: datetime) -> Drawing:
    """Return the questions to draw answers for: those of the trials, the opening questions and the red flags."""
    catalog = plan.catalog
    conditions = [catalog.conditions[slug] for slug in trials[0].conditions]
    flags = tuple(flag for one in conditions for flag in one.red_flags)
    asked = [name for one in conditions for name in one.opening_questions]
    asked += [name for flag in flags for name in questions_in(flag.when)]
    asked += [name for trial in trials for name in trial.questions(catalog.bank)]
    names = catalog.bank.reached_from(tuple(asked))
    return Drawing(catalog.bank, names, flags, at.astimezone(catalog.service.timezone).date(), rng)
