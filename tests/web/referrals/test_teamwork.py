"""What a team does with a referral on its page: states, undo, notes, tags, reminders, conflicts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine

from prescreen.storage.accounts.recruiters import Assignment
from prescreen.workflow.participants import data_subject_rights
from tests.people import CONTACT, recruiter
from tests.web.markup import read
from tests.web.office import OTHER_TRIAL, sign_in
from tests.web.team_desk import OTHER_EMAIL, Desk, desk, field, of, page, post, shown

__all__ = ["desk"]


def test_the_page_offers_only_the_states_that_may_follow(desk: Desk) -> None:
    shown = page(desk.mine, desk.refer())

    offered = re.findall(r'name="state" value="([^"]+)"', shown)
    assert offered == ["contacted", "screening", "not_eligible", "declined", "unreachable"]


def test_a_new_state_is_saved_and_stands_in_the_history(desk: Desk) -> None:
    referral = desk.refer()

    answer = post(desk.mine, of(referral, "state"), version=1, state="contacted")

    assert (answer.status_code, answer.location) == (303, f"/recruiter/referrals/{referral.id}#team")
    after = page(desk.mine, referral)
    assert "<b>Contacted</b>" in after
    assert "New → contacted" in after
    assert "by Rec Ruiter" in after


def test_eligible_is_labelled_as_the_sites_own_finding(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.mine, of(referral, "state"), version=1, state="screening")
    assert "Found eligible by the site" in page(desk.mine, referral)

    post(desk.mine, of(referral, "state"), version=2, state="eligible")

    assert "<b>Found eligible by the site</b>" in page(desk.mine, referral)
    assert "found eligible by the site" in shown(desk.mine.get("/recruiter/"))


def test_not_eligible_asks_for_a_reason_and_keeps_what_was_chosen(desk: Desk) -> None:
    referral = desk.refer()

    answer = post(desk.mine, of(referral, "state"), version=1, state="not_eligible", reason="other", reason_words="")

    assert answer.status_code == 422
    assert "Nothing was changed yet" in shown(answer)
    assert 'role="alert"' in answer.text
    assert re.search(r'value="not_eligible" required checked', shown(answer))
    assert desk.referral(referral.id).state == "new"


def test_the_reasons_are_the_criteria_as_they_were_judged(desk: Desk) -> None:
    referral = desk.refer()
    offered = re.findall(r'<option value="criterion:([^"]+)" > ?([^<]+)', page(desk.mine, referral))
    assert offered[0] == ("back-surgery", "You have had an operation on the spine or a disc in your low back.")
    assert len(offered) == len(referral.findings) + len(referral.still_to_check)

    post(desk.mine, of(referral, "state"), version=1, state="not_eligible", reason="criterion:back-surgery")

    assert desk.referral(referral.id).reason == "criterion:back-surgery"
    assert (
        "<b>Found not eligible by the site</b>: You have had an operation on the spine or a disc in your low back."
        in page(desk.mine, referral)
    )


def test_a_reason_is_kept_in_one_line_that_every_database_can_hold(desk: Desk) -> None:
    referral = desk.refer()

    post(desk.mine, of(referral, "state"), version=1, state="declined", reason_words=" Moved\r\nto\0 Ohio. ")

    assert desk.referral(referral.id).reason == "other:Moved to Ohio."


@pytest.mark.parametrize("form", [{"state": "eligible?"}, {"state": "contacted", "version": ""}, {}])
def test_a_form_that_is_none_of_ours_is_refused(desk: Desk, form: dict[str, str]) -> None:
    assert post(desk.mine, of(desk.refer(), "state"), **{"version": 1, **form}).status_code == 400


def test_what_is_not_theirs_is_not_found_and_that_is_on_record(desk: Desk) -> None:
    foreign = desk.refer(trial_id=OTHER_TRIAL)

    for part, form in FORMS.items():
        assert post(desk.mine, of(foreign, part), version=1, **form).status_code == 404, part

    assert desk.actions(foreign.id) == ["referral_refused"] * len(FORMS)
    assert desk.referral(foreign.id).version == 1


FORMS: dict[str, dict[str, str]] = {
    "state": {"state": "contacted"},
    "undo": {"change": str(UUID(int=7))},
    "assign": {"assignee": ""},
    "tags": {"tags": "urgent"},
    "notes": {"note": "Hello."},
    f"notes/{UUID(int=7)}": {"note": "Hello."},
    "reminders": {"reminder": "Ring.", "due_on": "2999-01-01"},
}


def test_after_a_withdrawal_nothing_is_kept_of_what_is_sent(desk: Desk) -> None:
    referral = desk.refer()
    with desk.database.writing() as session:
        data_subject_rights.withdraw(session, referral.lead_id, referral.id, datetime.now(UTC))

    for part, form in FORMS.items():
        answer = post(desk.mine, of(referral, part), version=1, **form)
        assert (answer.status_code, "This person has withdrawn" in answer.text) == (409, True), part

    after = page(desk.mine, referral)
    assert "New → withdrawn" in after
    assert "by the person" in after


def test_the_last_change_can_be_taken_back_on_the_page(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.mine, of(referral, "state"), version=1, state="contacted")
    change = field(page(desk.theirs, referral), "change")

    answer = post(desk.theirs, of(referral, "undo"), version=2, change=change)

    assert answer.status_code == 303
    after = page(desk.mine, referral)
    assert "Taken back: contacted → new" in after
    assert "(taken back)" in after
    assert 'name="change"' not in after
    assert post(desk.mine, of(referral, "undo"), version=3, change=change).status_code == 422


def test_of_two_new_states_the_second_sees_both_and_loses_nothing(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.theirs, of(referral, "state"), version=1, state="contacted")

    form = {"version": 1, "state": "not_eligible", "reason": "criterion:back-surgery", "reason_words": "Told me so."}
    answer = post(desk.mine, of(referral, "state"), **form)
    clash = shown(answer)

    assert answer.status_code == 409
    assert '<p class="words">contacted</p>' in clash
    assert "New → contacted" in clash
    assert re.search(r"by Rec Ruiter, <time", clash)
    assert "found not eligible by the site: You have had an operation on the spine or a disc in your low back." in clash
    assert ">Told me so.</textarea>" in clash
    assert desk.referral(referral.id).state == "contacted"
    mine = {name: field(clash, name) for name in ("version", "state", "reason")}
    assert mine == {"version": "2", "state": "not_eligible", "reason": "criterion:back-surgery"}
    assert post(desk.mine, of(referral, "state"), **mine, reason_words="Told me so.").status_code == 303
    assert desk.referral(referral.id).reason == "criterion:back-surgery Told me so."
    found = "<b>Found not eligible by the site</b>: You have had an operation on the spine or a disc in your low back."
    assert f"{found} Told me so." in page(desk.mine, referral)


def test_a_state_that_cannot_follow_any_more_is_not_offered_again_but_its_words_stay(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.theirs, of(referral, "state"), version=1, state="declined")

    answer = post(desk.mine, of(referral, "state"), version=1, state="unreachable", reason_words="Rang five times.")

    assert answer.status_code == 409
    assert "Use mine" not in answer.text
    assert "Rang five times." in answer.text
    assert "not possible any more" in answer.text


def test_of_two_assignments_the_second_sees_both(desk: Desk) -> None:
    referral, col = desk.refer(), desk.account(OTHER_EMAIL)
    me = desk.account("rec@example.org")
    assert post(desk.theirs, of(referral, "assign"), version=1, assignee=col.id).status_code == 303

    answer = post(desk.mine, of(referral, "assign"), version=1, assignee=me.id)
    clash = shown(answer)

    assert answer.status_code == 409
    assert "Assigned to a colleague" in clash
    mine = {name: field(clash, name) for name in ("version", "assignee")}
    assert post(desk.mine, of(referral, "assign"), **mine).status_code == 303
    assert desk.referral(referral.id).assigned_to == me.id


@pytest.mark.parametrize("assignee", [None, "me", "0"])
def test_an_assignment_that_cannot_be_read_assigns_nobody(desk: Desk, assignee: str | None) -> None:
    form = {} if assignee is None else {"assignee": assignee}

    assert post(desk.mine, of(desk.refer(), "assign"), version=1, **form).status_code == 400


def test_nobody_is_assigned_who_does_not_work_there(desk: Desk) -> None:
    elsewhere = recruiter(desk.database, Assignment(OTHER_TRIAL), email="else@example.org")

    answer = post(desk.mine, of(desk.refer(), "assign"), version=1, assignee=elsewhere.id)

    assert answer.status_code == 422
    assert "does not work for this trial and site" in answer.text


def test_of_two_sets_of_tags_the_second_can_be_joined_with_the_first(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.theirs, of(referral, "tags"), version=1, tags="Evenings")

    answer = post(desk.mine, of(referral, "tags"), version=1, tags="Needs lift, URGENT")
    clash = shown(answer)

    assert answer.status_code == 409
    assert '<p class="words">evenings</p>' in clash
    assert ">Needs lift, URGENT</textarea>" in clash
    joined = "Needs lift, URGENT, evenings"
    assert post(desk.mine, of(referral, "tags"), version=field(clash, "version"), tags=joined).status_code == 303
    assert desk.tags(referral.id) == ("evenings", "needs lift", "urgent")


def test_a_tag_that_says_who_somebody_is_is_refused_and_stays_in_the_form(desk: Desk) -> None:
    referral = desk.refer()

    answer = post(desk.mine, of(referral, "tags"), version=1, tags="urgent, ring 617 555 0100")

    assert answer.status_code == 422
    assert "must not say who somebody is" in answer.text
    assert field(shown(answer), "tags") == "urgent, ring 617 555 0100"


def test_notes_can_be_added_by_two_at_once(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.theirs, of(referral, "state"), version=1, state="contacted")

    assert post(desk.mine, of(referral, "notes"), version=1, note="First <b>line</b>\r\nsecond").status_code == 303
    assert post(desk.theirs, of(referral, "notes"), version=1, note="Another.").status_code == 303

    raw = desk.mine.get(f"/recruiter/referrals/{referral.id}").text
    assert "First &lt;b&gt;line&lt;/b&gt;\nsecond" in raw
    assert raw.index("Another.") < raw.index("First &lt;b&gt;")


def test_of_two_new_wordings_the_second_sees_both_and_loses_nothing(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.mine, of(referral, "notes"), note="Rings back.")
    note_id = re.search(rf'{of(referral, "notes")}/([^"]+)"', page(desk.mine, referral))
    assert note_id is not None
    path = of(referral, f"notes/{note_id[1]}")
    assert post(desk.theirs, path, note="Rings back on Monday.").status_code == 303

    answer = post(desk.mine, path, note="Rings back, has a new number.")
    clash = shown(answer)

    assert answer.status_code == 409
    assert '<p class="words">Rings back on Monday.</p>' in clash
    assert "Edited" in clash
    assert ">Rings back, has a new number.</textarea>" in clash
    action = re.search(r'<form method="post" action="([^"]+/notes/[^"]+)"', clash)
    assert action is not None
    assert post(desk.mine, action[1], note="Rings back on Monday, has a new number.").status_code == 303
    after = page(desk.mine, referral)
    assert '<p class="words">Rings back on Monday, has a new number.</p>' in after
    assert "2 earlier versions" in after


@pytest.mark.parametrize(("note", "sentence"), [("  ", "Write something first."), ("x" * 2001, "at most 2000")])
def test_a_note_that_cannot_be_kept_stays_in_the_form(desk: Desk, note: str, sentence: str) -> None:
    answer = post(desk.mine, of(desk.refer(), "notes"), note=note)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f">{note}</textarea>" in answer.text


def test_a_reminder_is_listed_until_it_is_done(desk: Desk) -> None:
    referral = desk.refer()
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    form = {"reminder": "Ask for the MRI.", "due_on": tomorrow, "due_time": "10:30"}
    assert post(desk.mine, of(referral, "reminders"), **form).status_code == 303

    listed = shown(desk.mine.get("/recruiter/reminders"))
    assert all(words in listed for words in ("Ask for the MRI.", CONTACT.name, "10:30 E"))
    assert "Nothing waits today. The next reminder is on <b>" in listed
    assert "Ask for the MRI." not in desk.theirs.get("/recruiter/reminders").text
    done = re.search(r'action="(/recruiter/reminders/[^"]+/done)"', listed)
    assert done is not None
    assert post(desk.mine, done[1], list="yes").location == "/recruiter/reminders"
    assert "Nothing waits for you" in desk.mine.get("/recruiter/reminders").text
    assert desk.actions(referral.id).count("reminder_done") == 1


def test_a_reminder_whose_time_has_come_says_so(desk: Desk) -> None:
    referral = desk.refer()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    post(desk.mine, of(referral, "reminders"), reminder="Ring.", due_on=tomorrow)

    with time_machine.travel(datetime.now(UTC) + timedelta(days=3)):
        sign_in(desk.mine)
        listed = shown(desk.mine.get("/recruiter/reminders"))
        assert re.search(r'<h2>Today</h2> <ul class="plain">.*<span class="tag late">.*<b>Ring.</b>', listed)
        assert '<b class="overdue">Due:</b> Ring.' in page(desk.mine, referral)


@pytest.mark.parametrize("due_on", ["", "2001-01-01", "tomorrow", "9999-12-31x", "0001-01-01"])
def test_a_reminder_without_a_day_to_come_is_refused_and_stays_in_the_form(desk: Desk, due_on: str) -> None:
    answer = post(desk.mine, of(desk.refer(), "reminders"), reminder="Ring her.", due_on=due_on)

    assert answer.status_code == 422
    assert "still to come" in answer.text
    assert field(shown(answer), "reminder") == "Ring her."


def test_another_teams_reminder_is_not_found(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.mine, of(referral, "reminders"), reminder="Ring.", due_on="2999-01-01")
    done = re.search(r'action="(/recruiter/reminders/[^"]+/done)"', page(desk.mine, referral))
    recruiter(desk.database, Assignment(OTHER_TRIAL), email="else@example.org")
    post(desk.theirs, "/recruiter/logout")
    sign_in(desk.theirs, email="else@example.org")

    assert done is not None
    assert post(desk.theirs, done[1]).status_code == 404
    assert post(desk.theirs, f"/recruiter/reminders/{uuid4()}/done").status_code == 404
    assert "Ring." in page(desk.mine, referral)


def test_every_field_of_the_teams_pages_has_a_name_and_every_id_is_there_once(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.mine, of(referral, "notes"), note="A note.")
    post(desk.theirs, of(referral, "tags"), version=1, tags="urgent")
    refused = post(desk.mine, of(referral, "notes"), note="")
    clash = post(desk.mine, of(referral, "tags"), version=1, tags="mine")

    for answer in (desk.mine.get(f"/recruiter/referrals/{referral.id}"), refused, clash):
        document = read(answer.text)
        ids = [one.attributes["id"] for one in document.everything() if "id" in one.attributes]
        assert sorted(ids) == sorted(set(ids))
