"""No file of the criteria may hold what nobody sees: a reviewer would read another rule than is judged by."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.criteria.typed_text import hidden_sign, without_invisible
from tests.catalog.folders import ARTICLE, CATALOG, CONDITION, CONSENT, FILES, QUESTIONS, REDCAP_CODES, TRIAL, reports

SIGNS = "\u202e\u202a\u2066\u2069\u200b\u2060\ufeff\u00ad\u3164\U000e0041\u200d"
FIGURE = "figures/leg.svg"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text x="1" y="1">A leg</text></svg>\n'


@pytest.mark.parametrize("path", [CATALOG, QUESTIONS, REDCAP_CODES, CONDITION, ARTICLE, CONSENT, TRIAL, FIGURE])
@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"U+{ord(sign):04X}")
def test_an_invisible_character_is_a_fault_where_it_stands(tmp_path: Path, path: str, sign: str) -> None:
    text = {**FILES, FIGURE: SVG}[path]

    told = reports(
        tmp_path, {path: f"{text}# a{sign}b\n" if path.endswith(".yaml") else text.replace("e", f"e{sign}", 1)}
    )

    assert [line for line in told if "an invisible character stands here" in line and f"(U+{ord(sign):04X})" in line]


def test_a_remark_that_shows_another_rule_than_is_judged_by_is_a_fault(tmp_path: Path) -> None:
    text = FILES[TRIAL].replace("inclusion:", "# Record: at least \u202e81\u202c years\ninclusion:", 1)
    line = text[: text.index("\u202e")].count("\n") + 1

    [told] = reports(tmp_path, {TRIAL: text})
    assert told.startswith(f"{TRIAL}:{line}:20: an invisible character stands here")


@pytest.mark.parametrize(
    "text",
    [
        "niño, 18 a 70 años", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u05d2\u05d9\u05dc 18\u200f",
        "\u2764\ufe0f", "", "plain",
    ],
)  # fmt: skip
def test_letters_marks_and_joiners_of_all_scripts_may_stand(tmp_path: Path, text: str) -> None:
    assert reports(tmp_path, {TRIAL: FILES[TRIAL].replace("A pill for leg pain", f"A pill for leg pain {text}")}) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("ab é\u0645\u06cc\u200c\u200d\ufe0f\u2764" + SIGNS), max_size=12))
def test_a_text_without_them_is_what_fields_of_forms_keep(text: str) -> None:
    assert (hidden_sign(text) is None) is (without_invisible(text) == text)
