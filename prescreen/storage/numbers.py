"""Queries that count referrals, grouped by the database. No row that leaves it is about one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from prescreen.storage.consents import Purpose
from prescreen.storage.models import Consent, Lead, Referral, StoredAnswer
from prescreen.storage.referrals import State

_HOUR = 3600

NOT_CONTACTED, CONTACTED, ENROLLED = 0, 1, 2
"""How far somebody came, as `people` tells it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose referrals are counted: of a trial, at these sites or (None) all, since an instant or (None) ever.

    `with_tests`: those of test leads too, as in a sample, where there are no others.
    """

    trial_id: str
    site_ids: frozenset[str] | None = None
    since: datetime | None = None
    with_tests: bool = False


def states(session: Session, scope: Scope, now: datetime) -> dict[tuple[State, bool], int]:
    """Give how many referrals stand where, those that are overdue apart."""
    overdue = case((and_(Referral.state == State.NEW.value, Referral.due_at < now), 1), else_=0)
    query = _within(select(Referral.state, overdue, func.count()), scope)
    rows = session.execute(query.group_by(Referral.state, overdue))
    return {(State(state), bool(late)): int(count) for state, late, count in rows}


def hours_to_contact(session: Session, scope: Scope) -> dict[int | None, int]:
    """Give how many referrals were first contacted after how many whole hours; None: not yet."""
    seconds = cast(extract("epoch", Referral.contacted_at), BigInteger) - cast(
        extract("epoch", Referral.created_at), BigInteger
    )
    hours = seconds // _HOUR
    rows = session.execute(_within(select(hours, func.count()), scope).group_by(hours))
    return {None if after is None else int(after): int(count) for after, count in rows}


def languages(session: Session, scope: Scope) -> dict[tuple[str | None, int], int]:
    """Give how many people chose which language, by how far they came; only whose consent is in force."""
    people = _people(scope, None)
    query = select(Lead.language, people.c.stage, func.count()).join(Lead, Lead.id == people.c.lead_id)
    rows = session.execute(query.group_by(Lead.language, people.c.stage))
    return {(language, int(stage)): int(count) for language, stage, count in rows}


def answers(session: Session, scope: Scope, question_id: str) -> dict[tuple[str | None, str | None, int], int]:
    """Give how many people gave which answer (kind, value), by how far they came; only whose consent is in force.

    An answer that the trial does not use is as good as none: (None, None).
    """
    people, one = _people(scope, question_id), StoredAnswer
    answered = and_(one.lead_id == people.c.lead_id, one.question_id == question_id, people.c.uses == 1)
    query = select(one.kind, one.value, people.c.stage, func.count()).select_from(people).outerjoin(one, answered)
    rows = session.execute(query.group_by(one.kind, one.value, people.c.stage))
    return {(kind, value, int(stage)): int(count) for kind, value, stage, count in rows}


def _people(scope: Scope, question_id: str | None) -> Subquery:
    """Give the people of a trial with how far they came at any of its sites, and whether it uses a question."""
    agreed = exists().where(
        Consent.lead_id == Referral.lead_id,
        Consent.purpose == Purpose.SHARE.value,
        Consent.trial_id == Referral.trial_id,
        Consent.site_id == Referral.site_id,
        Consent.withdrawn_at.is_(None),
    )
    columns = (Referral.lead_id, func.max(_stage()).label("stage"), func.max(_uses(question_id)).label("uses"))
    query = _within(select(*columns), scope).where(agreed, Referral.withdrawn_at.is_(None), Lead.deleted_at.is_(None))
    return query.group_by(Referral.lead_id).subquery()


def _stage() -> ColumnElement[int]:
    after_contact = [state.value for state in (State.CONTACTED, State.SCREENING, State.ELIGIBLE)]
    contacted = or_(Referral.contacted_at.is_not(None), Referral.state.in_(after_contact))
    return case((Referral.state == State.ENROLLED.value, ENROLLED), (contacted, CONTACTED), else_=NOT_CONTACTED)


def _uses(question_id: str | None) -> ColumnElement[int]:
    named = cast(Referral.question_ids, Text).contains(f'"{question_id}"', autoescape=True)
    return case((named, 1), else_=0)


def _within(query: Select[*tuple[Any, ...]], scope: Scope) -> Select[*tuple[Any, ...]]:
    which: Sequence[ColumnElement[bool]] = [Referral.trial_id == scope.trial_id]
    if scope.site_ids is not None:
        which = [*which, Referral.site_id.in_(scope.site_ids)]
    if scope.since is not None:
        which = [*which, Referral.created_at >= scope.since]
    if not scope.with_tests:
        which = [*which, Lead.is_test.is_(False)]
    return query.join_from(Referral, Lead, Lead.id == Referral.lead_id).where(*which)
