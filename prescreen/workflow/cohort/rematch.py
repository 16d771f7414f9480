"""Rematching: assessing everyone who allowed it for one trial, and inviting those whom it may fit.

Only people for whom every criterion permits are invited. Someone who is undetermined lacks an answer, and must not be
told that a trial may fit because a question was never asked; the next visit or a corrected answer can change that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from prescreen.eligibility.assessment.answers import AnsweredLaterError, Answers, Facts
from prescreen.eligibility.assessment.determination import Assessment, Determination, assess
from prescreen.eligibility.cohort import judging
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage import Transactions
from prescreen.storage.audit import events
from prescreen.storage.cohort import packed_answers
from prescreen.storage.cohort.answer_columns import Spread
from prescreen.storage.cohort.engines import FITS
from prescreen.storage.cohort.packed_answers import Batch
from prescreen.storage.cohort.polars_engine import PolarsColumns, judged, sums
from prescreen.storage.cohort.snapshots import ROW, framed
from prescreen.storage.participants import stored_answers, trial_invitations
from prescreen.storage.participants.trial_invitations import Inviting as Inviting
from prescreen.workflow.cohort.cohort_counts import Tally, counts, nobody, tally, tally_of
from prescreen.workflow.participants.participant_letters import Desk, tell_of_invitation

LEADS_AT_ONCE = 25_000
"""Small enough that a batch takes little memory, large enough that the cost per batch is negligible."""

INVITED_AT_ONCE = 500
"""Small enough that concurrent submissions do not wait long: each person may get a letter."""
_ONE_BY_ONE = 500
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rematch:
    """What people are assessed by: one trial, today's questions, the day."""

    trial: Trial
    bank: QuestionBank
    on: date


@dataclass(frozen=True, slots=True)
class RematchOutcome:
    """The result of a rematch.

    `not_judged` counts people with an answer dated after the day. `invited` counts new invitations; None where the run
    was not to invite.
    """

    tally: Tally
    not_judged: int = 0
    invited: int | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    tally: Tally
    fitting: list[int] = field(default_factory=list)
    not_judged: int = 0


def rematch(database: Transactions, plan: Rematch, tell: Tell = lambda _: None) -> RematchOutcome:
    """Assess everyone who allowed it, without inviting. Raise TooFineError where a limit cannot be compared.

    Leads are read in short transactions and constant memory; `tell` is called after each batch with the number read.
    """
    return _run(database, plan, None, tell)


def invite(
    database: Transactions, plan: Rematch, inviting: Inviting, desk: Desk, tell: Tell = lambda _: None
) -> RematchOutcome:
    """Assess everyone who allowed it and invite those whom the trial may fit, once each. An operator's action.

    People with a confirmed e-mail address get a letter, written at the desk. Each batch of people is one transaction
    with one audit event. The action is idempotent: an interrupted run can be started again.
    """
    return _run(database, plan, lambda places: _invite(database, inviting, places, desk), tell)


def _run(
    database: Transactions, plan: Rematch, invited: Callable[[list[int]], int] | None, tell: Tell
) -> RematchOutcome:
    judge = _Judge(plan)
    total, not_judged, count, read, place = nobody(plan.trial), 0, 0, 0, 0
    while True:
        with database.reading() as session:
            batch = packed_answers.after(session, place, LEADS_AT_ONCE)
        if not batch.places:
            return RematchOutcome(total, not_judged, count if invited else None)
        found = judge.batch(database, batch)
        total, not_judged = total + found.tally, not_judged + found.not_judged
        count += invited(found.fitting) if invited and found.fitting else 0
        place, read = batch.places[-1], read + len(batch.places)
        tell(read)


def _invite(database: Transactions, inviting: Inviting, places: Sequence[int], desk: Desk) -> int:
    starts = range(0, len(places), INVITED_AT_ONCE)
    return sum(_invite_some(database, inviting, places[start : start + INVITED_AT_ONCE], desk) for start in starts)


def _invite_some(database: Transactions, inviting: Inviting, places: Sequence[int], desk: Desk) -> int:
    with database.writing() as session:
        made = trial_invitations.add(session, inviting, places, desk.now)
        if made:
            details = {"count": len(made), "fingerprint": inviting.fingerprint}
            subject = events.Subject("trial", inviting.trial_id)
            events.record(
                session, events.Event(desk.now, events.OPERATOR, events.Action.INVITATIONS_MADE, subject, details)
            )
        for lead_id in made:
            tell_of_invitation(session, desk, lead_id, inviting.trial_id)
    return len(made)


class FrameJudge:
    """Judges frames of people by one trial."""

    def __init__(self, plan: Rematch) -> None:
        """Compile the trial; raise TooFineError where a limit cannot be compared."""
        self._trial = plan.trial
        self._judging = judging(plan.trial, plan.bank, plan.on, PolarsColumns())
        self._counts = counts(plan.trial, PolarsColumns())

    def judge(self, people: pl.DataFrame) -> tuple[Tally, pl.Series]:
        """Return the tally of some people, and the rows of those for whom every criterion permits."""
        rows = judged(people, self._judging)
        return tally(self._trial, sums(rows, self._counts)), rows.filter(rows[FITS])[ROW]


class _Judge:
    """Assesses batches of packed answers: in columns, and one by one the few that no column can hold."""

    def __init__(self, plan: Rematch) -> None:
        self._plan = plan
        self._questions = [plan.bank[name] for name in plan.trial.questions(plan.bank)]
        self._spread = Spread(self._questions, plan.on)
        self._frames = FrameJudge(plan)

    def batch(self, database: Transactions, batch: Batch) -> _Judged:
        columns = self._spread.columns(batch.contents)
        found, fits = self._frames.judge(framed(columns, **{ROW: columns.rows}))
        fitting = [batch.places[row] for row in fits]
        rest = self._one_by_one(database, batch, [batch.places[row] for row in columns.left])
        return _Judged(found + rest.tally, sorted(fitting + rest.fitting), rest.not_judged)

    def _one_by_one(self, database: Transactions, batch: Batch, places: list[int]) -> _Judged:
        total, fitting, not_judged = nobody(self._plan.trial), [], 0
        for place, answered in self._answers(database, batch, places).items():
            verdict = self._assess(answered)
            if verdict is None:
                not_judged += 1
                continue
            total += tally_of(verdict)
            if verdict.determination is Determination.POTENTIALLY_ELIGIBLE:
                fitting.append(place)
        return _Judged(total, fitting, not_judged)

    def _assess(self, answered: Answers) -> Assessment | None:
        try:
            return assess(self._plan.trial, Facts(self._plan.bank, answered, self._plan.on))
        except AnsweredLaterError:
            return None

    def _answers(self, database: Transactions, batch: Batch, places: list[int]) -> dict[int, Answers]:
        """Return answers from the database, without those whose questions have changed since."""
        found: dict[int, Answers] = {}
        contents = dict(zip(batch.places, batch.contents, strict=True)) if places else {}
        for start in range(0, len(places), _ONE_BY_ONE):
            with database.reading() as session:
                people = packed_answers.leads_at(session, places[start : start + _ONE_BY_ONE])
                given = stored_answers.of_leads(session, people.values())
            kept = {place: packed_answers.keys_in(contents[place]) for place in people}
            found |= {
                place: self._still_meant(given.get(lead, Answers()), kept[place]) for place, lead in people.items()
            }
        return found

    def _still_meant(self, given: Answers, keys: frozenset[int]) -> Answers:
        meant = [one.id for one in self._questions if keys.intersection(packed_answers.keys_of(one))]
        return given.only(tuple(meant))
