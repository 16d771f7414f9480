"""The cards of the results page, and trials that appear on it."""

from datetime import UTC, datetime

from tests.catalog import folders
from tests.web.markup import Element
from tests.web.visitor import Visitor

FITS, OPEN, NOT = "May fit", "Not clear yet", "Don't fit now"
"""The headings of the groups; one without any trial is not shown."""
TODAY = datetime.now(UTC).date()


def groups(page: Element) -> dict[str, list[str]]:
    """Return the trials of each group that is shown by the addresses they link to; folded titles are no cards."""
    shown = {
        one.one("h2").parts[0].strip(): [
            card.one("h3").one("a")["href"].partition("?")[0] for card in one.all("article")
        ]
        for one in sections(page)
    }
    assert shown.keys() <= {FITS, OPEN, NOT}
    return {heading: shown.get(heading, []) for heading in (FITS, OPEN, NOT)}


def sections(page: Element) -> list[Element]:
    """Return the sections of the groups."""
    return [one for one in page.all("section") if one.attributes.get("aria-labelledby", "").startswith("group-")]


def section(page: Element, style: str) -> Element:
    """Return the section of a group: `fits`, `open` or `not`."""
    [found] = [one for one in sections(page) if one["aria-labelledby"] == f"group-{style}"]
    return found


def everywhere(visitor: Visitor, query: str = "") -> dict[str, list[str]]:
    """Return the trials of each group by the addresses they link to, from all pages of the results."""
    found: dict[str, list[str]] = {}
    for start in (f"/results?{query}", f"/results?{query}&not=1"):
        for heading, hrefs in _walked(visitor, start).items():
            found[heading] = found.get(heading, []) + hrefs
    return found


def _walked(visitor: Visitor, start: str) -> dict[str, list[str]]:
    """Follow the links to the next page of each group, one group after the other."""
    first = visitor.page(start)
    found = groups(first)
    for one in sections(first):
        heading, style, page = one.one("h2").parts[0].strip(), one["aria-labelledby"].removeprefix("group-"), first
        while following := section(page, style).all("a", rel="next"):
            page = visitor.page(following[0]["href"].removeprefix(f"/{visitor.slug}").partition("#")[0])
            found[heading] += groups(page)[heading]
    return found


def card(page: Element, trial_id: str) -> Element:
    return page.one("article", id=trial_id)


def recruiting(status: str = "RECRUITING", confirmed: object = TODAY, sites: str = "") -> str:
    trial = folders.FILES[folders.TRIAL].replace("status: RECRUITING", f"status: {status}")
    trial = trial.replace("confirmed: 2026-11-01", f"confirmed: {confirmed}")
    return trial.replace("{id: leeds, name: Leeds Hospital}", sites) if sites else trial
