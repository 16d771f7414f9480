"""What can be measured on a page: accessibility, width, and the requests of the browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

Scheme = Literal["light", "dark"]

NARROWEST, WIDTHS = 320, (390, 1280)
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Dark mode changes only colors.
RULES: dict[Scheme, object] = {
    "light": STANDARDS,
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
EVERY_LOOK = tuple((width, scheme) for width in WIDTHS for scheme in RULES)
ONE_LOOK: tuple[tuple[int, Scheme], ...] = ((WIDTHS[0], "light"),)
_BEYOND_THE_EDGE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Survey:
    """Everything found on a walk, by the name of the state."""

    states: list[str] = field(default_factory=list)
    violations: dict[str, list[str]] = field(default_factory=dict)
    beyond_the_edge: dict[str, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


def survey(page: Page, walk: Iterable[str], looks: Iterable[tuple[int, Scheme]] = ()) -> Survey:
    """Walk, and measure each state at the narrowest width, and with axe in these looks: widths and color schemes."""
    found = Survey()
    page.on("console", lambda message: found.complaints.extend(_complaint(message)))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("request", lambda request: found.hosts.add(urlsplit(request.url).netloc))
    for state in walk:
        found.states.append(state)
        _measure_width(page, state, found)
        if looks:
            _ask_axe(page, state, looks, found)
    return found


def _complaint(message: ConsoleMessage) -> list[str]:
    # What is verbose are hints to developers, such as that a form with a password could name its account.
    return [] if message.type == "verbose" else [f"{message.type}: {message.text}"]


def _measure_width(page: Page, state: str, found: Survey) -> None:
    for width in (NARROWEST, WIDTHS[-1]):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_load_state()
        if beyond := page.evaluate(_BEYOND_THE_EDGE):
            found.beyond_the_edge[f"{state}, {width}"] = beyond


def _ask_axe(page: Page, state: str, looks: Iterable[tuple[int, Scheme]], found: Survey) -> None:
    page.evaluate(Axe().axe_script)
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        if violations := _violations(page, RULES[scheme]):
            found.violations[f"{state}, {width}, {scheme}"] = violations


def _violations(page: Page, rules: object) -> list[str]:
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    violations = page.evaluate("async options => (await axe.run(options)).violations", options)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations]
