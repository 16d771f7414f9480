"""Who works on a referral, its tags, and whether an interpreter is needed: one form, and conflicts about it."""

from __future__ import annotations

import pytest

from prescreen.storage.accounts.recruiters import Assignment
from tests.people import recruiter
from tests.web.markup import read
from tests.web.office import OTHER_TRIAL
from tests.web.team_desk import OTHER_EMAIL, Desk, desk, field, of, post, shown

__all__ = ["desk"]

LABELS = {"assignee": "", "tags": "", "interpreter": "unknown"}


def test_of_two_who_say_who_works_on_it_the_second_sees_both(desk: Desk) -> None:
    referral, col = desk.refer(), desk.account(OTHER_EMAIL)
    me = desk.account("rec@example.org")
    theirs, mine = {**LABELS, "assignee": col.id, "interpreter": "yes"}, {**LABELS, "assignee": me.id}
    assert post(desk.theirs, of(referral, "who"), version=1, **theirs).status_code == 303

    answer = post(desk.mine, of(referral, "who"), version=1, **mine)
    clash = shown(answer)

    assert answer.status_code == 409
    assert "Assigned to a colleague" in clash
    assert "Said whether an interpreter is needed" in clash
    assert "Interpreter needed" in clash
    sent = {name: field(clash, name) for name in ("version", "assignee", "interpreter")}
    assert post(desk.mine, of(referral, "who"), **sent, tags="").status_code == 303
    assert (desk.referral(referral.id).assigned_to, desk.referral(referral.id).interpreter) == (me.id, None)


def test_who_tags_and_interpreter_are_shown_as_they_were_stored(desk: Desk) -> None:
    referral, me = desk.refer(), desk.account("rec@example.org")

    answer = post(desk.mine, of(referral, "who"), version=1, assignee=me.id, tags="Evenings, urgent", interpreter="yes")

    assert (answer.status_code, answer.location) == (303, f"/recruiter/referrals/{referral.id}#who")
    form = read(desk.mine.get(f"/recruiter/referrals/{referral.id}").text).one("section", id="who").one("form")
    chosen = [one["value"] for one in form.all("option") if "selected" in one]
    assert (chosen, form.one("input", id="tags")["value"]) == ([str(me.id), "yes"], "evenings, urgent")
    assert desk.actions(referral.id)[:3] == ["referral_assigned", "referral_tagged", "interpreter_changed"]


@pytest.mark.parametrize("wrong", [{"interpreter": "perhaps"}, {"interpreter": ""}, {"version": "x"}])
def test_labels_that_cannot_be_read_change_nothing(desk: Desk, wrong: dict[str, str]) -> None:
    referral = desk.refer()

    assert (
        post(desk.mine, of(referral, "who"), **{"version": 1, **LABELS, "tags": "urgent", **wrong}).status_code == 400
    )
    assert desk.tags(referral.id) == ()


@pytest.mark.parametrize("assignee", [None, "me", "0"])
def test_an_assignment_that_cannot_be_read_assigns_nobody(desk: Desk, assignee: str | None) -> None:
    form = {name: value for name, value in {**LABELS, "assignee": assignee}.items() if value is not None}

    assert post(desk.mine, of(desk.refer(), "who"), version=1, **form).status_code == 400


def test_nobody_is_assigned_who_does_not_work_there(desk: Desk) -> None:
    elsewhere = recruiter(desk.database, Assignment(OTHER_TRIAL), email="else@example.org")

    answer = post(desk.mine, of(desk.refer(), "who"), version=1, **{**LABELS, "assignee": elsewhere.id})

    assert answer.status_code == 422
    assert "does not work for this trial and site" in answer.text


def test_of_two_sets_of_tags_the_second_can_be_joined_with_the_first(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.theirs, of(referral, "who"), version=1, **{**LABELS, "tags": "Evenings"})

    answer = post(desk.mine, of(referral, "who"), version=1, **{**LABELS, "tags": "Needs lift, URGENT"})
    clash = shown(answer)

    assert answer.status_code == 409
    assert "Interpreter not known yet evenings</p>" in clash
    assert ">Needs lift, URGENT</textarea>" in clash
    joined = "Needs lift, URGENT, evenings"
    mine = {**LABELS, "version": field(clash, "version"), "tags": joined}
    assert post(desk.mine, of(referral, "who"), **mine).status_code == 303
    assert desk.tags(referral.id) == ("evenings", "needs lift", "urgent")


def test_a_tag_that_says_who_somebody_is_is_refused_and_stays_in_the_form(desk: Desk) -> None:
    referral = desk.refer()

    me = desk.account("rec@example.org")
    form = {"assignee": me.id, "tags": "urgent, ring 617 555 0100", "interpreter": "no"}

    answer = post(desk.mine, of(referral, "who"), version=1, **form)

    assert answer.status_code == 422
    assert "must not say who somebody is" in answer.text
    again = read(answer.text).one("section", id="who")
    assert [one["value"] for one in again.all("option") if "selected" in one] == [str(me.id), "no"]
    assert again.one("input", id="tags")["value"] == "urgent, ring 617 555 0100"
    assert (desk.referral(referral.id).version, desk.actions(referral.id)) == (1, [])
