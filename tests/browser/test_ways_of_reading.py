"""Nothing is lost to those who enlarge the text, choose their own colors, listen, print, or get no style sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, PdfMargins, ViewportSize

import prescreen.web
from tests.browser.reading import beyond_the_edge, cut_or_covered, enlarge_text, faults_by_ear, share_of_the_head
from tests.browser.shown import show_each
from tests.databases import sqlite_template
from tests.web.toured import WALKS, Pages, toured

__all__ = ["sqlite_template"]

SHEET = Path(prescreen.web.__file__).parent / "static" / "prescreen.css"
PHONE = ViewportSize(width=390, height=700)
ZOOMED = ViewportSize(width=320, height=256)
"""A window of 1280 by 1024 pixels at 400 %."""
TWICE_THE_TEXT = (ViewportSize(width=1280, height=800), ViewportSize(width=640, height=800))
MOST_HEAD = 1 / 3
SHEETS = 2
MARGINS = ("0", "10mm")
_SHEET_OF_PAPER = re.compile(rb"/Type\s*/Page\b(?!s)")
_ANY = "one => { const style = getComputedStyle(one, %s); return [%s].map(name => style[name]) }"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Callable[..., Pages]:
    """Return a function that walks a tour, each once."""
    kept: dict[str, Pages] = {}

    def pages(walk: str) -> Pages:
        if walk not in kept:
            kept[walk] = toured(tmp_path_factory.mktemp("tour"), sqlite_template, *WALKS[walk])
        return kept[walk]

    return pages


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


def show(page: Page, pages: Pages, name: str, *, styled: bool = True) -> None:
    for _one in show_each(page, {name: pages[name]}, styled=styled):
        pass


def look(page: Page, selector: str, *properties: str, before: bool = False) -> list[str]:
    """Return how the first such element that is seen looks, or what stands before its text."""
    script = _ANY % ("'::before'" if before else "null", ", ".join(f"'{one}'" for one in properties))
    return list(page.locator(selector).locator("visible=true").first.evaluate(script))


# One test of all of it: a walk takes half a minute, and another process would walk again.
@pytest.mark.slow
@pytest.mark.parametrize("walk", WALKS)
def test_every_page_can_be_heard_and_enlarged(page: Page, made: Callable[..., Pages], walk: str):
    faults: dict[str, object] = {}
    for name in show_each(page, made(walk)):
        faults[f"{name}, by ear"] = faults_by_ear(page)
        page.set_viewport_size(ZOOMED)
        faults[f"{name}, at 400 %"] = beyond_the_edge(page) or cut_or_covered(page)
        page.set_viewport_size(PHONE)

    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.slow
@pytest.mark.parametrize("walk", WALKS)
def test_letters_of_twice_the_size_leave_every_page_whole(page: Page, made: Callable[..., Pages], walk: str):
    enlarge_text(page)
    faults: dict[str, object] = {}
    for name in show_each(page, made(walk)):
        head = share_of_the_head(page)
        faults[f"{name}, the head of a phone"] = (head if head > MOST_HEAD else 0) or beyond_the_edge(
            page, "header.bar"
        )
        for size in TWICE_THE_TEXT:
            page.set_viewport_size(size)
            faults[f"{name}, {size['width']}"] = beyond_the_edge(page) or cut_or_covered(page)
        page.set_viewport_size(PHONE)

    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ("<h1>A</h1><h3>B</h3>", "skips a level: H3 B"),
        ("<h1>A</h1><h1>B</h1>", "2 headings of the first level"),
        ("<h1>A</h1><table role=table><tr style='display: grid'><td role=cell>x", "without its role: TBODY x"),
        ("<h1>A</h1><input>", "without a label: INPUT <input>"),
        ("<h1>A</h1><fieldset><label>x <input></label></fieldset>", "without a legend: FIELDSET x"),
        ("<h1 id=x>A</h1><p id=x>B</p>", "twice: #x"),
        ("<h1>A</h1><p aria-describedby=y>B</p>", "refers to nothing: P B"),
        ("<h1>A</h1><a href=/es hreflang=es>Español</a>", "in which language: A Español"),
    ],
)
def test_what_cannot_be_heard_is_found(page: Page, markup: str, fault: str):
    page.set_content(f"<html lang=en><main>{markup}")

    assert fault in faults_by_ear(page)


def test_what_is_cut_or_covered_is_found(page: Page):
    page.set_content(
        "<div style='overflow: hidden; width: 40px'><p style='width: 90px'>Too wide</p></div>"
        "<button>Save</button><button style='margin-left: -30px'>Send</button>"
    )

    assert cut_or_covered(page) == ["DIV Too wide", "BUTTON Save and BUTTON Send"]


@pytest.mark.parametrize(
    ("shown", "pair", "told_by"),
    [
        ("desk: work list", (".chip[aria-current]", ".chip:not([aria-current])"), "forcedColorAdjust"),
        ("desk: work list", (".bar nav [aria-current]", ".bar nav a:not([aria-current])"), "textDecorationLine"),
        ("desk: person, contacted", (".chip:has(:checked)", ".chip:has(:not(:checked))"), "forcedColorAdjust"),
        ("visitors: results, seven fit", (".comb.l .f", ".comb.l .n"), "height"),
        ("visitors: results, seven fit", (".comb.l .f", ".comb.l .o"), "height"),
        ("desk: numbers", (".b .fa", ".b .ff, .b .fo, .b .fn"), "fill"),
    ],
)
def test_own_colors_leave_what_is_chosen_apart(
    page: Page, made: Callable[..., Pages], shown: str, pair: tuple[str, str], told_by: str
):
    walk, _, name = shown.partition(": ")
    page.emulate_media(forced_colors="active")
    page.set_viewport_size({"width": 1280, "height": 800})
    show(page, made(walk), name)

    chosen, other = (look(page, one, told_by) for one in pair)

    assert chosen != other


def test_own_colors_leave_what_was_done_apart_from_what_is_to_come(page: Page, made: Callable[..., Pages]):
    page.emulate_media(forced_colors="active")
    show(page, made("visitors"), "my data")
    done, to_come = (
        [float(size.removesuffix("px")) for size in look(page, which, "borderTopWidth", "width", before=True)]
        for which in (".time .did", ".time li:not(.did)")
    )

    assert done[1] == 0 < to_come[1]
    assert 2 * done[0] + done[1] == pytest.approx(2 * to_come[0] + to_come[1], abs=1)


@pytest.mark.parametrize("selector", [".tag", ".bulk", ".bar"])
def test_own_colors_show_the_edge_of_what_has_a_ground_alone(page: Page, made: Callable[..., Pages], selector: str):
    page.emulate_media(forced_colors="active")
    show(page, made("desk"), "work list")
    page.locator(".list input").first.check()

    # A transparent outline takes no room, and gets a color of its own where colors are forced.
    assert look(page, selector, "outlineStyle", "outlineWidth") == ["solid", "1px"]


@pytest.mark.parametrize("selector", [".go", ".pick", ".card", "input[type=checkbox]", ".bar button"])
def test_own_colors_show_what_has_the_keyboard_and_the_edges_of_buttons(
    page: Page, made: Callable[..., Pages], selector: str
):
    page.emulate_media(forced_colors="active")
    show(page, made("visitors"), "question cauda_equina_signs")
    page.keyboard.press("Tab")

    assert look(page, ":focus-visible", "outlineStyle") == ["solid"]
    assert look(page, selector, "appearance")[0] == "auto" or look(page, selector, "borderTopStyle") == ["solid"]


@pytest.mark.parametrize("walk", ["visitors", "Spanish"])
@pytest.mark.parametrize(
    "name", ["results, seven fit", "trial that may fit", "trial, not clear yet", "sheet, seven fit", "my data"]
)
def test_two_sheets_of_paper_hold_what_people_print(page: Page, made: Callable[..., Pages], walk: str, name: str):
    show(page, made(walk), name)

    for margin in MARGINS:
        paper = page.pdf(format="A4", margin=PdfMargins(top=margin, right=margin, bottom=margin, left=margin))
        assert len(_SHEET_OF_PAPER.findall(paper)) <= SHEETS, margin


@pytest.mark.parametrize("name", ["results, seven fit", "trial that may fit", "sheet, seven fit", "my data"])
def test_nothing_to_press_is_printed(page: Page, made: Callable[..., Pages], name: str):
    page.emulate_media(media="print")
    show(page, made("visitors"), name)

    pressed = page.locator("header, footer, .sample, button, .go, input, select, textarea")
    assert pressed.locator("visible=true").all_inner_texts() == []


def test_a_sheet_for_a_doctor_has_nothing_folded(page: Page, made: Callable[..., Pages]):
    show(page, made("visitors"), "sheet, seven fit")

    assert page.locator("main details:not([open])").count() == 0


def test_nothing_moves():
    assert re.findall(r"animation|transition|scroll-behavior|@keyframes", SHEET.read_text()) == []


def test_without_the_sheet_the_lead_comes_first_then_the_question_then_the_text(page: Page, made: Callable[..., Pages]):
    show(page, made("visitors"), "article", styled=False)
    order = [
        page.locator(one).first.evaluate("one => one.getBoundingClientRect().top")
        for one in ("h1", ".lead", "#screener fieldset", "#screener button.go", "article h2, .art > :nth-child(3) h2")
    ]

    assert order == sorted(order)


def test_without_the_sheet_the_mark_is_small_and_lines_are_lines(page: Page, made: Callable[..., Pages]):
    show(page, made("visitors"), "article", styled=False)

    assert page.locator(".brand svg").evaluate("one => one.getBoundingClientRect().width") <= 32
    lines = page.locator("svg :is(.ln, .bone, .hot, .lim)")
    assert {*lines.evaluate_all("all => all.map(one => getComputedStyle(one).fill)")} == {"none"}
