import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.criteria.loading import load_to_serve
from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.dates import PartialDate, Precision
from prescreen.eligibility.criteria.questions import Option, Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Criterion, Kind, Trial
from prescreen.export.columns.column import Column
from prescreen.export.columns.table import COLUMNS, HEADER, chosen
from prescreen.export.redcap import DATA_FILE, DICTIONARY_COLUMNS, DICTIONARY_FILE, _by_kind, fields, redcap_chunks
from prescreen.export.redcap_fields.criteria import NO_CRITERIA, Criteria, criteria_of
from prescreen.export.redcap_fields.fields import LONGEST_VARIABLE, variables
from prescreen.storage.base.keys import Keys
from prescreen.workflow.export.referral_rows import Format, ReferralRow
from tests.catalog import folders
from tests.catalog.folders import FILES, REDCAP_CODES, altered, write
from tests.export.exported import HOSTILE, ROW, hostile_people, made, wanted
from tests.people import CONTACT


def text(words: str) -> Text:
    return Text({"en": words})


def question(name: str, kind: QuestionType, *options: str) -> Question:
    return Question(name, kind, text(f"What about\n{name}?"), options=tuple(Option(one, text(one)) for one in options))


QUESTIONS = [
    question("low_back_pain", QuestionType.BOOLEAN),
    question("pregnancy", QuestionType.CHOICE, "pregnant", "neither | nor"),
    question("medicines", QuestionType.CHOICES, "nsaid", "opioid", "none, really"),
    question("age", QuestionType.NUMBER),
    question("never-asked", QuestionType.BOOLEAN),
    question("last_dose", QuestionType.DATE),
    replace(question("onset", QuestionType.DATE), precision=Precision.MONTH),
]
BANK = QuestionBank({one.id: one for one in QUESTIONS})


class Known(Trial):
    """A trial that uses every question."""

    def questions(self, bank: QuestionBank) -> tuple[str, ...]:
        return tuple(one.id for one in bank)


@pytest.fixture
def trial() -> Trial:
    rule: Rule = object()  # type: ignore[assignment]
    criteria = (Criterion("adult", Kind.INCLUSION, text("You are an adult."), rule),)
    return Known("NCT00000001", text("A trial"), None, (), "RECRUITING", criteria)


def files(data: bytes) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == [DICTIONARY_FILE, DATA_FILE]
        texts = [archive.read(name).decode() for name in archive.namelist()]
    dictionary, rows = (list(csv.DictReader(io.StringIO(one, newline=""))) for one in texts)
    return dictionary, rows


def exported(trial: Trial | None, *rows: ReferralRow) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    made_of = fields(HEADER, Criteria(trial, BANK, {}))
    return files(b"".join(chunk.data for chunk in redcap_chunks([list(rows)], made_of)))


def answered(trial: Trial, **values: object) -> dict[str, str]:
    given_ = Answers({name: Answer(value, date(2026, 11, 23)) for name, value in values.items()})  # type: ignore[arg-type]
    return exported(trial, replace(ROW, answers=given_))[1][0]


def test_the_dictionary_has_the_eighteen_columns_and_the_record_first(trial: Trial) -> None:
    dictionary, (row,) = exported(trial, ROW)

    assert tuple(dictionary[0]) == DICTIONARY_COLUMNS
    assert len(DICTIONARY_COLUMNS) == 18
    assert dictionary[0]["Variable / Field Name"] == next(iter(row)) == "record_id"
    assert row["record_id"] == str(ROW.referral.id)
    assert {field["Form Name"] for field in dictionary} == {"prescreening"}


def test_every_variable_is_one_that_redcap_takes(trial: Trial) -> None:
    dictionary, _ = exported(trial, ROW)

    names = [field["Variable / Field Name"] for field in dictionary]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]{0,25}", name) or "__" in name] == []


def test_every_column_of_the_data_is_a_field_or_a_box_of_the_dictionary(trial: Trial) -> None:
    dictionary, (row,) = exported(trial, ROW)

    columns = []
    for field in dictionary:
        name, choices = field["Variable / Field Name"], field["Choices, Calculations, OR Slider Labels"]
        boxes = [f"{name}___{one.split(',')[0].strip()}" for one in choices.split("|")]
        columns += boxes if field["Field Type"] == "checkbox" else [name]
    assert columns == list(row)


def test_every_coded_value_is_a_code_of_the_dictionary(trial: Trial) -> None:
    dictionary, (row,) = exported(trial, ROW)

    coded = [field for field in dictionary if field["Field Type"] in ("radio", "dropdown")]
    assert any(row[field["Variable / Field Name"]] for field in coded)
    for field in coded:
        codes = [one.split(",")[0].strip() for one in field["Choices, Calculations, OR Slider Labels"].split("|")]
        assert row[field["Variable / Field Name"]] in {*codes, ""}


def test_who_somebody_is_is_marked_as_identifying(trial: Trial) -> None:
    dictionary, _ = exported(trial, ROW)

    marked = {field["Variable / Field Name"] for field in dictionary if field["Identifier?"] == "y"}
    assert marked == {"name", "email", "phone", "postal_code", "best_time"}


def test_moments_numbers_and_phones_are_as_redcap_reads_them(trial: Trial) -> None:
    _, (row,) = exported(trial, ROW)

    assert (row["created_at"], row["miles"], row["is_test"]) == ("2026-11-23 09:30:00", "12", "1")
    assert row["phone"] == CONTACT.phone
    assert (row["channels___email"], row["channels___phone"], row["channels___text"]) == ("1", "1", "0")
    assert row["consent_share"] == "2026-11"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("low_back_pain", True, {"q_low_back_pain": "1"}),
        ("low_back_pain", False, {"q_low_back_pain": "0"}),
        ("low_back_pain", Declined.DO_NOT_KNOW, {"q_low_back_pain": "98"}),
        ("pregnancy", "neither | nor", {"q_pregnancy": "2"}),
        ("pregnancy", Declined.RATHER_NOT_SAY, {"q_pregnancy": "99"}),
        ("pregnancy", "an option of before", {"q_pregnancy": "", "answers_other": "pregnancy=an option of before"}),
        ("medicines", frozenset({"nsaid", "opioid"}), {"q_medicines___1": "1", "q_medicines___2": "1"}),
        ("medicines", frozenset({"nsaid"}), {"q_medicines___2": "0", "q_medicines___0": "0"}),
        ("medicines", frozenset(), {"q_medicines___1": "0", "q_medicines___0": "1"}),
        ("medicines", Declined.DO_NOT_KNOW, {"q_medicines___0": "0", "q_medicines___98": "1"}),
        ("age", Fraction("-7.5"), {"q_age": "-7.5", "answers_other": ""}),
        ("age", Fraction(1, 3), {"q_age": "", "answers_other": "age=1/3"}),
        ("age", Declined.DO_NOT_KNOW, {"q_age": "", "answers_other": "age=do_not_know"}),
        ("last_dose", PartialDate(date(2026, 3, 27)), {"q_last_dose": "2026-03-27", "answers_other": ""}),
        ("last_dose", Declined.DO_NOT_KNOW, {"q_last_dose": "", "answers_other": "last_dose=do_not_know"}),
        ("last_dose", PartialDate(date(2026, 3, 1), Precision.MONTH), {"answers_other": "last_dose=2026-03"}),
        ("onset", PartialDate(date(2026, 3, 1), Precision.MONTH), {"q_onset": "2026-03", "answers_other": ""}),
        ("age", PartialDate(date(2026, 3, 27)), {"q_age": "", "answers_other": "age=2026-03-27"}),
        ("gone", "x", {"answers_other": "gone=x"}),
    ],
)
def test_answers_are_coded_and_none_is_lost(trial: Trial, name: str, value: object, expected: dict[str, str]) -> None:
    row = answered(trial, **{name: value})

    assert {one: row[one] for one in expected} == expected


def test_a_day_is_checked_as_one_and_a_month_is_text(trial: Trial) -> None:
    form = fields(HEADER, Criteria(trial, BANK, {}))
    kinds = {one.variable: (one.type, one.validation) for own in form.values() for one in own}

    assert (kinds["q_last_dose"], kinds["q_onset"]) == (("text", "date_ymd"), ("text", ""))


def test_findings_of_earlier_criteria_are_kept(trial: Trial) -> None:
    _, (row,) = exported(trial, ROW)

    assert (row["f_adult"], row["findings_other"]) == ("1", "fever=unknown")


def test_of_a_trial_that_is_not_known_nothing_is_lost() -> None:
    _, (row,) = exported(None, ROW)

    assert row["findings_other"] == "adult=permits; fever=unknown"
    assert row["answers_other"].startswith("age=44; height=170.18")


def test_a_bar_in_a_label_is_no_new_choice(trial: Trial) -> None:
    dictionary, _ = exported(trial, ROW)

    (field,) = [one for one in dictionary if one["Variable / Field Name"] == "q_pregnancy"]
    assert "2, neither / nor | 98, I don't know" in field["Choices, Calculations, OR Slider Labels"]
    assert field["Field Label"] == "What about pregnancy?"


def test_nothing_hostile_is_a_formula_and_the_withdrawn_have_nothing(database: Database, keys: Keys) -> None:
    hostile_people(database, keys)

    _, rows = files(made(database, keys, wanted(Format.REDCAP), BANK))

    assert len(rows) == len(HOSTILE) + 1
    assert {name for row in rows for name, cell in row.items() if cell[:1] in set("=@\t\r\n")} == set()
    signed = {cell for row in rows for cell in row.values() if cell[:1] in set("+-")}
    assert all(re.fullmatch(r"[+-][0-9][0-9 ()./-]*", cell) for cell in signed)
    (gone,) = [row for row in rows if row["state"] == "10"]
    assert {gone[name] for name in ("name", "phone", "language", "answers_other", "tags", "channels___phone")} == {
        "",
        "0",
    }


@pytest.mark.parametrize("separators", [";", "\t|", ",;\t|\r\n"])
def test_no_file_for_redcap_holds_a_formula_at_whatever_sign_lines_are_split(
    database: Database, keys: Keys, separators: str
) -> None:
    hostile_people(database, keys)
    data = made(database, keys, wanted(Format.REDCAP), BANK)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = [archive.read(name).decode() for name in (DICTIONARY_FILE, DATA_FILE)]

    cells = [cell for text in texts for line in text.split("\r\n") for cell in re.split(f"[{separators}]", line)]
    runs = [cell for cell in cells if cell.lstrip(' "')[:1] in set("=+-@")]
    # A telephone number or a number is none, and REDCap would keep the apostrophe.
    assert [cell for cell in runs if not re.fullmatch(r'"?[+-][0-9][0-9 ()./-]*"?', cell)] == []


def test_without_identity_there_is_no_field_for_it(trial: Trial) -> None:
    form = fields(chosen(HEADER, with_identity=False), Criteria(trial, BANK, {}))

    names = [field.variable for own in form.values() for field in own]
    assert {"name", "email", "phone", "postal_code", "best_time"}.isdisjoint(names)


FEMALE, MALE = "    - {id: female, label: Female}\n", "    - {id: male, label: Male}\n"


def dictionary_of(folder: Path) -> dict[str, str]:
    """Return the choices of a trial's fields, as a project would be made from this folder."""
    catalog = load_to_serve(folder, folders.ON)
    form = fields(HEADER, criteria_of(catalog, "T1"))
    dictionary, _ = files(b"".join(chunk.data for chunk in redcap_chunks([], form)))
    return {one["Variable / Field Name"]: one["Choices, Calculations, OR Slider Labels"] for one in dictionary}


def test_options_that_change_places_keep_their_codes(tmp_path: Path) -> None:
    swapped = altered(folders.QUESTIONS, FEMALE + MALE, MALE + FEMALE)

    before, after = dictionary_of(write(tmp_path / "before")), dictionary_of(write(tmp_path / "after", swapped))

    assert before["q_sex"] == "1, Female | 2, Male | 98, I don't know | 99, I'd rather not say"
    assert after["q_sex"] == "2, Male | 1, Female | 98, I don't know | 99, I'd rather not say"


def test_the_code_of_an_option_that_was_removed_is_given_to_no_other(tmp_path: Path) -> None:
    other = altered(folders.QUESTIONS, FEMALE, "    - {id: other, label: Another}\n")
    codes = {REDCAP_CODES: FILES[REDCAP_CODES].replace("  male: 2\n", "  male: 2\n  other: 3\n")}
    no_longer_asked = {folders.TRIAL: FILES[folders.TRIAL].replace("sex: female", "sex: other")}
    needs = {folders.QUESTIONS: other[folders.QUESTIONS].replace("ask_if: {sex: female}", "ask_if: {sex: other}")}

    found = dictionary_of(write(tmp_path / "after", {**needs, **codes, **no_longer_asked}))

    assert found["q_sex"].startswith("3, Another | 2, Male | 98")


def test_an_answer_with_an_option_that_was_removed_is_kept_as_text(trial: Trial) -> None:
    form = fields(HEADER, Criteria(trial, BANK, {"pregnancy": {"gone": 1, "pregnant": 2, "neither | nor": 3}}))
    row = replace(ROW, answers=Answers({"pregnancy": Answer("gone", date(2026, 11, 23))}))

    _, (read,) = files(b"".join(chunk.data for chunk in redcap_chunks([[row]], form)))

    assert (read["q_pregnancy"], read["answers_other"]) == ("", "pregnancy=gone")


@pytest.mark.parametrize("column", [one for one in COLUMNS if one.words], ids=lambda one: one.name)
def test_no_order_of_our_own_words_changes_a_code(column: Column) -> None:
    turned = replace(column, words=dict(reversed(column.words.items())))

    (field,), (other,) = (fields([one.name], NO_CRITERIA)[one.name] for one in (column, column))
    assert {*field.choices} == {*_by_kind(turned).choices}
    assert dict(other.choices) == {code: str(word) for word, code in column.words.items()}


HOSTILE_TEXT = "A {pain_score} [name] |\n <b> {"


def test_no_text_embeds_or_inserts_another_field(trial: Trial) -> None:
    strange = Question(
        "strange",
        QuestionType.CHOICE,
        text(HOSTILE_TEXT),
        options=tuple(Option(one, text(HOSTILE_TEXT)) for one in ("a", "b")),
    )
    score = replace(question("score", QuestionType.NUMBER), unit="{score_0_10}")
    bank = QuestionBank({"strange": strange, "score": score})
    criteria = tuple(replace(one, text=text(HOSTILE_TEXT)) for one in trial.criteria)
    form = fields(HEADER, Criteria(replace(trial, criteria=criteria), bank, {}))

    dictionary, _ = files(b"".join(chunk.data for chunk in redcap_chunks([], form)))

    assert [cell for field in dictionary for cell in field.values() if {*cell} & {*"{}[]\n"}] == []
    by_name = {field["Variable / Field Name"]: field for field in dictionary}
    assert by_name["q_strange"]["Field Label"] == "A (pain_score) (name) | <b> ("
    assert by_name["q_score"]["Field Note"] == "(score_0_10)"


def test_no_two_choices_of_a_field_read_alike(trial: Trial) -> None:
    alike = Question(
        "alike",
        QuestionType.CHOICES,
        text("What?"),
        options=tuple(
            Option(one, text(label))
            for one, label in {"a": "None of these", "b": "A | b, c", "c": "a / B, c", "d": "Nothing ticked"}.items()
        ),
    )
    form = fields(HEADER, Criteria(trial, QuestionBank({"alike": alike}), {}))

    dictionary, _ = files(b"".join(chunk.data for chunk in redcap_chunks([], form)))

    (found,) = [one for one in dictionary if one["Variable / Field Name"] == "q_alike"]
    assert found["Choices, Calculations, OR Slider Labels"] == (
        "1, None of these | 2, A / b, c (2) | 3, a / B, c (3) | 4, Nothing ticked (4) | 0, Nothing ticked (0) | "
        "98, I don't know | 99, I'd rather not say"
    )
    for field in dictionary:
        labels = [one.split(",", 1)[1] for one in field["Choices, Calculations, OR Slider Labels"].split("|") if one]
        assert len(set(labels)) == len(labels)


@given(st.lists(st.text(), unique=True, max_size=30), st.randoms())
def test_no_order_of_ids_changes_a_variable(ids: list[str], random: Random) -> None:
    turned = random.sample(ids, len(ids))

    assert variables("q", turned) == variables("q", ids)


@given(st.lists(st.text(), unique=True, max_size=30))
def test_ids_of_any_kind_become_variables_of_their_own(ids: list[str]) -> None:
    names = variables("q", ids)

    assert len(set(names.values())) == len(ids)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) and len(name) <= LONGEST_VARIABLE for name in names.values())
