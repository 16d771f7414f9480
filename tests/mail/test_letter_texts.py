"""The letters in each language: before the address is confirmed, they name no condition."""

import re
from dataclasses import replace

import pytest
import textstat
from jinja2 import meta

from prescreen.eligibility.assessment.answers import Answers
from prescreen.mail.letter_texts import TEXTS, _texts
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.mail.outbox import Letter
from prescreen.storage.participants.consents import Purpose, StoredConsent
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.workflow.participants.data_subject_rights import HeldData
from prescreen.workflow.participants.participant_letters import ENDED
from tests.mail.letters import PEN, TRIAL
from tests.people import CONTACT, NOW

NAMES = sorted(path.stem for path in (TEXTS / "en").iterdir())


def referral(state: State = State.NEW) -> StoredReferral:
    lead_id = new_id(NOW)
    rest = {"determination": None, "findings": (), "still_to_check": (), "question_ids": (), "fingerprint": ""}
    return StoredReferral(
        id=new_id(NOW),
        lead_id=lead_id,
        reference="LP-1",
        is_test=False,
        trial_id=TRIAL.id,
        site_id="leeds",
        site_name="Leeds, General",
        state=state,
        version=1,
        created_at=NOW,
        withdrawn_at=None,
        **rest,
    )


def person(language: str = "en", page: str = "en") -> HeldData:
    consent = StoredConsent(Purpose.EMAIL, None, None, "2026-11", "f" * 64, page, NOW, None)
    contact = replace(CONTACT, language=language)
    return HeldData(
        new_id(NOW), "LP-1", False, NOW, 1, contact, (consent,), (referral(),), Answers(), email_confirmed=True
    )


def all_letters(held: HeldData) -> dict[str, Letter]:
    ends = {f"ended {state}": PEN.ended(held, referral(state), "TOKEN") for state in ENDED}
    return ends | {
        "confirm": PEN.confirmation(held, "YES", "NO", anew=False),
        "confirm_new": PEN.confirmation(held, "YES", "NO", anew=True),
        "receipt": PEN.receipt(held, "TOKEN"),
        "link": PEN.links([(held, "TOKEN")]),
        "address_changed": PEN.address_changed(held),
        "taken_over": PEN.taken_over(held, replace(referral(), site_name="York"), referral(), "TOKEN"),
        "call_reminder": PEN.call_reminder(held, referral(), NOW, "TOKEN"),
        "invited": PEN.invited(held, TRIAL.id, "TOKEN", "STOP"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_there_in_spanish_and_says_as_much(name: str):
    sources = {code: (TEXTS / code / f"{name}.txt").read_text() for code in ("en", "es")}

    words = {code: meta.find_undeclared_variables(_texts().parse(source)) for code, source in sources.items()}

    assert words["en"] == words["es"]
    assert sources["en"].splitlines()[0] != sources["es"].splitlines()[0]


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_question_whose_address_it_is_names_no_condition_no_trial_and_no_person(language: str, anew: bool):
    letter = PEN.confirmation(person(language), "YES", "NO", anew=anew)

    telling = re.compile(r"back|pain|dolor|espalda|trial|estudio|sciatica|Leeds|Wilhelmina|LP-1", re.IGNORECASE)
    assert telling.findall(letter.text.replace("trials.example.org", "") + letter.subject) == []
    links = [line.strip() for line in letter.text.splitlines() if "://" in line]
    assert links == ["https://trials.example.org/my/confirm/YES", "https://trials.example.org/my/not-me/NO"]


def test_the_receipt_names_reference_trial_site_reply_window_and_link():
    text = PEN.receipt(person(), "TOKEN").text

    wanted = ("LP-1", "Steroids for sciatica", "Leeds, General", "within 5 days", "trials.example.org/my/TOKEN")
    assert [one for one in wanted if one not in text] == []


@pytest.mark.parametrize(
    ("wanted", "page", "language"),
    [("es", "en", "es"), ("en", "es", "en"), ("fr", "es", "es"), ("other", "en", "en"), ("fr", "de", "en")],
)
def test_a_letter_speaks_the_language_asked_for_else_that_of_the_page(wanted: str, page: str, language: str):
    letter = PEN.receipt(person(wanted, page), "TOKEN")

    assert ("Esteroides para la ciática" in letter.text) == (language == "es")
    assert letter.subject.startswith({"en": "We have", "es": "Tenemos"}[language])


def test_every_text_is_among_those_looked_at():
    written = {name.partition(" ")[0] for name in all_letters(person())}

    # What all letters end with is no letter.
    assert written == {*NAMES} - {"end"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_letter_leaves_a_gap_promises_or_says_eligible(language: str):
    for name, letter in all_letters(person(language)).items():
        assert letter.recipient == CONTACT.email
        assert "\n" not in letter.subject
        assert re.search(r"eligible|\{|\}|None|  +\n|\n\n\n", letter.text) is None, name


def test_only_letters_that_the_person_did_not_bring_about_can_be_ended():
    endable = {name: letter for name, letter in all_letters(person()).items() if letter.unsubscribe}

    assert endable.keys() == {"invited"}
    assert endable["invited"].unsubscribe == "https://trials.example.org/my/no-more/STOP"
    assert endable["invited"].one_click


def test_one_click_needs_https():
    letter = replace(PEN, address="http://127.0.0.1:8000").invited(person(), TRIAL.id, "TOKEN", "STOP")

    assert (letter.unsubscribe, letter.one_click) == ("http://127.0.0.1:8000/my/no-more/STOP", False)


def test_what_ends_invitations_opens_nothing_else():
    letter = PEN.invited(person(), TRIAL.id, "TOKEN", "STOP")

    assert "TOKEN" not in letter.unsubscribe


def test_no_subject_names_a_trial():
    assert [one.subject for one in all_letters(person()).values() if "Steroids" in one.subject] == []


def test_how_a_referral_ended_is_told_in_words_of_its_own():
    texts = [PEN.ended(person(), referral(State(one)), "T").text for one in ("withdrawn", "enrolled", "declined")]

    assert len(set(texts)) == 3
    assert "You withdrew." in texts[0]


def test_every_english_letter_reads_at_grade_eight_or_below():
    prose = {name: re.sub(r"\S+://\S+", "", one.text) for name, one in all_letters(person()).items()}
    grades = {name: textstat.flesch_kincaid_grade(text) for name, text in prose.items()}

    assert {name: grade for name, grade in grades.items() if grade > 8} == {}
