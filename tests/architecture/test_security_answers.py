"""docs/security.md answers every item of levels 1 and 2 of the standard once, and names only tests that exist."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECRUITERS = "tests/workflow/accounts/test_recruiters.py"
PAGE = ROOT / "docs" / "security.md"
ANSWERS = ("Test", "Written", "Operator", "Does not apply", "Not yet")
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_LINK = re.compile(r"\]\(([^)\s]+)\)|`((?:docs|criteria|tests)/[\w/.-]+\.md)`")

# How many items each section of ASVS 5.0.0 has, and which of them are of level 3 alone.
SECTIONS: dict[str, tuple[int, set[int]]] = {
    "1.1": (2, set()), "1.2": (10, {10}), "1.3": (12, {12}), "1.4": (3, set()), "1.5": (3, {3}),
    "2.1": (3, set()), "2.2": (3, set()), "2.3": (5, {5}), "2.4": (2, {2}),
    "3.1": (1, {1}), "3.2": (3, {3}), "3.3": (5, {5}), "3.4": (8, {7, 8}), "3.5": (8, {6, 7, 8}), "3.6": (1, {1}),
    "3.7": (5, {3, 4, 5}),
    "4.1": (5, {4, 5}), "4.2": (5, {2, 3, 4, 5}), "4.3": (2, set()), "4.4": (4, set()),
    "5.1": (1, set()), "5.2": (6, {4, 5, 6}), "5.3": (3, {3}), "5.4": (3, set()),
    "6.1": (3, set()), "6.2": (12, set()), "6.3": (8, {5, 6, 7, 8}), "6.4": (6, {5, 6}), "6.5": (8, {6, 7, 8}),
    "6.6": (4, {4}), "6.7": (2, {1, 2}), "6.8": (4, set()),
    "7.1": (3, set()), "7.2": (4, set()), "7.3": (2, set()), "7.4": (5, set()), "7.5": (3, {3}), "7.6": (2, set()),
    "8.1": (4, {3, 4}), "8.2": (4, {4}), "8.3": (3, {2, 3}), "8.4": (2, {2}),
    "9.1": (3, set()), "9.2": (4, set()),
    "10.1": (2, set()), "10.2": (3, {3}), "10.3": (5, {5}), "10.4": (16, {12, 13, 14, 15, 16}), "10.5": (5, set()),
    "10.6": (2, set()), "10.7": (3, set()),
    "11.1": (4, {3, 4}), "11.2": (5, {4, 5}), "11.3": (5, {4, 5}), "11.4": (4, set()), "11.5": (2, {2}),
    "11.6": (2, {2}), "11.7": (2, {1, 2}),
    "12.1": (5, {4, 5}), "12.2": (2, set()), "12.3": (5, {5}),
    "13.1": (4, {2, 3, 4}), "13.2": (6, {6}), "13.3": (4, {3, 4}), "13.4": (7, {6, 7}),
    "14.1": (2, set()), "14.2": (8, {5, 6, 7, 8}), "14.3": (3, set()),
    "15.1": (5, {4, 5}), "15.2": (5, {4, 5}), "15.3": (7, set()), "15.4": (4, {1, 2, 3, 4}),
    "16.1": (1, set()), "16.2": (5, set()), "16.3": (4, set()), "16.4": (3, set()), "16.5": (4, {4}),
    "17.1": (2, {2}), "17.2": (8, {5, 6, 7, 8}), "17.3": (2, set()),
}  # fmt: skip
ITEMS = {f"{name}.{one}" for name, (all_, third) in SECTIONS.items() for one in range(1, all_ + 1) if one not in third}


@cache
def _source(path: str) -> str:
    file = ROOT / path
    return file.read_text() if file.exists() else ""


def is_there(path: str, name: str) -> bool:
    """Whether a test, or a module with tests where no name is given, exists."""
    return re.search(rf"^def {name or r'test_[a-z_0-9]+'}\(", _source(path), re.MULTILINE) is not None


def faults(page: str) -> list[str]:
    """Return what is wrong with the answers of a page."""
    rows = _ROW.findall(page)
    times = Counter(item for item, _, _ in rows)
    found = [f"{item} is missing" for item in sorted(ITEMS - times.keys())]
    found += [f"{item} is no item of the standard" for item in sorted(times.keys() - ITEMS)]
    found += [f"{item} stands {count} times" for item, count in times.items() if count > 1]
    for item, _, answer in rows:
        kind, _, rest = answer.partition(": ")
        found += [f"{item}: {kind} is no answer"] if kind not in ANSWERS or not rest.strip() else []
        found += [f"{item}: no test is named"] if kind == "Test" and not _TEST.search(rest) else []
        found += [f"{item}: no document is named"] if kind == "Written" and not _LINK.search(rest) else []
        found += [
            f"{item}: there is no {path} {name}" for path, name in _TEST.findall(rest) if not is_there(path, name)
        ]
    return found


def told(page: str) -> dict[str, int]:
    """Return the counts that a page tells, by kind of answer."""
    return {
        kind: int(count) for kind, count in re.findall(r"^\| ([A-Z][a-z ]+): [^|]+ \| (\d+) \|$", page, re.MULTILINE)
    }


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text()


def test_the_standard_has_253_items_of_levels_1_and_2() -> None:
    assert (sum(count for count, _ in SECTIONS.values()), len(ITEMS)) == (345, 253)


def test_every_item_is_answered_once_and_every_test_that_is_named_exists(page: str) -> None:
    assert faults(page) == []


def test_the_counts_at_the_top_are_those_of_the_answers(page: str) -> None:
    counted = Counter(answer.partition(": ")[0] for _, _, answer in _ROW.findall(page))

    assert told(page) == dict(counted)


def test_every_link_leads_somewhere(page: str) -> None:
    headings = {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in re.findall("^#+ (.*)", page, re.M)
    }
    links = [link for link, _ in _LINK.findall(page) if link]

    assert links
    assert [one for one in links if one.startswith("#") and one[1:] not in headings] == []
    assert [one for one in links if not one.startswith("#") and not (PAGE.parent / one).exists()] == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("| 7.4.1 |", "| 7.4.9 |", "7.4.1 is missing"),
        ("| 7.4.1 |", "| 7.4.2 |", "7.4.2 stands 2 times"),
        ("| 5.2.3 |", "| 5.2.4 |", "5.2.4 is no item of the standard"),
        ("::test_a_forged_token_is_nobody", "::test_gone", f"7.2.1: there is no {RECRUITERS} test_gone"),
        ("Does not apply: there is no Java", "Perhaps: there is no Java", "1.3.8: Perhaps is no answer"),
        ("Written: [Keys](#keys)", "Written: somewhere", "11.1.1: no document is named"),
    ],
)  # fmt: skip
def test_a_page_with_a_fault_is_convicted(page: str, before: str, after: str, fault: str) -> None:
    assert fault in faults(page.replace(before, after))
