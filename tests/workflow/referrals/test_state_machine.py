"""Which state may follow which, by a walk over every pair; and what of a history stands."""

from itertools import product
from uuid import uuid4

import pytest

from prescreen.storage.referrals.referrals import State
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.workflow.participants.participant_letters import ENDED
from prescreen.workflow.referrals.state_machine import (
    HAS_CONTACT,
    NEXT,
    TAKES_REASON,
    Reason,
    fitting,
    last_step,
    read_reason,
    reason_before,
)
from tests.people import LATER, NOW

TABLE = """
              new contacted screening eligible enrolled not_eligible declined unreachable withdrawn taken_over
new            .      x         x        .        .          x          x          x          .          .
contacted      .      .         x        .        .          x          x          x          .          .
screening      .      .         .        x        .          x          x          x          .          .
eligible       .      .         .        .        x          x          x          x          .          .
enrolled       .      .         .        .        .          .          .          .          .          .
not_eligible   .      .         x        .        .          .          .          .          .          .
declined       .      x         .        .        .          .          .          .          .          .
unreachable    .      x         .        .        .          .          .          .          .          .
taken_over     .      .         .        .        .          .          .          .          .          .
withdrawn      .      .         .        .        .          .          .          .          .          .
"""


def walk() -> dict[tuple[str, str], bool]:
    columns, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return {(row[0], to): mark == "x" for row in rows for to, mark in zip(columns, row[1:], strict=True)}


def test_the_table_names_every_pair_of_its_states() -> None:
    named = {State(before) for before, _after in walk()}

    assert set(walk()) == set(product(named, named))


@pytest.mark.parametrize(("pair", "allowed"), walk().items())
def test_a_state_may_follow_another_as_the_table_says(pair: tuple[str, str], allowed: bool) -> None:
    before, after = map(State, pair)

    assert (after in NEXT[before]) is allowed


def test_every_state_but_the_persons_own_and_another_sites_can_be_reached_from_new() -> None:
    reached, frontier = {State.NEW}, {State.NEW}
    while frontier:
        frontier = {after for before in frontier for after in NEXT[before]} - reached
        reached |= frontier

    assert reached == set(State) - {State.TAKEN_OVER, State.WITHDRAWN}


def test_nobody_is_found_eligible_before_the_sites_screening_or_enrolled_before_that() -> None:
    assert [before for before in State if State.ELIGIBLE in NEXT[before]] == [State.SCREENING]
    assert [before for before in State if State.ENROLLED in NEXT[before]] == [State.ELIGIBLE]


def test_a_reason_is_asked_for_only_where_a_referral_ends() -> None:
    assert TAKES_REASON < ENDED


def test_whoever_was_never_spoken_with_counts_as_not_contacted() -> None:
    assert HAS_CONTACT.isdisjoint({State.NEW, State.UNREACHABLE, State.NOT_ELIGIBLE, State.WITHDRAWN})


@pytest.mark.parametrize(
    "reason",
    [Reason(), Reason("mri"), Reason("mri", "Too old."), Reason(words="criterion:mri"), Reason(words="other:x y")],
)
def test_a_reason_is_read_as_it_was_stored(reason: Reason) -> None:
    assert read_reason(reason.stored) == reason


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        (State.NOT_ELIGIBLE, Reason("mri", "words")),
        (State.DECLINED, Reason(words="words")),
        (State.UNREACHABLE, Reason(words="words")),
        (State.CONTACTED, Reason()),
    ],
)
def test_a_state_takes_of_a_reason_what_fits_it(state: State, kept: Reason) -> None:
    assert fitting(Reason("mri", "words"), state) == kept


def step(before: State, after: State, *, reason: str | None = None, undoes: StoredChange | None = None) -> StoredChange:
    taken_back = undoes.id if undoes else None
    return StoredChange(uuid4(), uuid4(), NOW, uuid4(), before, after, reason, taken_back)


FIRST = step(State.NEW, State.CONTACTED)
ENDED_THEN = step(State.CONTACTED, State.NOT_ELIGIBLE, reason="criterion:mri")
AGAIN = step(State.NOT_ELIGIBLE, State.SCREENING)


def test_the_last_step_that_stands_can_be_taken_back_and_then_the_one_before() -> None:
    assert last_step([FIRST, ENDED_THEN], State.NOT_ELIGIBLE) is ENDED_THEN
    back = step(State.NOT_ELIGIBLE, State.CONTACTED, undoes=ENDED_THEN)
    assert last_step([FIRST, ENDED_THEN, back], State.CONTACTED) is FIRST


def test_nothing_can_be_taken_back_that_did_not_lead_to_where_the_referral_stands() -> None:
    assert last_step([], State.NEW) is None
    assert last_step([FIRST], State.SCREENING) is None


def test_what_the_person_did_cannot_be_taken_back() -> None:
    theirs = StoredChange(uuid4(), uuid4(), LATER, None, State.CONTACTED, State.WITHDRAWN)

    assert last_step([FIRST, theirs], State.WITHDRAWN) is None


def test_taking_back_a_reopening_brings_back_the_reason_why_it_had_ended() -> None:
    assert reason_before([FIRST, ENDED_THEN, AGAIN], AGAIN) == "criterion:mri"
    assert reason_before([FIRST, ENDED_THEN], ENDED_THEN) is None
