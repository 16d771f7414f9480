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
from tests.web.team_desk import Desk, desk, field, of, page, post, shown

__all__ = ["desk"]


def test_the_page_offers_only_the_states_that_may_follow(desk: Desk) -> None:
    referral = desk.refer()

    options = read(desk.mine.get(f"/recruiter/referrals/{referral.id}").text).one("select", id="state").all("option")
    offered = [(one["value"], one.text) for one in options]
    assert offered[0] == ("", "stays new")
    assert [value for value, _ in offered[1:]] == ["contacted", "screening", "not_eligible", "declined", "unreachable"]


def test_a_new_state_is_saved_and_stands_in_the_history(desk: Desk) -> None:
    referral = desk.refer()

    answer = post(desk.mine, of(referral, "outcome"), version=1, state="contacted")

    assert (answer.status_code, answer.location) == (303, f"/recruiter/referrals/{referral.id}?done=saved")
    after = read(desk.mine.get(f"/recruiter/referrals/{referral.id}").text).one("main").text
    assert "State: contacted since today" in after
    assert re.search(r"today \d\d:\d\d Rec Ruiter new → contacted", after)


def test_eligible_is_labelled_as_the_sites_own_finding(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.mine, of(referral, "outcome"), version=1, state="screening")
    assert ">found eligible by the site</option>" in page(desk.mine, referral)

    post(desk.mine, of(referral, "outcome"), version=2, state="eligible")

    assert "State: found eligible by the site since" in page(desk.mine, referral)
    assert "found eligible by the site" in shown(desk.mine.get("/recruiter/"))


def test_not_eligible_asks_for_a_reason_and_keeps_what_was_chosen(desk: Desk) -> None:
    referral = desk.refer()

    answer = post(desk.mine, of(referral, "outcome"), version=1, state="not_eligible", reason="", note="Rang.")

    again = read(answer.text)
    assert answer.status_code == 422
    assert again.one("div", role="alert").one("a")["href"] == "#reason"
    assert again.one("select", id="reason")["aria-invalid"] == "true"
    assert "selected" in again.one("option", value="not_eligible")
    assert again.one("textarea", id="note").text == "Rang."
    assert (desk.referral(referral.id).state, desk.actions(referral.id)) == ("new", ["referral_viewed"])


def test_the_reasons_are_the_criteria_as_they_were_judged(desk: Desk) -> None:
    referral = desk.refer()
    offered = re.findall(r'<option value="criterion:([^"]+)" > ?([^<]+)', page(desk.mine, referral))
    assert offered[0] == ("back-surgery", "You have had an operation on the spine or a disc in your low back.")
    assert len(offered) == len(referral.findings) + len(referral.still_to_check)

    post(desk.mine, of(referral, "outcome"), version=1, state="not_eligible", reason="criterion:back-surgery")

    assert desk.referral(referral.id).reason == "criterion:back-surgery"
    after = read(desk.mine.get(f"/recruiter/referrals/{referral.id}").text).one("ol").text
    assert (
        "→ found not eligible by the site You have had an operation on the spine or a disc in your low back." in after
    )


def test_a_reason_is_kept_in_one_line_that_every_database_can_hold(desk: Desk) -> None:
    referral = desk.refer()

    post(desk.mine, of(referral, "outcome"), version=1, state="declined", reason_words=" Moved\r\nto\0 Ohio. ")

    assert desk.referral(referral.id).reason == "other:Moved to Ohio."


@pytest.mark.parametrize("form", [{"state": "eligible?"}, {"state": "contacted", "version": ""}])
def test_a_form_that_is_none_of_ours_is_refused(desk: Desk, form: dict[str, str]) -> None:
    assert post(desk.mine, of(desk.refer(), "outcome"), **{"version": 1, **form}).status_code == 400


def test_what_is_not_theirs_is_not_found_and_that_is_on_record(desk: Desk) -> None:
    foreign = desk.refer(trial_id=OTHER_TRIAL)

    for part, form in FORMS.items():
        assert post(desk.mine, of(foreign, part), version=1, **form).status_code == 404, part

    assert desk.actions(foreign.id) == ["referral_refused"] * len(FORMS)
    assert desk.referral(foreign.id).version == 1


FORMS: dict[str, dict[str, str]] = {
    "outcome": {"state": "contacted", "note": "Hello."},
    "undo": {"change": str(UUID(int=7))},
    "who": {"assignee": "", "tags": "urgent", "interpreter": "yes"},
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
    assert "new → withdrawn" in after
    assert "the person" in after


def test_the_last_change_can_be_taken_back_on_the_page(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.mine, of(referral, "outcome"), version=1, state="contacted")
    change = field(page(desk.theirs, referral), "change")

    answer = post(desk.theirs, of(referral, "undo"), version=2, change=change)

    assert answer.status_code == 303
    after = page(desk.mine, referral)
    assert "taken back: contacted → new" in after
    assert "(taken back)" in after
    assert 'name="change"' not in after
    assert post(desk.mine, of(referral, "undo"), version=3, change=change).status_code == 422


def test_of_two_new_states_the_second_sees_both_and_loses_nothing(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.theirs, of(referral, "outcome"), version=1, state="contacted")

    form = {"version": 1, "state": "not_eligible", "reason": "criterion:back-surgery", "reason_words": "Told me so."}
    answer = post(desk.mine, of(referral, "outcome"), **form)
    clash = shown(answer)

    assert answer.status_code == 409
    assert '<p class="typed">contacted</p>' in clash
    assert "New → contacted" in clash
    assert re.search(r"by Rec Ruiter, <time", clash)
    assert "found not eligible by the site: You have had an operation on the spine or a disc in your low back." in clash
    assert ">Told me so.</textarea>" in clash
    assert desk.referral(referral.id).state == "contacted"
    mine = {name: field(clash, name) for name in ("version", "state", "reason")}
    assert mine == {"version": "2", "state": "not_eligible", "reason": "criterion:back-surgery"}
    assert post(desk.mine, of(referral, "outcome"), **mine, reason_words="Told me so.").status_code == 303
    assert desk.referral(referral.id).reason == "criterion:back-surgery Told me so."
    assert "You have had an operation on the spine or a disc in your low back. Told me so." in page(desk.mine, referral)


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_what_was_sent_beside_a_state_that_clashes_is_stored_with_either_and_lost_with_neither(
    desk: Desk, choice: str
) -> None:
    referral, back = desk.refer(), f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT10:00}"
    post(desk.theirs, of(referral, "outcome"), version=1, state="contacted")
    call = {"outcome": "reached", "call_back_at": back, "remind": "yes"}
    form = {**call, "note": "Has a new\nnumber.", "state": "screening"}

    answer = post(desk.mine, of(referral, "outcome"), version=1, **form)

    clash = read(answer.text)
    assert answer.status_code == 409
    assert all(words in clash.text for words in ("Call: reached", "Call back: ", "Note: Has a new number."))
    assert desk.actions(referral.id) == ["referral_moved", "referral_viewed"]
    sent = clash.one("section", aria_labelledby=choice).one("form")
    hidden = {one["name"]: one["value"] for one in sent.all("input", type="hidden") if one["name"] != "form_token"}
    assert post(desk.mine, sent["action"], **hidden).status_code == 303
    assert desk.referral(referral.id).state == ("screening" if choice == "mine" else "contacted")
    after = page(desk.mine, referral)
    assert all(words in after for words in ("Call: reached", "call back ", "with a reminder", "Has a new number."))


def test_a_call_whose_state_cannot_follow_any_more_can_be_stored_without_it(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.theirs, of(referral, "outcome"), version=1, state="declined")

    answer = post(desk.mine, of(referral, "outcome"), version=1, outcome="reached", state="unreachable")

    assert "not possible any more" in answer.text
    assert "Use mine" not in answer.text
    sent = read(answer.text).one("section", aria_labelledby="theirs").one("form")
    hidden = {one["name"]: one["value"] for one in sent.all("input", type="hidden") if one["name"] != "form_token"}
    assert post(desk.mine, sent["action"], **hidden).status_code == 303
    assert "Call: reached" in page(desk.mine, referral)


def test_a_state_that_cannot_follow_any_more_is_not_offered_again_but_its_words_stay(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.theirs, of(referral, "outcome"), version=1, state="declined")

    answer = post(desk.mine, of(referral, "outcome"), version=1, state="unreachable", reason_words="Rang five times.")

    assert answer.status_code == 409
    assert "Use mine" not in answer.text
    assert "Rang five times." in answer.text
    assert "not possible any more" in answer.text


def test_notes_can_be_added_by_two_at_once(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.theirs, of(referral, "outcome"), version=1, state="contacted")

    assert post(desk.mine, of(referral, "outcome"), version=1, note="First <b>line</b>\r\nsecond").status_code == 303
    assert post(desk.theirs, of(referral, "outcome"), version=1, note="Another.").status_code == 303

    raw = desk.mine.get(f"/recruiter/referrals/{referral.id}").text
    assert "First &lt;b&gt;line&lt;/b&gt;\nsecond" in raw
    assert raw.index("Another.") < raw.index("First &lt;b&gt;")


def test_of_two_new_wordings_the_second_sees_both_and_loses_nothing(desk: Desk) -> None:
    referral = desk.refer()
    post(desk.mine, of(referral, "outcome"), version=1, note="Rings back.")
    note_id = re.search(rf'{of(referral, "notes")}/([^"]+)"', page(desk.mine, referral))
    assert note_id is not None
    path = of(referral, f"notes/{note_id[1]}")
    assert post(desk.theirs, path, note="Rings back on Monday.").status_code == 303

    answer = post(desk.mine, path, note="Rings back, has a new number.")
    clash = shown(answer)

    assert answer.status_code == 409
    assert '<p class="typed">Rings back on Monday.</p>' in clash
    assert "Edited" in clash
    assert ">Rings back, has a new number.</textarea>" in clash
    action = re.search(r'method="post" action="([^"]+/notes/[^"]+)"', clash)
    assert action is not None
    assert post(desk.mine, action[1], note="Rings back on Monday, has a new number.").status_code == 303
    after = page(desk.mine, referral)
    assert '<p class="typed">Rings back on Monday, has a new number.</p>' in after
    assert "2 earlier versions" in after


@pytest.mark.parametrize(("note", "sentence"), [("  ", "Nothing was filled in"), ("x" * 2001, "at most 2,000")])
def test_a_note_that_cannot_be_kept_stays_in_the_form(desk: Desk, note: str, sentence: str) -> None:
    answer = post(desk.mine, of(desk.refer(), "outcome"), version=1, note=note)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f">{note}</textarea>" in answer.text


@pytest.mark.parametrize(("words", "sentence"), [("  ", "Write something first."), ("x" * 2001, "at most 2000")])
def test_a_wording_that_cannot_be_kept_stays_in_the_form(desk: Desk, words: str, sentence: str) -> None:
    referral = desk.refer()
    post(desk.mine, of(referral, "outcome"), version=1, note="Rings back.")
    found = re.search(rf'action="({of(referral, "notes")}/[^"]+)"', page(desk.mine, referral))
    assert found is not None

    answer = post(desk.mine, found[1], note=words)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f">{words}</textarea>" in answer.text
    assert "open" in read(answer.text).one("main").one("details")


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
        entry = read(desk.mine.get(f"/recruiter/referrals/{referral.id}").text).one("ol").all("li")[0].text
        assert re.search(r"Reminder due Ring\. Done", entry)


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
    post(desk.mine, of(referral, "outcome"), version=1, note="A note.")
    post(desk.theirs, of(referral, "who"), version=1, assignee="", tags="urgent", interpreter="no")
    refused = post(desk.mine, of(referral, "outcome"), version=1, note="")
    clash = post(desk.mine, of(referral, "who"), version=1, assignee="", tags="mine", interpreter="no")

    for answer in (desk.mine.get(f"/recruiter/referrals/{referral.id}"), refused, clash):
        document = read(answer.text)
        ids = [one.attributes["id"] for one in document.everything() if "id" in one.attributes]
        assert sorted(ids) == sorted(set(ids))
