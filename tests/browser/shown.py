"""Pages of a tour, shown in a browser without a server: each request is answered from what the tour returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Page, Route
from werkzeug.test import TestResponse

import prescreen.web
from tests.web.markup import is_document

HOST = "http://localhost"
_STATIC = Path(prescreen.web.__file__).parent / "static"
_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}


def show_each(page: Page, pages: Mapping[str, TestResponse], *, styled: bool = True) -> Iterator[str]:
    """Show one page after the other, and yield the name of the one that is shown; `styled`: with the style sheet."""
    documents = {name: answer.text for name, answer in pages.items() if is_document(answer)}
    numbered = dict(enumerate(documents.values()))

    def reply(route: Route) -> None:
        path = Path(route.request.url.removeprefix(HOST).partition("?")[0])
        if path.parent.name == "static" and (styled or path.suffix != ".css"):
            route.fulfill(body=(_STATIC / path.name).read_bytes(), content_type=_TYPES[path.suffix])
        elif path.name == "icon.svg":
            route.fulfill(body="<svg xmlns='http://www.w3.org/2000/svg'/>", content_type=_TYPES[path.suffix])
        elif path.name.isdigit():
            route.fulfill(body=numbered[int(path.name)], content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404)

    page.route("**/*", reply)
    for number, name in enumerate(documents):
        page.goto(f"{HOST}/shown/{number}")
        yield name
