"""One action on many referrals at once."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from prescreen.storage.referrals.states import State
from prescreen.workflow.referrals.state_machine import NEXT
from tests.web.markup import read
from tests.web.office import OTHER_TRIAL
from tests.web.team_desk import OTHER_EMAIL, Desk, desk, of, post, shown

__all__ = ["desk"]


def test_many_are_changed_at_once_and_the_others_are_named_with_the_reason(desk: Desk) -> None:
    fine, newer, ended, foreign = (
        desk.refer(name="A"),
        desk.refer(name="B"),
        desk.refer(name="C"),
        desk.refer(name="D", trial_id=OTHER_TRIAL),
    )
    post(desk.theirs, of(newer, "who"), version=1, tags="urgent", assignee="", interpreter="unknown")
    post(desk.theirs, of(ended, "outcome"), version=1, state="declined")
    chosen = [f"{fine.id}:1", f"{newer.id}:1", f"{ended.id}:2", f"{foreign.id}:1", f"{UUID(int=7)}:1", f"{fine.id}:1"]

    answer = post(desk.mine, "/recruiter/bulk", referral=chosen, do="state", state="screening")
    result = shown(answer)

    assert answer.status_code == 200
    assert "<b>1</b> done, <b>4</b> not done" in result
    assert re.search(rf"{newer.reference}</a>: Somebody changed it", result)
    assert re.search(rf"{ended.reference}</a>: This state cannot follow", result)
    assert result.count("Not found.") == 2
    assert foreign.reference not in result
    assert [desk.referral(one.id).state for one in (fine, newer, ended, foreign)] == [
        "screening",
        "new",
        "declined",
        "new",
    ]
    assert desk.actions(foreign.id)[-1] == "referral_refused"


def test_many_can_be_brought_into_each_state_that_a_team_sets_and_no_other(desk: Desk) -> None:
    desk.refer()

    form = read(desk.mine.get("/recruiter/").text).one("form", id="bulk")

    offered = {one["value"] for one in form.one("select", name="state").all("option")}
    assert offered == {after.value for state in State for after in NEXT[state]}


def test_many_are_tagged_and_assigned_at_once(desk: Desk) -> None:
    first, second, col = desk.refer(name="A"), desk.refer(name="B"), desk.account(OTHER_EMAIL)
    post(desk.mine, of(first, "who"), version=1, tags="urgent", assignee="", interpreter="unknown")

    post(desk.mine, "/recruiter/bulk", referral=[f"{first.id}:2", f"{second.id}:1"], do="tag", tag=" Evenings ")
    chosen = [f"{first.id}:3", f"{second.id}:2"]
    answer = post(desk.mine, "/recruiter/bulk", referral=chosen, do="assign", assignee=col.id)

    assert "<b>2</b> done." in shown(answer)
    assert (desk.tags(first.id), desk.tags(second.id)) == (("evenings", "urgent"), ("evenings",))
    assert {desk.referral(one.id).assigned_to for one in (first, second)} == {col.id}


@pytest.mark.parametrize("reason", [{"reason": "other", "reason_words": "Too far."}, {"reason": "Too far."}])
def test_many_that_are_not_eligible_share_a_reason(desk: Desk, reason: dict[str, str]) -> None:
    referral = desk.refer()

    post(desk.mine, "/recruiter/bulk", referral=f"{referral.id}:1", do="state", state="not_eligible", **reason)

    assert desk.referral(referral.id).reason == "other:Too far."


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"do": "tag", "tag": "x"}, 422, "Tick at least one"),
        ({"referral": [f"{UUID(int=number)}:1" for number in range(201)], "do": "tag", "tag": "x"}, 422, "at most 200"),
        ({"referral": f"{UUID(int=7)}:1"}, 422, "Choose what to do"),
        ({"referral": f"{UUID(int=7)}:1", "do": "burn"}, 422, "Choose what to do"),
        ({"referral": "7:1", "do": "tag", "tag": "x"}, 400, ""),
        ({"referral": str(UUID(int=7)), "do": "tag", "tag": "x"}, 400, ""),
        ({"referral": f"{UUID(int=7)}:1", "do": "assign"}, 400, ""),
        ({"referral": f"{UUID(int=7)}:1", "do": "state", "state": "gone"}, 400, ""),
    ],
)
def test_a_bulk_form_that_cannot_be_read_changes_nothing_and_says_so(
    desk: Desk, form: dict[str, object], status: int, sentence: str
) -> None:
    answer = post(desk.mine, "/recruiter/bulk", **form)

    assert answer.status_code == status
    assert sentence in answer.text
