"""A page as a test reads it: its elements with their attributes and text. Independent of prescreen."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class Element:
    """One element. `parts` are the texts and elements in it."""

    tag: str
    attributes: dict[str, str]
    parts: list[Element | str] = field(default_factory=list, repr=False)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def __contains__(self, attribute: str) -> bool:
        return attribute in self.attributes

    @property
    def text(self) -> str:
        """Return its text, in one line."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> list[str]:
        return [text for part in self.parts for text in ([part] if isinstance(part, str) else part._texts())]

    def everything(self) -> list[Element]:
        """Return all elements in it, in the order of the page."""
        inner = [part for part in self.parts if isinstance(part, Element)]
        return [found for one in inner for found in (one, *one.everything())]

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements with this tag and these attributes; `for_` stands for `for`, `aria_x` for `aria-x`.

        The classes of `class_` are among an element's classes; other values are the whole value.
        """
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        classes = {*wanted.pop("class", "").split()}
        found = [one for one in self.everything() if one.tag == tag and wanted.items() <= one.attributes.items()]
        return [one for one in found if classes <= {*one.attributes.get("class", "").split()}]

    def one(self, tag: str, **attributes: str) -> Element:
        """Return the only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} {attributes}>"
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read(text: str) -> Element:
    """Parse a page; fail where its elements are not nested properly."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], f"<{reader.open[-1].tag}> is not closed"
    return reader.root


def is_document(page: TestResponse) -> bool:
    return page.mimetype == "text/html" and "Location" not in page.headers
