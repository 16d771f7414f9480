"""The cards of the results page, and trials that appear on it."""

from datetime import UTC, datetime

from tests.catalog import folders
from tests.web.markup import Element
from tests.web.visitor import Visitor

TODAY = datetime.now(UTC).date()


def groups(page: Element) -> dict[str, list[str]]:
    """Return the trials of each group by the addresses they link to."""
    return {
        group.one("h2").parts[0].strip(): [
            card.one("h3").one("a")["href"].partition("?")[0] for card in group.all("article")
        ]
        for group in page.all("section", class_="group")
    }


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
    for place, heading in enumerate(found):
        page = first
        while following := page.all("section", class_="group")[place].all("a", rel="next"):
            page = visitor.page(following[0]["href"].removeprefix(f"/{visitor.slug}").partition("#")[0])
            found[heading] += groups(page)[heading]
    return found


def card(page: Element, trial_id: str) -> Element:
    return page.one("article", id=trial_id)


def recruiting(status: str = "RECRUITING", confirmed: object = TODAY, sites: str = "") -> str:
    trial = folders.FILES[folders.TRIAL].replace("status: RECRUITING", f"status: {status}")
    trial = trial.replace("confirmed: 2026-11-01", f"confirmed: {confirmed}")
    return trial.replace("{id: leeds, name: Leeds Hospital}", sites) if sites else trial
