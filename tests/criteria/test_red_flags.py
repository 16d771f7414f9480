"""What the shipped condition calls an emergency, what it sends to a doctor, and that its articles say the same."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from prescreen.catalog.criteria.catalog import Article, Catalog
from prescreen.catalog.criteria.checks import SIGN_SECTIONS
from prescreen.catalog.criteria.loading import check_folder, load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.interview.question_selection import Interview, Urgency, raised
from prescreen.web.base.trial_wording import code_of
from tests.eligibility.samples import answers

ON = date(2026, 11, 29)
CONDITION = "low-back-pain"
EMERGENCY, SEE_DOCTOR = Urgency.EMERGENCY, Urgency.SEE_DOCTOR
IN_THE_UNION = {"ES", "FR", "PL"}
FILE = f"conditions/{CONDITION}.yaml"
FEVER = "- You have a fever or chills, or you feel very unwell. [15]\n"
FIEBRE = "- Tiene fiebre o escalofríos, o se siente muy mal. [15]\n"
CHEST = "- You have chest pain now, or you have a sudden tearing pain and feel faint. [15] [27]\n"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_to_judge(SHIPPED_CRITERIA, ON)


@pytest.fixture(scope="module")
def plan(catalog: Catalog) -> Interview:
    return catalog.interview(CONDITION)


@pytest.mark.parametrize(
    ("question", "option", "level"),
    [
        *(
            ("cauda_equina_signs", option, EMERGENCY)
            for option in ("saddle_numbness", "bladder", "bowel", "both_legs_new", "sexual")
        ),
        *(("warning_signs", option, EMERGENCY) for option in ("unchecked_injury", "chest_pain")),
        *(
            ("warning_signs", option, SEE_DOCTOR)
            for option in ("both_legs_old", "new_weakness", "fever", "weight_loss", "major_injury", "night_pain")
        ),
    ],
)
def test_each_sign_alone_raises_its_flag(plan: Interview, question: str, option: str, level: Urgency) -> None:
    flags = raised(plan, Facts(plan.bank, answers(**{question: {option}}), ON))

    assert [flag.level for flag in flags] == [level]


@pytest.mark.parametrize("question", ["cauda_equina_signs", "warning_signs"])
def test_every_option_but_none_is_tried(plan: Interview, question: str) -> None:
    [tried] = [mark.args[1] for mark in test_each_sign_alone_raises_its_flag.pytestmark]  # type: ignore[attr-defined]

    assert {option for name, option, _ in tried if name == question} == {*plan.bank[question].option_ids} - {"none"}


@pytest.mark.parametrize("option", ["now", "past"])
def test_a_history_of_cancer_calls_for_a_doctor(plan: Interview, option: str) -> None:
    flags = raised(plan, Facts(plan.bank, answers(cancer_history=option), ON))

    assert [flag.level for flag in flags] == [SEE_DOCTOR]


@pytest.mark.parametrize("option", ["never", "skin_only"])
def test_no_cancer_or_a_minor_one_of_the_skin_calls_for_nothing(plan: Interview, option: str) -> None:
    assert raised(plan, Facts(plan.bank, answers(cancer_history=option), ON)) == ()


@pytest.mark.parametrize("cancer", ["now", "past"])
@pytest.mark.parametrize("sign", ["new_weakness", "both_legs_old"])
def test_cancer_with_a_weak_leg_or_pain_in_both_is_an_emergency(plan: Interview, cancer: str, sign: str) -> None:
    flags = raised(plan, Facts(plan.bank, answers(cancer_history=cancer, warning_signs={sign}), ON))

    assert flags[0].level is EMERGENCY
    assert "spinal cord" in str(flags[0].advice)


def test_a_minor_cancer_of_the_skin_makes_no_emergency(plan: Interview) -> None:
    flags = raised(plan, Facts(plan.bank, answers(cancer_history="skin_only", warning_signs={"new_weakness"}), ON))

    assert [flag.level for flag in flags] == [SEE_DOCTOR]


def test_fever_with_a_leg_that_gets_weaker_is_an_emergency(plan: Interview) -> None:
    flags = raised(plan, Facts(plan.bank, answers(warning_signs={"fever", "new_weakness"}), ON))

    assert [flag.level for flag in flags] == [EMERGENCY, SEE_DOCTOR, SEE_DOCTOR]


def test_the_advice_of_an_emergency_comes_before_any_other(plan: Interview) -> None:
    levels = [flag.level for flag in plan.red_flags]

    assert levels == sorted(levels, key=[EMERGENCY, SEE_DOCTOR].index)


@pytest.mark.parametrize("level", [EMERGENCY, SEE_DOCTOR])
def test_advice_says_whom_to_call_and_never_that_all_is_well(plan: Interview, level: Urgency) -> None:
    calls = {EMERGENCY: "Call the emergency number now", SEE_DOCTOR: "doctor"}[level]
    told = [str(flag.advice) for flag in plan.red_flags if flag.level is level]

    assert [advice for advice in told if calls not in advice and "cancer team" not in advice] == []
    assert [advice for advice in told if "harmless" in advice] == []


def test_every_flag_has_a_sign_that_its_articles_list_in_every_language(catalog: Catalog) -> None:
    condition = catalog.conditions[CONDITION]

    assert {language for slug, language in catalog.articles if slug in condition.articles} == {"en", "es"}
    assert [str(flag.advice) for flag in condition.red_flags if flag.sign is None] == []
    assert told_of(SHIPPED_CRITERIA) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_article_lists_no_emergency_that_the_questions_do_not_ask_for(catalog: Catalog, language: str) -> None:
    article = catalog.article("sciatica", language)
    assert article is not None
    section = article.section(SIGN_SECTIONS[EMERGENCY])
    assert section is not None

    signs = [flag.sign.in_language(language) for flag in catalog.conditions[CONDITION].red_flags if flag.sign]
    items = [line.removeprefix("- ").partition(" [")[0] for line in section.body.splitlines() if line.startswith("- ")]
    assert [item for item in items if item not in signs] == []


def told_of(criteria: Path) -> list[str]:
    """Return what the check says of signs that stand in the wrong place, or in none."""
    return [fault.message for fault in check_folder(criteria, ON) if "#" in fault.message and "articles" in str(fault)]


@pytest.mark.parametrize(
    ("path", "old", "new", "named"),
    [
        ("articles/sciatica.en.md", FEVER, "", "'- You have a fever or chills, or you feel very unwell.'"),
        ("articles/sciatica.es.md", FIEBRE, "", "'- Tiene fiebre o escalofríos, o se siente muy mal.'"),
        ("articles/sciatica.en.md", CHEST, CHEST.replace("chest pain", "some pain"), "'- You have chest pain now, or"),
        (
            FILE,
            "[fever]}\n    level: see_doctor",
            "[fever]}\n    level: emergency",
            "'- You have a fever or chills, or",
        ),
        (
            FILE,
            "red_flags:\n",
            "red_flags:\n  - {when: {age: {min: 90}}, level: emergency, advice: Call., sign: Old.}\n",
            "'- Old.'",
        ),
    ],
    ids=["line removed", "Spanish line removed", "line reworded", "other level", "flag added"],
)
def test_a_difference_between_flags_and_article_is_named(
    tmp_path: Path, path: str, old: str, new: str, named: str
) -> None:
    criteria = shutil.copytree(SHIPPED_CRITERIA, tmp_path / "criteria")
    text = (criteria / path).read_text()
    assert text.count(old) == 1
    (criteria / path).write_text(text.replace(old, new))

    assert [message for message in told_of(criteria) if named in message] != []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_number_in_brackets_is_one_of_the_references(catalog: Catalog, language: str) -> None:
    article = catalog.article("sciatica", language)
    assert article is not None
    cited = {int(number) for number in cited_in(article)}

    references = article.section("references")
    assert references is not None
    listed = [line for line in references.body.splitlines() if line[:1].isdigit()]
    assert [line.partition(".")[0] for line in listed] == [str(number + 1) for number in range(len(article.sources))]
    assert cited == set(range(1, len(article.sources) + 1))


def cited_in(article: Article) -> list[str]:
    """Return the numbers in brackets of an article's text."""
    text = "\n".join(section.body for section in article.sections if section.anchor != "references")
    return [part.partition("]")[0] for part in text.split("[")[1:] if part.partition("]")[0].isdigit()]


def test_every_country_with_a_site_has_an_emergency_number(catalog: Catalog) -> None:
    countries = {code_of(site.country) for trial in catalog.trials.values() for site in trial.sites if site.country}

    assert {"EU" if code in IN_THE_UNION else code for code in countries} <= set(catalog.service.emergency)
