"""Drawings: SVG of shapes and words, with the words of each language; what could load, run or style is refused."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.base.yaml_documents import Document
from prescreen.catalog.figures import MOST_FIGURE_BYTES, Figure, read_figure
from prescreen.config import SHIPPED_CRITERIA
from tests.catalog.folders import reports

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'
FIRST = f"1:{SVG.index('{') + 1}"
"""Where the inside of a drawing begins."""
SHIPPED = sorted((SHIPPED_CRITERIA / "figures").glob("*.svg"))
DRAWN = "figures/leg.svg"


def read(file: Path) -> tuple[Figure | None, list[str]]:
    """Return a drawing and the faults of its file."""
    document = Document(file.name)
    return read_figure(file, document), [str(fault) for fault in document.faults]


def drawn(folder: Path, inside: str) -> Figure:
    file = folder / "leg.svg"
    file.write_text(SVG.format(inside))
    figure, faults = read(file)
    assert figure is not None, faults
    return figure


def test_what_stands_in_the_svg_is_shown_and_its_size_is_kept(tmp_path: Path) -> None:
    figure = drawn(
        tmp_path, '<g class="ln"><path d="M0 0h9"/></g><!-- a note --><circle cx="1" cy="2" r="3" class="fo"/>'
    )

    assert figure.view_box == "0 0 40 20"
    assert str(figure.content) == (
        '<g fill="none" stroke="currentColor" class="ln"><path d="M0 0h9"></path></g>'
        '<circle cx="1" cy="2" r="3" class="fo"></circle>'
    )


def test_words_are_those_of_one_language_and_what_has_none_is_for_all(tmp_path: Path) -> None:
    figure = drawn(
        tmp_path, '<text x="1">L5</text><text x="1" lang="en">hip &amp; leg</text><text lang="es">pierna</text>'
    )

    assert figure.spoken == ("en", "es")
    assert figure.content.in_language("es") == '<text x="1">L5</text><text>pierna</text>'
    assert figure.content.in_language("en") == '<text x="1">L5</text><text x="1">hip &amp; leg</text>'
    assert figure.content.in_language("fr") == figure.content.in_language("en")


@pytest.mark.parametrize(
    ("inside", "place", "told"),
    [
        ("<script>alert(1)</script>", FIRST, "<script> cannot stand here"),
        ('<image href="https://example.org/a.png"/>', FIRST, "<image> cannot stand here"),
        ('<a href="https://example.org/"></a>', FIRST, "<a> cannot stand here"),
        ("<style>* { color: red }</style>", FIRST, "<style> cannot stand here"),
        ("<svg></svg>", FIRST, "<svg> cannot stand here"),
        ("<foreignObject/>", FIRST, "<foreignObject> cannot stand here"),
        ('<path onload="alert(1)"/>', FIRST, "<path> cannot have 'onload'"),
        ('<path style="fill: red"/>', FIRST, "<path> cannot have 'style'"),
        ('<path id="a"/>', FIRST, "<path> cannot have 'id'"),
        ('<path fill="url(#a)"/>', FIRST, "'fill' of <path> cannot be 'url(#a)'; colours come from a class"),
        ('<path fill="red"/>', FIRST, "'fill' of <path> cannot be 'red'; colours come from a class"),
        ('<path clas="ln"/>', FIRST, "did you mean 'class'?"),
        (
            '<path class="ln alarm"/>',
            FIRST,
            "'class' of <path> cannot be 'ln alarm'; the classes of drawings are: bone",
        ),
        ('<rect x="1&quot; onload=&quot;alert(1)"/>', FIRST, "'x' of <rect> cannot be"),
        ('\n <g transform="matrix(1)"/>', "2:2", "'transform' of <g> cannot be 'matrix(1)'"),
        ("a bone", FIRST, "words stand in a <text>"),
        ("<g></path>", "1:66", "this is no SVG that can be read: mismatched tag"),
    ],
)
def test_what_a_drawing_cannot_have_is_named_at_its_place(tmp_path: Path, inside: str, place: str, told: str) -> None:
    [line] = [one for one in reports(tmp_path, {DRAWN: SVG.format(inside)}) if told in one]

    assert line.startswith(f"{DRAWN}:{place}: ")


def test_a_document_type_is_refused_before_its_entities_are_read(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>' + SVG.format("<text>&b;</text>")

    assert reports(tmp_path, {DRAWN: bomb}) == [f"{DRAWN}:1:15: a drawing has no <!DOCTYPE ...>; remove it"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("figures/My leg.svg", SVG.format(""), "name the drawing with small letters"),
        (DRAWN, SVG.format("<g/>" * MOST_FIGURE_BYTES), f"at most {MOST_FIGURE_BYTES} are shown"),
        (DRAWN, "<svg></svg>", "the drawing needs its size"),
        (DRAWN, '<g viewBox="0 0 1 1"></g>', "<g> cannot stand here"),
        (DRAWN, "", "this is no SVG that can be read: no element found"),
        ("figures/leg.png", "", "files here end in '.svg'"),
    ],
)
def test_a_file_that_is_no_drawing_is_a_fault(tmp_path: Path, name: str, content: str, told: str) -> None:
    assert any(told in one for one in reports(tmp_path, {name: content}))


def test_a_language_without_words_is_a_warning_and_a_drawing_without_words_is_none(tmp_path: Path) -> None:
    wordless, english = SVG.format("<g/>"), SVG.format('<text lang="es">pierna</text>')

    assert reports(tmp_path / "none", {DRAWN: wordless}) == []
    assert reports(tmp_path / "one", {DRAWN: english}) == [f"{DRAWN}:1:1: warning: no words in: en"]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_each_shipped_drawing_says_as_much_in_every_language_and_its_words_begin_inside(file: Path) -> None:
    figure, faults = read(file)
    texts = list(ET.parse(file).iter("{http://www.w3.org/2000/svg}text"))  # noqa: S314  # ours
    left, _, width, _ = map(float, (figure.view_box if figure else "0 0 0 0").split())

    assert faults == []
    assert {one.get("lang") for one in texts} in (set(), {"en", "es"})
    assert [one.text for one in texts if not left <= float(one.get("x", "0")) < left + width] == []


@given(st.sampled_from(SHIPPED), st.integers(0, 700), st.integers(0, 40), st.binary(max_size=12))
def test_a_damaged_drawing_is_shown_or_told_of_and_never_more_than_it_may_have(
    file: Path, place: int, long: int, instead: bytes
) -> None:
    whole = file.read_bytes()
    with TemporaryDirectory() as folder:
        damaged = Path(folder) / "leg.svg"
        damaged.write_bytes(whole[:place] + instead + whole[place + long :])
        figure, faults = read(damaged)

    assert (figure is None) is (faults != [])
    content = str(figure.content) if figure else ""
    assert set(re.findall(r"</?([^ >]+)", content)) <= {
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "text",
    }
    assert not re.search(r"href|style|on\w+=|url\(", content)
