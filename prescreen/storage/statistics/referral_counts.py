"""Queries that count referrals in the database. Every row that they return is an aggregate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

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
from sqlalchemy.orm import Session, aliased

from prescreen.storage.participants.consents import Purpose
from prescreen.storage.referrals.states import DEFINITIONS, Stage, State
from prescreen.storage.tables import Consent, Lead, Referral, StoredAnswer

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Scope:
    """The referrals to count: of a trial, at these sites or (None) all, since a time or (None) ever.

    `with_tests`: count test leads too, as in a sample, where there are no others.
    """

    trial_id: str
    site_ids: frozenset[str] | None = None
    since: datetime | None = None
    with_tests: bool = False


class Standing(NamedTuple):
    """Where a referral stands: its state, whether it is new and overdue, and whether a first contact is on record."""

    state: State
    is_overdue: bool
    is_contacted: bool


class Alike(NamedTuple):
    """What the people of one group have in common; an answer is its kind and value, or (None, None) where missing."""

    stage: Stage
    language: str | None
    answers: tuple[tuple[str | None, str | None], ...]


def states(session: Session, scope: Scope, now: datetime) -> dict[Standing, int]:
    """Return the number of referrals by state, whether they are overdue, and whether they were contacted."""
    overdue = case((and_(Referral.state == State.NEW.value, Referral.due_at < now), 1), else_=0)
    contacted = case((Referral.contacted_at.is_not(None), 1), else_=0)
    query = _within(select(Referral.state, overdue, contacted, func.count()), scope)
    rows = session.execute(query.group_by(Referral.state, overdue, contacted))
    return {Standing(State(state), bool(late), bool(spoken)): int(count) for state, late, spoken, count in rows}


def hours_to_contact(session: Session, scope: Scope) -> dict[int | None, int]:
    """Return the number of referrals by whole hours until the first contact; None: not contacted yet."""
    seconds = cast(extract("epoch", Referral.contacted_at), BigInteger) - cast(
        extract("epoch", Referral.created_at), BigInteger
    )
    hours = seconds // _HOUR
    rows = session.execute(_within(select(hours, func.count()), scope).group_by(hours))
    return {None if after is None else int(after): int(count) for after, count in rows}


def by_promise(session: Session, scope: Scope) -> dict[bool | None, int]:
    """Return the number of referrals that were contacted: by the promised time, later, or (None) without a promise."""
    kept = case((Referral.contacted_at <= Referral.due_at, 1), (Referral.due_at.is_not(None), 0))
    contacted = _within(select(kept, func.count()).where(Referral.contacted_at.is_not(None)), scope)
    rows = session.execute(contacted.group_by(kept))
    return {None if one is None else bool(one): int(count) for one, count in rows}


def people(session: Session, scope: Scope, question_ids: Sequence[str]) -> dict[Alike, int]:
    """Return the number of people by stage reached, language and answers to these questions.

    Only people whose consent is in force are counted. An answer that the trial does not use counts as missing.
    """
    one = _people(scope, question_ids)
    query = select(one.c.stage, Lead.language).select_from(one).join(Lead, Lead.id == one.c.lead_id)
    for place, question_id in enumerate(question_ids):
        answer = aliased(StoredAnswer)
        which = (answer.lead_id == one.c.lead_id, answer.question_id == question_id, one.c[f"uses_{place}"] == 1)
        query = query.outerjoin(answer, and_(*which)).add_columns(answer.kind, answer.value)
    rows = session.execute(query.add_columns(func.count()).group_by(*query.selected_columns))
    return {_alike(*row): int(count) for *row, count in rows}


def _alike(stage: int, language: str | None, *kinds_and_values: str | None) -> Alike:
    return Alike(Stage(stage), language, tuple(zip(kinds_and_values[::2], kinds_and_values[1::2], strict=True)))


def _people(scope: Scope, question_ids: Sequence[str]) -> Subquery:
    """Return the people of a trial, the furthest stage each reached at any of its sites, and the questions it uses."""
    agreed = exists().where(
        Consent.lead_id == Referral.lead_id,
        Consent.purpose == Purpose.SHARE.value,
        Consent.trial_id == Referral.trial_id,
        Consent.site_id == Referral.site_id,
        Consent.withdrawn_at.is_(None),
    )
    uses = [func.max(_uses(one)).label(f"uses_{place}") for place, one in enumerate(question_ids)]
    query = _within(select(Referral.lead_id, func.max(_stage()).label("stage"), *uses), scope)
    counted = query.where(agreed, Referral.withdrawn_at.is_(None), Lead.deleted_at.is_(None))
    return counted.group_by(Referral.lead_id).subquery()


def _stage() -> ColumnElement[int]:
    """Return how far a referral came: by its state, and at least contacted where a contact is on record."""
    contacted = or_(Referral.contacted_at.is_not(None), Referral.state.in_(_at_stage(Stage.CONTACTED)))
    return case(
        (Referral.state.in_(_at_stage(Stage.ENROLLED)), Stage.ENROLLED.value),
        (contacted, Stage.CONTACTED.value),
        else_=Stage.NOT_CONTACTED.value,
    )


def _at_stage(stage: Stage) -> list[str]:
    return [state.value for state, definition in DEFINITIONS.items() if definition.stage is stage]


def _uses(question_id: str) -> ColumnElement[int]:
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
