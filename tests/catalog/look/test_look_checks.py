"""An operator's look is refused at its line where it cannot be read or drawn, with what would mend it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.criteria.loading import load_to_serve
from prescreen.catalog.look.contrast import contrast
from prescreen.catalog.look.look import OUR_LOOK, OUR_MARK, Mark, Shades
from tests.catalog.folders import CATALOG, FILES, ON, pointed, reports, write

LAST = 'emergency: {GB: "999"}'
BLUE = """
look:
  short_name: {en: Back pain, es: Dolor}
  mark: {box: 10, path: "M1 1h8v8z", spark: "M1 1h2v2z"}
  colors:
    act: {light: "#1D4ED8", dark: "#93c5fd"}
    tint: {light: "#e3eafc", dark: "#1b2a4a"}
    pine: {light: "#12235c", dark: "#0b1638"}
    on_pine: {light: "#ffffff", dark: "#ffffff"}
    sun: {light: "#f59e0b", dark: "#f59e0b"}
"""


def colors(of_act: str) -> str:
    return f"{LAST}\nlook:\n  colors: {of_act}"


def mark(of_path: str) -> str:
    return f"{LAST}\nlook:\n  mark: {{box: 24, path: {of_path}}}"


def test_a_look_that_can_be_read_is_taken(tmp_path: Path) -> None:
    look = load_to_serve(write(tmp_path, {CATALOG: FILES[CATALOG] + BLUE}), ON).service.look

    assert reports(tmp_path, {CATALOG: FILES[CATALOG] + BLUE}) == []
    assert look.colors["act"] == Shades("#1d4ed8", "#93c5fd")
    assert look.colors.keys() == {"act", "tint", "pine", "on-pine", "sun"}
    assert look.mark == Mark(10, "M1 1h8v8z", "M1 1h2v2z")
    assert look.short_name is not None
    assert look.short_name.in_language("es") == "Dolor"


def test_without_one_the_look_is_ours_and_the_short_name_is_the_name(tmp_path: Path) -> None:
    service = load_to_serve(write(tmp_path), ON).service

    assert (service.look, service.short_name) == (OUR_LOOK, service.name)
    assert service.look.mark is OUR_MARK


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (
            colors('{act: {light: ⌖"#6fb1a8", dark: "#7fd4c5"}}'),
            "in light, 'act' #6fb1a8 on 'tint' #e2efe9 has a contrast of 2.08; text needs 4.50: choose a darker 'act'",
        ),
        (
            colors('{act: {light: "#0a5c55", dark: ⌖"#2f6f66"}}'),
            "in dark, 'act' #2f6f66 on 'tint' #17352f has a contrast of 2.26; text needs 4.50: choose a lighter",
        ),
        (
            colors('{pine: {light: "#123f3b", dark: ⌖"#777777"}, sun: {light: "#eda93f", dark: "#000000"}}'),
            "in dark, 'on_pine' #f8f1e4 on 'pine' #777777 has a contrast of 3.98; text needs 4.50: choose a darker",
        ),
        (
            colors('{sun: {light: ⌖"#2f5f5a", dark: "#eda93f"}}'),
            "in light, 'sun' #2f5f5a on 'pine' #123f3b has a contrast of 1.61; what is drawn needs 3.00: choose a",
        ),
        (colors('{act: {light: ⌖"#abc", dark: "#7fd4c5"}}'), "'#abc' is no color: write six digits in quotes"),
        (colors('{act: {light: ⌖teal, dark: "#7fd4c5"}}'), "'teal' is no color: write six digits in quotes, such as"),
        (colors('{act: ⌖{light: "#0a5c55"}}'), "'dark' is missing"),
        (colors('{act: ⌖"#0a5c55"}'), "expects keys and values"),
        (colors('{⌖alarm: {light: "#0a5c55", dark: "#0a5c55"}}'), "unknown key 'alarm'"),
        (mark('⌖"<path/>"'), "a path begins with 'M' and the point where it starts"),
        (mark('⌖"M0 0h24v24A3 3 0 0 1 4 4z"'), "'A' is not drawn; use M, L, H, V, C, S, Z alone: export the drawing"),
        (mark('⌖"M0 0h30v3z"'), "the path reaches from 0 to 30; it must stay within 0 and 24, the 'box'"),
        (mark('⌖"M0 0h"'), "'h' cannot have 0 numbers; it takes 1"),
        (mark("⌖'M0 0h4v4z\"/><script>'"), "'\"/><' is no number"),
        (mark('"M0 0h4v4z", ⌖svg: "<svg/>"'), "unknown key 'svg'"),
        (mark('⌖""'), "the text is empty"),
    ],
)
def test_what_cannot_be_read_or_drawn_is_named_at_its_place(tmp_path: Path, new: str, message: str) -> None:
    files, place = pointed(CATALOG, LAST, new)
    told = reports(tmp_path, files)

    assert [line for line in told if line.startswith(place) and message in line], told


def test_a_color_without_quotes_is_a_comment_and_the_fault_says_so(tmp_path: Path) -> None:
    lines = f"{LAST}\nlook:\n  colors:\n    act:\n      light: ⌖#0a5c55\n      dark: '#7fd4c5'"
    files, _place = pointed(CATALOG, LAST, lines)
    told = reports(tmp_path, files)

    assert [line for line in told if ":10:" in line and 'write six digits in quotes, such as "#0a5c55"' in line], told


def test_of_one_color_the_worst_pair_is_told_and_each_told_ratio_is_that_of_its_pair(tmp_path: Path) -> None:
    light = "\n  colors: {act: {light: '#6fb1a8', dark: '#333333'}, pine: {light: '#eeeeee', dark: '#dddddd'}}"
    told = reports(tmp_path, {CATALOG: f"{FILES[CATALOG]}look:{light}\n"})
    pairs = [re.findall(r"#[0-9a-f]{6}", line) for line in told]

    assert [re.findall(r"'(\w+)'$", line) for line in told] == [["act"], ["act"], ["pine"], ["pine"]]
    assert [f"{contrast(*pair) - 0.005:.2f}" for pair in pairs] == [
        re.findall(r"of (\d+\.\d\d);", one)[0] for one in told
    ]


def test_a_folder_with_colors_that_cannot_be_read_is_not_served(tmp_path: Path) -> None:
    pale = f"{FILES[CATALOG]}look:\n  colors: {{act: {{light: '#6fb1a8', dark: '#7fd4c5'}}}}\n"

    with pytest.raises(CatalogError, match="1 fault"):
        load_to_serve(write(tmp_path, {CATALOG: pale}), ON)
