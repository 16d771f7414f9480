"""The groups of the question bank: the questions that stand on one page, by the key `together`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from prescreen.catalog.base.yaml_documents import Document

MOST_TOGETHER = 5
"""The greatest number of questions on one page: more are no shorter to answer, and harder to look over."""

_Entry = Mapping[str, Any]
_Group = list[tuple[int, _Entry]]
"""The places and the entries of the questions of one group, in the order of the file."""


def check_groups(document: Document) -> None:
    """Report groups of one question, of too many, without a title or with several, and questions that cannot be in one.

    The entries are read as they are written, so that a question with another fault does not leave its group alone.
    """
    groups: dict[str, _Group] = defaultdict(list)
    for index, entry in _entries(document):
        if isinstance(entry.get("together"), str):
            groups[entry["together"]].append((index, entry))
            _check_member(document, index, entry)
        elif "page_title" in entry:
            message = "only questions on one page have a title: name their group in 'together', or leave it out"
            document.report((index, "page_title"), message, at_key=True)
    for name, group in groups.items():
        _check_size(document, name, group)
        _check_title(document, name, group)


def _entries(document: Document) -> Iterator[tuple[int, _Entry]]:
    listed = document.data if isinstance(document.data, list) else []
    yield from ((index, entry) for index, entry in enumerate(listed) if isinstance(entry, Mapping))


def _check_member(document: Document, index: int, entry: _Entry) -> None:
    if "computed" in entry:
        document.report((index, "together"), "a computed question is never asked, so it stands on no page", at_key=True)


def _check_size(document: Document, name: str, group: _Group) -> None:
    if len(group) == 1:
        message = f"this question is alone in '{name}': name the group in another question too, or leave it out"
        document.report((group[0][0], "together"), message)
    for index, _ in group[MOST_TOGETHER:]:
        document.report((index, "together"), f"'{name}' has {len(group)} questions; a page has at most {MOST_TOGETHER}")


def _check_title(document: Document, name: str, group: _Group) -> None:
    titled = [index for index, entry in group if "page_title" in entry]
    if not titled:
        message = f"the page of '{name}' needs a heading: add 'page_title' to one of its questions, such as this one"
        document.report((group[0][0], "together"), message)
    for index in titled[1:]:
        document.report((index, "page_title"), f"'{name}' has a 'page_title' already; keep one", at_key=True)
