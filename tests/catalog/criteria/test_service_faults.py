"""Faults in catalog.yaml, conditions, articles and consents are reported at their place."""

from datetime import date
from pathlib import Path

import pytest

from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge, load_to_serve
from tests.catalog.folders import (
    ARTICLE,
    CATALOG,
    CONDITION,
    CONSENT,
    FILES,
    ON,
    QUESTIONS,
    TRIAL,
    altered,
    found,
    pointed,
    report,
    reports,
    write,
)

CONTACT = 'contact: {name: Help desk, phone: "+1 555 0100"}'


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        (CATALOG, CONTACT, "contact: ⌖{name: Help desk}", "'contact' needs a 'phone' or an 'email'"),
        (CATALOG, CONTACT, 'contact: ⌖""', "expects keys and values"),
        (CATALOG, CONTACT, "contact: ⌖[a]", "expects keys and values"),
        (CATALOG, CONTACT, "contact: {⌖fone: 5}", "unknown key 'fone'; did you mean 'phone'?"),
        (CATALOG, CONTACT, "contact: ⌖~", "this is empty"),
        (CATALOG, "timezone: Europe/London", "timezone: ⌖Europe/Londn", "unknown time zone 'Europe/Londn'"),
        (CATALOG, "languages: [en]", "languages: [en]\nhome_country: ⌖gb", "unknown country 'gb'; did you mean 'GB'?"),
        (
            CATALOG,
            "languages: [en]",
            "languages: [en]\nsecurity_contact: ⌖security@example.org",
            "'security@example.org' is no address such as mailto:",
        ),
        (CATALOG, "languages: [en]", "languages: [en]\nhome_country: ⌖England", "unknown country 'England'"),
        (CATALOG, "languages: [en]", "languages: [en]\nhome_country: ⌖[GB]", "expects a text"),
        (CATALOG, "timezone: Europe/London", "timezone: ⌖../../etc/passwd", "unknown time zone"),
        (CATALOG, "timezone: Europe/London", "timezone: ⌖Europe", "unknown time zone"),
        (CATALOG, "languages: [en]", "languages: [⌖english]", "'english' is not a language code"),
        (CATALOG, "languages: [en]", "languages: ⌖en", "expects a list"),
        (CATALOG, '{GB: "999"}', "⌖[a]", "expects keys and values"),
        (CATALOG, '{GB: "999"}', "{GB: ⌖[999]}", "expects a text"),
        (CATALOG, "operator: A sample operator", "⌖oprator: A", "unknown key 'oprator'; did you mean 'operator'?"),
        (CATALOG, "operator: A sample operator", "operator: A\nsample: ⌖maybe", "expects true or false"),
        (CONDITION, "name: Back pain", "name: Back pain\n⌖sumary: x", "unknown key 'sumary'; did you mean 'summary'?"),
        (CONDITION, "[leg_pain]", "[⌖leg_pan]", "unknown question 'leg_pan'; did you mean 'leg_pain'?"),
        (CONDITION, "[leg_pain]", "[leg_pain, ⌖pregnancy]", "'pregnancy' cannot open the interview: it depends on"),
        (CONDITION, "[leg_pain]", "⌖leg_pain", "expects a list"),
        (CONDITION, "{numb: true}", "{⌖nub: true}", "unknown question 'nub'; did you mean 'numb'?"),
        (CONDITION, "{numb: true}", "{numb: ⌖maybe}", "its test is true or false"),
        (CONDITION, "advice: Call now.", "advice: Call now.\n    say: ⌖[a]", "expects a text"),
        (CONDITION, "level: emergency", "level: ⌖urgent", "unknown word 'urgent'"),
        (CONDITION, "  - when: {numb: true}", "  - ⌖wen: {numb: true}", "unknown key 'wen'; did you mean 'when'?"),
        (
            CONDITION,
            "articles: [sciatica]",
            "articles: [⌖sciatca]",
            "unknown article 'sciatca'; did you mean 'sciatica'?",
        ),
        (ARTICLE, "title: Sciatica", "⌖titel: Sciatica", "unknown key 'titel'; did you mean 'title'?"),
        (ARTICLE, "reviewed: 2026-11-01", "reviewed: ⌖May", "'May' is not a day"),
        (
            ARTICLE,
            "reviewed: 2026-11-01",
            "reviewed: 2026-11-01\n⌖title: x",
            "the key 'title' stands here a second time",
        ),
        (ARTICLE, "title: Sciatica", "title: ⌖&x Sciatica", "anchors are not allowed"),
        (
            ARTICLE,
            "## Signs {#signs}",
            "## Signs {#signs}\n\nText.\n\n⌖## Causes",
            "a section's heading needs an anchor",
        ),
        (
            ARTICLE,
            "## Signs {#signs}",
            "## Signs {#signs}\n\n⌖## More {#signs}",
            "the anchor 'signs' stands here a second time",
        ),
        (CONSENT, "version: 2026-11", "version: ⌖2026-12", "the version is '2026-12' but the file is named '2026-11'"),
        (CONSENT, "effective: 2026-11-01", "effective: ⌖now", "'now' is not a day"),
    ],
)
def test_a_fault_is_named_at_its_place(tmp_path: Path, path: str, old: str, new: str, message: str) -> None:
    files, place = pointed(path, old, new)
    told = reports(tmp_path, files)

    assert [line for line in told if line.startswith(place) and message in line], told


@pytest.mark.parametrize("key", ["name", "operator", "contact", "languages", "timezone"])
def test_a_missing_key_of_the_service_is_named_at_the_start_of_the_file(tmp_path: Path, key: str) -> None:
    lines = [line for line in FILES[CATALOG].splitlines() if not line.startswith(f"{key}:")]

    assert report(tmp_path, {CATALOG: "\n".join(lines)}) == f"catalog.yaml:1:1: '{key}' is missing"


def test_a_consent_may_ask_whether_another_site_may_be_asked(tmp_path: Path) -> None:
    more = FILES[CONSENT] + "\n## Another site {#another_site}\n\nAnother site may be asked.\n"

    assert reports(tmp_path, {CONSENT: more}) == []


def test_a_consent_has_no_section_for_an_unknown_purpose(tmp_path: Path) -> None:
    more = FILES[CONSENT] + "\n## Another site {#another_sight}\n\nAnother site may be asked.\n"

    assert "there is no purpose 'another_sight'; did you mean 'another_site'?" in report(tmp_path, {CONSENT: more})


@pytest.mark.parametrize("purpose", ["share", "future", "email", "phone", "text"])
def test_a_consent_has_a_section_for_each_purpose(tmp_path: Path, purpose: str) -> None:
    told = report(tmp_path, altered(CONSENT, f"{{#{purpose}}}", "{#other}"))

    assert told.startswith(f"consents/2026-11.en.md:1:1: the section for the purpose '{purpose}' is missing")


@pytest.mark.parametrize("path", [CATALOG, CONDITION])
@pytest.mark.parametrize("content", ["", "[]", "text", "~"])
def test_a_file_of_keys_is_a_mapping(tmp_path: Path, path: str, content: str) -> None:
    assert f"{path}:1:1: expects keys and values" in reports(tmp_path, {path: content})


@pytest.mark.parametrize("path", [ARTICLE, CONSENT])
@pytest.mark.parametrize("content", ["", "text", "---\ntitle: x\n", "# Heading\n---\ntitle: x\n---\n"])
def test_prose_starts_with_a_head(tmp_path: Path, path: str, content: str) -> None:
    told = reports(tmp_path, {path: content})

    assert f"{path}:1:1: the file starts with a head between two lines of '---'" in told


@pytest.mark.parametrize("path", FILES)
def test_bad_utf8_is_named_at_its_line_in_every_file(tmp_path: Path, path: str) -> None:
    first, rest = FILES[path].encode().split(b"\n", 1)

    told = reports(tmp_path, {path: first + b"\n# \xff\n" + rest})

    assert f"{path}:2:3: this is not UTF-8 text; save the file as UTF-8" in told


@pytest.mark.parametrize("path", [CATALOG, QUESTIONS])
def test_a_file_that_every_folder_has_may_not_be_missing(tmp_path: Path, path: str) -> None:
    assert report(tmp_path, {path: None}) == f"{path}:1:1: the file cannot be read: No such file or directory"


def test_a_missing_condition_or_article_is_named_where_it_is_used(tmp_path: Path) -> None:
    told = reports(tmp_path, {CONDITION: None, ARTICLE: None})

    assert "trials/T1.yaml:3:14: unknown condition 'back-pain'" in told
    assert "questions.yaml:24:9: unknown section 'sciatica#signs'" in told


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (CONDITION, "name: Back pain", "nam: Back pain"),
        (ARTICLE, "title: Sciatica", "titel: Sciatica"),
        (CONSENT, "effective: 2026-11-01", "efective: 2026-11-01"),
        (CATALOG, "operator: A sample operator", "oprator: A"),
    ],
)
def test_a_faulty_file_brings_no_faults_elsewhere(tmp_path: Path, path: str, old: str, new: str) -> None:
    told = reports(tmp_path, altered(path, old, new))

    assert [line for line in told if not line.startswith(path) and "warning" not in line] == []


@pytest.mark.parametrize("name", ["articles/sciatica.md", "consents/2026-11.md"])
def test_prose_says_its_language_in_its_name(tmp_path: Path, name: str) -> None:
    assert f"{name}:1:1: the name lacks a language: '<name>.en.md'" in reports(tmp_path, {name: "x"})


def test_without_a_consent_in_force_there_is_a_warning(tmp_path: Path) -> None:
    told = report(tmp_path, {}, on=date(2026, 10, 31))

    assert told.startswith("catalog.yaml:1:1: warning: no consent wording is in force")


def test_faults_come_once_each_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    write(tmp_path, {**altered(CATALOG, "languages: [en]", "languages: [english, en, x]"), TRIAL: "", CONSENT: "x"})

    told = found(tmp_path)

    assert list(told) == sorted(set(told))
    assert {Path(fault.path).name for fault in told} >= {"catalog.yaml", "2026-11.en.md", "T1.yaml"}


def test_faults_of_all_files_are_told_in_one_run(tmp_path: Path) -> None:
    told = reports(tmp_path, dict.fromkeys(FILES, "%"))

    assert {line.split(":")[0] for line in told} == set(FILES)


def test_a_folder_without_faults_is_served(tmp_path: Path) -> None:
    catalog = load_to_serve(write(tmp_path), ON)

    assert isinstance(catalog, Catalog)
    assert list(catalog.trials) == ["T1"]
    assert catalog.interview("back-pain").opening_questions == ("leg_pain",)
    assert catalog.interview(None).trials == (catalog.trials["T1"],)


def test_what_to_say_is_the_end_of_the_advice_in_every_language(tmp_path: Path) -> None:
    words = "advice: {en: Call now., es: Llame ya.}\n    say: {en: Say what hurts., es: Diga qué le duele.}"
    [flag] = (
        load_to_serve(write(tmp_path, altered(CONDITION, "advice: Call now.", words)), ON)
        .conditions["back-pain"]
        .red_flags
    )

    assert flag.advice.by_language == {"en": "Call now. Say what hurts.", "es": "Llame ya. Diga qué le duele."}
    assert flag.why.by_language == {"en": "Call now.", "es": "Llame ya."}
    assert flag.say is not None
    assert flag.say.in_language("es") == "Diga qué le duele."


def test_without_it_the_advice_is_all_there_is(tmp_path: Path) -> None:
    [flag] = load_to_serve(write(tmp_path), ON).conditions["back-pain"].red_flags

    assert (flag.say, flag.why) == (None, flag.advice)


@pytest.mark.parametrize(("line", "home"), [("", "US"), ("home_country: FR\n", "FR")])
def test_the_home_country_is_the_catalogs_or_the_united_states(tmp_path: Path, line: str, home: str) -> None:
    catalog = load_to_serve(write(tmp_path, {CATALOG: FILES[CATALOG] + line}), ON)

    assert catalog.service.home_country == home


def test_a_folder_with_faults_is_never_served_and_all_of_them_are_told(tmp_path: Path) -> None:
    write(tmp_path, {**altered(TRIAL, "because: [adult]", "because: [leg-pain]"), CONSENT: "x"})

    with pytest.raises(CatalogError) as error:
        load_to_serve(tmp_path, ON)

    assert error.value.faults == found(tmp_path)
    assert str(error.value) == "the criteria folder has 2 faults"


def test_a_failing_case_does_not_keep_an_author_from_judging_answers(tmp_path: Path) -> None:
    write(tmp_path, altered(TRIAL, "because: [adult]", "because: [leg-pain]"))

    assert list(load_to_judge(tmp_path, ON).trials) == ["T1"]


def test_a_warning_keeps_nobody_from_serving(tmp_path: Path) -> None:
    write(tmp_path, altered(TRIAL, "confirmed: 2026-11-01", "confirmed: 2020-01-01"))

    assert [fault.warning for fault in found(tmp_path)] == [True]
    assert list(load_to_serve(tmp_path, ON).trials) == ["T1"]


def test_a_folder_that_is_not_there_is_told_as_its_missing_files(tmp_path: Path) -> None:
    told = [str(fault) for fault in found(tmp_path / "nowhere")]

    assert len(told) == 2
    assert all("the file cannot be read" in line for line in told)


@pytest.mark.parametrize("name", ["privacy", "Privacy", "my", "recruiter", "static", "thanks"])
def test_a_condition_that_would_hide_behind_a_page_is_refused_in_its_file(tmp_path: Path, name: str) -> None:
    files = {CONDITION: None, f"conditions/{name}.yaml": FILES[CONDITION], **altered(TRIAL, "[back-pain]", f"[{name}]")}

    assert report(tmp_path, files) == (
        f"conditions/{name}.yaml:1:1: '{name}' is the name of a page or cookie of the service itself; "
        "give this file another name"
    )


@pytest.mark.parametrize("name", ["back pain", "größe", "a;b", "-x", "a%2f", "x\u202ey"])
def test_a_condition_whose_name_cannot_stand_in_an_address_is_refused(tmp_path: Path, name: str) -> None:
    files = {CONDITION: None, f"conditions/{name}.yaml": FILES[CONDITION], TRIAL: None}

    [told] = [line for line in reports(tmp_path, files) if "addresses" in line]
    assert told.endswith("stands in addresses; name this file by letters a to z and digits, as in 'back-pain.yaml'")


@pytest.mark.parametrize("name", ["my-back", "Back_Pain", "icd-10.m54", "privacy-2"])
def test_a_condition_may_have_any_other_name(tmp_path: Path, name: str) -> None:
    files = {CONDITION: None, f"conditions/{name}.yaml": FILES[CONDITION], **altered(TRIAL, "[back-pain]", f"[{name}]")}

    assert reports(tmp_path, files) == []
