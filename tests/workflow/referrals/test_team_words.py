"""Notes, tags, reminders and assignment, and that all of it goes with the person; on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text as sql

from prescreen.database import Database
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import State
from prescreen.workflow.participants import data_subject_rights
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals import assignment_and_tags, notes, reminders
from prescreen.workflow.referrals.assignment_and_tags import Labels, stored_tags
from prescreen.workflow.referrals.notes import SeenNote
from prescreen.workflow.referrals.reminders import Wanted
from prescreen.workflow.referrals.state_changes import Step
from prescreen.workflow.referrals.state_machine import Reason
from prescreen.workflow.referrals.teamwork import Seen, changes_since
from prescreen.workflow.worklist.bulk_changes import MOST_AT_ONCE, Assigning, Tagging, work_on_many
from tests.mail.letters import PEN
from tests.people import submitted
from tests.workflow.team import Team, colleague, ended, still_waits, team

SECRETS = ("Her sister drives her.", "Ring about the sister.", "Moved to her sister.", "sister drives")


@pytest.fixture
def at_work(database: Database, keys: Keys) -> Team:
    return team(database, keys)


def note(at_work: Team, text: str) -> UUID:
    assert at_work.act(notes.add_note, at_work.referral_id, text).outcome == "done"
    return at_work.page().notes[0][0].id


def reword(at_work: Team, note_id: UUID, text: str) -> str:
    return str(at_work.act(notes.reword_note, SeenNote(at_work.referral_id, note_id), text).outcome)


def remind(at_work: Team, text: str = "Ring.", *, days: int = 1) -> str:
    wanted = Wanted(at_work.now + timedelta(days=days), text)
    return str(at_work.act(reminders.remind, at_work.referral_id, wanted).outcome)


def everything_stored(at_work: Team) -> str:
    tables = ("referral_change", "log_entry", "referral_tag", "reminder", "referral", "audit_event")
    with at_work.database.reading() as session:
        return "\n".join(str(row) for table in tables for row in session.execute(sql(f"SELECT * FROM {table}")))  # noqa: S608


def test_notes_are_read_newest_first_and_raise_no_version(at_work: Team) -> None:
    note(at_work, "First.")
    note(at_work, " Second,\r\nin two lines. ")

    assert [thread[0].text for thread in at_work.page().notes] == ["Second,\nin two lines.", "First."]
    assert at_work.referral().version == 1


def test_what_is_noted_is_sealed_and_on_record_without_its_words(at_work: Team) -> None:
    note_id = note(at_work, SECRETS[0])
    remind(at_work, SECRETS[1])

    assert not any(secret in everything_stored(at_work) for secret in SECRETS)
    wrote, set_ = at_work.events()[-2:]
    assert (wrote.action, wrote.details) == ("note_written", {"note": str(note_id)})
    assert (set_.action, set(set_.details)) == ("reminder_set", {"reminder"})


def test_another_wording_keeps_the_one_before_and_its_place(at_work: Team) -> None:
    first = note(at_work, "Rings back.")
    note(at_work, "Later note.")

    assert reword(at_work, first, "Rings back on Monday.") == "done"

    threads = [[wording.text for wording in thread] for thread in at_work.page().notes]
    assert threads == [["Later note."], ["Rings back on Monday.", "Rings back."]]


def test_the_same_wording_again_is_no_other_wording(at_work: Team) -> None:
    first = note(at_work, "Rings back.")

    assert reword(at_work, first, " Rings back. ") == "done"

    assert len(at_work.page().notes[0]) == 1


def test_of_two_new_wordings_the_second_conflicts_and_changes_nothing(at_work: Team) -> None:
    first = note(at_work, "Rings back.")

    assert [reword(at_work, first, "One."), reword(at_work, first, "Two.")] == ["done", "conflict"]

    assert [wording.text for wording in at_work.page().notes[0]] == ["One.", "Rings back."]


def test_of_two_new_wordings_at_once_exactly_one_is_made(at_work: Team) -> None:
    first = note(at_work, "Rings back.")
    with ThreadPoolExecutor(1) as pool:
        with at_work.database.writing() as session:
            desk, seen = Desk(at_work.keys, PEN, at_work.now), SeenNote(at_work.referral_id, first)
            outcome = notes.reword_note(session, desk, at_work.rec, seen, "One.").outcome
            second = pool.submit(reword, at_work, first, "Two.")
            assert still_waits(second)
        assert (outcome, second.result(timeout=20)) == ("done", "conflict")

    assert [wording.text for wording in at_work.page().notes[0]] == ["One.", "Rings back."]


def test_a_foreign_note_cannot_be_worded_anew(at_work: Team, keys: Keys) -> None:
    assert reword(at_work, uuid4(), "Mine now.") == "not_found"


@pytest.mark.parametrize(("text", "outcome"), [("", "empty"), (" \r\n", "empty"), ("x" * 2001, "long_text")])
def test_a_note_holds_between_one_and_two_thousand_characters(at_work: Team, text: str, outcome: str) -> None:
    assert at_work.act(notes.add_note, at_work.referral_id, text).outcome == outcome
    assert at_work.act(notes.add_note, at_work.referral_id, "é" * 2000).outcome == "done"


def tagged(at_work: Team, *words: str) -> str:
    return str(at_work.act(assignment_and_tags.label, at_work.seen(), Labels(None, words, interpreter=None)).outcome)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["  Needs   LIFT ", "needs lift", ""], ("needs lift",)),
        (["E\u0301mile", "\uff35RGENT"], ("urgent", "\u00e9mile")),
        (["\ufeffurgent", "urg\u00adent", "\u200b"], ("urgent",)),
        (["گل\u200cنسترن"], ("گل\u200cنسترن",)),
        ([], ()),
    ],
)
def test_tags_are_kept_in_one_form(words: list[str], kept: tuple[str, ...]) -> None:
    assert stored_tags(words) == kept


@pytest.mark.parametrize("tag", ["گل\u200cنسترن", "ශ්\u200dරී", "हिन्दी"])
def test_a_tag_may_be_in_any_script(at_work: Team, tag: str) -> None:
    assert tagged(at_work, tag) == "done"

    assert at_work.page().tags == (tag,)


def test_tags_take_the_place_of_those_before(at_work: Team) -> None:
    tagged(at_work, "urgent", "evenings")

    assert tagged(at_work, "evenings", "needs lift") == "done"

    assert (at_work.page().tags, at_work.referral().version) == (("evenings", "needs lift"), 3)
    assert at_work.events()[-1].details == {"added": 1, "removed": 1, "version": 3}


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (["x" * 31], "bad_tag"),
        (["<b>"], "bad_tag"),
        (["wq@example.org"], "personal_tag"),
        (["ring 617 555 0100"], "personal_tag"),
        ([f"tag{letter}" for letter in "abcdefghijk"], "many_tags"),
    ],
)
def test_a_tag_is_short_and_says_nothing_of_who_somebody_is(at_work: Team, words: list[str], outcome: str) -> None:
    assert tagged(at_work, *words) == outcome
    assert at_work.page().tags == ()


def test_a_referral_is_given_to_who_may_work_it_and_taken_back(at_work: Team) -> None:
    col = colleague(at_work.database, Assignment("NCT00000001", "leeds"))

    assert at_work.act(assignment_and_tags.assign, at_work.seen(), col.id).outcome == "done"
    assert (at_work.referral().assigned_to, at_work.referral().version) == (col.id, 2)
    assert at_work.act(assignment_and_tags.assign, at_work.seen(), None).outcome == "done"
    assert at_work.referral().assigned_to is None
    assert [event.details for event in at_work.events()[-2:]] == [
        {"assigned_to": str(col.id), "version": 2},
        {"assigned_to": None, "version": 3},
    ]


@pytest.mark.parametrize("assignments", [(), (Assignment("NCT00000001", "york"),), (Assignment("NCT00000002"),)])
def test_nobody_is_given_a_referral_who_may_not_work_it(at_work: Team, assignments: tuple[Assignment, ...]) -> None:
    stranger = colleague(at_work.database, *assignments, name="Stran Ger")

    assert at_work.act(assignment_and_tags.assign, at_work.seen(), stranger.id).outcome == "no_colleague"
    assert [one.id for one in at_work.page().colleagues] == [at_work.rec.id]


def test_what_others_changed_since_is_told_with_who_and_when(at_work: Team) -> None:
    col, before = colleague(at_work.database, Assignment("NCT00000001")), at_work.seen()
    at_work.act(assignment_and_tags.label, before, Labels(None, ("urgent",), interpreter=None), who=col)
    at_work.move(State.CONTACTED)

    with at_work.database.reading() as session:
        since = changes_since(session, before)
        later = changes_since(session, Seen(at_work.referral_id, 2))

    assert [(one.action, one.by) for one in since] == [
        ("referral_tagged", "Rec Ruiter"),
        ("referral_moved", "Rec Ruiter"),
    ]
    assert [(one.action, one.at) for one in later] == [("referral_moved", at_work.now)]


def test_ones_own_reminders_are_listed_the_most_urgent_first_with_whom_they_are_about(at_work: Team) -> None:
    remind(at_work, "Later.", days=3)
    remind(at_work, "Sooner.", days=1)
    col = colleague(at_work.database, Assignment("NCT00000001"))

    listed = reminders.my_reminders(at_work.database, at_work.desk(), at_work.rec)

    assert [(one.reminder.text, one.name) for one in listed] == [
        ("Sooner.", "Wilhelmina Quackenbush"),
        ("Later.", "Wilhelmina Quackenbush"),
    ]
    assert reminders.my_reminders(at_work.database, at_work.desk(), col) == []


def test_a_reminder_is_not_listed_for_who_may_not_work_the_referral_any_more(at_work: Team) -> None:
    remind(at_work)
    with at_work.database.writing() as session:
        session.execute(sql("UPDATE recruiter_trial SET site_id = 'york'"))
    with at_work.database.reading() as session:
        rec = recruiters.find(session, at_work.rec.id)
    assert rec is not None
    assert reminders.my_reminders(at_work.database, at_work.desk(), rec) == []


def test_a_reminder_is_done_once_by_whoever_works_the_referral(at_work: Team) -> None:
    remind(at_work)
    (reminder,) = at_work.page().reminders
    col = colleague(at_work.database, Assignment("NCT00000001"))
    stranger = colleague(at_work.database, Assignment("NCT00000002"), name="Stran Ger")

    assert at_work.act(reminders.finish, reminder.id, who=stranger).outcome == "not_found"
    assert at_work.act(reminders.finish, reminder.id, who=col).outcome == "done"
    assert at_work.act(reminders.finish, reminder.id).outcome == "done"

    assert at_work.page().reminders == ()
    assert [event.action for event in at_work.events()].count("reminder_done") == 1


@pytest.mark.parametrize(
    ("text", "days", "outcome"), [("", 1, "empty"), ("x" * 301, 1, "long_reminder"), ("x", -1, "past")]
)
def test_a_reminder_is_short_and_of_a_time_to_come(at_work: Team, text: str, days: int, outcome: str) -> None:
    assert remind(at_work, text, days=days) == outcome
    assert at_work.page().reminders == ()


def test_many_are_worked_on_in_one_transaction_each_with_its_own_outcome(at_work: Team) -> None:
    other = submitted(at_work.database, at_work.keys, id="second").lead_id
    with at_work.database.reading() as session:
        theirs = {one.trial_id: one for one in referrals.of_lead(session, other)}
    chosen = [at_work.seen(), Seen(theirs["NCT00000001"].id, 7), Seen(theirs["NCT00000002"].id, 1), Seen(uuid4(), 1)]

    results = at_work.act(work_on_many, chosen, Tagging("Evenings"))

    assert [result.outcome for _, result in results] == ["done", "conflict", "not_found", "not_found"]
    assert at_work.page().tags == ("evenings",)


@pytest.mark.parametrize("deed", [Tagging(" "), Assigning(UUID(int=7)), Step(State.ELIGIBLE)])
def test_what_cannot_be_done_with_one_is_not_done_with_many(at_work: Team, deed: object) -> None:
    ((_, result),) = at_work.act(work_on_many, [at_work.seen()], deed)

    assert result.outcome in ("empty", "no_colleague", "no_step")
    assert at_work.referral().version == 1


def test_more_than_the_most_at_once_are_refused_whole(at_work: Team) -> None:
    with pytest.raises(ValueError, match="the most is 200"):
        at_work.act(work_on_many, [at_work.seen()] * (MOST_AT_ONCE + 1), Tagging("x"))


def work_with_words(at_work: Team) -> None:
    reword(at_work, note(at_work, "Plain."), SECRETS[0])
    remind(at_work, SECRETS[1])
    at_work.move(State.DECLINED, Reason(words=SECRETS[2]))
    tagged(at_work, SECRETS[3])


END: list[Callable[[Team], object]] = [
    lambda team: team.act(lambda s, desk, _: data_subject_rights.withdraw(s, team.lead_id, team.referral_id, desk.now)),
    lambda team: team.act(lambda s, desk, _: data_subject_rights.withdraw(s, team.lead_id, None, desk.now)),
    lambda team: team.act(lambda s, desk, _: data_subject_rights.delete(s, team.lead_id, desk.now)),
]


@pytest.mark.parametrize("end", END, ids=["one", "all", "deleted"])
def test_when_the_person_goes_every_word_goes_and_the_states_stay(at_work: Team, end: Callable[[Team], object]) -> None:
    work_with_words(at_work)

    end(at_work)

    page = at_work.page()
    assert (page.notes, page.reminders, page.tags) == ((), (), ())
    steps = [(one.from_state, one.to_state, one.reason, one.recruiter_id) for one in page.history]
    assert steps == [("new", "declined", None, at_work.rec.id), ("declined", "withdrawn", None, None)]
    stored = everything_stored(at_work)
    assert not any(secret in stored for secret in SECRETS)
    with at_work.database.reading() as session:
        assert session.scalar(sql("SELECT count(*) FROM log_entry")) == 0
    assert [letter.state for letter in ended(at_work)] == ["cancelled"]


def test_withdrawing_from_one_trial_leaves_another_teams_words(at_work: Team) -> None:
    work_with_words(at_work)
    with at_work.database.reading() as session:
        other = next(one for one in referrals.of_lead(session, at_work.lead_id) if one.id != at_work.referral_id)

    at_work.act(lambda session, desk, _: data_subject_rights.withdraw(session, at_work.lead_id, other.id, desk.now))

    page = at_work.page()
    assert (page.notes[0][0].text, page.tags, page.history[0].reason) == (
        SECRETS[0],
        (SECRETS[3],),
        f"other:{SECRETS[2]}",
    )
    assert [letter.state for letter in ended(at_work)] == ["pending"]


def test_a_note_that_is_being_written_while_the_person_withdraws_goes_too(at_work: Team) -> None:
    with ThreadPoolExecutor(1) as pool:
        with at_work.database.writing() as session:
            desk = Desk(at_work.keys, PEN, at_work.now)
            notes.add_note(session, desk, at_work.rec, at_work.referral_id, SECRETS[0])
            gone = pool.submit(END[0], at_work)
            assert still_waits(gone)  # type: ignore[arg-type]
        gone.result(timeout=20)

    assert at_work.page().notes == ()
    assert (at_work.referral().state, note_refused(at_work)) == ("withdrawn", "withdrawn")


def note_refused(at_work: Team) -> str:
    return str(at_work.act(notes.add_note, at_work.referral_id, "Too late.").outcome)


def test_a_letter_that_was_sent_stays_sent_when_the_person_goes(at_work: Team) -> None:
    at_work.move(State.DECLINED)
    with at_work.database.writing() as session:
        outbox.sent(session, ended(at_work)[0].id, at_work.now)

    END[0](at_work)

    assert [letter.state for letter in ended(at_work)] == ["sent"]
