"""The visitors' texts: reading grade, and translations into each language of the service."""

from pathlib import Path

import pytest
import textstat

from prescreen.catalog.base.faults import Check
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.drafting.reading_grades import reading_grade
from tests.catalog.folders import (
    ARTICLE,
    CATALOG,
    CONDITION,
    CONSENT,
    FILES,
    QUESTIONS,
    TRIAL,
    altered,
    found,
    pointed,
    reports,
)

HARD = (
    "Participants demonstrating radiographically confirmed lumbosacral radiculopathy notwithstanding conservative "
    "multidisciplinary rehabilitation interventions necessitating pharmacological augmentation are considered."
)
EASY = "We ask you a few short things. You can stop when you like. It takes two minutes at most."


HARD_SPANISH = (
    "Participantes con radiculopatía lumbosacra confirmada radiográficamente, no obstante intervenciones conservadoras "
    "multidisciplinarias de rehabilitación, que requieran una intensificación farmacológica complementaria."
)
EASY_SPANISH = "Le hacemos unas preguntas cortas. Puede parar cuando quiera. Solo toma dos minutos."


@pytest.mark.parametrize("text", [EASY_SPANISH, HARD_SPANISH])
def test_spanish_has_a_formula_of_its_own(text: str) -> None:
    textstat.set_lang("es")
    theirs = textstat.crawford(text)
    textstat.set_lang("en_US")

    assert reading_grade(text, "es") == pytest.approx(theirs, abs=1.6)
    assert reading_grade(text, "xx") is None


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (QUESTIONS, "ask: Are you numb between the legs?", f"ask: {{en: Are you numb?, es: '{HARD_SPANISH}'}}"),
        (TRIAL, "title: A pill for leg pain", f"title: {{en: A pill for leg pain, es: '{HARD_SPANISH}'}}"),
        (CONDITION, "advice: Call now.", f"advice: {{en: Call now., es: '{HARD_SPANISH}'}}"),
    ],
)
def test_a_text_above_grade_eight_is_named_with_its_language(tmp_path: Path, path: str, old: str, new: str) -> None:
    hard = reports(tmp_path / "hard", altered(path, old, new))
    easy = reports(tmp_path / "easy", altered(path, old, new.replace(HARD_SPANISH, EASY_SPANISH)))

    assert [line for line in hard if "(es) reads at grade" in line and "above 8" in line], hard
    assert easy == []


def test_the_shipped_texts_are_easy_to_read_in_every_language() -> None:
    assert [str(fault) for fault in found(SHIPPED_CRITERIA) if fault.check is Check.READING_GRADE] == []


def test_the_grade_follows_the_formula() -> None:
    assert reading_grade(EASY) == pytest.approx(0.39 * 18 / 3 + 11.8 * 19 / 18 - 15.59, abs=1)
    assert (reading_grade(HARD) or 0) > 20


@pytest.mark.parametrize(
    "text", ["", "Short.", "Only a few words are here.", "1 2 3 4 5 6 7 8 9 10 11 12 13", "痛みはありますか。" * 20]
)
def test_too_few_words_have_no_grade(text: str) -> None:
    assert reading_grade(text) is None


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (
            QUESTIONS,
            "- id: numb\n  type: boolean\n  ask: Are you numb between the legs?",
            f"- ⌖id: numb\n  type: boolean\n  ask: {HARD}",
        ),
        (QUESTIONS, "- id: numb\n", f"- ⌖id: numb\n  why: {HARD}\n"),
        (QUESTIONS, "- id: numb\n", f"- ⌖id: numb\n  help: {HARD}\n"),
        (CONDITION, "advice: Call now.", f"advice: ⌖{HARD}"),
        (TRIAL, "id: T1\n", f"⌖id: T1\nsummary: {HARD}\n"),
        (TRIAL, "    text: You are 18 to 70 years old.", f"    text: {HARD}"),
        (ARTICLE, "Pain runs down the leg.", HARD),
    ],
)
def test_a_text_above_grade_eight_is_named(tmp_path: Path, path: str, old: str, new: str) -> None:
    files, place = pointed(path, old, new if "⌖" in new else f"{new}⌖")
    told = reports(tmp_path, files)

    expected = place if "⌖" in new else f"{path}:1:1: "
    assert [line for line in told if line.startswith(expected) and "above 8; use shorter words" in line], told


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (QUESTIONS, "- {id: female, label: Female}", f"- {{id: female, label: {HARD}}}"),
        (TRIAL, "title: A pill for leg pain", f"title: {HARD}"),
        (CONDITION, "name: Back pain", f"name: Back pain\nsummary: {HARD}"),
        (CONSENT, "You may share this.", HARD),
    ],
)
def test_everything_else_that_visitors_read_is_graded_too(tmp_path: Path, path: str, old: str, new: str) -> None:
    told = reports(tmp_path, altered(path, old, new))

    assert [line for line in told if line.startswith(path) and "above 8" in line], told


def test_texts_without_a_full_stop_are_sentences_of_their_own(tmp_path: Path) -> None:
    options = "".join(f"    - {{id: o{n}, label: You walk a bit}}\n" for n in range(30))
    short = "".join(f"  - {{id: s{n}, text: You walk a bit, checked: phone}}\n" for n in range(30))
    files = {
        QUESTIONS: FILES[QUESTIONS].replace(
            "    - {id: male, label: Male}\n", f"    - {{id: male, label: Male}}\n{options}"
        ),
        TRIAL: FILES[TRIAL].replace("exclusion:\n", f"{short}exclusion:\n"),
    }

    assert [line for line in reports(tmp_path, files) if "above 8" in line] == []


def test_what_a_visitor_is_not_told_is_not_graded(tmp_path: Path) -> None:
    adult = "    text: You are 18 to 70 years old.\n"
    files = altered(TRIAL, adult, f"    text: {HARD}\n    show: direction\n    public_text: Your age.\n")

    assert reports(tmp_path, files) == []


SPANISH = altered(CATALOG, "languages: [en]", "languages: [en, es]")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (CATALOG, "1:7"),
        (CATALOG, "3:17"),
        (QUESTIONS, "3:8"),
        (QUESTIONS, "11:27"),
        (CONDITION, "1:7"),
        (CONDITION, "6:13"),
        (TRIAL, "2:8"),
        (TRIAL, "9:11"),
    ],
)
def test_a_text_without_a_language_of_the_service_is_a_warning_at_its_place(
    tmp_path: Path, path: str, place: str
) -> None:
    assert f"{path}:{place}: warning: no wording in: es" in reports(tmp_path, SPANISH)


@pytest.mark.parametrize("slug", ["sciatica", "2026-11"])
def test_prose_without_a_language_of_the_service_is_a_warning(tmp_path: Path, slug: str) -> None:
    assert f"catalog.yaml:4:12: warning: no wording of '{slug}' in es" in reports(tmp_path, SPANISH)


def test_a_translated_text_is_no_warning(tmp_path: Path) -> None:
    files = {**SPANISH, **altered(TRIAL, "title: A pill for leg pain", "title: {en: A pill, es: Una pastilla}")}

    assert [line for line in reports(tmp_path, files) if line.startswith(f"{TRIAL}:2:")] == []


def test_names_of_sites_and_cases_need_no_translation(tmp_path: Path) -> None:
    told = reports(tmp_path, SPANISH)

    assert [line for line in told if line.startswith((f"{TRIAL}:6:", f"{TRIAL}:22:"))] == []


def test_a_missing_translation_is_only_a_warning(tmp_path: Path) -> None:
    assert [line for line in reports(tmp_path, SPANISH) if "warning: " not in line] == []


def test_a_consent_that_asks_for_more_in_one_language_is_warned_of(tmp_path: Path) -> None:
    more = FILES[CONSENT] + "\n## Another site {#another_site}\n\nAnother site may be asked.\n"
    files = SPANISH | {CONSENT: more, CONSENT.replace(".en.", ".es."): FILES[CONSENT]}

    assert any("not alike in en and es: only one has 'another_site'" in one for one in reports(tmp_path, files))
