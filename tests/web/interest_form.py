"""The contact form as a browser without a script reads and sends it, with the trials on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.web.markup import Element, read
from tests.web.visitor import CONSENTS, DETAILS, Visitor, shown_again

# Neither typed nor ticked.
HIDDEN = frozenset({"submission", "signature", "browser", "consent", "answers", "sender", "add", "more"})


def form_of(page: Element) -> Element:
    return next(one for one in page.all("form") if one["action"].endswith("/interest"))


def fields(page: Element) -> dict[str, Any]:
    """Return what a browser sends of the form on a page, with all ticked trials."""
    ticked = [one["value"] for one in form_of(page).all("input", name="trial") if "checked" in one]
    return {**shown_again(page), "trial": ticked}


def complete(page: Element) -> dict[str, Any]:
    """Return the form with all that must be given, and the first place of each trial."""
    places = {
        one["name"]: one.all("option")[1]["value"] for one in form_of(page).all("select") if "site-" in one["name"]
    }
    return {**fields(page), **places, **DETAILS, **CONSENTS}


def visible(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person typed, ticked and chose."""
    return {name: one for name, one in sent.items() if name not in HIDDEN and "shown-" not in name and one}


def trials_shown(page: Element) -> list[str]:
    return [one["value"] for one in form_of(page).all("input", name="trial")]


def trials_to_add(page: Element) -> list[str]:
    return [one["value"] for one in page.all("button", name="add")]


def naming(*trials: str) -> str:
    return "/interest?" + "&".join(f"trial={one}" for one in trials)


def press(visitor: Visitor, page: Element, button: str, value: str, **changes: Any) -> Element:
    response = visitor.post("/interest", {**fields(page), button: value, **changes})
    assert response.status_code == 200, response.status
    return read(response.text)
