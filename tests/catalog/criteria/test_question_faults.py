"""Faults in questions.yaml are reported at their place, with a correction."""

from pathlib import Path
from time import process_time

import pytest

from tests.catalog.folders import FILES, QUESTIONS, TRIAL, altered, pointed, report, reports

NUMB = "  ask: Are you numb between the legs?\n"
AGE = "  unit: a\n  range: {min: 0, max: 120}\n  grows: yearly\n"
BODY = """\
- id: height_cm
  type: number
  ask: How tall are you?
  unit: cm
- id: weight_kg
  type: number
  ask: How heavy are you?
  unit: kg
- id: bmi
  type: number
  ask: Body mass index
  computed: bmi
"""


def with_body(bank: str = BODY) -> dict[str, str]:
    """Return a bank with the body mass index, and a trial that looks at it."""
    trial = FILES[TRIAL].replace("pain_duration: {min: 6 wk}}", "pain_duration: {min: 6 wk}, bmi: {max: 25}}")
    trial = trial.replace("leg_pain: true, pain", "height_cm: 160, weight_kg: 64, leg_pain: true, pain")
    return {QUESTIONS: FILES[QUESTIONS] + bank, TRIAL: trial}


def test_the_valid_folder_has_no_faults(tmp_path: Path) -> None:
    assert reports(tmp_path, {}) == []
    assert reports(tmp_path, with_body()) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (NUMB, "  ask: ⌖''\n", "expects a text"),
        (NUMB, "  ask: ⌖[a]\n", "expects a text, or a text for each language code"),
        (NUMB, "  ask: {english: ⌖How?}\n", "'english' is not a language code such as 'en' or 'es'"),
        (NUMB, "  ask: {en: ⌖[x]}\n", "expects a text that is not empty"),
        (NUMB, "  ask: ⌖~\n", "this is empty"),
        ("type: boolean\n" + NUMB, "type: ⌖bolean\n" + NUMB, "unknown word 'bolean'; did you mean 'boolean'?"),
        ("type: boolean\n" + NUMB, "type: ⌖[boolean]\n" + NUMB, "expects a text"),
        (NUMB, NUMB + "  ⌖hlep: Count.\n", "unknown key 'hlep'; did you mean 'help'?"),
        (NUMB, NUMB + "  ⌖unit: d\n", "only a number question has 'unit'"),
        (NUMB, NUMB + "  ⌖range: {min: 1}\n", "only a number or date question has 'range'"),
        (NUMB, NUMB + "  ⌖computed: bmi\n", "only a number question has 'computed'"),
        (NUMB, NUMB + "  ⌖options: [{id: a, label: A}]\n", "a boolean question has no options"),
        (NUMB, NUMB + "  half_life: ⌖-1\n", "expects a whole number, 0 or more, not '-1'"),
        (NUMB, NUMB + "  half_life: ⌖1.5\n", "expects a whole number"),
        (NUMB, NUMB + "  burden: ⌖0\n", "'burden' must be above 0"),
        (NUMB, NUMB + "  burden: ⌖much\n", "expects a number, not 'much'"),
        (NUMB, NUMB + "  sensitive: ⌖yes\n", "expects true or false, not 'yes'"),
        (NUMB, NUMB + "  code: ⌖{system: x}\n", "'code' is missing"),
        (NUMB, NUMB + "  code: ⌖x\n", "expects keys and values"),
        (NUMB, NUMB + "  prevalence: {⌖ture: 0.5}\n", "unknown option 'ture'; did you mean 'true'?"),
        (NUMB, NUMB + "  prevalence: {true: ⌖1.5}\n", "a share lies between 0 and 1"),
        (NUMB, NUMB + "  prevalence: {true: ⌖many}\n", "expects a number"),
        (NUMB, NUMB + "  prevalence: ⌖[a]\n", "expects keys and values"),
        (NUMB, NUMB + "  prevalence: ⌖~\n", "this is empty"),
        (
            "read: sciatica#signs",
            "read: ⌖sciatica#sings",
            "unknown section 'sciatica#sings'; did you mean 'sciatica#signs'?",
        ),
        (AGE, AGE.replace("unit: a", "unit: ⌖years"), "'years' is no unit; did you mean 'a'?"),
        (AGE, AGE + "  prevalence: {⌖old: 0.5}\n", "'old' is not a number in a"),
        (AGE, AGE + "  prevalence: {18: 0.5, ⌖17: 0.6}\n", "numbers and their shares rise: each share is that of all"),
        (AGE, AGE + "  prevalence: {18: 0.5, ⌖40: 0.4}\n", "numbers and their shares rise: each share is that of all"),
        (AGE, AGE + "  prevalence: {18: 0.5, 40: ⌖1.4}\n", "a share lies between 0 and 1"),
        (AGE, AGE.replace("120", "⌖120 kg"), "'kg' cannot be converted to 'a'"),
        (AGE, AGE.replace("120", "⌖many"), "'many' is not a number"),
        (AGE, AGE.replace("120", "⌖[1]"), "expects a text"),
        (
            AGE,
            AGE.replace("{min: 0, max: 120}", "⌖{min: 121, max: 120}"),
            "the range is empty: its min is above its max",
        ),
        (AGE, AGE.replace("max", "⌖mx"), "unknown key 'mx'; did you mean 'max'?"),
        (AGE, AGE.replace("yearly", "⌖anually"), "unknown word 'anually'"),
        (AGE, AGE.replace("unit: a", "unit: kg").replace("yearly", "⌖yearly"), "only a length of time grows"),
        ("units: [wk, mo]", "units: [wk, ⌖kg]", "'kg' cannot be converted to 'd'"),
        ("units: [wk, mo]", "units: ⌖wk", "expects a list"),
        ("ask_if: {sex: female}", "ask_if: ⌖female", "a rule is a mapping, such as"),
        ("ask_if: {sex: female}", "ask_if: {⌖sx: female}", "unknown question 'sx'; did you mean 'sex'?"),
        (
            "ask_if: {sex: female}",
            "ask_if: {sex: ⌖femal}",
            "unknown option 'femal' of question 'sex'; did you mean 'female'?",
        ),
        ("ask_if: {sex: female}", "ask_if: ⌖~", "this is empty"),
        ("ask_if: {sex: female}", "ask_if: ⌖{pregnancy: {any_of: [none]}}", "break the cycle of ask_if"),
        ("{id: male, label: Male}", "{id: ⌖female, label: Male}", "the option 'female' stands here a second time"),
        (
            "{id: male, label: Male}",
            "{id: male, label: Male, ⌖exclusive: true}",
            "only a choices question has exclusive options",
        ),
        ("{id: male, label: Male}", "⌖{id: male}", "'label' is missing"),
        ("{id: male, label: Male}", "⌖male", "expects keys and values"),
        (
            "{id: none, label: None of these, exclusive: true}",
            "{id: none, label: None of these, exclusive: ⌖maybe}",
            "expects true or false",
        ),
        ("- id: numb\n", "- id: ⌖numb legs\n", "'numb legs' is no id"),
        ("- id: numb\n", "- id: ⌖all\n", "'all' joins rules and cannot be the id of a question"),
        ("- id: numb\n", "- id: ⌖age\n", "the question 'age' stands here a second time; keep one"),
    ],
)
def test_a_fault_is_named_at_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    files, place = pointed(QUESTIONS, old, new)
    told = reports(tmp_path, files)

    assert [line for line in told if line.startswith(place) and message in line], told


def test_a_missing_key_is_named_at_its_mapping(tmp_path: Path) -> None:
    files, place = pointed(QUESTIONS, "- id: numb\n  type: boolean\n" + NUMB, "- ⌖id: numb\n  type: boolean\n")

    assert report(tmp_path, files) == f"{place}'ask' is missing"


def test_a_question_without_an_id_or_a_type_is_named_at_its_mapping(tmp_path: Path) -> None:
    files, place = pointed(QUESTIONS, "- id: numb\n  type: boolean\n" + NUMB, "- ⌖ask: Are you numb?\n")

    assert {f"{place}'id' is missing", f"{place}'type' is missing"} <= set(reports(tmp_path, files))


def test_a_choice_needs_options(tmp_path: Path) -> None:
    options = "  options:\n    - {id: female, label: Female}\n    - {id: male, label: Male}\n"
    files, place = pointed(
        QUESTIONS,
        "- id: sex\n  type: choice\n  ask: What is your sex?\n" + options,
        "- ⌖id: sex\n  type: choice\n  ask: Sex?\n",
    )

    assert report(tmp_path, files) == f"{place}a choice question needs 'options'"


def test_a_unit_that_nobody_can_convert_is_a_warning(tmp_path: Path) -> None:
    files, place = pointed(QUESTIONS, NUMB, NUMB + "- {id: dose, type: number, ask: How many?, unit: ⌖puffs}\n")

    assert f"{place}warning: 'puffs' is not a unit that can be converted; limits must be bare numbers" in reports(
        tmp_path, files
    )


@pytest.mark.parametrize("kind", ["a", "{a: b}", "'- id: age'", "5"])
def test_questions_are_a_list(tmp_path: Path, kind: str) -> None:
    assert report(tmp_path, {QUESTIONS: kind}) == "questions.yaml:1:1: expects a list of questions"


@pytest.mark.parametrize("entry", ["a", "[a]", "~", "5"])
def test_a_question_is_a_mapping(tmp_path: Path, entry: str) -> None:
    told = reports(tmp_path, {QUESTIONS: FILES[QUESTIONS] + f"- {entry}\n"})

    assert "questions.yaml:35:3: expects keys and values" in told


def test_every_question_of_a_cycle_is_named_and_nothing_that_follows_from_it(tmp_path: Path) -> None:
    cycle = (
        "- {id: x, type: boolean, ask: X?, ask_if: {y: true}}\n- {id: y, type: boolean, ask: Y?, ask_if: {x: true}}\n"
    )

    told = reports(tmp_path, {QUESTIONS: FILES[QUESTIONS] + cycle})

    assert [line.split(": ", 1)[1][:3] for line in told if "cycle" in line] == ["'x'", "'y'"]
    assert all("cycle" in line for line in told)


def test_a_question_asked_only_after_a_cycle_is_not_called_a_part_of_it(tmp_path: Path) -> None:
    cycle = (
        "- {id: x, type: boolean, ask: X?, ask_if: {x: true}}\n- {id: y, type: boolean, ask: Y?, ask_if: {x: true}}\n"
    )

    told = reports(tmp_path, {QUESTIONS: FILES[QUESTIONS] + cycle})

    assert [line for line in told if "'y'" in line] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("unit: cm", "unit: kg"),
        ("unit: kg", "unit: d"),
        ("type: number\n  ask: How tall are you?\n  unit: cm", "type: boolean\n  ask: How tall are you?\n  why: So."),
        ("unit: cm", "computed: bmi"),
        ("- id: weight_kg", "- id: weight_lb"),
    ],
)
def test_the_body_mass_index_needs_inputs_of_its_kind(tmp_path: Path, old: str, new: str) -> None:
    told = reports(tmp_path, with_body(BODY.replace(old, new)))

    assert [line for line in told if line.startswith("questions.yaml:46:13: 'bmi' is worked out from")]


def test_a_cycle_through_a_computed_question_is_named(tmp_path: Path) -> None:
    told = reports(tmp_path, with_body(BODY.replace("unit: cm", "ask_if: {bmi: {min: 20}}")))

    assert [line for line in told if "'height_cm'" in line and "break the cycle of ask_if" in line]


def test_a_long_chain_of_conditions_is_refused_within_seconds(tmp_path: Path) -> None:
    chain = "".join(
        f"- {{id: c{n}, type: boolean, ask: X?, ask_if: {{c{n - 1}: true, c{n - 2}: true}}}}\n" for n in range(2, 300)
    )
    first = "- {id: c0, type: boolean, ask: X?}\n- {id: c1, type: boolean, ask: X?}\n"

    started = process_time()
    told = reports(tmp_path, {QUESTIONS: FILES[QUESTIONS] + first + chain})

    assert process_time() - started < 3
    assert [line for line in told if "chain" in line]


def test_several_faults_of_a_file_are_told_in_one_run(tmp_path: Path) -> None:
    text = (
        FILES[QUESTIONS]
        .replace("type: boolean", "type: bool")
        .replace("unit: a", "unti: a")
        .replace("label: Male", "lable: Male")
    )

    lines = {line.split(":")[1] for line in reports(tmp_path, {QUESTIONS: text})}

    assert {"4", "12", "22", "26"} <= lines


def test_a_faulty_question_is_not_called_unknown_where_it_is_used(tmp_path: Path) -> None:
    files = altered(QUESTIONS, "- id: pain_duration\n  type: number", "- id: pain_duration\n  type: nmber")

    assert report(tmp_path, files).startswith("questions.yaml:29:9: unknown word 'nmber'")


def test_a_faulty_condition_of_a_question_brings_no_faults_elsewhere(tmp_path: Path) -> None:
    files = altered(QUESTIONS, "ask_if: {sex: female}", "ask_if: {sx: female}")

    assert report(tmp_path, files) == "questions.yaml:20:12: unknown question 'sx'; did you mean 'sex'?"
