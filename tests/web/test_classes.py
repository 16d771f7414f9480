"""Each class on a page is one of the style sheet: a page in the look of before has others."""

import re
from pathlib import Path

from werkzeug.test import TestResponse

import prescreen.web
from tests.web.markup import is_document, read

Pages = dict[str, TestResponse]
SHEET = (Path(prescreen.web.__file__).parent / "static/prescreen.css").read_text()
KNOWN = set(re.findall(r"\.([a-z][a-z0-9-]*)", re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", SHEET, flags=re.DOTALL)))
TEMPLATES = Path(prescreen.web.__file__).parent / "templates"
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
WRITTEN = re.compile(r'class="([^"]*)"|class=([a-z-]+)')


def unknown_classes(pages: Pages) -> dict[str, set[str]]:
    """Return the classes that no rule names, each with the pages that have it."""
    found: dict[str, set[str]] = {}
    for name, page in pages.items():
        for element in read(page.text).everything() if is_document(page) else ():
            for one in set(element.attributes.get("class", "").split()) - KNOWN:
                found.setdefault(one, set()).add(name)
    return found


def test_pages_of_participants_have_classes_of_the_sheet_alone(every_page: Pages) -> None:
    assert unknown_classes(every_page) == {}


def test_pages_of_the_desk_have_classes_of_the_sheet_alone(every_staff_page: Pages) -> None:
    assert unknown_classes(every_staff_page) == {}


def test_templates_name_classes_of_the_sheet_alone_also_in_what_no_tour_shows() -> None:
    written = {
        (file.name, one)
        for file in TEMPLATES.rglob("*.html")
        for names in WRITTEN.findall(JINJA.sub(" ", file.read_text()))
        for one in " ".join(names).split()
    }

    assert {(file, one) for file, one in written if one not in KNOWN} == set()
